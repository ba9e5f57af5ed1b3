import { Gauge, type Registry } from '@rekey/metrics'

/** To count takes a read for each credential. */
const countedEveryMs = 60_000

/**
 * What is counted in each zone, whether its worker is well or not: beside the answer, at most once a minute. What is told is the last count, and
 * nothing of a zone that could not be counted.
 */
export class ZoneCounts<Count> {
  readonly #zones: ReadonlyArray<{ readonly name: string }>
  readonly #count: (zone: string) => Promise<Count>
  readonly #counts = new Map<string, Count>()
  /** Before it has ended there is nothing to tell. */
  #first: Promise<void> | undefined
  #countedAt = -Infinity

  /** @param count may throw */
  constructor (zones: ReadonlyArray<{ readonly name: string }>, count: (zone: string) => Promise<Count>) {
    this.#zones = zones
    this.#count = count
  }

  async byZone (): Promise<ReadonlyMap<string, Count>> {
    if (performance.now() - this.#countedAt > countedEveryMs) {
      this.#countedAt = performance.now()
      const counted = this.#countAll()
      this.#first ??= counted
    }
    await this.#first
    return this.#counts
  }

  async #countAll (): Promise<void> {
    for (const { name } of this.#zones) {
      try {
        this.#counts.set(name, await this.#count(name))
      } catch {
        this.#counts.delete(name)
      }
    }
  }
}

/** A gauge of what was counted in each zone. @param of its value for a zone's count */
export function measureByZone<Count> (counts: Pick<ZoneCounts<Count>, 'byZone'>, registry: Registry, { name, help, of }: { readonly name: string, readonly help: string, readonly of: (count: Count) => number }): void {
  // eslint-disable-next-line no-new -- the registry keeps it
  new Gauge({
    name,
    help,
    labelNames: ['zone'],
    registers: [registry],
    async collect () {
      const counted = await counts.byZone()
      this.reset()
      for (const [zone, count] of counted) this.set({ zone }, of(count))
    }
  })
}
