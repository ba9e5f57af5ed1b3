/**
 * What a watcher has seen of an order or a campaign, made of digests alone: any process can tell from it, at any time, what has changed since,
 * and remembers nothing. docs/decisions/0013 has the reasons.
 */
export interface Seen {
  /** Of what it is, and the names of its targets. */
  readonly names: string
  /** Of all that was shown. */
  readonly whole: string
  /** Of what was shown of each target, in name order. Missing where there are so many that no header could hold them. */
  readonly each?: readonly string[]
}

const lengthOfEach = 8
/** A header of 8 KiB has room for twice as many. */
const mostEach = 500
const grammar = /^([\w-]{16})\.([\w-]{22})\.((?:[\w-]{8})*)(~?)$/

/** @param isEnd for the id of the last event */
export function formatId ({ names, whole, each = [] }: Seen, isEnd = false): string {
  return `${names}.${whole}.${each.length > mostEach ? '' : each.join('')}${isEnd ? '~' : ''}`
}

/** Undefined for what is no id of ours: whoever sends it is shown everything. */
export function parseId (text: string): { readonly seen: Seen, readonly isEnd: boolean } | undefined {
  const [, names, whole, each, end] = grammar.exec(text) ?? []
  if (names === undefined || whole === undefined || each === undefined) return undefined
  return {
    seen: { names, whole, ...each === '' ? {} : { each: Array.from({ length: each.length / lengthOfEach }, (_, at) => each.slice(at * lengthOfEach, (at + 1) * lengthOfEach)) } },
    isEnd: end === '~'
  }
}
