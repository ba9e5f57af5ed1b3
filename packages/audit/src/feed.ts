import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { isRekeyError } from '@rekey/domain'
import { entriesBehind } from './behind.ts'
import { Tail } from './tail.ts'
import type { Batch, Position, Readable } from './tail.ts'

/** Takes what was recorded elsewhere. */
export interface Sink {
  readonly name: string
  /** Returns once they are there. @throws when they are not, or nobody knows: they are sent again */
  send (batch: Batch): Promise<void>
  close (): Promise<void>
}

export interface FeedOptions {
  readonly trail: Readable
  readonly sink: Sink
  /** Where it is kept how far the sink is. */
  readonly positionFile: string
  readonly onAlarm: (message: string) => void
  /** Between two looks for what is new, and before the first repetition. In milliseconds. */
  readonly pauseMs?: number
  /** The longest pause before a repetition. In milliseconds. */
  readonly mostPauseMs?: number
}

/** What one batch holds at most. In bytes. */
const batchBytes = 64 * 1024

/**
 * Hands a trail's entries to a sink in their order, each at least once: how far it is, is on disk, and is written once the sink
 * has them. One that is new begins with what is recorded from then on.
 */
export class Feed {
  readonly #options: FeedOptions
  readonly #stop = new AbortController()
  readonly #done: Promise<void>
  /** Where a sink that is new begins: what is recorded while its position is looked for is its own already. */
  readonly #beginning: Position
  #reached: Position | undefined
  #isInTrouble = false

  constructor (options: FeedOptions) {
    this.#options = options
    const { journal, n } = options.trail.head()
    this.#beginning = { journal, n }
    this.#done = this.#run()
  }

  get sink (): string {
    return this.#options.sink.name
  }

  /** How many entries the sink has not taken yet; undefined before it is known how far it is. */
  async undelivered (): Promise<number | undefined> {
    return this.#reached && await entriesBehind(this.#options.trail, this.#reached)
  }

  /** Ends after what is under way; the rest is handed over after the next start. */
  async close (): Promise<void> {
    this.#stop.abort()
    await this.#done
    await this.#options.sink.close()
  }

  async #run (): Promise<void> {
    const { trail, pauseMs = 1000, mostPauseMs = 60_000 } = this.#options
    const tail = new Tail(trail)
    let batch: Batch | undefined
    let hasBegun = false
    let pause = pauseMs
    while (!this.#stop.signal.aborted) {
      try {
        if (!hasBegun) {
          this.#reached = await this.#position()
          await tail.seek(this.#reached)
          hasBegun = true
        }
        batch ??= await tail.next(batchBytes)
        if (batch !== undefined) {
          await this.#options.sink.send(batch)
          this.#reached = { journal: batch.journal, n: batch.to }
          await this.#keep(this.#reached)
          batch = undefined
          this.#isInTrouble = false
          pause = pauseMs
          continue
        }
        await this.#wait(pauseMs)
      } catch (error) {
        this.#report(error)
        await this.#wait(pause)
        pause = Math.min(2 * pause, mostPauseMs)
      }
    }
    await tail.close()
  }

  async #position (): Promise<Position> {
    const { positionFile } = this.#options
    const text = await readFile(positionFile, 'utf8').catch((error: unknown) => { if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; throw error })
    if (text !== undefined) return JSON.parse(text) as Position
    await this.#keep(this.#beginning)
    return this.#beginning
  }

  async #keep (position: Position): Promise<void> {
    const { positionFile } = this.#options
    await mkdir(dirname(positionFile), { recursive: true, mode: 0o700 })
    await writeFile(`${positionFile}.new`, JSON.stringify(position), { mode: 0o600 })
    await rename(`${positionFile}.new`, positionFile)
  }

  async #wait (milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {})
  }

  /** Once for each time that it can't go on. */
  #report (error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    const why = isRekeyError(error) ? error.message : (error as NodeJS.ErrnoException).code ?? 'no answer'
    this.#options.onAlarm(`the sink ${this.#options.sink.name} does not take what is recorded (${why}). It is on disk, and is sent again until it does`)
  }
}
