import { isLockedBy, type CredentialState, type Order } from '@rekey/domain'
import type { UnseenState } from './credential-views.ts'

export type Outcome = 'settled' | 'locked' | 'pending' | 'grace' | 'debt' | 'held' | 'observed' | 'left'

/**
 * How far an order is with one target. A secret made after its maker had read the order fulfils it; the order is settled
 * there once nothing older opens the account any more.
 */
export function outcomeOf (order: Pick<Order, 'number'>, state: CredentialState | UnseenState): Outcome {
  if (isLockedBy(order.number, state)) return 'locked'
  const outcome = outcomeOfWork(order, state)
  // Whatever is left to do there, nothing will be done.
  if (state.status === 'left' && outcome !== 'settled') return 'left'
  return state.observed && outcome !== 'settled' ? 'observed' : outcome
}

function outcomeOfWork (order: Pick<Order, 'number'>, state: CredentialState | UnseenState): Exclude<Outcome, 'observed' | 'left' | 'locked'> {
  if (state.status === 'held') return 'held'
  if (state.order < order.number) return 'pending'
  switch (state.status) {
    case 'settled':
    case 'grace':
    case 'debt':
      return state.status
    default:
      // A higher order is under way. This one stays settled there if its own rotation had ended with a proof.
      return state.debts.length === 0 && state.rotations.some(rotation => rotation.order >= order.number) ? 'settled' : 'pending'
  }
}

export type Counts = Record<Outcome | 'total', number>

export function countOutcomes (outcomes: readonly Outcome[]): Counts {
  const counts: Counts = { total: outcomes.length, settled: 0, locked: 0, pending: 0, grace: 0, debt: 0, held: 0, observed: 0, left: 0 }
  for (const outcome of outcomes) counts[outcome] += 1
  return counts
}

/** An order waits for no target that a lockdown has locked, nor for one that is observed or has left: people have said that nothing is to happen there. */
export function isDone ({ total, settled, locked, observed, left }: Counts): boolean {
  return settled + locked + observed + left === total
}

export interface Progress {
  readonly targets: ReadonlyArray<(CredentialState | UnseenState) & { readonly outcome: Outcome }>
  readonly counts: Counts
  readonly done: boolean
}

/** How far an order is with all of its targets, in their order. */
export function progressOf (order: Order, states: ReadonlyArray<CredentialState | UnseenState>): Progress {
  const targets = states.map(state => ({ ...state, outcome: outcomeOf(order, state) }))
  const counts = countOutcomes(targets.map(({ outcome }) => outcome))
  return { targets, counts, done: isDone(counts) }
}
