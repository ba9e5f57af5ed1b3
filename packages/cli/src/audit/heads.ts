import { resolve } from 'node:path'
import type { AuditEvidence } from '@rekey/domain'
import { createNewFile } from '../new-file.ts'
import { asJson, type Said } from '../said.ts'

/** One file of what several zones' logins may read; the API's heads are in each of them. @throws RekeyError `config/invalid` */
export async function exportHeads (exports: readonly AuditEvidence[], { out, json = false }: { readonly out?: string, readonly json?: boolean }, folder: string): Promise<Said> {
  const heads = new Map(exports.flatMap(one => one.heads.map(head => [`${head.journal}/${head.n}`, head] as const)))
  const evidence: AuditEvidence = {
    exportedAt: exports[0]?.exportedAt ?? '',
    keys: Object.assign({}, ...exports.map(({ keys }) => keys)) as AuditEvidence['keys'],
    heads: [...heads.values()]
  }
  const journals = new Set(evidence.heads.map(({ journal }) => journal)).size
  const notes = [`${evidence.heads.length} signed heads of ${journals} journals`]
  if (out === undefined) return { out: asJson(evidence), notes }
  await (await createNewFile(resolve(folder, out))).fill(asJson(evidence))
  if (json) return { out: asJson({ file: out, heads: evidence.heads.length, journals }), notes: [] }
  return { out: '', notes: [...notes, `written to ${out}`] }
}
