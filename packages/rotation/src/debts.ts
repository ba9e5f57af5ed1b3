import type { Debt, DebtClass } from '@rekey/domain'
import { covers } from '@rekey/domain'
import type { Facts, Outline } from './facts.ts'
import { mayGo, subjectOf } from './facts.ts'
import { leaseEnd } from './leased.ts'
import { isLockedDown, sparedBy } from './lockdown/over.ts'
import { isObserved } from './observe.ts'

/** What was replaced, or refused by the host, and is not proven dead. What is locked down is proven to be refused. */
export function debtsOf (credential: Outline, facts: Facts): Debt[] {
  if (isLockedDown(credential)) return []
  return credential.retired.map((secret) => ({
    fingerprint: secret.fingerprint,
    since: secret.retiredAt,
    notBefore: secret.notBefore,
    class: secret.removedAt === null && !mayGo(secret, credential, facts) ? 'grace' : classOf(credential, facts)
  }))
}

/** The current secret, where it should be dead, or should open nothing. */
export function owedOf (credential: Outline, facts: Facts): Debt | null {
  if (isLockedDown(credential)) return null
  const since = credential.burnedAt ?? orderedSince(credential, facts) ?? leaseEnd(credential, facts)
  return since === undefined ? notLocked(credential, facts) : { fingerprint: credential.current.fingerprint, since, notBefore: since, class: classOf(credential, facts) }
}

/** What a lockdown should have locked: it was replaced, and opens. It ends when the lockdown is stopped. */
function notLocked (credential: Outline, facts: Facts): Debt | null {
  const spared = sparedBy(credential, facts)
  const run = spared?.why === 'no-recovery' ? facts.campaigns.find(({ order }) => order === spared.order) : undefined
  return run === undefined ? null : { fingerprint: credential.current.fingerprint, since: run.startedAt, notBefore: run.startedAt, class: 'no-recovery' }
}

/** When the first order came that its current secret does not fulfil. */
function orderedSince (credential: Outline, { orders, labels }: Facts): string | undefined {
  const { current, leaving } = credential
  const last = leaving?.order ?? Infinity
  // Nearly always the newest orders tell.
  const unfulfilled = orders.slice(orders.findLastIndex(({ number }) => number <= current.order) + 1)
  return unfulfilled.find(({ number, scope }) => number <= last && covers(scope, subjectOf(credential), labels))?.requestedAt
}

function classOf (credential: Outline, facts: Facts): DebtClass {
  if (credential.hold !== null) return 'held'
  return isObserved(credential, facts) ? 'observed' : credential.lastFailure?.class ?? 'waiting'
}
