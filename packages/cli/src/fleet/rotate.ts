import { randomUUID } from 'node:crypto'
import type { RekeyClient } from '@rekey/client'
import { inLines } from '../columns.ts'
import { reasonFrom } from '../reason.ts'
import { asJson, declined, type Said } from '../said.ts'
import { scopeFrom, type ScopeFlags } from '../scope.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { watchOrders, type WatchFlags } from './orders.ts'

export interface RotateFlags extends WatchFlags, ScopeFlags {
  readonly reason?: string
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
  if (flags.yes !== true && !await isSure(covered.orders.reduce((sum, { targets }) => sum + targets, 0), session)) return declined('nothing was ordered')
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
