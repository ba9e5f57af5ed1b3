import type { Credential, Order, Policy, RetiredSecret } from '@rekey/domain'
import { highestOrder } from '@rekey/domain'
import type { HostObservation } from './observe.ts'

/** What is known besides the credential when a step is asked whether it is due. */
export interface Facts extends HostObservation {
  /** All orders of the zone, ascending. */
  readonly orders: readonly Order[]
  /** Labels of the credential's host. */
  readonly labels: Readonly<Record<string, string>>
  readonly policy: Policy
  readonly now: Date
}

/** The part of a credential that decides what is due. No secret in it, so a worker may keep one of each in memory. */
export interface Outline extends Pick<Credential, 'name' | 'hold' | 'nextAttemptAt' | 'observe' | 'observedBy' | 'burnedAt'> {
  readonly current: { readonly order: number, readonly madeAt: string }
  readonly candidate: { readonly order: number, readonly sentAt: string | null } | null
  readonly retired: ReadonlyArray<Pick<RetiredSecret, 'retiredAt' | 'notBefore' | 'removedAt'>>
}

export function outlineOf ({ name, hold, nextAttemptAt, current, candidate, retired, observe, observedBy, burnedAt }: Credential): Outline {
  return {
    name,
    hold,
    nextAttemptAt,
    current: { order: current.order, madeAt: current.madeAt },
    candidate: candidate && { order: candidate.order, sentAt: candidate.sentAt },
    retired: retired.map(({ retiredAt, notBefore, removedAt }) => ({ retiredAt, notBefore, removedAt })),
    observe,
    observedBy,
    burnedAt
  }
}

/** How many retired keys one proof can show besides a random and the new one: sshd counts six (MaxAuthTries). */
export const mostRetired = 4

/** A successor is owed: an order covers the credential that its current secret does not fulfil, or it was used for a recovery. */
export function isOrdered (credential: Pick<Outline, 'name' | 'current' | 'burnedAt'>, facts: Facts): boolean {
  return credential.burnedAt !== null || highestOrder(facts.orders, credential.name, facts.labels) > credential.current.order
}

/**
 * Whether a retired secret may go. A grace that was shortened since ends sooner, and when a successor is owed and there is
 * no room for one more, the oldest has had its time: grace is a comfort, and an order is not kept waiting for it.
 */
export function isOverdue (secret: Outline['retired'][number], credential: Pick<Outline, 'name' | 'current' | 'retired' | 'burnedAt'>, facts: Facts): boolean {
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
