import { setTimeout as wait } from 'node:timers/promises'
import { codeOf, safeMessage, type Webhook } from '@rekey/domain'
import type { ConsumerBook, Consumers, DueIndex, Journal, Log, VisitQueue } from '@rekey/rotation'

export interface TellerOptions {
  readonly consumers: Pick<Consumers, 'tell' | 'rules' | 'tellCampaigns'>
  readonly book: Pick<ConsumerBook, 'webhooks'>
  readonly journal: Pick<Journal, 'hosts'>
  readonly index: Pick<DueIndex, 'hosts'>
  readonly queue: VisitQueue
  readonly log: Log
  readonly everySeconds: number
  /** Between two looks at all hosts, which find what a crash has left untold, and what another worker has done. */
  readonly allSeconds: number
}

/** Has webhooks told of the hosts that were visited and of campaigns that have changed, and again until they have taken it; of all of them at start and once a minute. */
export class Teller {
  readonly #options: TellerOptions
  readonly #stopping = new AbortController()
  readonly #untold = new Set<string>()
  #hasUntoldCampaigns = false
  #running: Promise<void> | undefined
  #lastTrouble: string | undefined

  constructor (options: TellerOptions) {
    this.#options = options
  }

  start (): void {
    this.#running = this.#loop()
  }

  async stop (): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  visited (host: string): void {
    this.#untold.add(host)
  }

  campaignChanged (): void {
    this.#hasUntoldCampaigns = true
  }

  async #loop (): Promise<void> {
    const { book, journal, everySeconds, allSeconds } = this.#options
    let lookedAt = -Infinity
    while (!this.#stopping.signal.aborted) {
      const isTime = performance.now() - lookedAt > allSeconds * 1000
      if (isTime || this.#untold.size > 0 || this.#hasUntoldCampaigns) {
        try {
          const webhooks = await book.webhooks()
          if (isTime) {
            this.#hasUntoldCampaigns = true
            for (const host of webhooks.length === 0 ? [] : await journal.hosts()) this.#untold.add(host)
            lookedAt = performance.now()
          }
          await this.#tellCampaigns(webhooks)
          await this.#tellAll(webhooks)
          this.#lastTrouble = undefined
        } catch (error) {
          this.#inTrouble(error)
        }
      }
      await wait(everySeconds * 1000, undefined, { signal: this.#stopping.signal }).catch(() => {})
    }
  }

  /** Before all else: what is told of them can't wait. */
  async #tellCampaigns (webhooks: readonly Webhook[]): Promise<void> {
    if (!this.#hasUntoldCampaigns) return
    this.#hasUntoldCampaigns = false
    try {
      if (!await this.#options.consumers.tellCampaigns(webhooks, this.#options.index.hosts())) this.#hasUntoldCampaigns = true
    } catch (error) {
      this.#hasUntoldCampaigns = true
      throw error
    }
  }

  async #tellAll (webhooks: readonly Webhook[]): Promise<void> {
    if (webhooks.length === 0) this.#untold.clear()
    const rules = await this.#options.consumers.rules(webhooks)
    for (const host of [...this.#untold]) {
      if (this.#stopping.signal.aborted) return
      this.#untold.delete(host)
      try {
        const { isComplete, hasEndedGrace } = await this.#options.consumers.tell(host, webhooks, rules)
        if (!isComplete) this.#untold.add(host)
        if (hasEndedGrace) await this.#options.queue.request([host])
      } catch (error) {
        this.#untold.add(host)
        throw error
      }
    }
  }

  /** One line when trouble begins: not one for each turn. */
  #inTrouble (error: unknown): void {
    const trouble = codeOf(error)
    if (trouble === this.#lastTrouble) return
    this.#lastTrouble = trouble
    this.#options.log.error({ event: 'telling-failed', code: trouble }, safeMessage(error))
  }
}
