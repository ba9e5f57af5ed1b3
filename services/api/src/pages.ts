export interface PageQuery {
  readonly limit?: string
  readonly cursor?: string
}

export interface Page<T> {
  readonly items: T[]
  /** Hand it back as `cursor` for the next page; null on the last one. */
  readonly next: string | null
}

const defaultLimit = 100

export function limitOf ({ limit }: PageQuery): number {
  return limit === undefined ? defaultLimit : Number(limit)
}

/**
 * One page of a list whose keys, of ASCII, ascend. The cursor names the last key that was handed out, so a page stays right
 * when entries come or go in between. One that we never made is a key like any other.
 */
export function pageOf<T> (entries: readonly T[], key: (entry: T) => string, query: PageQuery): Page<T> {
  const limit = limitOf(query)
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
  const rest = after === undefined ? entries : entries.filter(entry => key(entry) > after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last !== undefined && rest.length > items.length ? encodeCursor(key(last)) : null }
}

/** The key of a list that goes by zone, and in each by number, the highest first. */
export function newestFirst ({ zone, number }: { readonly zone: string, readonly number: number }): string {
  return `${zone}/${String(Number.MAX_SAFE_INTEGER - number).padStart(16, '0')}`
}

export function encodeCursor (key: string): string {
  return Buffer.from(key, 'latin1').toString('base64url')
}

export function decodeCursor (cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('latin1')
}
