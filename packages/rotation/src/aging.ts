import type { AgingRules, Credential, HostRecord, Labels, NamedPolicy, Policy } from '@rekey/domain'
import { askForLabels, dueTime, isDue, isOverdue, winningPolicy } from '@rekey/domain'
import type { Journal } from './ports.ts'

/*
 * Secrets age out: a named policy's schedule, which the API may write, makes one due in its window, and the longest age that the zone's people have
 * set makes it due whatever that schedule says. Orders know nothing of either.
 */

/** Policies that the API may write, and the labels of a host that they go by. */
export interface NamedRules {
  /** Of the zone, by name. */
  readonly policies: readonly NamedPolicy[]
  /** As they were last changed. Orders go by those of the host's record. */
  readonly labelsNow: Labels
}

/** What is known besides a credential when it is asked whether its age has come. */
export interface AgingFacts extends NamedRules {
  readonly policy: Policy
  readonly now: Date
}

type Named = Pick<Credential, 'name' | 'kind'>
type Aging = Named & Pick<Credential, 'leaving'> & { readonly current: { readonly madeAt: string } }

/** Reads a host's labels only where some policy goes by them. */
export async function labelsFor (policies: readonly NamedPolicy[], host: string, record: HostRecord | undefined, journal: Pick<Journal, 'labels'>): Promise<Labels> {
  const changed = askForLabels(policies) ? await journal.labels(host) : undefined
  return changed ?? record?.labels ?? {}
}

/** The named policy that decides of a credential; none: the zone's own alone. */
export function policyFor ({ name, kind }: Named, { policies, labelsNow }: NamedRules): NamedPolicy | undefined {
  return policies.length === 0 ? undefined : winningPolicy(policies, { name, kind }, labelsNow)
}

/** Whether a successor is owed for its age, and its rotation may begin now. What leaves owes none. */
export function isScheduled (credential: Aging, facts: AgingFacts): boolean {
  return credential.leaving === null && isDue(secretOf(credential), rulesFor(credential, facts), facts.now)
}

/** Whether its host was found not to take it, and the policy has it replaced for that. */
export function isOwedForDrift (credential: Named & Pick<Credential, 'leaving' | 'drift'>, facts: NamedRules): boolean {
  return credential.leaving === null && credential.drift?.endedAt === null && policyFor(credential, facts)?.heartbeat?.onDrift === 'rotate'
}

/** Whether its rotation could have begun longer ago than a grace: whoever still has it by a lease has had his time. */
export function isPastGrace (credential: Aging, facts: AgingFacts): boolean {
  return isOverdue(secretOf(credential), { ...rulesFor(credential, facts), overdueAfterSeconds: graceSecondsFor(credential, facts) }, facts.now)
}

/** Whether it should have been replaced by now. What is locked down opens nothing. */
export function isPastDue (credential: Aging & Pick<Credential, 'hold'>, facts: AgingFacts): boolean {
  return credential.leaving === null && credential.hold?.class !== 'locked-down' && isOverdue(secretOf(credential), rulesFor(credential, facts), facts.now)
}

/** Since when it should have been replaced; nothing where it is not that late. */
export function overdueSince (credential: Aging & Pick<Credential, 'hold'>, facts: AgingFacts): Date | undefined {
  return isPastDue(credential, facts) ? dueTime(secretOf(credential), rulesFor(credential, facts), facts.now)?.overdueAt ?? undefined : undefined
}

/** How long its replaced key stays open: as the zone's people have it, or shorter. */
export function graceSecondsFor (credential: Named, facts: Pick<AgingFacts, 'policy' | keyof NamedRules>): number {
  return Math.min(facts.policy.graceSeconds, policyFor(credential, facts)?.graceSeconds ?? Infinity)
}

/** The same facts where nothing ages: what is due by them is due for other reasons. */
export function withoutAging<Zone extends Pick<AgingFacts, 'policy' | 'policies'>> (zone: Zone): Zone {
  return { ...zone, policies: zone.policies.map((policy) => ({ ...policy, schedule: undefined })), policy: { ...zone.policy, longestAgeSeconds: null } }
}

function secretOf ({ name, current }: Aging): { name: Credential['name'], madeAt: string } {
  return { name, madeAt: current.madeAt }
}

function rulesFor (credential: Aging, facts: AgingFacts): AgingRules {
  const { longestAgeSeconds, overdueAfterSeconds } = facts.policy
  return { longestAgeSeconds, overdueAfterSeconds, schedule: policyFor(credential, facts)?.schedule }
}
