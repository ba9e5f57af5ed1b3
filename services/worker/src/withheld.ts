import type { Visit } from './visitor.ts'

interface Asked {
  /** When the host was first asked for since its last visit, and when it was last helped (milliseconds on any steady clock). */
  readonly since: number
  readonly helpedAt: number
}

export interface WithheldOptions {
  /** How long a host may wait with lanes free, or overtaken by hosts that were asked for later. */
  readonly patienceSeconds: number
  /** How long a visit may take, which another worker may be at. */
  readonly visitSeconds: number
  /** Hosts visited at the same time. */
  readonly lanes: number
  readonly now?: () => number
}

/**
 * Finds hosts for which the queue withholds visits: due, asked for again and again, and passed over. The queue is first in, first out,
 * so a host that waits while later ones are visited, or while nothing is, does not wait for its turn.
 */
export class Withheld {
  readonly #patience: number
  readonly #visit: number
  readonly #lanes: number
  readonly #now: () => number
  readonly #asked = new Map<string, Asked>()
  readonly #running = new Map<string, number>()
  /** Of all visits: when the last one began, and the latest first request among their hosts. */
  #lastBegin: number
  #latestServed = -Infinity

  constructor ({ patienceSeconds, visitSeconds, lanes, now = () => performance.now() }: WithheldOptions) {
    this.#patience = patienceSeconds * 1000
    this.#visit = visitSeconds * 1000
    this.#lanes = lanes
    this.#now = now
    this.#lastBegin = now()
  }

  /** These are all that are due, and the queue is asked for each. */
  asked (hosts: readonly string[]): void {
    const due = new Set(hosts)
    for (const host of this.#asked.keys()) if (!due.has(host)) this.#asked.delete(host)
    const now = this.#now()
    for (const host of hosts) {
      if (!this.#asked.has(host) && !this.#running.has(host)) this.#asked.set(host, { since: now, helpedAt: now })
    }
  }

  /** Everybody's wait begins anew. */
  forget (): void {
    this.#asked.clear()
    this.#lastBegin = this.#now()
  }

  /** The same visit, whose begin and end are noticed. */
  watch (visit: Visit): Visit {
    return async (host, lease) => {
      this.#begins(host)
      try {
        await visit(host, lease)
      } finally {
        this.#ends(host)
      }
    }
  }

  #begins (host: string): void {
    this.#latestServed = Math.max(this.#latestServed, this.#asked.get(host)?.since ?? -Infinity)
    this.#lastBegin = this.#now()
    this.#asked.delete(host)
    this.#running.set(host, (this.#running.get(host) ?? 0) + 1)
  }

  #ends (host: string): void {
    const visits = (this.#running.get(host) ?? 0) - 1
    if (visits > 0) this.#running.set(host, visits)
    else this.#running.delete(host)
  }

  /**
   * The hosts that wait in vain, each once per patience: `release` what may stand in the queue's way first, and `visit` those
   * past the queue for which that was in vain too, when another worker's visit must have ended.
   */
  find (): { release: string[], visit: string[] } {
    const now = this.#now()
    const isIdle = this.#running.size < this.#lanes && now - this.#lastBegin > this.#patience
    const found = { release: new Array<string>(), visit: new Array<string>() }
    for (const [host, { since, helpedAt }] of this.#asked) {
      if (now - helpedAt <= this.#patience || !(isIdle || since < this.#latestServed)) continue
      const isLate = now - since > this.#patience + this.#visit
      if (isLate && this.#running.size + found.visit.length >= this.#lanes) continue
      this.#asked.set(host, { since, helpedAt: now })
      found[isLate ? 'visit' : 'release'].push(host)
    }
    return found
  }
}
