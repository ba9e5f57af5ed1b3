import type { DueView, RekeyClient } from '@rekey/client'
import { formatName } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

export interface ScheduleFilter {
  readonly zone?: string
  readonly host?: string
  /** ISO 8601, UTC. */
  readonly until?: string
}

/** What will be replaced when. */
export async function showSchedule (api: RekeyClient, { zone, host, until }: ScheduleFilter, json = false): Promise<Said> {
  const found = await api.all('/v1/schedule', { zone, host, until })
  if (json) return { out: asJson(found), notes: [] }
  if (found.length === 0) return { out: '', notes: ['nothing is replaced by itself: no policy has a schedule, and no zone a longest age'] }
  const rows = found.map(due => [formatName(due), due.policy ?? '-', due.madeAt, due.startsAt ?? 'never', windowOf(due), due.overdue ? 'overdue' : due.by])
  return { out: inLines(inColumns([['CREDENTIAL', 'POLICY', 'MADE', 'BEGINS', 'WINDOW', 'WHY'], ...rows])), notes: [] }
}

function windowOf ({ schedule }: DueView): string {
  if (schedule?.window === undefined) return '-'
  const { days, from, to } = schedule.window
  return [...days === undefined ? [] : [days.join(',')], `${from}-${to}`, schedule.timeZone ?? 'UTC'].join(' ')
}
