import { holdsZone, type ZoneGrant } from '@rekey/domain'
import { decodeCursor, encodeCursor, limitOf, type Page, type PageQuery } from '../pages.ts'
import type { AuditLog } from './audit-log.ts'
import { Backwards, type Budget } from './backwards.ts'
import { keyOf, type RecordedEntry } from './entry.ts'

export interface AuditFilter extends PageQuery {
  readonly zone?: string
  readonly actor?: string
  readonly act?: string
  /** It, or what lies below it. */
  readonly target?: string
  readonly requestId?: string
  readonly since?: string
  readonly until?: string
}

/** Parts that one page reads at most: some megabytes, a second or so. */
const mostParts = 64

/** Sorts after every key. */
const end = '~'

/**
 * A page of what was recorded, the newest first. One that filters leave little of may be short, and go on nevertheless.
 * @param zones those of the caller; entries of no zone are shown to whom all zones are
 */
export async function readAudit (logs: readonly AuditLog[], everyZone: readonly string[], zones: ZoneGrant, filter: AuditFilter): Promise<Page<RecordedEntry>> {
  const limit = limitOf(filter)
  const until = filter.until === undefined ? end : `${inUtc(filter.until)} ${end}`
  const cursor = filter.cursor === undefined ? end : decodeCursor(filter.cursor)
  const place = { zones: everyZone, before: cursor < until ? cursor : until, since: filter.since === undefined ? '' : inUtc(filter.since) }
  const isWanted = wanted(filter, place.since, zones)

  const journals: Backwards[] = []
  for (const log of logs.filter(log => log.zone === undefined || (holdsZone(zones, log.zone) && (filter.zone ?? log.zone) === log.zone))) {
    journals.push(...await Promise.all((await log.journals()).map(async journal => await Backwards.of(log, journal, place))))
  }
  const items: RecordedEntry[] = []
  const budget: Budget = { left: mostParts }
  for (;;) {
    const next = newest(journals)
    if (next?.bound === undefined) return { items, next: null }
    if (budget.left === 0) return { items, next: encodeCursor(next.bound) }
    const entry = await next.next(budget)
    if (entry === undefined || !isWanted(entry)) continue
    items.push(entry)
    if (items.length === limit) return { items, next: newest(journals) === undefined ? null : encodeCursor(keyOf(entry)) }
  }
}

function newest (journals: readonly Backwards[]): Backwards | undefined {
  return journals.reduce<Backwards | undefined>((best, one) => one.bound !== undefined && (best?.bound === undefined || one.bound > best.bound) ? one : best, undefined)
}

function wanted (filter: AuditFilter, since: string, zones: ZoneGrant): (entry: RecordedEntry) => boolean {
  return ({ zone, at, actor, act, target, requestId }) =>
    (zone === null ? zones === 'all' && filter.zone === undefined : holdsZone(zones, zone) && (filter.zone ?? zone) === zone) &&
    at >= since &&
    (filter.actor ?? actor) === actor &&
    (filter.act ?? act) === act &&
    (filter.requestId ?? requestId) === requestId &&
    (filter.target === undefined || target === filter.target || target.startsWith(`${filter.target}/`))
}

function inUtc (time: string): string {
  return new Date(time).toISOString()
}
