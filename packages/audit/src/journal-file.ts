import { open, rm } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isRekeyError, RekeyError } from '@rekey/domain'
import type { JournalHead } from '@rekey/domain'
import type { AuditEntry } from '@rekey/rotation'
import { followChain, hashOf, noLine } from './chain.ts'
import { nameOf } from './journal-name.ts'

/** What the first entry of a journal says: why it began, and where the one before it ended. */
export interface Beginning {
  readonly why: string
  readonly after?: JournalHead | undefined
}

export interface JournalFileOptions {
  readonly service: string
  readonly now: () => Date
}

interface Waiting {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: RekeyError) => void
}

interface End {
  readonly n: number
  readonly hash: string
  readonly at: string
}

/** One journal on disk: entries are appended, each stands on the one before, and is flushed before `record` returns. */
export class JournalFile {
  readonly name: string
  /** The folder that it began in. */
  readonly dir: string
  /** Bytes of a torn last line that were cut off when it was opened. */
  readonly tornBytes: number
  readonly #file: FileHandle
  readonly #options: JournalFileOptions
  /** Entries that wait for the next write; all of them share one fsync. */
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #hasEnded = false
  /** The last line that was handed out, and the last one that is on disk. */
  #head: End
  #durable: End
  #length: number

  private constructor (file: FileHandle, options: JournalFileOptions, { name, path, tornBytes, end, length }: { name: string, path: string, tornBytes: number, end: End, length: number }) {
    this.#file = file
    this.#options = options
    this.name = name
    this.dir = dirname(path)
    this.tornBytes = tornBytes
    this.#head = this.#durable = end
    this.#length = length
  }

  /**
   * Goes on where it ends, or undefined when it never began. One that can't be read is never taken for an empty one: a second
   * chain would begin, and a failed write cut off the first.
   * @throws what the file system throws
   */
  static async open (path: string, options: JournalFileOptions): Promise<JournalFile | undefined> {
    const file = await open(path, 'a+', 0o600)
    try {
      let name: string | undefined
      const stream = file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>
      const { head, tornBytes } = await followChain(stream, ({ line, hash }) => { if (line === 1) name = nameOf(options.service, hash) })
      const length = (await file.stat()).size - tornBytes
      if (tornBytes > 0) await file.truncate(length)
      if (name !== undefined) return new JournalFile(file, options, { name, path, tornBytes, end: head, length })
      await file.close()
      return undefined
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** @throws what the file system throws, and then there is none */
  static async begin (path: string, options: JournalFileOptions, { why, after }: Beginning): Promise<JournalFile> {
    const line = lineOf({ n: 0, hash: noLine, at: '' }, options, { act: 'journal.begin', target: 'journal', detail: why, ...after && { after } })
    const file = await open(path, 'a+', 0o600)
    try {
      if ((await file.stat()).size > 0) throw new RekeyError('audit/unwritable', 'there is an audit journal already where another one was to begin')
      const bytes = Buffer.from(line.text + '\n')
      await file.appendFile(bytes)
      await file.datasync()
      return new JournalFile(file, options, { name: nameOf(options.service, line.end.hash), path, tornBytes: 0, end: line.end, length: bytes.length })
    } catch (error) {
      await file.close()
      if (!isRekeyError(error)) await rm(path, { force: true })
      throw error
    }
  }

  /** What of it is on disk for good. */
  get head (): JournalHead {
    const { n, hash } = this.#durable
    return { journal: this.name, n, hash }
  }

  /**
   * @returns false when it has ended and takes no more
   * @throws RekeyError `audit/unwritable`, and then nothing of the entry is there
   */
  async record (entry: AuditEntry): Promise<boolean> {
    if (this.#hasEnded) return false
    const { text, end } = lineOf(this.#head, this.#options, entry)
    this.#head = end
    const written = new Promise<void>((resolve, reject) => { this.#waiting.push({ line: text, resolve, reject }) })
    this.#writing ??= this.#write()
    await written
    return true
  }

  /** Takes no more entries until `resume`. */
  async end (): Promise<void> {
    this.#hasEnded = true
    await this.#writing
  }

  resume (): void {
    this.#hasEnded = false
  }

  async close (): Promise<void> {
    await this.end()
    await this.#file.close()
  }

  async #write (): Promise<void> {
    // Entries of the same turn of the event loop go in one write.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const bytes = Buffer.from(batch.map(({ line }) => line + '\n').join(''))
      const last = batch.at(-1)?.line ?? ''
      try {
        await this.#file.appendFile(bytes)
        await this.#file.datasync()
        this.#length += bytes.length
        this.#durable = { n: this.#durable.n + batch.length, hash: hashOf(last), at: (JSON.parse(last) as { at: string }).at }
        for (const { resolve } of batch) resolve()
      } catch (error) {
        await this.#takeBack([...batch, ...this.#waiting], unwritable(error))
      }
    }
    this.#writing = undefined
  }

  /** Nothing of a failed write may stay, and whoever waits behind it stands on a line that is not there. */
  async #takeBack (lost: readonly Waiting[], error: RekeyError): Promise<void> {
    this.#waiting = []
    this.#head = this.#durable
    await this.#file.truncate(this.#length).catch(() => {})
    for (const { reject } of lost) reject(error)
  }
}

/** The line that stands on another one. Its time never goes back, so that the end of a part tells how old all of it is. */
function lineOf (before: End, { service, now }: JournalFileOptions, entry: AuditEntry & { after?: JournalHead }): { text: string, end: End } {
  const time = now().toISOString()
  const at = time > before.at ? time : before.at
  const text = JSON.stringify({ n: before.n + 1, at, service, ...entry, prev: before.hash })
  return { text, end: { n: before.n + 1, hash: hashOf(text), at } }
}

export function unwritable (error: unknown): RekeyError {
  if (isRekeyError(error)) return error
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return new RekeyError('audit/unwritable', `the audit journal can't be read or written (${code}): free the disk or repair its rights; nothing is done until then`)
}
