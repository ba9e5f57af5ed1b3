import { setTimeout as wait } from 'node:timers/promises'
import { isRekeyError } from '@rekey/domain'
import type { DueIndex, Log, VisitQueue } from '@rekey/rotation'

export interface ScannerOptions {
  readonly index: DueIndex
  readonly queue: VisitQueue
  readonly log: Log
  readonly scanSeconds: number
  readonly fullScanSeconds: number
}

/**
 * Looks into the zone's Vault at start and every few seconds, and asks for a visit to each host where something is due.
 * Nothing depends on a job having survived: what Redis forgets, the next look asks for again.
 */
export class Scanner {
  readonly #options: ScannerOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined
  #lastTrouble: string | undefined

  constructor (options: ScannerOptions) {
    this.#options = options
  }

  /** @returns once the first full scan is done. @throws RekeyError `vault/*` when it can't be */
  async start (): Promise<number> {
    const count = await this.#options.index.scan()
    this.#running = this.#loop(performance.now())
    return count
  }

  async stop (): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #loop (scannedAt: number): Promise<void> {
    const { index, queue, scanSeconds, fullScanSeconds } = this.#options
    while (!this.#stopping.signal.aborted) {
      try {
        if (performance.now() - scannedAt > fullScanSeconds * 1000) {
          await index.scan()
          scannedAt = performance.now()
        }
        const due = await index.hostsDue()
        if (due.length > 0) await queue.request(due)
        this.#recovered()
      } catch (error) {
        this.#inTrouble(error)
      }
      await wait(scanSeconds * 1000, undefined, { signal: this.#stopping.signal }).catch(() => {})
    }
  }

  /** One line when trouble begins, and one when it is over: not one for each look. */
  #inTrouble (error: unknown): void {
    const trouble = isRekeyError(error) ? error.code : 'unexpected'
    if (trouble === this.#lastTrouble) return
    this.#lastTrouble = trouble
    this.#options.log.error({ event: 'scan-failed', code: trouble }, isRekeyError(error) ? error.message : 'the scan failed for an unexpected reason')
  }

  #recovered (): void {
    if (this.#lastTrouble === undefined) return
    this.#options.log.info({ event: 'scan-recovered', after: this.#lastTrouble }, 'the scan works again')
    this.#lastTrouble = undefined
  }
}
