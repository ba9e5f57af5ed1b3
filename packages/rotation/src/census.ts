import type { CredentialStatus, HoldClass } from '@rekey/domain'
import { hasLeft } from '@rekey/domain'
import type { Facts, Outline } from './facts.ts'
import { isObserved } from './observe.ts'
import { statusOf } from './state.ts'

/** How a zone's credentials stand, in numbers. */
export interface Census {
  readonly statuses: Readonly<Partial<Record<CredentialStatus, number>>>
  readonly holds: Readonly<Partial<Record<HoldClass, number>>>
  readonly observed: number
  /** Secrets that should be dead and are not proven dead, those in their grace included. */
  readonly debts: number
  /** When the oldest of them was replaced; null when there is none. */
  readonly oldestDebt: Date | null
  /** When the oldest secret that opens an account was made. */
  readonly oldestSecret: Date | null
}

export function censusOf (hosts: Iterable<{ readonly outlines: readonly Outline[], readonly facts: Facts }>): Census {
  const statuses: Partial<Record<CredentialStatus, number>> = {}
  const holds: Partial<Record<HoldClass, number>> = {}
  const debts: Date[] = []
  const made: Date[] = []
  let observed = 0
  for (const { outlines, facts } of hosts) {
    for (const outline of outlines) {
      if (hasLeft(outline)) continue
      const status = statusOf(outline, facts)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (outline.hold !== null) holds[outline.hold.class] = (holds[outline.hold.class] ?? 0) + 1
      if (isObserved(outline, facts)) observed += 1
      debts.push(...outline.retired.map(({ retiredAt }) => new Date(retiredAt)))
      made.push(new Date(outline.current.madeAt))
    }
  }
  return { statuses, holds, observed, debts: debts.length, oldestDebt: oldest(debts), oldestSecret: oldest(made) }
}

function oldest (dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((first, date) => first === null || date < first ? date : first, null)
}
