import { createHash, randomUUID } from 'node:crypto'
import { isRekeyError, RekeyError } from '@rekey/domain'
import type { Order } from '@rekey/domain'
import { encodeOrder, orderPath, requestCodec } from './documents/order.ts'
import type { OrderDraft, RequestRecord } from './documents/order.ts'
import type { KvMount } from './kv.ts'
import type { OrderBook } from './orders.ts'

/** What is the same in all orders of one request. */
export interface OrderRequest {
  /** The caller's idempotency key, or a random one. Only its hash is stored. */
  readonly key: string
  /** Hash of all that the request asks for: the same key with another digest is a different request. */
  readonly digest: string
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAt: string
  /** The span of the request. */
  readonly traceparent?: string | undefined
}

interface ZoneBook {
  readonly mount: KvMount
  readonly book: OrderBook
}

interface Stored {
  readonly record: RequestRecord
  readonly version: number
}

/**
 * Creates orders, once for each request. What was asked for and which number was taken stands in a record of the
 * request, written before the order itself: a repeat, at the same time or after a crash, follows the same record.
 */
export class OrderDesk {
  readonly #shared: KvMount
  readonly #zone: (zone: string) => ZoneBook

  constructor (shared: KvMount, zone: (zone: string) => ZoneBook) {
    this.#shared = shared
    this.#zone = zone
  }

  /** @throws RekeyError `idempotency/mismatch` */
  async place (request: OrderRequest, drafts: readonly OrderDraft[]): Promise<Order[]> {
    const { digest, reason, requestedBy, requestedAt, traceparent } = request
    const path = requestPath(request.key)
    const record: RequestRecord = { digest, campaign: randomUUID(), reason, requestedBy, requestedAt, drafts, orders: {}, ...traceparent !== undefined && { traceparent } }
    const isNew = await this.#shared.create(path, requestCodec.encode(record, path), async () => await this.#read(path) !== undefined)
    if (isNew) return await this.#complete(path, { record, version: 1 })
    const earlier = await this.resume(request)
    if (earlier === undefined) throw new RekeyError('vault/conflict', 'the record of this request was removed while it was carried out; ask again')
    return earlier
  }

  /** @throws RekeyError `idempotency/mismatch` */
  async resume ({ key, digest }: Pick<OrderRequest, 'key' | 'digest'>): Promise<Order[] | undefined> {
    const path = requestPath(key)
    const stored = await this.#read(path)
    if (stored === undefined) return undefined
    if (stored.record.digest !== digest) {
      throw new RekeyError('idempotency/mismatch', 'this idempotency key was used for another request: use a fresh key, or repeat the first request unchanged', { field: 'idempotency-key' })
    }
    return await this.#complete(path, stored)
  }

  async #read (path: string[]): Promise<Stored | undefined> {
    const document = await this.#shared.read(path)
    return document && { record: requestCodec.decode(document.data, path), version: document.version }
  }

  async #complete (path: string[], stored: Stored): Promise<Order[]> {
    const orders: Order[] = []
    for (const { zone } of stored.record.drafts) {
      const done = await this.#placeIn(zone, path, stored)
      orders.push(done.order)
      stored = done.stored
    }
    return orders
  }

  async #placeIn (zone: string, path: string[], stored: Stored): Promise<{ order: Order, stored: Stored }> {
    const { mount, book } = this.#zone(zone)
    for (;;) {
      const number = stored.record.orders[zone]
      if (number === undefined) {
        stored = await this.#reserve(zone, await book.highest() + 1, path, stored)
        continue
      }
      const order = orderOf(stored.record, zone, number)
      if (await mount.create(orderPath(number), encodeOrder(order), async () => await book.has(number))) return { order, stored }
      const there = await book.one(number)
      if (there?.campaign === order.campaign) return { order: there, stored }
      // Somebody else was faster with this number.
      stored = await this.#reserve(zone, Math.max(number, await book.highest()) + 1, path, stored)
    }
  }

  /** Notes which number is to be taken; whoever carries out the same request at the same time follows the note that came first. */
  async #reserve (zone: string, number: number, path: string[], { record, version }: Stored): Promise<Stored> {
    const next = { ...record, orders: { ...record.orders, [zone]: number } }
    try {
      return { record: next, version: await this.#shared.write(path, requestCodec.encode(next, path), version) }
    } catch (error) {
      if (!isRekeyError(error, 'vault/conflict')) throw error
      const stored = await this.#read(path)
      if (stored === undefined) throw error
      return stored
    }
  }
}

/** The caller's key may hold anything, so its hash is the name. */
function requestPath (key: string): string[] {
  return ['requests', createHash('sha256').update(key).digest('hex')]
}

function orderOf ({ campaign, drafts, reason, requestedBy, requestedAt, traceparent }: RequestRecord, zone: string, number: number): Order {
  const draft = drafts.find(draft => draft.zone === zone) ?? { zone, scope: {} }
  return { ...draft, number, campaign, reason, requestedBy, requestedAt, ...traceparent !== undefined && { traceparent } }
}
