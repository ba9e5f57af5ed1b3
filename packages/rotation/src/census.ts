import type { CredentialStatus, Debt, DebtClass, HoldClass, Verification } from '@rekey/domain'
import { formatName, hasLeft, unverifiedSince } from '@rekey/domain'
import { isPastDue, policyFor } from './aging.ts'
import { debtsOf, owedOf } from './debts.ts'
import type { Facts, Outline } from './facts.ts'
import { isObserved } from './observe.ts'
import { statusOf } from './state.ts'

/** How a zone's credentials stand, in numbers. */
export interface Census {
  readonly statuses: Readonly<Partial<Record<CredentialStatus, number>>>
  readonly holds: Readonly<Partial<Record<HoldClass, number>>>
  readonly observed: number
  /** Those whose secret should have been replaced by now. */
  readonly overdue: number
  /** Those whose host does not take their current secret. */
  readonly drifted: number
  /** Those that no heartbeat has seen to open for too long, but for what is on hold or has drifted. */
  readonly unverified: number
  /** Secrets that should be dead and are not proven dead. */
  readonly debts: Readonly<Partial<Record<DebtClass, number>>>
  /** Since when the oldest of them should be dead; null when there is none. */
  readonly oldestDebt: Date | null
  /** When the oldest secret that opens an account was made. */
  readonly oldestSecret: Date | null
}

export function censusOf (hosts: Iterable<{ readonly outlines: readonly Outline[], readonly facts: Facts, readonly verifications: ReadonlyMap<string, Verification> }>): Census {
  const statuses: Partial<Record<CredentialStatus, number>> = {}
  const holds: Partial<Record<HoldClass, number>> = {}
  const debts: Debt[] = []
  const made: Date[] = []
  let observed = 0
  let overdue = 0
  let drifted = 0
  let unverified = 0
  for (const { outlines, facts, verifications } of hosts) {
    for (const outline of outlines) {
      if (hasLeft(outline)) continue
      const status = statusOf(outline, facts)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (outline.hold !== null) holds[outline.hold.class] = (holds[outline.hold.class] ?? 0) + 1
      if (isObserved(outline, facts)) observed += 1
      if (isPastDue(outline, facts)) overdue += 1
      if (outline.drift?.endedAt === null) drifted += 1
      else if (isUnverified(outline, verifications.get(formatName(outline.name)), facts)) unverified += 1
      debts.push(...debtsOf(outline, facts), ...[owedOf(outline, facts)].filter((debt) => debt !== null))
      made.push(new Date(outline.current.madeAt))
    }
  }
  return { statuses, holds, observed, overdue, drifted, unverified, debts: byClass(debts), oldestDebt: oldest(debts.map(({ since }) => new Date(since))), oldestSecret: oldest(made) }
}

function isUnverified (outline: Outline, verification: Verification | undefined, facts: Facts): boolean {
  if (verification === undefined || outline.leaving !== null || outline.hold !== null) return false
  return unverifiedSince(verification, policyFor(outline, facts), facts.now) !== undefined
}

function byClass (debts: readonly Debt[]): Census['debts'] {
  const counts: Partial<Record<DebtClass, number>> = {}
  for (const debt of debts) counts[debt.class] = (counts[debt.class] ?? 0) + 1
  return counts
}

function oldest (dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((first, date) => first === null || date < first ? date : first, null)
}
