import { mkdir, open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { RekeyError } from '@rekey/domain'
import type { AuditEntry, AuditTrail } from '@rekey/rotation'
import { followChain, hashOf } from './chain.ts'
import type { Head } from './chain.ts'
import { lockFile } from './lock.ts'

export interface AuditTrailOptions {
  /** The process's own folder; made when absent. */
  readonly dir: string
  readonly service: string
  readonly now?: () => Date
}

export interface ClosableAuditTrail extends AuditTrail {
  close (): Promise<void>
}

interface Waiting {
  readonly line: string
  readonly resolve: () => void
  readonly reject: (error: RekeyError) => void
}

/**
 * Opens this process's journal, `DIR/journal.jsonl`, and goes on where it ends. A tail that a crash has torn is cut off
 * and the cut is recorded.
 * @throws RekeyError `audit/unwritable` when the file can't be read or written, or another process writes it
 */
export async function createAuditTrail (options: AuditTrailOptions): Promise<ClosableAuditTrail> {
  let unlock = async (): Promise<void> => {}
  try {
    await mkdir(options.dir, { recursive: true, mode: 0o700 })
    unlock = await lockFile(join(options.dir, 'lock'))
    return await goOn(options, unlock)
  } catch (error) {
    await unlock()
    throw unwritable(error)
  }
}

/** One that can't be read is never taken for an empty one: a second chain would begin, and a failed write cut off the first. */
async function goOn (options: AuditTrailOptions, unlock: () => Promise<void>): Promise<ClosableAuditTrail> {
  const file = await open(join(options.dir, 'journal.jsonl'), 'a+', 0o600)
  try {
    const { head, tornBytes } = await followChain(file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>)
    const length = (await file.stat()).size - tornBytes
    if (tornBytes > 0) await file.truncate(length)
    const trail = new FileTrail(file, head, { ...options, length, unlock })
    if (tornBytes > 0) await trail.record({ act: 'repair', target: 'journal', detail: `a torn last line of ${tornBytes} bytes was cut off` })
    return trail
  } catch (error) {
    await file.close()
    throw error
  }
}

class FileTrail implements ClosableAuditTrail {
  readonly #file: FileHandle
  readonly #service: string
  readonly #now: () => Date
  readonly #unlock: () => Promise<void>
  /** Entries that wait for the next write; all of them share one fsync. */
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  /** The last line that was handed out, and the last one that is on disk. */
  #head: Head
  #durable: Head
  #length: number

  constructor (file: FileHandle, head: Head, { service, now = () => new Date(), length, unlock }: AuditTrailOptions & { length: number, unlock: () => Promise<void> }) {
    this.#file = file
    this.#head = this.#durable = head
    this.#service = service
    this.#now = now
    this.#length = length
    this.#unlock = unlock
  }

  async record (entry: AuditEntry): Promise<void> {
    const line = JSON.stringify({ n: this.#head.n + 1, at: this.#now().toISOString(), service: this.#service, ...entry, prev: this.#head.hash })
    this.#head = { n: this.#head.n + 1, hash: hashOf(line) }
    const written = new Promise<void>((resolve, reject) => { this.#waiting.push({ line, resolve, reject }) })
    this.#writing ??= this.#write()
    await written
  }

  async close (): Promise<void> {
    await this.#writing
    await this.#file.close()
    await this.#unlock()
  }

  async #write (): Promise<void> {
    // Entries of the same turn of the event loop go in one write.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      const bytes = Buffer.from(batch.map(({ line }) => line + '\n').join(''))
      const last = batch.at(-1)
      const head = { n: this.#durable.n + batch.length, hash: hashOf(last?.line ?? '') }
      try {
        await this.#file.appendFile(bytes)
        await this.#file.datasync()
        this.#length += bytes.length
        this.#durable = head
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

function unwritable (error: unknown): RekeyError {
  if (error instanceof RekeyError) return error
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return new RekeyError('audit/unwritable', `the audit journal can't be read or written (${code}): free the disk or repair its rights; nothing is done until then`)
}
