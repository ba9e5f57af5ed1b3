import { isRekeyError, RekeyError } from '@rekey/domain'
import type { Order } from '@rekey/domain'
import { bounded } from './bounded.ts'
import { decodeOrder, orderNumbers, orderPath } from './documents/order.ts'
import type { KvMount } from './kv.ts'

/** A document that can't be understood was left out. Tell people: its code is `vault/malformed`. */
export type OnMalformed = (error: RekeyError) => void

/**
 * The orders of one zone. They are created once and never change, so each is read once.
 * They count up to the first gap: the API makes none, and a number far ahead would otherwise mark the secrets that are made
 * after it as newer than every order to come, a revoke-all included.
 */
export class OrderBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #onMalformed: OnMalformed
  /** Undefined: malformed, reported once and left out for good. */
  readonly #known = new Map<number, Order | undefined>()
  #strays = 0

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#onMalformed = onMalformed
  }

  /** 1, 2, 3 … up to the highest that counts. */
  async numbers (): Promise<number[]> {
    const found = orderNumbers((await this.#mount.list(['orders'])).documents)
    const numbers = found.filter((number, index) => number === index + 1)
    const strays = found.length - numbers.length
    if (strays > this.#strays) {
      const path = orderPath(found[numbers.length] ?? 0).join('/')
      this.#onMalformed(new RekeyError('vault/malformed', `the document ${path} stands beyond a gap in the orders' numbers and does not count: somebody else creates orders`, { path }))
    }
    this.#strays = strays
    return numbers
  }

  /** All well-formed ones, ascending. */
  async all (): Promise<Order[]> {
    const numbers = await this.numbers()
    await bounded(numbers.filter(number => !this.#known.has(number)), 16, number => this.one(number))
    return numbers.map(number => this.#known.get(number)).filter(order => order !== undefined)
  }

  /** Undefined when there is none of that number, or it is malformed. */
  async one (number: number): Promise<Order | undefined> {
    if (this.#known.has(number)) return this.#known.get(number)
    const document = await this.#mount.read(orderPath(number))
    if (document === undefined) return undefined
    const order = this.#decode(document.data, number)
    this.#known.set(number, order)
    return order
  }

  #decode (data: unknown, number: number): Order | undefined {
    try {
      return decodeOrder(data, this.#zone, number)
    } catch (error) {
      if (!isRekeyError(error, 'vault/malformed')) throw error
      this.#onMalformed(error)
      return undefined
    }
  }
}
