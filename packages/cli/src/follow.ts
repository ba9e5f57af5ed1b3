import type { Since } from '@rekey/client'
import { errorCatalogue, isRekeyError, RekeyError, type ErrorCode } from '@rekey/domain'
import type { Session } from './session.ts'

const comeAgainMs = 1000

/** What each of the API's streams tells besides what is watched. */
interface EndEvent {
  readonly event: 'end'
  readonly data: { readonly reason: string, readonly detail: string }
}

export interface Followed<Event, Picture> {
  readonly stream: (since: Since) => AsyncGenerator<Event | EndEvent>
  /** What is known after an event, from what was known before. */
  readonly after: (event: Event, before: Picture | undefined) => Picture | undefined
  readonly show: (picture: Picture) => void
  /** Whether nothing more is waited for. */
  readonly isOver: (picture: Picture) => boolean
}

/**
 * Follows what the API streams until it is over. A stream that ends is taken up again where it ended.
 * @param seconds at most
 * @returns undefined when the time has passed
 * @throws RekeyError what the API refuses
 */
export async function follow<Event extends { readonly event: string }, Picture> ({ stream, after, show, isOver }: Followed<Event, Picture>, seconds: number | undefined, session: Session): Promise<Picture | undefined> {
  const signal = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000)
  const isLate = (): boolean => signal?.aborted ?? false
  let seen: string | undefined
  let picture: Picture | undefined
  while (!isLate()) {
    try {
      for await (const event of stream({ seen, signal })) {
        seen = idOf(event) ?? seen
        if (isEnd(event)) {
          checkEnd(event)
          continue
        }
        picture = after(event, picture)
        if (picture === undefined) continue
        show(picture)
        if (isOver(picture)) return picture
      }
    } catch (error) {
      if (isLate()) break
      if (!isRekeyError(error) || error.retry !== 'later') throw error
      session.err(`rekey: ${error.message}; looking again\n`)
    }
    await session.wait(comeAgainMs)
  }
  return undefined
}

function idOf (event: object): string | undefined {
  return 'id' in event && typeof event.id === 'string' ? event.id : undefined
}

function isEnd (event: { readonly event: string }): event is EndEvent {
  return event.event === 'end'
}

/** @throws RekeyError when the API has ended its telling for a reason that lasts */
function checkEnd ({ data: { reason, detail } }: EndEvent): void {
  // A person's token has ended, and the next request brings another; of one that has none, it is refused.
  if (reason !== 'auth/missing' && Object.hasOwn(errorCatalogue, reason)) throw new RekeyError(reason as ErrorCode, detail)
}
