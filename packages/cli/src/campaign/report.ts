import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { doubtOfReport } from '@rekey/audit'
import type { RekeyClient, SignedCampaignReport } from '@rekey/client'
import { RekeyError } from '@rekey/domain'
import { evidenceIn } from '../audit/verify.ts'
import { inLines } from '../columns.ts'
import { createNewFile } from '../new-file.ts'
import { asJson, type Said } from '../said.ts'
import { UsageError } from '../usage-error.ts'
import { accessLine, pageOf } from './show.ts'

/** Downloads the signed report of a campaign. @throws RekeyError `campaign/unknown`, `config/invalid` for a file that can't be made */
export async function downloadReport (api: RekeyClient, path: { readonly id: string }, { out, json = false }: { readonly out?: string, readonly json?: boolean }, folder: string): Promise<Said> {
  const file = out === undefined ? undefined : await createNewFile(resolve(folder, out))
  try {
    const signed = await api.get('/v1/campaigns/{id}/report', { path })
    if (file === undefined) return { out: asJson(signed), notes: [] }
    await file.fill(asJson(signed))
    if (json) return { out: asJson({ file: out, madeAt: signed.report.madeAt, campaign: signed.report.campaign }), notes: [] }
    return { out: inLines([...pageOf(signed.report.campaign), ...accessLine(signed.report)]), notes: [`written to ${out ?? ''}; rekey campaign verify ${out ?? ''} --keys FILE shows whether it was changed`] }
  } catch (error) {
    await file?.drop().catch(() => {})
    throw error
  }
}

export interface VerifyReportFlags {
  readonly keys?: string
  readonly json?: boolean
}

/** Whether the API's key has signed just this report, by keys that were exported. Exit code 1 when not. @throws UsageError, RekeyError `config/invalid` */
export async function verifyReport (file: string, { keys, json = false }: VerifyReportFlags, folder: string): Promise<Said> {
  if (keys === undefined) throw new UsageError('say whose signature is believed: --keys, a file that rekey audit heads has written')
  const signed = await reportIn(resolve(folder, file))
  const doubt = doubtOfReport(signed, (await evidenceIn(resolve(folder, keys))).keys)
  const { report } = signed
  if (json) return { out: asJson({ isGenuine: doubt === undefined, doubt: doubt ?? null, madeAt: report.madeAt, campaign: report.campaign.id }), notes: [], code: doubt === undefined ? 0 : 1 }
  if (doubt !== undefined) return { out: `The report is not to be believed: ${doubt}. Somebody has changed or made it, or the keys are not those of this Rekey.\n`, notes: [], code: 1 }
  return { out: inLines([...pageOf(report.campaign), '', `Signed by Rekey as of ${report.madeAt}; nothing was changed since.`]), notes: [] }
}

async function reportIn (file: string): Promise<SignedCampaignReport> {
  try {
    const signed = JSON.parse(await readFile(file, 'utf8')) as SignedCampaignReport
    if (typeof signed.key === 'string' && typeof signed.signature === 'string' && typeof signed.report.campaign.id === 'string') return signed
  } catch { /* the same as another shape */ }
  throw new RekeyError('config/invalid', `${file} is not what rekey campaign report writes`)
}
