import type { ServerResponse } from 'node:http'
import { RekeyError } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import { parseId } from './event-id.ts'
import { changesSince, type Picture } from './picture.ts'
import { EventStream, type StreamTimes } from './stream.ts'
import { Watch } from './watch.ts'

export interface StreamLimits extends StreamTimes {
  /** Between two looks at an order or a campaign, at least. */
  readonly look: number
  /** Streams of one caller, and of all, at the same time. */
  readonly perCaller: number
  readonly inAll: number
}

export const defaultStreamLimits: StreamLimits = {
  heartbeat: 10_000,
  check: 500,
  unread: 20_000,
  most: 15 * 60_000,
  retry: 2000,
  look: 1000,
  perCaller: 20,
  inAll: 500
}

export interface Opening {
  readonly caller: CallerPorts['caller']
  /** What is watched, the same for all who share looks at it. */
  readonly what: string
  /** At everything of it. */
  readonly look: () => Promise<Picture>
  readonly lastEventId: string | undefined
  readonly wire: ServerResponse
  readonly verify: () => Promise<unknown>
}

/** The streams of this process. */
export class EventStreams {
  readonly #limits: StreamLimits
  readonly #open = new Map<EventStream, string>()
  readonly #watches = new Map<string, Watch>()
  #isStopping = false

  constructor (limits: StreamLimits) {
    this.#limits = limits
  }

  get count (): number {
    return this.#open.size
  }

  /**
   * Looks at what is watched, for a new stream.
   * @returns what begins the answer; undefined for a client that has seen the end, which still holds
   * @throws RekeyError `request/too-many`, `vault/*`
   */
  async open ({ caller, what, look, lastEventId, wire, verify }: Opening): Promise<((headers: Record<string, string>) => void) | undefined> {
    const who = caller.id ?? caller.name
    this.#admit(who)
    const watch = this.#watches.get(what) ?? new Watch(look, this.#limits.look)
    this.#watches.set(what, watch)
    const last = parseId(lastEventId ?? '')
    const stream = new EventStream({ wire, seen: last?.seen, times: this.#limits, verify, onEnd: () => { leave() } })
    const leave = (): void => {
      this.#open.delete(stream)
      watch.remove(stream)
      if (watch.isIdle && this.#watches.get(what) === watch) this.#watches.delete(what)
    }
    this.#open.set(stream, who)
    watch.add(stream)
    try {
      const picture = await watch.fresh()
      if (last?.isEnd === true && picture.done && changesSince(last.seen, picture) === 'nothing') {
        leave()
        return undefined
      }
      if (wire.destroyed) throw new RekeyError('request/timeout', 'the client has gone')
      return headers => {
        stream.begin(picture, headers)
        if (this.#isStopping) stream.end('stopping')
      }
    } catch (error) {
      leave()
      throw error
    }
  }

  /** Ends them all, and lets no other begin. */
  stop (): void {
    this.#isStopping = true
    for (const stream of [...this.#open.keys()]) stream.end('stopping')
  }

  #admit (who: string): void {
    const { perCaller, inAll } = this.#limits
    const own = [...this.#open.values()].filter(one => one === who).length
    if (own >= perCaller) throw tooMany(`this token has ${own} streams already, and may have no more at the same time; end another stream first`)
    if (this.count >= inAll) throw tooMany('this process of the API has as many streams as it may have; look at the order or campaign itself meanwhile')
  }
}

function tooMany (message: string): RekeyError {
  return new RekeyError('request/too-many', message, { retryAfterSeconds: 5 })
}
