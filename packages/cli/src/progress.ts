import type { Session } from './session.ts'

const barWidth = 24

/** How far something is: a bar that is written over on a terminal, elsewhere a line whenever it has changed. */
export class Progress {
  readonly #session: Pick<Session, 'err' | 'isTerminal'>
  #last = ''

  constructor (session: Pick<Session, 'err' | 'isTerminal'>) {
    this.#session = session
  }

  /** @param text one line, which says of how many of all it is */
  show (text: string, done: number, total: number): void {
    if (text === this.#last) return
    this.#last = text
    const full = total === 0 ? barWidth : Math.round(barWidth * done / total)
    this.#session.err(this.#session.isTerminal ? `\r[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${text}\u001b[K` : `${text}\n`)
  }

  /** Leaves the bar where it stands. */
  end (): void {
    if (this.#session.isTerminal && this.#last !== '') this.#session.err('\n')
    this.#last = ''
  }
}
