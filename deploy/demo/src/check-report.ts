import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack } from '@rekey/local'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { rekey, rekeyAlone } from './rekey.ts'

/** The campaign's report as it was downloaded, against the key that Vault signs with, offline; and one in which a host was renamed, which must be found out. @param folder only root may enter it */
export async function checkReport (stack: Stack, campaign: string, host: string, folder: string): Promise<Check[]> {
  const [report, keys, forged] = ['report.json', 'report-keys.json', 'forged-report.json'].map((name) => join(folder, name)) as [string, string, string]
  await rekey(stack.dir, 'campaign', 'report', campaign, '--out', report)
  await rekey(stack.dir, 'audit', 'heads', ...stack.zones.map(({ name }) => name), '--out', keys)
  const isGenuine = async (file: string): Promise<boolean> => await rekeyAlone('campaign', 'verify', file, '--keys', keys).then(() => true, () => false)
  const text = await readFile(report, 'utf8')
  await writeFile(forged, text.replaceAll(host, 'somewhere-else'), { mode: 0o600 })

  const signed = check('rekey campaign verify', 'reports that Vault has signed, with every target in them; and a forged one found out')
  decide(signed, text.includes(host) && await isGenuine(report), 'the report is not to be believed')
  decide(signed, !await isGenuine(forged), 'a forged report was believed')
  return [signed]
}
