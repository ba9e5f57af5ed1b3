import type { OrderEvent, OrderView, RekeyClient } from '@rekey/client'
import { RekeyError } from '@rekey/domain'
import { follow } from '../follow.ts'
import { Progress } from '../progress.ts'
import type { Session } from '../session.ts'

export interface OrderName {
  readonly zone: string
  readonly number: number
}

/** How far a watched order is. */
export type Watched = Pick<OrderView, 'zone' | 'number' | 'reason' | 'counts' | 'done'>

/**
 * Follows an order until it is done, or only a person can let it go on.
 * @param seconds at most
 * @throws RekeyError `request/timeout`; what the API refuses
 */
export async function watch (api: RekeyClient, name: OrderName, seconds: number | undefined, session: Session): Promise<Watched> {
  const progress = new Progress(session)
  try {
    const order = await follow<Exclude<OrderEvent, { event: 'end' }>, Watched>({
      stream: since => api.watchOrder(name, since),
      after,
      show: order => { progress.show(lineOf(order), order.counts.settled, order.counts.total) },
      isOver: order => order.done || isStuck(order)
    }, seconds, session)
    if (order !== undefined) return order
  } finally {
    progress.end()
  }
  throw new RekeyError('request/timeout', `order ${name.zone}/${name.number} is not done after ${seconds ?? 0} seconds; it goes on: rekey orders watch ${name.zone}/${name.number}`)
}

function lineOf ({ zone, number, counts: { settled, total, observed, ...others } }: Watched): string {
  const open = Object.entries({ ...others, observed }).filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
  return `${zone}/${number}  ${settled} of ${total} settled${open.length === 0 ? '' : `, ${open.join(', ')}`}`
}

function after (event: Exclude<OrderEvent, { event: 'end' }>, order: Watched | undefined): Watched | undefined {
  switch (event.event) {
    case 'order': return event.data
    case 'changes': return order && { ...order, ...event.data }
    case 'done': return order && { ...order, ...event.data, done: true }
  }
}

function isStuck ({ counts: { pending, grace, debt, held } }: Watched): boolean {
  return held > 0 && pending + grace + debt === 0
}
