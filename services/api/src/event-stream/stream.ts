import type { ServerResponse } from 'node:http'
import { isRekeyError } from '@rekey/domain'
import { formatId, type Seen } from './event-id.ts'
import { changesSince, type Picture } from './picture.ts'
import type { Watcher } from './watch.ts'

/** In milliseconds. */
export interface StreamTimes {
  /** Between comments that keep what lies in between from cutting the connection. */
  readonly heartbeat: number
  /** Between looks at the caller's token. */
  readonly check: number
  /** That a client may leave what was sent unread. */
  readonly unread: number
  /** Of a whole stream; the client then comes again. */
  readonly most: number
  /** After which a client is asked to come again. */
  readonly retry: number
}

export interface StreamOptions {
  readonly wire: ServerResponse
  /** What the client has seen already. */
  readonly seen: Seen | undefined
  readonly times: StreamTimes
  /** Throws once the caller may not be told any more. */
  readonly verify: () => Promise<unknown>
  readonly onEnd: () => void
}

const endings = {
  time: 'this stream has lasted as long as one may; come again with Last-Event-ID',
  stopping: 'this process of the API stops; come again with Last-Event-ID'
}

/**
 * One client's view of an order or a campaign. What is sent is the difference between what he has seen and what there is, so a client
 * who reads slowly misses steps in between and nothing else, and never has more than one event waiting.
 */
export class EventStream implements Watcher {
  readonly #options: StreamOptions
  readonly #timers: NodeJS.Timeout[] = []
  #seen: Seen | undefined
  #picture: Picture | undefined
  #verifiedAt = performance.now()
  #check: NodeJS.Timeout | undefined
  #unread: NodeJS.Timeout | undefined
  #isOpen = false

  constructor (options: StreamOptions) {
    this.#options = options
    this.#seen = options.seen
  }

  /** @param headers of the answer, which begins now */
  begin (picture: Picture, headers: Record<string, string>): void {
    const { wire, times } = this.#options
    this.#isOpen = true
    wire.on('close', () => { this.#close() }).on('error', () => { this.#close() }).on('drain', () => {
      clearTimeout(this.#unread)
      this.#unread = undefined
      this.#send()
    })
    wire.writeHead(200, headers)
    this.#write(`retry: ${times.retry}\n\n`)
    this.#timers.push(
      setInterval(() => { this.#write(':\n\n') }, times.heartbeat),
      setTimeout(() => { this.end('time') }, times.most)
    )
    this.#verify()
    this.show(picture)
  }

  show (picture: Picture): void {
    this.#picture = picture
    this.#send()
  }

  lose (error: unknown): void {
    const { code, message } = isRekeyError(error) ? error : { code: 'internal/error', message: 'a fault of ours; come again with Last-Event-ID' }
    this.#last('end', { reason: code, detail: message })
  }

  end (reason: keyof typeof endings): void {
    this.#last('end', { reason, detail: endings[reason] })
  }

  /** Again and again, until the token is refused. */
  #verify (): void {
    const { verify, times } = this.#options
    const asked = performance.now()
    verify().then(() => {
      if (!this.#isOpen) return
      this.#verifiedAt = asked
      this.#send()
      this.#check = setTimeout(() => { this.#verify() }, times.check)
    }, (error: unknown) => { this.lose(error) })
  }

  #send (): void {
    const picture = this.#picture
    // What was found while the token is in doubt waits until it is not.
    const isInDoubt = performance.now() - this.#verifiedAt > 2 * this.#options.times.check
    if (!this.#isOpen || picture === undefined || this.#unread !== undefined || isInDoubt) return
    const changed = this.#seen === undefined ? 'all' : changesSince(this.#seen, picture)
    const { whole, besides, last, done, seen } = picture
    this.#seen = seen
    if (changed === 'all') this.#event(whole.event, whole.data, formatId(seen))
    else if (changed !== 'nothing') this.#event('changes', { ...besides, targets: changed }, formatId(seen))
    if (done) this.#last('done', last, formatId(seen, true))
  }

  #event (event: string, data: object, id?: string): void {
    this.#write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`)
  }

  #last (event: string, data: object, id?: string): void {
    if (!this.#isOpen) return
    this.#event(event, data, id)
    this.#options.wire.end()
    // Whoever doesn't read the end either is cut off.
    setTimeout(() => { this.#options.wire.destroy() }, this.#options.times.unread).unref()
    this.#close()
  }

  #write (text: string): void {
    const { wire, times } = this.#options
    if (!this.#isOpen || wire.write(text)) return
    this.#unread ??= setTimeout(() => { wire.destroy() }, times.unread)
  }

  #close (): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const timer of [...this.#timers, this.#check, this.#unread]) clearTimeout(timer)
    this.#options.onEnd()
  }
}
