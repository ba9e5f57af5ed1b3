import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { RekeyError } from '@rekey/domain'
import type { JournalHead } from '@rekey/domain'
import { followChain, parseLine } from './chain.ts'
import type { JournalLine } from './chain.ts'
import { findJournals } from './folders.ts'
import type { FoundJournal } from './folders.ts'

/** An entry that was read, and all before it. */
export interface Position {
  readonly journal: string
  readonly n: number
}

/** Entries of one journal, in their order. */
export interface Batch {
  readonly journal: string
  readonly lines: readonly string[]
  readonly entries: readonly JournalLine[]
  /** The number of the last one. */
  readonly to: number
}

/** What a tail needs of a trail. */
export interface Readable {
  readonly dirs: readonly string[]
  head (): JournalHead
}

interface Place extends Position {
  /** Stays the journal's own when the file gets another name. */
  readonly file: FileHandle
  readonly bytes: number
}

/** What is read of a file at once; no line is longer. */
const pieceBytes = 256 * 1024

/** Reads the entries of a trail in their order, journal by journal, up to what is on disk for good. */
export class Tail {
  readonly #trail: Readable
  #place: Place | undefined

  constructor (trail: Readable) {
    this.#trail = trail
  }

  /** Goes on behind an entry; without one, or when its journal is gone, from the oldest journal that there is. */
  async seek (position: Position | undefined): Promise<void> {
    const journals = await findJournals(this.#trail.dirs)
    const found = journals.find(({ name }) => name === position?.journal)
    await this.#enter(found ?? journals[0], found === undefined ? 0 : position?.n)
  }

  /** The next entries, so many bytes of them but one at least; undefined when there are none now. @throws RekeyError `audit/unwritable` at a line that is none */
  async next (mostBytes: number = pieceBytes): Promise<Batch | undefined> {
    for (;;) {
      const place = this.#place
      if (place === undefined) return undefined
      const head = this.#trail.head()
      if (place.journal === head.journal) return place.n < head.n ? await this.#read(place, head.n, mostBytes) : undefined
      const next = (await findJournals(this.#trail.dirs)).find(({ after }) => after?.journal === place.journal)
      if (next?.after === undefined) return undefined
      if (place.n < next.after.n) return await this.#read(place, next.after.n, mostBytes)
      await this.#enter(next, 0)
    }
  }

  async close (): Promise<void> {
    await this.#place?.file.close()
    this.#place = undefined
  }

  async #enter (journal: FoundJournal | undefined, n = 0): Promise<void> {
    await this.close()
    if (journal === undefined) return
    const file = await open(journal.path, 'r')
    // An older copy of the file may end before.
    let reached = { n: 0, bytes: 0 }
    if (n > 0) await followChain(file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>, ({ line, end }) => { if (line <= n) reached = { n: line, bytes: end } })
    this.#place = { journal: journal.name, file, ...reached }
  }

  async #read (place: Place, last: number, mostBytes: number): Promise<Batch | undefined> {
    const { buffer, bytesRead } = await place.file.read(Buffer.alloc(pieceBytes), 0, pieceBytes, place.bytes)
    const lines: string[] = []
    const entries: JournalLine[] = []
    let from = 0
    while (place.n + lines.length < last) {
      const end = buffer.subarray(0, bytesRead).indexOf('\n', from)
      if (end < 0 || (end >= mostBytes && lines.length > 0)) break
      const line = buffer.subarray(from, end).toString('utf8')
      const entry = parseLine(line)
      if (entry === undefined) throw new RekeyError('audit/unwritable', `line ${place.n + lines.length + 1} of the audit journal ${place.journal} is no entry any more: rekey audit verify`)
      lines.push(line)
      entries.push(entry)
      from = end + 1
    }
    if (lines.length === 0) return undefined
    const to = place.n + lines.length
    this.#place = { ...place, n: to, bytes: place.bytes + from }
    return { journal: place.journal, lines, entries, to }
  }
}
