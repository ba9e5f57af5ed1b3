import type { CredentialSummary, OrderSummary, RekeyClient } from '@rekey/client'
import { formatName, isRekeyError } from '@rekey/domain'
import { inColumns } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

const statuses = ['settled', 'rotating', 'grace', 'debt', 'held', 'adopting', 'refused'] as const
/** Of each zone, the newest: older ones are done, or show as debts and holds. */
const ordersLookedAt = '20'

/** How the API and what it needs are, and in each zone what there is to do. Exit code 1 while the API can't serve. */
export async function status (api: RekeyClient, { json = false }: { readonly json?: boolean }): Promise<Said> {
  await api.get('/health/live')
  const trouble = await whatIsAway(api)
  if (trouble?.vault === true) return reported({ ready: false, trouble: trouble.text, zones: [], holds: [], openOrders: [] }, json)
  const [zones, credentials] = await Promise.all([api.all('/v1/zones'), api.all('/v1/credentials')])
  const newest = await Promise.all(zones.map(async ({ name }) => (await api.get('/v1/orders', { query: { zone: name, limit: ordersLookedAt } })).items))
  return reported({
    ready: trouble === undefined,
    trouble: trouble?.text,
    zones: zones.map(({ name }) => ({ zone: name, credentials: counts(credentials.filter(({ zone }) => zone === name)), observed: credentials.filter(({ zone, observed }) => zone === name && observed).length })),
    holds: credentials.flatMap(({ hold, ...credential }) => hold === null ? [] : [{ credential: formatName(credential), class: hold.class, since: hold.since }]),
    openOrders: await openOnes(api, newest.flat())
  }, json)
}

interface Status {
  readonly ready: boolean
  readonly trouble: string | undefined
  readonly zones: ReadonlyArray<{ readonly zone: string, readonly credentials: Readonly<Record<string, number>>, readonly observed: number }>
  readonly holds: ReadonlyArray<{ readonly credential: string, readonly class: string, readonly since: string }>
  readonly openOrders: ReadonlyArray<{ readonly order: string, readonly settled: number, readonly total: number, readonly reason: string }>
}

/** Without Redis the lists are answered all the same. */
async function whatIsAway (api: RekeyClient): Promise<{ text: string, vault: boolean } | undefined> {
  try {
    await api.get('/health/ready')
    return undefined
  } catch (error) {
    if (!isRekeyError(error) || error.code === 'api/unavailable') throw error
    return { text: error.message, vault: error.code !== 'queue/unavailable' }
  }
}

function counts (credentials: readonly CredentialSummary[]): Record<string, number> {
  return Object.fromEntries(statuses.map(one => [one, credentials.filter(({ status }) => status === one).length]))
}

async function openOnes (api: RekeyClient, orders: readonly OrderSummary[]): Promise<Status['openOrders']> {
  const seen = await Promise.all(orders.map(async ({ zone, number }) => await api.get('/v1/orders/{zone}/{number}', { path: { zone, number }, query: { limit: '1' } })))
  return seen.filter(({ done }) => !done).map(({ zone, number, counts: { settled, total }, reason }) => ({ order: `${zone}/${number}`, settled, total, reason }))
}

function reported (seen: Status, json: boolean): Said {
  const code = seen.ready ? 0 : 1
  if (json) return { out: asJson(seen), notes: [], code }
  const used = statuses.filter(one => seen.zones.some(({ credentials }) => (credentials[one] ?? 0) > 0))
  const lines = [
    seen.ready ? 'The API is live, and ready: Vault and Redis answer.' : `The API is live, and not ready: ${seen.trouble ?? ''}.`,
    ...section([['ZONE', 'CREDENTIALS', ...used.map(one => one.toUpperCase()), 'OBSERVED'], ...seen.zones.map(({ zone, credentials, observed }) =>
      [zone, String(Object.values(credentials).reduce((sum, count) => sum + count, 0)), ...used.map(one => String(credentials[one])), String(observed)])]),
    ...section([['ON HOLD', 'WHY', 'SINCE'], ...seen.holds.map(hold => [hold.credential, hold.class, hold.since])]),
    ...section([['OPEN ORDER', 'SETTLED', 'REASON'], ...seen.openOrders.map(({ order, settled, total, reason }) => [order, `${settled} of ${total}`, reason])])
  ]
  return { out: `${lines.join('\n')}\n`, notes: [], code }
}

function section (rows: ReadonlyArray<readonly string[]>): string[] {
  return rows.length === 1 ? [] : ['', ...inColumns(rows)]
}
