import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { findJournals, verifyJournals } from '@rekey/audit'
import type { Verification } from '@rekey/audit'
import { isRekeyError, RekeyError, type AuditEvidence } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'
import { findStack } from '../stack.ts'
import { UsageError } from '../usage-error.ts'

export interface VerifyFlags {
  readonly heads?: string
  readonly keys?: string
  readonly stack?: string
  readonly json?: boolean
}

/** @throws UsageError, RekeyError `config/invalid` when a file can't be read */
export async function verify (files: readonly string[], { heads, keys, stack, json = false }: VerifyFlags, folder: string): Promise<Said> {
  if (keys !== undefined && heads === undefined) throw new UsageError('--keys says whose heads are believed: say --heads, too')
  const journals = files.length > 0 ? files.map(file => resolve(folder, file)) : await journalsOfStack(stack, folder)
  const evidence = heads === undefined ? undefined : await evidenceIn(resolve(folder, heads))
  const believed = evidence !== undefined && keys !== undefined ? { ...evidence, keys: (await evidenceIn(resolve(folder, keys))).keys } : evidence
  const found = await verifyJournals(journals, believed).catch((error: unknown) => {
    if (isRekeyError(error)) throw error
    const { code = 'unknown', path = 'a file' } = error as NodeJS.ErrnoException
    throw new RekeyError('config/invalid', `${path} can't be read (${code})`)
  })
  const code = found.problems.length === 0 ? 0 : 1
  return json ? { out: asJson(found), notes: [], code } : { out: shown(found), notes: found.notes, code }
}

function shown ({ journals, problems }: Verification): string {
  const rows = journals.map(({ file, journal, entries, heads, signedUpTo }) => [file, journal, String(entries), String(heads), String(signedUpTo)])
  return inLines([
    ...inColumns([['FILE', 'JOURNAL', 'ENTRIES', 'HEADS', 'SIGNED UP TO'], ...rows]),
    ...problems.flatMap(({ where, entry, problem, advice }) => ['', `${where}: ${entry === undefined ? '' : `entry ${entry} `}${problem}.`, `  ${advice}`]),
    '',
    problems.length === 0 ? 'Nothing was changed.' : `${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong.`
  ])
}

/** @throws RekeyError `config/invalid` */
export async function evidenceIn (file: string): Promise<AuditEvidence> {
  try {
    const evidence = JSON.parse(await readFile(file, 'utf8')) as AuditEvidence
    if (Array.isArray(evidence.heads) && typeof evidence.keys === 'object') return evidence
  } catch { /* the same as another shape */ }
  throw new RekeyError('config/invalid', `${file} is not what rekey audit heads writes`)
}

async function journalsOfStack (named: string | undefined, folder: string): Promise<string[]> {
  const stack = await findStack(named, folder)
  if (stack === undefined) throw new UsageError('there is no local stack here: name the journals, journal*.jsonl of the audit folders')
  const root = join(dirname(dirname(stack.caFile)), 'audit')
  const folders = await readdir(root)
  return (await findJournals(folders.map(name => join(root, name)))).map(({ path }) => path)
}
