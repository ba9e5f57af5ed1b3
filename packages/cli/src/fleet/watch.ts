import type { OrderView, RekeyClient } from '@rekey/client'
import { isRekeyError, RekeyError } from '@rekey/domain'
import type { Session } from '../session.ts'
import { Progress } from './progress.ts'

export interface OrderName {
  readonly zone: string
  readonly number: number
}

const lookEveryMs = 1000

/**
 * Looks at an order until it is done, or only a person can let it go on. A connection that breaks is taken up again.
 * @param seconds at most
 * @throws RekeyError `request/timeout`; what the API refuses
 */
export async function watch (api: RekeyClient, { zone, number }: OrderName, seconds: number | undefined, session: Session): Promise<OrderView> {
  const progress = new Progress(session)
  const end = seconds === undefined ? Infinity : Date.now() + seconds * 1000
  try {
    for (;;) {
      const order = await seen(api, { zone, number }, session)
      if (order !== undefined) {
        progress.show(order)
        if (order.done || isStuck(order)) return order
      }
      if (Date.now() > end) throw new RekeyError('request/timeout', `order ${zone}/${number} is not done after ${seconds ?? 0} seconds; it goes on: rekey orders watch ${zone}/${number}`)
      await session.wait(lookEveryMs)
    }
  } finally {
    progress.end()
  }
}

/** Undefined: the API is away for now. */
async function seen (api: RekeyClient, path: OrderName, session: Session): Promise<OrderView | undefined> {
  try {
    return await api.get('/v1/orders/{zone}/{number}', { path: { ...path }, query: { limit: '1' } })
  } catch (error) {
    if (!isRekeyError(error) || error.retry !== 'later') throw error
    session.err(`rekey: ${error.message}; looking again\n`)
    return undefined
  }
}

function isStuck ({ counts: { pending, grace, debt, held } }: OrderView): boolean {
  return held > 0 && pending + grace + debt === 0
}
