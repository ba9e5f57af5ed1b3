import { askForLabels, checkSchedule, RekeyError, retryConflicts, winningPolicy, type CredentialKind, type CredentialName, type Labels, type NamedPolicy } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Inventory } from './inventory-port.ts'
import { demandVersion } from './preconditions.ts'
import { readOnce } from './read-once.ts'

/** What a request says of a policy. */
export type PolicyRules = Omit<NamedPolicy, 'name' | 'revision' | 'changedBy' | 'changedAt'>

/** Which policy is changed, and the revision that it has to have, as the request names it. */
export interface PolicyToChange {
  readonly zone: string
  readonly name: string
  readonly ifMatch: string | undefined
}

/** @throws RekeyError `policy/unknown` */
export async function findPolicy ({ inventory }: CallerPorts, zone: string, name: string): Promise<NamedPolicy> {
  return demanded(await policyOf(inventory, zone, name), zone, name)
}

async function policyOf (inventory: Inventory, zone: string, name: string): Promise<NamedPolicy | undefined> {
  return (await inventory.namedPolicies(zone)).find(one => one.name === name)
}

function demanded (policy: NamedPolicy | undefined, zone: string, name: string): NamedPolicy {
  if (policy === undefined) throw new RekeyError('policy/unknown', `there is no policy ${zone}/${name}; GET /v1/policies lists those there are`, { field: 'name' })
  return policy
}

/**
 * Replaces a policy, or creates it.
 * @throws RekeyError `request/precondition-failed`, `input/unprocessable`, `audit/unwritable`, `vault/*`
 */
export async function replacePolicy (ports: CallerPorts, which: PolicyToChange, rules: PolicyRules): Promise<{ policy: NamedPolicy, isNew: boolean }> {
  const { zone, name } = which
  if (rules.schedule !== undefined) checkSchedule(rules.schedule)
  return await changing(ports, which, async seen => {
    await ports.audit.record({ act: 'policy.replace', target: `${zone}/${name}`, detail: JSON.stringify(rules) })
    const policy = await ports.inventory.replacePolicy(zone, { ...rules, name, changedBy: ports.actor, changedAt: ports.now().toISOString() }, seen?.revision ?? 0)
    return { policy, isNew: seen === undefined }
  })
}

/** @returns the policy as it was @throws RekeyError `policy/unknown`, `request/precondition-failed`, `audit/unwritable`, `vault/*` */
export async function removePolicy (ports: CallerPorts, which: PolicyToChange): Promise<NamedPolicy> {
  const { zone, name } = which
  return await changing(ports, which, async seen => {
    const policy = demanded(seen, zone, name)
    await ports.audit.record({ act: 'policy.remove', target: `${zone}/${name}` })
    await ports.inventory.removePolicy(zone, name, policy.revision)
    return policy
  })
}

/** When it was beaten, it looks again: it may have been another policy of the zone that was changed. */
async function changing<Result> ({ inventory }: CallerPorts, { zone, name, ifMatch }: PolicyToChange, change: (seen: NamedPolicy | undefined) => Promise<Result>): Promise<Result> {
  return await retryConflicts(async () => {
    const seen = await policyOf(inventory, zone, name)
    demandVersion(ifMatch, seen?.revision ?? 0)
    return await change(seen)
  })
}

/** Tells which named policy decides of a credential. It reads the policies of a zone and the labels of a host once. */
export function policyFinder (inventory: Inventory): (of: CredentialName & { readonly kind: CredentialKind | null }) => Promise<NamedPolicy | undefined> {
  const policiesOf = readOnce(async (zone: string) => await inventory.namedPolicies(zone))
  const labelsOn = readOnce(async (zone: string, host: string) => await labelsOf(inventory, zone, host))
  return async ({ kind, ...name }) => {
    const policies = await policiesOf(name.zone)
    if (kind === null || policies.length === 0) return undefined
    const labels = askForLabels(policies) ? await labelsOn(name.zone, name.host) : {}
    return winningPolicy(policies, { name, kind }, labels)
  }
}

async function labelsOf (inventory: Inventory, zone: string, host: string): Promise<Labels> {
  const [record, { labels }] = await Promise.all([inventory.host(zone, host), inventory.hostLabels(zone, host)])
  return labels ?? record?.labels ?? {}
}
