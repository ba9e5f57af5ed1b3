import { randomUUID } from 'node:crypto'
import type { NewOrder, RekeyClient } from '@rekey/client'
import { checkName } from '@rekey/domain'
import { inLines } from '../columns.ts'
import { reasonFrom } from '../reason.ts'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { UsageError } from '../usage-error.ts'
import { watchOrders, type WatchFlags } from './orders.ts'

export interface RotateFlags extends WatchFlags {
  readonly reason?: string
  readonly label?: readonly string[]
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly wait?: boolean
  readonly idempotencyKey?: string
}

/** Shows what a scope covers, asks, and orders its rotation. @throws UsageError, RekeyError */
export async function rotate (api: RekeyClient, scopes: readonly string[], flags: RotateFlags, session: Session): Promise<Said> {
  const order = { scope: scopeFrom(scopes, flags), reason: reasonFrom(flags.reason) }
  const covered = await api.dryRun(order)
  if (flags.json !== true || flags.dryRun === true) {
    const shown = flags.json === true ? asJson(covered) : inLines(covered.orders.flatMap(({ zone, targets, credentials, observed }) => [`${zone}: ${counted(targets)}`, ...credentials.map(name => `  ${name}${observed.includes(name) ? '  (observed: left as it is)' : ''}`)]))
    if (flags.dryRun === true) return { out: shown, notes: ['nothing was ordered'] }
    session.err(shown)
  }
  if (flags.yes !== true && !await isSure(covered.orders.reduce((sum, { targets }) => sum + targets, 0), session)) return { out: 'Nothing was ordered.\n', notes: [], code: 1 }
  const placed = await api.placeOrders(order, flags.idempotencyKey ?? randomUUID())
  if (flags.wait === true) return await watchOrders(api, placed.orders, flags, session)
  if (flags.json === true) return { out: asJson(placed), notes: [] }
  return { out: inLines(placed.orders.map(({ zone, number, targets }) => `Ordered: ${zone}/${number}, ${counted(targets)}. Follow it: rekey orders watch ${zone}/${number}`)), notes: [] }
}

async function isSure (targets: number, session: Session): Promise<boolean> {
  return await typed(`Rotate ${targets === 1 ? 'this one' : `these ${targets}`}? Type yes: `, session) === 'yes'
}

function counted (targets: number): string {
  return targets === 1 ? 'one credential' : `${targets} credentials`
}

/** Scopes are `zone`, `zone/host`, `zone/host/account` or a credential's name; an order has one of each kind, so several must be alike. */
function scopeFrom (scopes: readonly string[], { label = [], all = false }: RotateFlags): NewOrder['scope'] {
  if (all === (scopes.length + label.length > 0)) throw new UsageError('name what to rotate: zone, zone/host, zone/host/account or zone/host/account/name, or --label KEY=VALUE; or say --all')
  if (all) return { all }
  const parts = scopes.map(partsOf)
  const lists = kinds.map((_, index) => [...new Set(parts.flatMap(one => one[index] ?? []))])
  if (new Set(parts.map(one => one.length)).size > 1 || product(lists) !== scopes.length) {
    throw new UsageError('these scopes make no order of their own: it would cover more than you named. Order them one by one')
  }
  const [zones = [], hosts = [], accounts = [], names = []] = lists
  const labels = Object.fromEntries(label.map(labelFrom))
  // An order of a whole zone says so.
  const isWhole = zones.length > 0 && hosts.length === 0 && label.length === 0
  return { ...isWhole ? { all: true } : {}, ...filled({ zones, hosts, accounts, names }), ...label.length === 0 ? {} : { labels } }
}

const kinds = ['zone', 'host', 'account', 'credential'] as const

function partsOf (scope: string): string[] {
  const parts = scope.split('/')
  if (parts.length > kinds.length) throw new UsageError('a scope is zone, zone/host, zone/host/account or zone/host/account/name')
  return parts.map((part, index) => checkName(kinds[index] ?? 'credential', part))
}

function product (lists: ReadonlyArray<readonly string[]>): number {
  return lists.reduce((total, { length }) => total * Math.max(1, length), lists[0]?.length === 0 ? 0 : 1)
}

function labelFrom (text: string): [string, string] {
  const [key = '', value, ...rest] = text.split('=')
  if (value === undefined || rest.length > 0) throw new UsageError('--label takes KEY=VALUE')
  return [checkName('label', key, '--label'), checkName('label', value, '--label')]
}

function filled<T extends Record<string, readonly string[]>> (lists: T): Partial<T> {
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)) as Partial<T>
}
