import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stack } from '@rekey/local'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { rekey } from './rekey.ts'
import { until } from './until.ts'

interface Verified {
  readonly journals: ReadonlyArray<{ readonly file: string, readonly journal: string, readonly entries: number, readonly signedUpTo: number }>
  readonly problems: readonly unknown[]
}

/** The audit journals against what Vault has signed of them, offline; and a copy that somebody has changed, which must be found out. @param folder only root may enter it */
export async function checkTrail (stack: Stack, folder: string): Promise<Check[]> {
  const whole = check('rekey audit verify', 'journals that nobody has changed, signed by Vault to their end')
  let count = 0
  const verified = await until('Vault to have signed the last entries', async () => {
    const heads = join(folder, `heads-${++count}.json`)
    await rekey(stack.dir, 'audit', 'heads', ...stack.zones.map(({ name }) => name), '--out', heads)
    const found = JSON.parse(await rekey(stack.dir, 'audit', 'verify', '--heads', heads, '--json')) as Verified
    return found.journals.every(({ entries, signedUpTo }) => entries === signedUpTo) ? { ...found, heads } : undefined
  })
  for (const { journal, entries, signedUpTo } of verified.journals) decide(whole, verified.problems.length === 0 && signedUpTo === entries, journal)

  const forged = check('rekey audit verify', 'copies that lack the entry of the campaign\'s start, found out')
  for (const { file } of verified.journals.filter(({ journal }) => journal.startsWith('worker-'))) {
    const lines = (await readFile(file, 'utf8')).split('\n')
    const start = lines.findIndex((line) => line.includes('"act":"campaign"'))
    const copy = join(folder, 'forged.jsonl')
    await writeFile(copy, lines.toSpliced(start, 1).join('\n'), { mode: 0o600 })
    const isFound = await rekey(stack.dir, 'audit', 'verify', copy, '--heads', verified.heads).then(() => false, () => true)
    decide(forged, start >= 0 && isFound, file)
  }
  return [whole, forged]
}
