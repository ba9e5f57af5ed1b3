import { createReadStream } from 'node:fs'
import { safeMessage } from '@rekey/domain'
import type { JournalHead, JournalSegment, SignedHead } from '@rekey/domain'
import { entriesBehind } from './behind.ts'
import { followChain } from './chain.ts'
import { findJournals } from './folders.ts'
import { Tail } from './tail.ts'
import type { Batch, Position } from './tail.ts'
import type { ClosableAuditTrail } from './trail.ts'

/** Where heads and parts of journals are kept out of this machine's reach: in Vault. Every call may throw `vault/*`. */
export interface JournalArchive {
  /** Signs a head and keeps it, once and for all. A second time changes nothing. */
  keepHead (head: JournalHead): Promise<void>
  /** The highest head that is kept of a journal. */
  highestHead (journal: string): Promise<SignedHead | undefined>
  /** Keeps the next part of a journal. A second time changes nothing. */
  keepSegment (segment: JournalSegment, lines: readonly string[]): Promise<void>
  /** The last part that is kept of a journal. */
  lastSegment (journal: string): Promise<JournalSegment | undefined>
}

export interface Unsigned {
  readonly entries: number
  /** Since the first of them was seen. */
  readonly seconds: number
}

export interface NotaryOptions {
  readonly trail: ClosableAuditTrail
  readonly archive: JournalArchive
  /** Between two parts, when there is something new. */
  readonly shipSeconds: number
  /** Between two heads, when there is something new. */
  readonly headSeconds: number
  /** So many new entries get a head before that time. */
  readonly headEntries?: number
  /** What people must know: `audit-rolled-back`, `audit-unsigned`. */
  readonly onAlarm: (alarm: string, message: string) => void
}

/** One of Vault's documents holds that much without a second thought. */
const segmentBytes = 128 * 1024

/**
 * Takes what a trail has recorded to Vault, and has its head signed there. It runs beside the work: what it can't do now it
 * catches up with, however long that takes, as the journal itself is on disk.
 */
export class Notary {
  readonly #options: NotaryOptions
  readonly #tail: Tail
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  #hasBegun = false
  /** What Vault has not taken yet. */
  #unshipped: Batch | undefined
  #signed: JournalHead | undefined
  #signedAt = -Infinity
  /** Since when something is recorded that no signed head covers; undefined when all is. */
  #openSince: number | undefined
  #isInTrouble = false

  constructor (options: NotaryOptions) {
    this.#options = options
    this.#tail = new Tail(options.trail)
    // A turn never throws.
    const turn = (): void => { this.#turn(false).catch(() => {}) }
    this.#timer = setInterval(turn, options.shipSeconds * 1000)
    this.#timer.unref()
    turn()
  }

  /** Takes the rest and a last head to Vault, unless that fails. Never throws. */
  async close (): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
    await this.#turn(true)
    await this.#tail.close()
  }

  /** What is recorded and covered by no signed head, and since when that is so; undefined before Vault has first signed one. */
  async unsigned (): Promise<Unsigned | undefined> {
    if (this.#signed === undefined) return undefined
    this.#watch()
    const since = this.#openSince
    return since === undefined ? { entries: 0, seconds: 0 } : { entries: await entriesBehind(this.#options.trail, this.#signed), seconds: (performance.now() - since) / 1000 }
  }

  #watch (): void {
    const { journal, n } = this.#options.trail.head()
    if (journal !== this.#signed?.journal || n > this.#signed.n) this.#openSince ??= performance.now()
  }

  async #turn (isLast: boolean): Promise<void> {
    this.#running ??= this.#work(isLast).then(
      () => { this.#isInTrouble = false },
      (error: unknown) => { this.#report(error) }
    ).finally(() => { this.#running = undefined })
    await this.#running
  }

  async #work (isLast: boolean): Promise<void> {
    this.#watch()
    if (!this.#hasBegun) {
      await this.#compare()
      await this.#tail.seek(await this.#keptUpTo())
      this.#hasBegun = true
    }
    await this.#sign(isLast)
    for (let batch = await this.#next(); batch !== undefined; batch = await this.#next()) await this.#ship(batch)
  }

  async #next (): Promise<Batch | undefined> {
    this.#unshipped ??= await this.#tail.next(segmentBytes)
    return this.#unshipped
  }

  async #ship ({ journal, lines, entries, to }: Batch): Promise<void> {
    await this.#options.archive.keepSegment({ journal, to, until: entries.at(-1)?.at ?? '' }, lines)
    this.#unshipped = undefined
  }

  async #sign (isLast: boolean): Promise<void> {
    const { trail, archive, headSeconds, headEntries = 1000 } = this.#options
    const head = trail.head()
    const isSame = head.journal === this.#signed?.journal
    const fresh = isSame ? head.n - (this.#signed?.n ?? 0) : head.n
    const isDue = isLast || !isSame || fresh >= headEntries || performance.now() - this.#signedAt >= headSeconds * 1000
    if (fresh === 0 || !isDue) return
    const askedAt = performance.now()
    await archive.keepHead(head)
    this.#signed = head
    this.#signedAt = performance.now()
    const now = trail.head()
    this.#openSince = now.journal === head.journal && now.n === head.n ? undefined : askedAt
  }

  /** Whether the journal still holds what was signed and taken away of it: an older copy does not, and another one begins on the record. */
  async #compare (): Promise<void> {
    const { trail, archive, onAlarm } = this.#options
    const { journal, n } = trail.head()
    const [head, segment] = [await archive.highestHead(journal), await archive.lastSegment(journal)]
    const kept = Math.max(head?.n ?? 0, segment?.to ?? 0)
    if (kept <= n && (head === undefined || await this.#hashAt(head) === head.hash)) return
    const why = kept > n
      ? `entry ${kept} of the journal ${journal} is in Vault, and the file ends at ${n}: it was cut off, or an older copy was put in its place`
      : `entry ${head?.n ?? 0} of the journal ${journal} is another one than was signed: the file was changed`
    onAlarm('audit-rolled-back', `${why}. A new journal begins; rekey audit verify shows both`)
    await trail.begin(why)
  }

  async #hashAt ({ journal, n }: JournalHead): Promise<string | undefined> {
    const found = (await findJournals(this.#options.trail.dirs)).find(({ name }) => name === journal)
    if (found === undefined) return undefined
    let hash: string | undefined
    await followChain(createReadStream(found.path) as AsyncIterable<Buffer>, (line) => { if (line.line === n) hash = line.hash })
    return hash
  }

  /** Of the newest journal that has a part in Vault, its end there. */
  async #keptUpTo (): Promise<Position | undefined> {
    for (const { name } of (await findJournals(this.#options.trail.dirs)).toReversed()) {
      const last = await this.#options.archive.lastSegment(name)
      if (last !== undefined) return { journal: name, n: last.to }
    }
    return undefined
  }

  /** Once for each time that it can't go on. */
  #report (error: unknown): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    this.#options.onAlarm('audit-unsigned', `what is recorded can't be taken to Vault and signed: ${safeMessage(error)}. It is on disk, and is caught up with`)
  }
}
