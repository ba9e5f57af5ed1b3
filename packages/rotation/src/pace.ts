import type { Policy } from '@rekey/domain'

/**
 * How fast a worker lets rotations begin that no order asks for. After a week of standing still everything is due at once:
 * then so many hosts have their turn at a time, and so many in a minute.
 */
export class Pace {
  readonly #admitted = new Set<string>()
  /** When hosts were admitted in the last minute (milliseconds). */
  #recent: number[] = []

  /**
   * @param waiting all hosts that are due for that alone, each with since when, or with when its oldest secret was made: the oldest begins. One that is not among them any more has had its turn
   * @returns those of them that may begin, or have begun
   */
  admit (waiting: ReadonlyArray<{ readonly host: string, readonly since: string }>, { scheduledConcurrency, scheduledPerMinute }: Pick<Policy, 'scheduledConcurrency' | 'scheduledPerMinute'>, now: number): string[] {
    const hosts = waiting.toSorted((a, b) => a.since < b.since || (a.since === b.since && a.host < b.host) ? -1 : 1).map(({ host }) => host)
    const present = new Set(hosts)
    for (const host of this.#admitted) if (!present.has(host)) this.#admitted.delete(host)
    this.#recent = this.#recent.filter((time) => time > now - 60_000)
    for (const host of hosts) {
      if (this.#admitted.size >= scheduledConcurrency || this.#recent.length >= scheduledPerMinute) break
      if (this.#admitted.has(host)) continue
      this.#admitted.add(host)
      this.#recent.push(now)
    }
    return hosts.filter((host) => this.#admitted.has(host))
  }
}
