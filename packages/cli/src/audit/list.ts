import type { ItemOf, RekeyClient } from '@rekey/client'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

/** The API's own filters. */
export interface AuditFilter {
  readonly zone?: string
  readonly actor?: string
  readonly act?: string
  readonly target?: string
  readonly requestId?: string
  readonly since?: string
  readonly until?: string
}

type Entry = ItemOf<'/v1/audit'>

/** The newest entries, so many at most. */
export async function listAudit (api: RekeyClient, filter: AuditFilter, most: number, json = false): Promise<Said> {
  const entries: Entry[] = []
  let cursor: string | undefined
  do {
    const page: { readonly items: readonly Entry[], readonly next: string | null } = await api.get('/v1/audit', { query: { ...filter, limit: String(Math.min(1000, most - entries.length)), ...cursor !== undefined && { cursor } } })
    entries.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined && entries.length < most)
  if (json) return { out: asJson(entries), notes: [] }
  const rows = entries.map(({ at, service, act, outcome, target, actor, reason, detail }) => [at, service, outcome === null ? act : `${act}: ${outcome}`, target, actor ?? '-', [reason, detail].filter(one => one !== null).join('; ')])
  return { out: inLines(inColumns([['WHEN', 'BY', 'ACT', 'TARGET', 'ASKED BY', 'WHY'], ...rows])), notes: cursor === undefined ? [] : ['there is more: --limit, --since, --until'] }
}
