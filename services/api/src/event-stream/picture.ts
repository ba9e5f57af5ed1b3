import { createHash } from 'node:crypto'
import { formatName, type CredentialName } from '@rekey/domain'
import type { Seen } from './event-id.ts'

/** What is watched, at one moment. */
export interface Picture {
  /** As a watcher is shown them, in name order. */
  readonly targets: ReadonlyArray<CredentialName & object>
  readonly done: boolean
  /** The event that tells everything, to who has seen nothing of it. */
  readonly whole: { readonly event: string, readonly data: object }
  /** What is told besides the targets that have changed. */
  readonly besides: object
  /** What is told when it is done. */
  readonly last: object
  readonly seen: Required<Seen>
  /** The next picture, for which only what is open in this one is read again, as far as that will do. @throws RekeyError `vault/*` */
  next (): Promise<Picture>
}

/**
 * @param what is watched
 * @param besides what else is shown, and changes by itself
 */
export function seenOf (what: readonly unknown[], targets: Picture['targets'], besides: object = {}): Required<Seen> {
  const each = targets.map(target => digest(8, JSON.stringify(target)))
  return { names: digest(16, JSON.stringify([...what, targets.map(formatName)])), whole: digest(22, JSON.stringify(besides) + each.join('')), each }
}

/** What has changed since: nothing, these targets (none, when it is something besides), or so much that all is to be shown, as where it can't be told. */
export function changesSince ({ names, whole, each }: Seen, { seen, targets }: Pick<Picture, 'seen' | 'targets'>): 'nothing' | 'all' | Picture['targets'] {
  if (names !== seen.names) return 'all'
  if (whole === seen.whole) return 'nothing'
  if (each?.length !== seen.each.length) return seen.each.length === 0 ? [] : 'all'
  return targets.filter((_, at) => each[at] !== seen.each[at])
}

/** @param length in characters of six bits */
function digest (length: number, text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, length)
}
