import type { OrderView } from '@rekey/client'
import type { Session } from '../session.ts'

const barWidth = 24

/** How far an order is: a bar that is written over on a terminal, elsewhere a line whenever it has changed. */
export class Progress {
  readonly #session: Pick<Session, 'err' | 'isTerminal'>
  #last = ''

  constructor (session: Pick<Session, 'err' | 'isTerminal'>) {
    this.#session = session
  }

  show ({ zone, number, counts }: OrderView): void {
    const { settled, total, observed, ...others } = counts
    const open = Object.entries({ ...others, observed }).filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
    const text = `${zone}/${number}  ${settled} of ${total} settled${open.length === 0 ? '' : `, ${open.join(', ')}`}`
    if (text === this.#last) return
    this.#last = text
    const full = total === 0 ? barWidth : Math.round(barWidth * settled / total)
    this.#session.err(this.#session.isTerminal ? `\r[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${text}\u001b[K` : `${text}\n`)
  }

  /** Leaves the bar where it stands. */
  end (): void {
    if (this.#session.isTerminal && this.#last !== '') this.#session.err('\n')
    this.#last = ''
  }
}
