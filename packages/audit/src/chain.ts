import { createHash } from 'node:crypto'

/** One line of a journal, as it is on disk. */
export interface JournalLine {
  /** 1, 2, 3 … without a gap. */
  readonly n: number
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

/** Where a journal ends: what the next line must stand on. */
export interface Head {
  readonly n: number
  readonly hash: string
}

/** What is wrong with a journal, and at which line (from 1). */
export interface ChainBreak {
  readonly line: number
  readonly problem: string
}

export interface Chain {
  readonly head: Head
  readonly breaks: readonly ChainBreak[]
  /** Bytes of a last line without its end: it is counted apart, not taken for an edit. */
  readonly tornBytes: number
}

/** More than an entry ever has; what is longer is none, and is not held in memory. */
const longestLine = 1024 * 1024

/** Follows the chain through a journal of any length, piece by piece. */
export async function followChain (pieces: AsyncIterable<Buffer>): Promise<Chain> {
  const breaks: ChainBreak[] = []
  let head: Head = { n: 0, hash: noLine }
  let number = 0
  let line = new PartialLine()
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
      line.add(piece.subarray(from, end))
      follow(line)
      line = new PartialLine()
      from = end + 1
    }
    line.add(piece.subarray(from))
  }
  return { head, breaks, tornBytes: line.length }

  function follow (line: PartialLine): void {
    const entry = line.entry()
    number += 1
    if (entry === undefined) breaks.push({ line: number, problem: 'is no entry' })
    else if (entry.n !== head.n + 1) breaks.push({ line: number, problem: `has number ${entry.n} where ${head.n + 1} belongs` })
    else if (entry.prev !== head.hash) breaks.push({ line: number, problem: 'does not stand on the line before: one of both was changed' })
    head = { n: entry?.n ?? head.n + 1, hash: line.hash() }
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
    return this.length > longestLine ? undefined : parse(Buffer.concat(this.#parts).toString('utf8'))
  }

  hash (): string {
    return this.#hash.digest('hex')
  }
}

function parse (line: string): JournalLine | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalLine> | null
    return typeof entry?.n === 'number' && typeof entry.prev === 'string' && typeof entry.act === 'string' ? entry as JournalLine : undefined
  } catch {
    return undefined
  }
}
