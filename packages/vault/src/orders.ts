import { RekeyError } from '@rekey/domain'
import type { Order } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeOrder, orderNumbers, orderPath } from './documents/order.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'

const hour = 3_600_000

/**
 * The orders of one zone. They are created once and never change, so each is read once.
 * They count up to the first gap: the API makes none, and a number far ahead would otherwise mark the secrets that are made
 * after it as newer than every order to come, a revoke-all included. So they are asked for one by one and not listed: what
 * somebody else creates there can make a list too long to be read.
 */
export class OrderBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #onMalformed: OnMalformed
  /** Undefined: there is a document, but no order in it. Reported once and left out for good. */
  readonly #known = new Map<number, Order | undefined>()
  #highest = 0
  #lookedForStraysAt = -Infinity
  #strays = 0

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#onMalformed = onMalformed
  }

  /** The highest number that counts, or 0. */
  async highest (): Promise<number> {
    let highest = this.#highest
    for (let width = 1; this.#known.has(highest + 1) || await this.#mount.exists(orderPath(highest + 1)); width = Math.min(2 * width, parallelReads)) {
      const next = Array.from({ length: width }, (_, index) => highest + 1 + index)
      const there = await bounded(next, parallelReads, number => this.has(number))
      highest += [...there, false].indexOf(false)
    }
    this.#highest = Math.max(this.#highest, highest)
    await this.#lookForStrays(highest)
    return this.#highest
  }

  /** All well-formed ones, ascending. */
  async all (): Promise<Order[]> {
    const highest = await this.highest()
    return Array.from({ length: highest }, (_, index) => this.#known.get(index + 1)).filter(order => order !== undefined)
  }

  /** Whether that number is taken, be it by a document that is malformed or was deleted. */
  async has (number: number): Promise<boolean> {
    if (this.#known.has(number) || await this.one(number) !== undefined || this.#known.has(number)) return true
    if (!await this.#mount.exists(orderPath(number))) return false
    this.#known.set(number, undefined)
    return true
  }

  /** Orders beyond a gap are nothing but a sign; a list of them that can't be had stops nothing. */
  async #lookForStrays (highest: number): Promise<void> {
    if (performance.now() - this.#lookedForStraysAt < hour) return
    this.#lookedForStraysAt = performance.now()
    const { documents } = await this.#mount.list(['orders']).catch(() => ({ documents: [] }))
    const beyond = orderNumbers(documents).filter(number => number > highest)
    const strays = beyond.filter((number, index) => number !== highest + 1 + index)
    const [first] = strays
    if (first !== undefined && strays.length > this.#strays) {
      const path = orderPath(first).join('/')
      this.#onMalformed(new RekeyError('vault/malformed', `the document ${path} stands beyond a gap in the orders' numbers and does not count: somebody else creates orders`, { path }))
    }
    this.#strays = strays.length
  }

  /** Undefined when there is none of that number, or it is malformed. */
  async one (number: number): Promise<Order | undefined> {
    if (this.#known.has(number)) return this.#known.get(number)
    const document = await this.#mount.read(orderPath(number))
    if (document === undefined) return undefined
    const order = decodingTo(this.#onMalformed).unlessMalformed(() => decodeOrder(document.data, this.#zone, number))
    this.#known.set(number, order)
    return order
  }
}
