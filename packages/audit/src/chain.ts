import { createHash } from 'node:crypto'

/** One line of a journal, as it is on disk. */
export interface JournalLine {
  /** 1, 2, 3 … without a gap. */
  readonly n: number
  /** ISO 8601. It never goes back within a journal, whatever the clock does. */
  readonly at: string
  readonly service: string
  readonly act: string
  readonly [field: string]: unknown
  /** SHA-256 of the line before, in hex, without its line end; of nothing for the first. */
  readonly prev: string
}

export function hashOf (line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

export const noLine = hashOf('')

/** A line in its place. */
export interface Followed {
  /** Its number by place, from 1. */
  readonly line: number
  /** Absent when it is no entry. */
  readonly entry: JournalLine | undefined
  readonly hash: string
  /** The byte behind its line end. */
  readonly end: number
}

/** What is wrong with a journal, and at which line (from 1). */
export interface ChainBreak {
  readonly line: number
  readonly problem: string
}

export interface Chain {
  /** How many lines it has, and what the next one must stand on. */
  readonly head: { readonly n: number, readonly hash: string, readonly at: string }
  readonly breaks: readonly ChainBreak[]
  /** Bytes of a last line without its end: it is counted apart, not taken for an edit. */
  readonly tornBytes: number
}

/** More than an entry ever has; what is longer is none, and is not held in memory. */
const longestLine = 1024 * 1024

/** Follows the chain through a journal of any length, piece by piece. @param visit sees each line in its turn */
export async function followChain (pieces: AsyncIterable<Buffer>, visit: (line: Followed) => void = () => {}): Promise<Chain> {
  const breaks: ChainBreak[] = []
  let head = { n: 0, hash: noLine, at: '' }
  let number = 0
  let end = 0
  let line = new PartialLine()
  for await (const piece of pieces) {
    let from = 0
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', from)) {
      line.add(piece.subarray(from, at))
      follow(line)
      line = new PartialLine()
      from = at + 1
    }
    line.add(piece.subarray(from))
  }
  return { head, breaks, tornBytes: line.length }

  function follow (line: PartialLine): void {
    const entry = line.entry()
    number += 1
    end += line.length + 1
    if (entry === undefined) breaks.push({ line: number, problem: 'is no entry' })
    else if (entry.n !== head.n + 1) breaks.push({ line: number, problem: `has number ${entry.n} where ${head.n + 1} belongs` })
    else if (entry.prev !== head.hash) breaks.push({ line: number, problem: 'does not stand on the line before: one of both was changed' })
    head = { n: entry?.n ?? head.n + 1, hash: line.hash(), at: entry?.at ?? head.at }
    visit({ line: number, entry, hash: head.hash, end })
  }
}

class PartialLine {
  readonly #hash = createHash('sha256')
  #parts: Buffer[] = []
  length = 0

  add (part: Buffer): void {
    this.#hash.update(part)
    this.length += part.length
    if (this.length > longestLine) this.#parts = []
    else this.#parts.push(part)
  }

  entry (): JournalLine | undefined {
    return this.length > longestLine ? undefined : parseLine(Buffer.concat(this.#parts).toString('utf8'))
  }

  hash (): string {
    return this.#hash.digest('hex')
  }
}

export function parseLine (line: string): JournalLine | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalLine> | null
    return typeof entry?.n === 'number' && typeof entry.prev === 'string' && typeof entry.act === 'string' ? entry as JournalLine : undefined
  } catch {
    return undefined
  }
}
