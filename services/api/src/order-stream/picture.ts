import { createHash } from 'node:crypto'
import { formatName, type CredentialState, type Order } from '@rekey/domain'
import type { UnseenState } from '../credential-views.ts'
import { progressOf, type Progress } from '../order-progress.ts'
import { shownTarget, type ShownTarget } from '../schemas/order.ts'
import type { Seen } from './event-id.ts'

/** An order at one moment, with what a watcher is shown of each target. */
export interface Picture extends Pick<Progress, 'counts' | 'done'> {
  readonly order: Order
  /** What it was made of. */
  readonly states: ReadonlyArray<CredentialState | UnseenState>
  readonly targets: readonly ShownTarget[]
  readonly seen: Required<Seen>
}

export function pictureOf (order: Order, states: ReadonlyArray<CredentialState | UnseenState>): Picture {
  const { targets: found, counts, done } = progressOf(order, states)
  const targets = found.map(shownTarget)
  const each = targets.map(target => digest(8, JSON.stringify(target)))
  return {
    order,
    states,
    targets,
    counts,
    done,
    seen: { names: digest(16, JSON.stringify([order.zone, order.number, targets.map(formatName)])), whole: digest(22, each.join('')), each }
  }
}

/** The targets that have changed since. Undefined when that can't be told, or when there are others now: then all are to be shown. */
export function changesSince ({ names, whole, each }: Seen, { seen, targets }: Pick<Picture, 'seen' | 'targets'>): Picture['targets'] | undefined {
  if (names !== seen.names) return undefined
  if (whole === seen.whole) return []
  if (each?.length !== seen.each.length) return undefined
  return targets.filter((_, at) => each[at] !== seen.each[at])
}

/** @param length in characters of six bits */
function digest (length: number, text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length)
}
