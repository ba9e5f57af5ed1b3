import type { CredentialSummary, ItemOf, OrderSummary, RekeyClient } from '@rekey/client'
import { formatChanges, formatName, isRekeyError, type AccountCount } from '@rekey/domain'
import { inColumns } from '../columns.ts'
import { accountsLine } from '../findings/findings.ts'
import { asJson, type Said } from '../said.ts'

const statuses = ['settled', 'rotating', 'grace', 'debt', 'held', 'adopting', 'refused'] as const
/** Of each zone, the newest: older ones are done, or show as debts and holds. */
const ordersLookedAt = '20'

/** How the API and what it needs are, and in each zone what there is to do. Exit code 1 while the API can't serve. */
export async function status (api: RekeyClient, { json = false }: { readonly json?: boolean }): Promise<Said> {
  await api.get('/health/live')
  const trouble = await whatIsAway(api)
  if (trouble?.vault === true) return reported({ ready: false, trouble: trouble.text, accounts: undefined, singleOperator: [], policyWaits: [], zones: [], holds: [], overdue: [], drifted: [], openOrders: [] }, json)
  const [zones, credentials, { accounts }, overdue] = await Promise.all([api.all('/v1/zones'), api.all('/v1/credentials'), api.get('/v1/findings', { query: { limit: '1' } }), api.all('/v1/findings', { kind: 'overdue' })])
  const newest = await Promise.all(zones.map(async ({ name }) => (await api.get('/v1/orders', { query: { zone: name, limit: ordersLookedAt } })).items))
  return reported({
    ready: trouble === undefined,
    trouble: trouble?.text,
    accounts,
    singleOperator: zones.filter(({ singleOperator }) => singleOperator).map(({ name }) => name),
    policyWaits: zones.flatMap(({ name, policyWaits }) => policyWaits === null ? [] : [waitingIn(name, policyWaits)]),
    zones: zones.map(({ name }) => ({ zone: name, credentials: counts(credentials.filter(({ zone }) => zone === name)), observed: credentials.filter(({ zone, observed }) => zone === name && observed).length })),
    holds: credentials.flatMap(({ hold, ...credential }) => hold === null ? [] : [{ credential: formatName(credential), class: hold.class, since: hold.since }]),
    overdue: overdue.flatMap(({ places, since }) => places.map(credential => ({ credential, since: since ?? '-' }))),
    drifted: credentials.flatMap(({ drift, ...credential }) => drift?.endedAt === null ? [{ credential: formatName(credential), since: drift.since }] : []),
    openOrders: await openOnes(api, newest.flat())
  }, json)
}

interface Since {
  readonly credential: string
  readonly since: string
}

interface Status {
  readonly ready: boolean
  readonly trouble: string | undefined
  /** Managed, and found by surveys and not managed; undefined while the API can't tell. */
  readonly accounts: AccountCount | undefined
  /** Zones where one person alone starts campaigns. */
  readonly singleOperator: readonly string[]
  /** Zones where somebody has written a policy that is weaker than what is in force. */
  readonly policyWaits: ReadonlyArray<{ readonly zone: string, readonly changes: readonly string[], readonly approvals: number, readonly approvalsNeeded: number, readonly approveWith: string }>
  readonly zones: ReadonlyArray<{ readonly zone: string, readonly credentials: Readonly<Record<string, number>>, readonly observed: number }>
  readonly holds: ReadonlyArray<{ readonly credential: string, readonly class: string, readonly since: string }>
  /** Those whose secret should have been replaced by now. */
  readonly overdue: readonly Since[]
  /** Those whose host does not take their current secret. */
  readonly drifted: readonly Since[]
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
    ...seen.accounts === undefined ? [] : [accountsLine(seen.accounts)],
    ...seen.singleOperator.length === 0 ? [] : [`Single-operator mode in ${seen.singleOperator.join(', ')}: one person alone starts campaigns, until a second one has approved of anything there.`],
    ...seen.policyWaits.map(({ zone, changes, approvals, approvalsNeeded, approveWith }) => `The policy of ${zone} waits, with ${approvals} of ${approvalsNeeded} approvals, to be weakened: ${changes.join(', ')} (${approveWith}).`),
    ...section([['ZONE', 'CREDENTIALS', ...used.map(one => one.toUpperCase()), 'OBSERVED'], ...seen.zones.map(({ zone, credentials, observed }) =>
      [zone, String(Object.values(credentials).reduce((sum, count) => sum + count, 0)), ...used.map(one => String(credentials[one])), String(observed)])]),
    ...section([['ON HOLD', 'WHY', 'SINCE'], ...seen.holds.map(hold => [hold.credential, hold.class, hold.since])]),
    ...section([['OVERDUE', 'SINCE'], ...seen.overdue.map(one => [one.credential, one.since])]),
    ...section([['REFUSED BY ITS HOST', 'SINCE'], ...seen.drifted.map(one => [one.credential, one.since])]),
    ...section([['OPEN ORDER', 'SETTLED', 'REASON'], ...seen.openOrders.map(({ order, settled, total, reason }) => [order, `${settled} of ${total}`, reason])])
  ]
  return { out: `${lines.join('\n')}\n`, notes: [], code }
}

function waitingIn (zone: string, { changes, approvals, approvalsNeeded, approveWith }: NonNullable<ItemOf<'/v1/zones'>['policyWaits']>): Status['policyWaits'][number] {
  return { zone, changes: formatChanges(changes), approvals: approvals.length, approvalsNeeded, approveWith }
}

function section (rows: ReadonlyArray<readonly string[]>): string[] {
  return rows.length === 1 ? [] : ['', ...inColumns(rows)]
}
