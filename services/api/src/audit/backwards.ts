import type { JournalSegment } from '@rekey/domain'
import type { AuditLog } from './audit-log.ts'
import { entryOf, keyOf, type RecordedEntry } from './entry.ts'

/** Comes after every key of that time. */
const latest = '~'

export interface Budget {
  /** Parts that may still be read for this page. */
  left: number
}

/** Which entries are told. */
interface Told {
  readonly zones: readonly string[]
  /** The key below which they lie. */
  readonly before: string
  /** The time from which on they were made. */
  readonly since: string
}

/** One journal's entries from a place on backwards, its parts read one by one as they are needed. */
export class Backwards {
  readonly #log: AuditLog
  readonly #zones: readonly string[]
  readonly #segments: JournalSegment[]
  readonly #before: string
  #entries: RecordedEntry[] = []

  private constructor (log: AuditLog, segments: readonly JournalSegment[], { zones, before, since }: Told) {
    this.#log = log
    this.#zones = zones
    this.#before = before
    // A part begins where the one before it ends.
    this.#segments = segments.filter(({ until }, index) => until >= since && (segments[index - 1]?.until ?? '') <= before)
  }

  static async of (log: AuditLog, journal: string, told: Told): Promise<Backwards> {
    return new Backwards(log, await log.segments(journal), told)
  }

  /** No entry that is still to come has a higher key; undefined when none is. */
  get bound (): string | undefined {
    const next = this.#entries.at(-1)
    if (next !== undefined) return keyOf(next)
    const segment = this.#segments.at(-1)
    return segment && `${segment.until} ${latest}`
  }

  /** The entry at the bound; undefined when a part had to be read first, and the bound may be another one now. */
  async next (budget: Budget): Promise<RecordedEntry | undefined> {
    const entry = this.#entries.pop()
    if (entry !== undefined) return entry
    const segment = this.#segments.pop()
    if (segment === undefined) return undefined
    budget.left -= 1
    const lines = await this.#log.lines(segment)
    this.#entries = lines.flatMap(line => entryOf(line, { journal: segment.journal, zone: this.#log.zone, zones: this.#zones }) ?? []).filter(one => keyOf(one) < this.#before)
    return undefined
  }
}
