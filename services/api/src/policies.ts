import { askForLabels, RekeyError, retryConflicts, winningPolicy, type CredentialKind, type CredentialName, type Labels, type NamedPolicy } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Inventory } from './inventory-port.ts'
import { demandVersion } from './preconditions.ts'

/** What a request says of a policy. */
export type PolicyRules = Omit<NamedPolicy, 'name' | 'revision' | 'changedBy' | 'changedAt'>

/** @throws RekeyError `policy/unknown` */
export async function findPolicy ({ inventory }: CallerPorts, zone: string, name: string): Promise<NamedPolicy> {
  return known(await policyOf(inventory, zone, name), zone, name)
}

async function policyOf (inventory: Inventory, zone: string, name: string): Promise<NamedPolicy | undefined> {
  return (await inventory.namedPolicies(zone)).find(one => one.name === name)
}

function known (policy: NamedPolicy | undefined, zone: string, name: string): NamedPolicy {
  if (policy === undefined) throw new RekeyError('policy/unknown', `there is no policy ${zone}/${name}; GET /v1/policies lists those there are`, { field: 'name' })
  return policy
}

/**
 * Replaces a policy, or creates it.
 * @throws RekeyError `request/precondition-failed`, `input/invalid`, `audit/unwritable`, `vault/*`
 */
export async function replacePolicy (ports: CallerPorts, zone: string, name: string, rules: PolicyRules, ifMatch: string | undefined): Promise<{ policy: NamedPolicy, isNew: boolean }> {
  return await changing(ports, zone, name, ifMatch, async seen => {
    await ports.audit.record({ act: 'policy.replace', target: `${zone}/${name}`, detail: JSON.stringify(rules) })
    const policy = await ports.inventory.replacePolicy(zone, { ...rules, name, changedBy: ports.actor, changedAt: ports.now().toISOString() }, seen?.revision ?? 0)
    return { policy, isNew: seen === undefined }
  })
}

/** @returns the policy as it was @throws RekeyError `policy/unknown`, `request/precondition-failed`, `audit/unwritable`, `vault/*` */
export async function removePolicy (ports: CallerPorts, zone: string, name: string, ifMatch: string | undefined): Promise<NamedPolicy> {
  return await changing(ports, zone, name, ifMatch, async seen => {
    const policy = known(seen, zone, name)
    await ports.audit.record({ act: 'policy.remove', target: `${zone}/${name}` })
    await ports.inventory.removePolicy(zone, name, policy.revision)
    return policy
  })
}

/** When it was beaten, it looks again: it may have been another policy of the zone that was changed. */
async function changing<Result> ({ inventory }: CallerPorts, zone: string, name: string, ifMatch: string | undefined, change: (seen: NamedPolicy | undefined) => Promise<Result>): Promise<Result> {
  return await retryConflicts(async () => {
    const seen = await policyOf(inventory, zone, name)
    demandVersion(ifMatch, seen?.revision ?? 0)
    return await change(seen)
  })
}

/** Tells by which named policy the next secret of a credential is made. It reads the policies of a zone and the labels of a host once. */
export function policyFinder (inventory: Inventory): (of: CredentialName & { readonly kind: CredentialKind | null }) => Promise<string | null> {
  const policies = new Map<string, Promise<NamedPolicy[]>>()
  const labels = new Map<string, Promise<Labels>>()
  return async ({ kind, ...name }) => {
    const { zone, host } = name
    const ofZone = policies.get(zone) ?? inventory.namedPolicies(zone)
    policies.set(zone, ofZone)
    const known = await ofZone
    if (kind === null || known.length === 0) return null
    if (!askForLabels(known)) return winningPolicy(known, { name, kind }, {})?.name ?? null
    const place = `${zone}/${host}`
    const ofHost = labels.get(place) ?? labelsOf(inventory, zone, host)
    labels.set(place, ofHost)
    return winningPolicy(known, { name, kind }, await ofHost)?.name ?? null
  }
}

async function labelsOf (inventory: Inventory, zone: string, host: string): Promise<Labels> {
  const [record, { labels }] = await Promise.all([inventory.host(zone, host), inventory.hostLabels(zone, host)])
  return labels ?? record?.labels ?? {}
}
