import type { Verdict } from './attempt.ts'

/** What is known of one place, in milliseconds since 1970. */
interface Place {
  verdict: Verdict | undefined
  openedAt: number | undefined
  /** Since when it has refused, without opening in between. */
  refusedAt: number | undefined
  hasReopened: boolean
}

export interface Tally {
  /** Opened at the last attempt. */
  readonly open: number
  /** Gave no answer at the last attempt, and has never refused: nobody knows. */
  readonly silent: number
  readonly refused: number
}

/** What an attacker knows: which places still open, by nothing but his own logins. */
export class Board {
  readonly #places: ReadonlyMap<string, Place>

  constructor (names: Iterable<string>) {
    this.#places = new Map([...names].map((name) => [name, { verdict: undefined, openedAt: undefined, refusedAt: undefined, hasReopened: false }]))
  }

  get names (): string[] {
    return [...this.#places.keys()]
  }

  note (name: string, verdict: Verdict, at: number): void {
    const place = this.#of(name)
    place.verdict = verdict
    if (verdict === 'refused') place.refusedAt ??= at
    if (verdict !== 'open') return
    place.openedAt = at
    place.hasReopened ||= place.refusedAt !== undefined
    place.refusedAt = undefined
  }

  /** @param among all, when it is left out */
  tally (among: readonly string[] = this.names): Tally {
    const count = (is: (place: Place) => boolean): number => among.filter((name) => is(this.#of(name))).length
    return {
      open: count(({ verdict, refusedAt }) => verdict === 'open' && refusedAt === undefined),
      refused: count(({ refusedAt }) => refusedAt !== undefined),
      silent: count(({ verdict, refusedAt }) => verdict !== 'open' && refusedAt === undefined)
    }
  }

  isRefused (name: string): boolean {
    return this.#of(name).refusedAt !== undefined
  }

  /** Places that have opened after they had refused. */
  get reopened (): string[] {
    return this.names.filter((name) => this.#of(name).hasReopened)
  }

  /** Whether each was opened at least once. */
  isAllOpened (among: readonly string[] = this.names): boolean {
    return among.every((name) => this.#of(name).openedAt !== undefined)
  }

  /**
   * Seconds from a moment until the first, half and all of these places refused: the first attempt that was refused counts, so a slow
   * attacker measures more than there was.
   */
  refusals (since: number, among: readonly string[] = this.names): { first: number | null, half: number | null, all: number | null } {
    const seconds = among.flatMap((name) => this.#of(name).refusedAt ?? []).map((at) => Math.max(0, (at - since) / 1000)).sort((a, b) => a - b)
    const at = (count: number): number | null => seconds[count - 1] ?? null
    return { first: at(1), half: at(Math.ceil(among.length / 2)), all: at(among.length) }
  }

  #of (name: string): Place {
    const place = this.#places.get(name)
    if (place === undefined) throw new RangeError(`nobody holds a key of ${name}`)
    return place
  }
}
