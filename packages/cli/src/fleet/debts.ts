import type { RekeyClient } from '@rekey/client'
import { formatName, type DebtClass } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

/** The API's own filters. */
export interface DebtFilter {
  readonly zone?: string
  readonly host?: string
  readonly class?: DebtClass
}

export async function listDebts (api: RekeyClient, { zone, host, class: only }: DebtFilter, json = false): Promise<Said> {
  const debts = await api.all('/v1/debts', { zone, host, class: only })
  if (json) return { out: asJson(debts), notes: [] }
  if (debts.length === 0) return { out: 'Every secret that should be dead is proven dead.\n', notes: [] }
  const rows = debts.map(debt => [formatName(debt), debt.fingerprint, debt.class, debt.since, debt.nextAttemptAt ?? '-', debt.lastFailure?.code ?? '-'])
  const advice = new Map(debts.map(debt => [debt.class, debt.advice]))
  return {
    out: inLines([
      ...inColumns([['CREDENTIAL', 'FINGERPRINT', 'CLASS', 'SINCE', 'NEXT ATTEMPT', 'LAST FAILURE'], ...rows]),
      '',
      ...inColumns([...advice].map(([one, text]) => [one, text]))
    ]),
    notes: []
  }
}
