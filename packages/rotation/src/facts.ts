import type { Credential, Order, Policy, RetiredSecret, Sibling, Through } from '@rekey/domain'
import { hasLeft, highestOrder } from '@rekey/domain'
import type { HostObservation } from './observe.ts'

/** What is known besides the credential when a step is asked whether it is due. */
export interface Facts extends HostObservation {
  /** All orders of the zone, ascending. */
  readonly orders: readonly Order[]
  /** Labels of the credential's host. */
  readonly labels: Readonly<Record<string, string>>
  /** The host's credentials that have not left. */
  readonly siblings: readonly Sibling[]
  /** The host's recovery credential. */
  readonly recovery: Through | undefined
  readonly policy: Policy
  readonly now: Date
}

/** The part of a credential that decides what is due. No secret in it, so a worker may keep one of each in memory. */
export interface Outline extends Pick<Credential, 'name' | 'hold' | 'nextAttemptAt' | 'observe' | 'observedBy' | 'burnedAt' | 'through' | 'leaving'> {
  readonly current: { readonly fingerprint: string, readonly order: number, readonly madeAt: string }
  readonly candidate: { readonly fingerprint: string, readonly order: number, readonly sentAt: string | null } | null
  readonly retired: ReadonlyArray<Pick<RetiredSecret, 'fingerprint' | 'retiredAt' | 'notBefore' | 'removedAt'>>
}

export function outlineOf ({ name, hold, nextAttemptAt, current, candidate, retired, observe, observedBy, burnedAt, through, leaving }: Credential): Outline {
  return {
    name,
    hold,
    nextAttemptAt,
    current: { fingerprint: current.fingerprint, order: current.order, madeAt: current.madeAt },
    candidate: candidate && { fingerprint: candidate.fingerprint, order: candidate.order, sentAt: candidate.sentAt },
    retired: retired.map(({ fingerprint, retiredAt, notBefore, removedAt }) => ({ fingerprint, retiredAt, notBefore, removedAt })),
    observe,
    observedBy,
    burnedAt,
    through,
    leaving
  }
}

/** How many retired keys one proof can show besides a random and the new one: sshd counts six (MaxAuthTries). */
export const mostRetired = 4

/** A successor is owed: an order covers the credential that its current secret does not fulfil, or it was used for a recovery. */
export function isOrdered (credential: Pick<Outline, 'name' | 'current' | 'burnedAt' | 'leaving'>, facts: Facts): boolean {
  return credential.burnedAt !== null || orderFor(credential, facts) > credential.current.order
}

/** The highest order that covers a credential: of those that came after it began to leave, none does. */
export function orderFor ({ name, leaving }: Pick<Outline, 'name' | 'leaving'>, { orders, labels }: Facts): number {
  return highestOrder(orders, name, labels, leaving?.order)
}

/** What should be dead, or may have been put in place, and is settled by no proof. */
export function unprovenOf (credential: Pick<Outline, 'name' | 'current' | 'candidate' | 'retired' | 'burnedAt' | 'leaving'>, facts: Facts): string[] {
  const { current, candidate, retired } = credential
  return [...isOrdered(credential, facts) ? [current] : [], ...candidate === null ? [] : [candidate], ...retired].map(({ fingerprint }) => fingerprint)
}

/** What of a host stays, as far as one of them may rely on another. */
export function siblingsOf (credentials: ReadonlyArray<Pick<Outline, 'name' | 'through' | 'leaving'>>): Sibling[] {
  return credentials.filter((one) => !hasLeft(one)).map(({ name: { account, name }, through }) => ({ account, name, through }))
}

/**
 * Whether a retired secret may go. A grace that was shortened since ends sooner, and when a successor is owed and there is
 * no room for one more, the oldest has had its time: grace is a comfort, and an order is not kept waiting for it.
 */
export function isOverdue (secret: Outline['retired'][number], credential: Pick<Outline, 'name' | 'current' | 'retired' | 'burnedAt' | 'leaving'>, facts: Facts): boolean {
  const graceEnds = Math.min(Date.parse(secret.notBefore), Date.parse(secret.retiredAt) + facts.policy.graceSeconds * 1000)
  if (graceEnds <= facts.now.getTime()) return true
  return secret === credential.retired[0] && credential.retired.length >= mostRetired && isOrdered(credential, facts)
}

/** Nothing at all is due for a credential on hold, nor before its next attempt. */
export function mayAct (credential: Pick<Outline, 'hold' | 'nextAttemptAt'>, facts: Facts): boolean {
  return credential.hold === null && !isLater(credential.nextAttemptAt, facts)
}

export function isLater (time: string | null, facts: Facts): boolean {
  return time !== null && Date.parse(time) > facts.now.getTime()
}
