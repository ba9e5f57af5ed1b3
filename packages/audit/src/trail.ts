import { createReadStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { JournalHead, RekeyError } from '@rekey/domain'
import type { AuditEntry, AuditTrail } from '@rekey/rotation'
import { followChain } from './chain.ts'
import { findJournals } from './folders.ts'
import { JournalFile, unwritable } from './journal-file.ts'
import type { Beginning, JournalFileOptions } from './journal-file.ts'
import { lockFile } from './lock.ts'

export interface AuditTrailOptions {
  /** The process's own folder; made when absent. */
  readonly dir: string
  /** Another one, on another disk: a journal begins there when the first folder can't be written. */
  readonly spareDir?: string | undefined
  readonly service: string
  readonly now?: () => Date
  /** So many entries a journal has before the next one begins. */
  readonly mostEntries?: number
  /** What people must know, and that stops nothing. */
  readonly onTrouble?: (message: string) => void
}

export interface ClosableAuditTrail extends AuditTrail {
  /** Where its journals are. */
  readonly dirs: readonly string[]
  /** The end of the journal that is written now, as far as it is on disk. */
  head (): JournalHead
  /** Begins the next journal, which says why, and where this one ended. @throws RekeyError `audit/unwritable` */
  begin (why: string): Promise<void>
  close (): Promise<void>
}

/** What the journal that is written is called; an ended one has its name in it. */
const currentFile = 'journal.jsonl'

/**
 * Opens this process's trail: its last journal goes on where it ends. A tail that a crash has torn is cut off and the cut is recorded.
 * @throws RekeyError `audit/unwritable` when it can't be read or written, or another process writes it
 */
export async function createAuditTrail (options: AuditTrailOptions): Promise<ClosableAuditTrail> {
  const { dir, spareDir, service, now = () => new Date(), mostEntries = 100_000, onTrouble = () => {} } = options
  const dirs = spareDir === undefined ? [dir] : [dir, spareDir]
  const unlocks: Array<() => Promise<void>> = []
  const unlock = async (): Promise<void> => { await Promise.all(unlocks.map(async (one) => await one())) }
  try {
    for (const one of dirs) {
      await mkdir(one, { recursive: true, mode: 0o700 })
      unlocks.push(await lockFile(join(one, 'lock')))
    }
    const journal = await goOn(dirs, { service, now }, onTrouble)
    const trail = new Trail(journal, { dirs, mostEntries, onTrouble, file: { service, now }, unlock })
    const { tornBytes } = journal
    if (tornBytes > 0) await trail.record({ act: 'repair', target: 'journal', detail: `a torn last line of ${tornBytes} bytes was cut off` })
    return trail
  } catch (error) {
    await unlock()
    throw unwritable(error)
  }
}

/** The last journal in the first folder; where the last one is elsewhere, the next one begins there, if it can. */
async function goOn (dirs: readonly string[], options: JournalFileOptions, onTrouble: (message: string) => void): Promise<JournalFile> {
  const [dir = '', spareDir] = dirs
  const current = join(dir, currentFile)
  const last = (await findJournals(dirs)).at(-1)
  if (last === undefined || last.path === current) {
    const open = await JournalFile.open(current, options)
    if (open !== undefined) return open
  }
  const after = last && { journal: last.name, ...await endOf(last.path) }
  try {
    return await beginIn(dir, options, { why: last === undefined ? 'the first one' : 'back in the first folder', after })
  } catch (error) {
    if (spareDir === undefined) throw error
    const why = unwritable(error).message
    onTrouble(`${why}. It goes on in ${spareDir}`)
    const spare = join(spareDir, currentFile)
    const open = last?.path === spare ? await JournalFile.open(spare, options) : undefined
    return open ?? await beginIn(spareDir, options, { why, after })
  }
}

async function endOf (path: string): Promise<{ n: number, hash: string }> {
  const { head: { n, hash } } = await followChain(createReadStream(path) as AsyncIterable<Buffer>)
  return { n, hash }
}

/** An ended journal keeps its file there, under its own name. */
async function beginIn (dir: string, options: JournalFileOptions, beginning: Beginning): Promise<JournalFile> {
  const current = join(dir, currentFile)
  const ended = (await findJournals([dir])).find(({ path }) => path === current)
  if (ended !== undefined) await rename(current, join(dir, `journal-${ended.name}.jsonl`))
  return await JournalFile.begin(current, options, beginning)
}

interface TrailParts {
  readonly dirs: readonly string[]
  readonly file: JournalFileOptions
  readonly mostEntries: number
  readonly onTrouble: (message: string) => void
  readonly unlock: () => Promise<void>
}

class Trail implements ClosableAuditTrail {
  readonly dirs: readonly string[]
  readonly #parts: TrailParts
  #journal: JournalFile
  #moving: Promise<void> = Promise.resolve()

  constructor (journal: JournalFile, parts: TrailParts) {
    this.#journal = journal
    this.dirs = parts.dirs
    this.#parts = parts
  }

  head (): JournalHead {
    return this.#journal.head
  }

  async record (entry: AuditEntry): Promise<void> {
    if (this.#journal.head.n >= this.#parts.mostEntries) {
      // A journal that is too long is still better than none.
      await this.begin('the one before is long enough').catch(() => {})
    }
    for (let hasMoved = false; ;) {
      await this.#moving
      const journal = this.#journal
      try {
        if (await journal.record(entry)) return
      } catch (error) {
        if (hasMoved) throw error
        hasMoved = true
        await this.#getAway(journal, unwritable(error))
      }
    }
  }

  async begin (why: string): Promise<void> {
    await this.#moveTo(this.#journal.dir, why, this.#journal)
  }

  async close (): Promise<void> {
    await this.#moving
    await this.#journal.close()
    await this.#parts.unlock()
  }

  /** From a journal that can't be written to the other folder. @throws the error when there is none, or none that can be written */
  async #getAway (from: JournalFile, error: RekeyError): Promise<void> {
    const other = this.dirs.find((one) => one !== from.dir)
    if (this.#journal !== from) return
    if (other === undefined) throw error
    await this.#moveTo(other, error.message, from).catch(() => { throw error })
  }

  async #moveTo (dir: string, why: string, from: JournalFile): Promise<void> {
    const moved = this.#moving.then(async () => {
      if (this.#journal !== from) return
      await from.end()
      try {
        this.#journal = await beginIn(dir, this.#parts.file, { why, after: from.head })
      } catch (error) {
        from.resume()
        throw unwritable(error)
      }
      await from.close()
      if (dir !== from.dir) this.#parts.onTrouble(`${why}. It goes on in ${dir}`)
    })
    this.#moving = moved.catch(() => {})
    await moved
  }
}
