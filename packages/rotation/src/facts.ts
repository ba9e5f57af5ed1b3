import type { CampaignRun, Credential, Order, RetiredSecret, Sibling, Subject, Through } from '@rekey/domain'
import { covers, hasLeft, highestOrder, isReached } from '@rekey/domain'
import { graceSecondsFor, isOwedForDrift, isPastGrace, isScheduled } from './aging.ts'
import type { AgingFacts } from './aging.ts'
import { isOwedAfterLease, liveLeases } from './leased.ts'
import type { LeasesByCredential } from './leased.ts'
import type { HostObservation } from './observe.ts'

/** What is known besides the credential when a step is asked whether it is due. */
export interface Facts extends HostObservation, AgingFacts {
  /** All orders of the zone, ascending. */
  readonly orders: readonly Order[]
  /** Those of the zone that carry out one of these orders. */
  readonly campaigns: readonly CampaignRun[]
  /** Labels of the credential's host, as its record has them. */
  readonly labels: Readonly<Record<string, string>>
  /** The host's credentials that have not left. */
  readonly siblings: readonly Sibling[]
  /** The host's recovery credential. */
  readonly recovery: Through | undefined
  /** Who has had which secrets by a lease. Absent: nobody. */
  readonly leases?: LeasesByCredential
}

/** The part of a credential that decides what is due. No secret in it, so a worker may keep one of each in memory. */
export interface Outline extends Pick<Credential, 'name' | 'kind' | 'hold' | 'nextAttemptAt' | 'observe' | 'observedBy' | 'burnedAt' | 'through' | 'leaving' | 'lastFailure' | 'drift' | 'sessions' | 'lock'> {
  readonly current: { readonly fingerprint: string, readonly order: number, readonly madeAt: string }
  readonly candidate: { readonly fingerprint: string, readonly order: number, readonly sentAt: string | null } | null
  readonly retired: ReadonlyArray<Pick<RetiredSecret, 'fingerprint' | 'order' | 'retiredAt' | 'notBefore' | 'removedAt'>>
}

export function outlineOf ({ name, kind, hold, nextAttemptAt, current, candidate, retired, observe, observedBy, burnedAt, through, leaving, lastFailure, drift, sessions, lock }: Credential): Outline {
  return {
    name,
    kind,
    hold,
    nextAttemptAt,
    current: { fingerprint: current.fingerprint, order: current.order, madeAt: current.madeAt },
    candidate: candidate && { fingerprint: candidate.fingerprint, order: candidate.order, sentAt: candidate.sentAt },
    retired: retired.map(({ fingerprint, order, retiredAt, notBefore, removedAt }) => ({ fingerprint, order, retiredAt, notBefore, removedAt })),
    observe,
    observedBy,
    burnedAt,
    through,
    leaving,
    lastFailure,
    drift,
    sessions,
    lock
  }
}

/** How many retired keys one proof can show besides a random and the new one: sshd counts six (MaxAuthTries). */
export const mostRetired = 4

/** A credential as far as scopes ask for it, and what it owes. */
type Owing = Pick<Outline, 'name' | 'kind' | 'current' | 'burnedAt' | 'leaving' | 'drift'> & {
  readonly candidate: { readonly fingerprint: string } | null
  readonly retired: ReadonlyArray<{ readonly fingerprint: string }>
}

export function subjectOf ({ name, kind, current, candidate, retired }: Omit<Owing, 'burnedAt' | 'leaving' | 'drift'>): Subject {
  return { name, kind, fingerprints: [current, ...candidate === null ? [] : [candidate], ...retired].map(({ fingerprint }) => fingerprint) }
}

/** A successor is owed now: it is ordered, its host does not take it any more, or its age has come, which waits for whoever has the secret by a lease, as long as a grace lasts. */
export function isOwed (credential: Owing, facts: Facts): boolean {
  if (isOrdered(credential, facts) || isOwedForDrift(credential, facts)) return true
  return isScheduled(credential, facts) && (liveLeases(credential, facts) === 0 || isPastGrace(credential, facts))
}

/** A successor is ordered: an order covers the credential by now that its current secret does not fulfil, it was used for a recovery, or its leases have ended. */
export function isOrdered (credential: Owing, facts: Facts): boolean {
  return credential.burnedAt !== null || orderFor(credential, facts) > credential.current.order || isOwedAfterLease(credential, facts)
}

/** The same, whether or not a campaign has reached the host: it will. */
function willBeOrdered (credential: Owing, facts: Facts): boolean {
  return isOrdered(credential, { ...facts, campaigns: [] })
}

/** The highest order that covers a credential by now: of those that came after it began to leave, none does. */
export function orderFor (credential: Owing, facts: Facts): number {
  return highestOrder(ordersAt(credential.name.host, facts), subjectOf(credential), facts.labels, credential.leaving?.order)
}

/** The orders but for those of campaigns that have not reached the host. */
function ordersAt (host: string, { orders, campaigns, labels }: Facts): readonly Order[] {
  const later = campaigns.filter((run) => !isReached(run, host, labels)).map(({ order }) => order)
  return later.length === 0 ? orders : orders.filter(({ number }) => !later.includes(number))
}

/** What should be dead, or may have been put in place, and is settled by no proof. */
export function unprovenOf (credential: Owing, facts: Facts): string[] {
  const { current, candidate, retired } = credential
  return [...willBeOrdered(credential, facts) ? [current] : [], ...candidate === null ? [] : [candidate], ...retired].map(({ fingerprint }) => fingerprint)
}

/** What of a host stays, as far as one of them may rely on another. */
export function siblingsOf (credentials: ReadonlyArray<Pick<Outline, 'name' | 'through' | 'leaving'>>): Sibling[] {
  return credentials.filter((one) => !hasLeft(one)).map(({ name: { account, name }, through }) => ({ account, name, through }))
}

/**
 * Whether a retired secret may go. A grace that was shortened since ends sooner, of what a campaign revokes there is none, it is over for what jobs have had by leases
 * when these have ended, and when a successor is
 * owed and there is no room for one more, the oldest has had its time: grace is a comfort, and nothing that is due is kept waiting for it.
 */
export function mayGo (secret: Outline['retired'][number], credential: Owing, facts: Facts): boolean {
  const graceEnds = Math.min(Date.parse(secret.notBefore), Date.parse(secret.retiredAt) + graceSecondsFor(credential, facts) * 1000)
  if (graceEnds <= facts.now.getTime() || isRevoked(secret, credential, facts)) return true
  if (isOwedAfterLease({ name: credential.name, current: secret }, facts)) return true
  return secret === credential.retired[0] && credential.retired.length >= mostRetired && isOwed(credential, facts)
}

/** Whether a campaign has reached the host that revokes a secret. What was replaced before it may be what an attacker has. */
function isRevoked (secret: Outline['retired'][number], credential: Owing, { campaigns, orders, labels }: Facts): boolean {
  return campaigns.some((run) => secret.order < run.order && isReached(run, credential.name.host, labels) &&
    orders.some(({ number, scope }) => number === run.order && covers(scope, subjectOf(credential), labels)))
}

/** Nothing at all is due for a credential on hold, nor before its next attempt. */
export function mayAct (credential: Pick<Outline, 'hold' | 'nextAttemptAt'>, facts: Facts): boolean {
  return credential.hold === null && !isLater(credential.nextAttemptAt, facts)
}

export function isLater (time: string | null, facts: Facts): boolean {
  return time !== null && Date.parse(time) > facts.now.getTime()
}
