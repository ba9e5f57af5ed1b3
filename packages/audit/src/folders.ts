import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf, parseLine } from './chain.ts'
import { nameOf } from './journal-name.ts'
import type { JournalHead } from '@rekey/domain'

export interface FoundJournal {
  readonly path: string
  readonly name: string
  /** When it began. */
  readonly at: string
  /** Where the one before it ended. */
  readonly after: JournalHead | undefined
}

/** The journals that a process has begun in its folders, the oldest first. A folder that is not there has none. */
export async function findJournals (dirs: readonly string[]): Promise<FoundJournal[]> {
  const found = await Promise.all(dirs.map(async (dir) => {
    const files = await readdir(dir).catch((error: unknown) => { if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; throw error })
    return await Promise.all(files.filter((file) => /^journal[^/]*\.jsonl$/.test(file)).map(async (file) => await beginningOf(join(dir, file))))
  }))
  return found.flat().filter((one) => one !== undefined).sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : follows(a, b))
}

/** Of two that began in the same millisecond the one that stands on the other is the later one. */
function follows (a: FoundJournal, b: FoundJournal): number {
  return a.after?.journal === b.name ? 1 : -1
}

/** A first line is short: it says why the journal began. */
const longestBeginning = 64 * 1024

async function beginningOf (path: string): Promise<FoundJournal | undefined> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(longestBeginning), 0, longestBeginning, 0)
    const end = buffer.subarray(0, bytesRead).indexOf('\n')
    if (end < 0) return undefined
    const text = buffer.subarray(0, end).toString('utf8')
    const entry = parseLine(text)
    if (entry === undefined) return undefined
    return { path, name: nameOf(entry.service, hashOf(text)), at: entry.at, after: entry.act === 'journal.begin' ? entry['after'] as JournalHead | undefined : undefined }
  } finally {
    await file.close()
  }
}
