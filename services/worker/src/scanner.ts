import { setTimeout as wait } from 'node:timers/promises'
import { codeOf, safeMessage } from '@rekey/domain'
import { isNearlyOver } from '@rekey/rotation'
import type { DueIndex, Log, VisitQueue } from '@rekey/rotation'
import type { Visit } from './visitor.ts'
import type { Withheld } from './withheld.ts'

export interface HelpedQueue extends VisitQueue {
  /** Takes away what keeps a host from being visited though it is asked for. @returns whether something did */
  release (host: string): Promise<boolean>
  /** Lets hosts that wait come before all others, in this order. */
  raise (hosts: readonly string[]): Promise<void>
}

export interface ScannerOptions {
  readonly index: Pick<DueIndex, 'scan' | 'hostsDue' | 'hostsFirst'>
  readonly queue: HelpedQueue
  readonly withheld: Withheld
  /** For hosts that the queue does not let through. */
  readonly visit: Visit
  readonly log: Log
  readonly scanSeconds: number
  readonly fullScanSeconds: number
  /** Leads the campaigns of the zone, before it is asked what is due. */
  readonly lead?: (() => Promise<void>) | undefined
  /** What of the zone itself, and of no host, waits to be carried out: done at each look. */
  readonly carryOut?: (() => Promise<void>) | undefined
  /** Told of each look that succeeded. */
  readonly onLook?: (() => Promise<void>) | undefined
}

/** In milliseconds: in this time others of the wave may end as well. */
const leastBetweenLooks = 250

/**
 * Looks into the zone's Vault at start and every few seconds, and asks for a visit to each host where something is due.
 * Nothing depends on a job having survived: what Redis forgets, the next look asks for again. Nor does anything depend on Redis
 * doing what it is asked: a host that it withholds is helped, and in the end visited past it.
 */
export class Scanner {
  readonly #options: ScannerOptions
  readonly #stopping = new AbortController()
  readonly #ownVisits = new Set<Promise<void>>()
  /** Hosts of campaigns that were put before the others already. */
  #raised: ReadonlySet<string> = new Set()
  /** Those of them that nobody has visited since the last look. */
  #awaited = new Set<string>()
  /** Ends the wait for the next look. */
  #wake = new AbortController()
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
    await Promise.all(this.#ownVisits)
  }

  /**
   * Tells that a visit has ended. When it was one of the last of a campaign's wave, the next wave is not kept waiting for the next look:
   * an attacker has that time on all the hosts that are left.
   */
  visited (host: string): void {
    if (this.#awaited.delete(host) && isNearlyOver(this.#awaited.size, this.#raised.size)) this.#wake.abort()
  }

  async #loop (scannedAt: number): Promise<void> {
    const { index, withheld, scanSeconds, fullScanSeconds } = this.#options
    while (!this.#stopping.signal.aborted) {
      try {
        if (performance.now() - scannedAt > fullScanSeconds * 1000) {
          await index.scan()
          scannedAt = performance.now()
        }
        await this.#options.lead?.()
        await this.#options.carryOut?.()
        const due = await index.hostsDue()
        withheld.asked(due)
        await this.#help()
        await this.#request(due)
        this.#recovered()
        await this.#options.onLook?.()
      } catch (error) {
        this.#inTrouble(error)
      }
      await this.#rest(scanSeconds * 1000)
    }
  }

  /** Until the next look: shorter when a wave may be over, though never so short that looking is all that is done. */
  async #rest (ms: number): Promise<void> {
    const { signal: stop } = this.#stopping
    await wait(ms, undefined, { signal: AbortSignal.any([stop, this.#wake.signal]) }).catch(() => {})
    if (!this.#wake.signal.aborted) return
    this.#wake = new AbortController()
    await wait(Math.min(leastBetweenLooks, ms), undefined, { signal: stop }).catch(() => {})
  }

  async #request (due: readonly string[]): Promise<void> {
    const { index, queue } = this.#options
    const first = index.hostsFirst(due)
    // In front of the others here too: a Redis that has lost all of them gets them in this order.
    if (due.length > 0) await queue.request([...new Set([...first, ...due])])
    const behind = first.filter(host => !this.#raised.has(host))
    if (behind.length > 0) await queue.raise(behind)
    this.#raised = new Set(first)
    this.#awaited = new Set(first)
    // Whoever waited for Redis to come back waits for his turn from now on.
    if (this.#lastTrouble === 'queue/unavailable') this.#options.withheld.forget()
  }

  async #help (): Promise<void> {
    const { queue, withheld, visit, log } = this.#options
    const found = withheld.find()
    const released: string[] = []
    for (const host of found.release) {
      if (await queue.release(host).catch(() => false)) released.push(host)
    }
    this.#alarm(released, 'the queue did not let visits through that are due; what stood in the way was removed: somebody else writes to it, or Redis lost a part of it')
    this.#alarm(found.visit, 'the queue still lets no visits through that are due; their hosts are visited past it')
    for (const host of found.visit) {
      log.warn({ event: 'visit-past-queue', host }, 'visiting past the queue')
      // Without a lock in Redis: the visit's own deadline, check-and-set and the fence hold.
      const own = visit(host, { assertHeld () {} }).finally(() => { this.#ownVisits.delete(own) })
      this.#ownVisits.add(own)
    }
  }

  #alarm (hosts: readonly string[], message: string): void {
    if (hosts.length > 0) this.#options.log.error({ event: 'alarm', alarm: 'visits-withheld', hosts: hosts.length, host: hosts[0] }, message)
  }

  /** One line when trouble begins, and one when it is over: not one for each look. */
  #inTrouble (error: unknown): void {
    const trouble = codeOf(error)
    if (trouble === this.#lastTrouble) return
    this.#lastTrouble = trouble
    this.#options.log.error({ event: 'scan-failed', code: trouble }, safeMessage(error))
  }

  #recovered (): void {
    if (this.#lastTrouble === undefined) return
    this.#options.log.info({ event: 'scan-recovered', after: this.#lastTrouble }, 'the scan works again')
    this.#lastTrouble = undefined
  }
}
