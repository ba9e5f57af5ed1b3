import type { OrderView, RekeyClient } from '@rekey/client'
import { formatName } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { watch, type OrderName, type Watched } from './watch.ts'

export async function listOrders (api: RekeyClient, { zone, json = false }: { readonly zone?: string, readonly json?: boolean }): Promise<Said> {
  const orders = await api.all('/v1/orders', { zone })
  if (json) return { out: asJson(orders), notes: [] }
  const rows = orders.map(({ zone, number, requestedAt, requestedBy, reason }) => [`${zone}/${number}`, requestedAt, requestedBy, reason])
  return { out: inLines(inColumns([['ORDER', 'PLACED', 'BY', 'REASON'], ...rows])), notes: [] }
}

export async function showOrder (api: RekeyClient, { zone, number }: OrderName, json = false): Promise<Said> {
  const order = await wholeOrder(api, { zone, number })
  if (json) return { out: asJson(order), notes: [] }
  const rows = order.targets.map(target => [formatName(target), target.outcome, target.hold?.detail ?? target.lastFailure?.message ?? ''])
  return { out: inLines([summary(order), '', ...inColumns([['CREDENTIAL', 'OUTCOME', 'WHAT IS KNOWN'], ...rows])]), notes: [] }
}

export interface WatchFlags {
  readonly timeout?: number
  readonly json?: boolean
}

/** Exit code 1 when only a person can let it go on. */
export async function watchOrders (api: RekeyClient, orders: readonly OrderName[], { timeout, json = false }: WatchFlags, session: Session): Promise<Said> {
  const ended: Watched[] = []
  for (const order of orders) ended.push(await watch(api, order, timeout, session))
  const out = json ? asJson(ended.map(({ zone, number, counts, done }) => ({ zone, number, counts, done }))) : inLines(ended.map(summary))
  const held = ended.filter(({ done }) => !done)
  return { out, notes: held.map(({ zone, number, counts }) => `${counts.held} on hold; rekey orders show ${zone}/${number} says which`), code: held.length === 0 ? 0 : 1 }
}

/** All pages of its targets. */
async function wholeOrder (api: RekeyClient, path: OrderName): Promise<OrderView> {
  const first = await api.get('/v1/orders/{zone}/{number}', { path: { ...path }, query: { limit: '1000' } })
  const targets = [...first.targets]
  for (let cursor = first.next; cursor !== null;) {
    const page = await api.get('/v1/orders/{zone}/{number}', { path: { ...path }, query: { limit: '1000', cursor } })
    targets.push(...page.targets)
    cursor = page.next
  }
  return { ...first, targets, next: null }
}

function summary ({ zone, number, counts, done, reason }: Watched): string {
  const { settled, total, observed } = counts
  return `Order ${zone}/${number} is ${done ? 'done' : 'open'}: ${settled} of ${total} settled${observed > 0 ? `, ${observed} observed and left as they are` : ''}. ${reason}`
}
