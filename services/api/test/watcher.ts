import type { IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface WatchEvent {
  readonly event: string
  readonly id?: string
  readonly data: {
    readonly targets: ReadonlyArray<{ readonly host: string, readonly account: string, readonly outcome: string }>
    readonly counts: Readonly<Record<string, number>>
    readonly reason: string
    readonly done: boolean
  }
}

/** The whole events of a stream's text. */
export function eventsIn (text: string): WatchEvent[] {
  return [...text.matchAll(/event: (.*)\n(?:id: (.*)\n)?data: (.*)\n\n/g)]
    .map(([, event = '', id, data = '']) => ({ event, ...id === undefined ? {} : { id }, data: JSON.parse(data) as WatchEvent['data'] }))
}

/** Whoever reads a stream. */
export class Watcher {
  readonly response: IncomingMessage
  text = ''
  isOver = false

  constructor (response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8').on('data', (text: string) => { this.text += text }).on('close', () => { this.isOver = true }).on('error', () => {})
  }

  get events (): WatchEvent[] {
    return eventsIn(this.text)
  }

  get lastId (): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id
  }

  /** The first events, once there are as many. */
  async first (count: number): Promise<WatchEvent[]> {
    await this.#until(() => this.events.length >= count)
    return this.events.slice(0, count)
  }

  /** All events, once the stream has ended. */
  async end (): Promise<WatchEvent[]> {
    await this.#until(() => this.isOver)
    return this.events
  }

  async #until (isSo: () => boolean): Promise<void> {
    const end = performance.now() + 20_000
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`waited in vain after: ${this.text}`)
      await sleep(20)
    }
  }
}
