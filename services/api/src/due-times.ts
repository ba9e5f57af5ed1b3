import { defaultPolicy, dueTime, formatName, isRekeyError, type CredentialKind, type CredentialName, type CredentialState, type DueTime, type NamedPolicy, type Policy, type Schedule } from '@rekey/domain'
import type { UnseenState } from './credential-views.ts'
import type { Inventory } from './inventory-port.ts'
import { policyFinder } from './policies.ts'
import { readOnce } from './read-once.ts'

/** A secret that is replaced by itself, and when. */
export interface AgingCredential extends CredentialName {
  readonly kind: CredentialKind
  readonly madeAt: string
  /** The named policy that decides; null: the zone's longest age alone. */
  readonly policy: string | null
  readonly schedule: Schedule | null
  readonly due: DueTime
  readonly overdue: boolean
}

/**
 * When the secrets of these states are due by themselves: by the rules that a worker goes by, and with no help of it, so that one that
 * stands still can't hide what is overdue. Those that only orders replace are left out.
 */
export async function dueTimes (states: ReadonlyArray<CredentialState | UnseenState>, { inventory, now }: { readonly inventory: Inventory, readonly now: () => Date }): Promise<AgingCredential[]> {
  const policyOf = policyFinder(inventory)
  const zonePolicyOf = readOnce(async (zone: string) => await zonePolicy(inventory, zone))
  const time = now()
  const found: AgingCredential[] = []
  for (const state of states) {
    const { kind, madeAt } = state
    if (kind === null || madeAt === null || !stays(state)) continue
    const policy = await policyOf(state)
    const due = dueTime({ name: state, madeAt }, rulesOf(policy, await zonePolicyOf(state.zone)), time)
    if (due === undefined) continue
    const { zone, host, account, name } = state
    found.push({ zone, host, account, name, kind, madeAt, policy: policy?.name ?? null, schedule: policy?.schedule ?? null, due, overdue: due.overdueAt !== null && due.overdueAt <= time })
  }
  return found
}

/** The key of the list: what begins first comes first, and what never does last. */
export function dueKey ({ due, ...name }: AgingCredential): string {
  return `${due.startsAt?.toISOString() ?? '~'} ${formatName(name)}`
}

function stays ({ status, leaving }: CredentialState | UnseenState): boolean {
  return status !== 'adopting' && status !== 'refused' && leaving === null
}

function rulesOf (policy: NamedPolicy | undefined, { longestAgeSeconds, overdueAfterSeconds }: Policy) {
  return { schedule: policy?.schedule, longestAgeSeconds, overdueAfterSeconds }
}

/** Where people have written something malformed, named policies are all there is to go by. */
async function zonePolicy (inventory: Inventory, zone: string): Promise<Policy> {
  try {
    return (await inventory.policy(zone)).policy
  } catch (error) {
    if (isRekeyError(error, 'vault/malformed')) return defaultPolicy
    throw error
  }
}
