import type { FallenView, RekeyClient } from '@rekey/client'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'
import { UsageError } from '../usage-error.ts'

export interface StolenFlags {
  readonly host?: readonly string[]
  readonly zone?: readonly string[]
  readonly json?: boolean
}

/** What falls, and why. */
export async function blastRadius (api: RekeyClient, fingerprints: readonly string[], { host: hosts = [], zone: zones = [], json = false }: StolenFlags): Promise<Said> {
  if (fingerprints.length + hosts.length + zones.length === 0) throw new UsageError('say what is stolen: fingerprints, --host or --zone')
  const radius = await api.post('/v1/blast-radius', { body: { fingerprints, hosts, zones } })
  if (json) return { out: asJson(radius), notes: [] }
  const { counts, fallen, surveyedHosts } = radius
  const rows = fallen.map(one => [one.kind, one.name, whyOf(one)])
  return { out: inLines([`${counts.accounts} accounts and ${counts.hosts} hosts fall, as far as ${surveyedHosts} surveys tell.`, '', ...inColumns([['WHAT', 'NAME', 'WHY'], ...rows])]), notes: [] }
}

function whyOf ({ reason, from }: FallenView): string {
  const texts = { stolen: 'stolen', 'opened-by': 'opened by', 'root-of': 'root by', 'on-host': 'on', 'lies-in': 'lies in the home of' }
  return [texts[reason], ...from === null ? [] : [from]].join(' ')
}
