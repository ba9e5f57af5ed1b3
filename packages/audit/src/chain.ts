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

/** Follows the chain through the text of a journal. The last line may be torn: it is named apart, not taken for an edit. */
export function followChain (text: string): { readonly head: Head, readonly breaks: readonly ChainBreak[], readonly torn: string | undefined } {
  const lines = text.split('\n')
  const torn = lines.pop()
  const breaks: ChainBreak[] = []
  let head: Head = { n: 0, hash: noLine }
  for (const [index, line] of lines.entries()) {
    const entry = parse(line)
    if (entry === undefined) breaks.push({ line: index + 1, problem: 'is no entry' })
    else if (entry.n !== head.n + 1) breaks.push({ line: index + 1, problem: `has number ${entry.n} where ${head.n + 1} belongs` })
    else if (entry.prev !== head.hash) breaks.push({ line: index + 1, problem: 'does not stand on the line before: one of both was changed' })
    head = { n: entry?.n ?? head.n + 1, hash: hashOf(line) }
  }
  return { head, breaks, torn: torn === '' ? undefined : torn }
}

function parse (line: string): JournalLine | undefined {
  try {
    const entry = JSON.parse(line) as Partial<JournalLine> | null
    return typeof entry?.n === 'number' && typeof entry.prev === 'string' && typeof entry.act === 'string' ? entry as JournalLine : undefined
  } catch {
    return undefined
  }
}
