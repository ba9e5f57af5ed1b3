import { leaseIdPattern, leaseOf } from '@rekey/domain'
import type { Lease, LeaseEvent, LeaseTaken } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeLeaseEvent, decodeTaken, encodeLeaseEvent, encodeTaken, leasePath, leasesNamed, leasesPath } from './documents/lease.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

const isId = new RegExp(leaseIdPattern)

/** The leases of one zone. Their documents are created once and never change, so each is read anew only when another one of its lease has come. */
export class LeaseBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding
  readonly #known = new Map<string, Lease>()

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#decoding = decodingTo(onMalformed)
  }

  /** All that there are documents of, the oldest first. */
  async all (): Promise<Lease[]> {
    const named = leasesNamed((await this.#mount.list(leasesPath)).documents)
    for (const id of this.#known.keys()) if (!named.has(id)) this.#known.delete(id)
    return (await bounded([...named], parallelReads, async ([id, documents]) => await this.#follow(id, documents))).filter((lease) => lease !== undefined)
  }

  /** Undefined when there is none of that id, or it is malformed. Nothing of it is remembered: who asks for one does so a few times in its life. */
  async one (id: string): Promise<Lease | undefined> {
    if (!isId.test(id)) return undefined
    const [taken, events] = await Promise.all([this.#begin(id), this.#eventsFrom(id, 2, 1)])
    return taken && leaseOf(taken, events)
  }

  async #follow (id: string, documents: number): Promise<Lease | undefined> {
    const known = this.#known.get(id)
    if (known?.documents === documents) return known
    const [taken, events] = await Promise.all([this.#begin(id), this.#read(id, 2, documents - 1)])
    const lease = taken && leaseOf(taken, events.found)
    if (lease !== undefined) this.#known.set(id, lease)
    return lease
  }

  /** Its events from a number on, until there is none: each time twice as many at once, as most leases have one or two documents and few have many. */
  async #eventsFrom (id: string, first: number, atOnce: number): Promise<LeaseEvent[]> {
    const { found, isEnd } = await this.#read(id, first, atOnce)
    return isEnd ? found : [...found, ...await this.#eventsFrom(id, first + atOnce, 2 * atOnce)]
  }

  /** So many of its events. @returns those that can be told, and whether there was no document for one */
  async #read (id: string, first: number, count: number): Promise<{ found: LeaseEvent[], isEnd: boolean }> {
    const numbers = Array.from({ length: count }, (_, index) => first + index)
    const documents = await bounded(numbers, parallelReads, async (number) => await this.#mount.read(leasePath(id, number)))
    const found = documents.flatMap((document, index) => document === undefined ? [] : this.#decoding.unlessMalformed(() => decodeLeaseEvent(document.data, id, first + index)) ?? [])
    return { found, isEnd: documents.includes(undefined) }
  }

  /** @returns false when there is one of that id */
  async take (taken: LeaseTaken): Promise<boolean> {
    const path = leasePath(taken.id, 1)
    return await this.#mount.create(path, encodeTaken(taken), async () => await this.#mount.exists(path))
  }

  /** @returns false when another document of the lease came first */
  async add ({ id, documents }: Lease, event: LeaseEvent): Promise<boolean> {
    const path = leasePath(id, documents + 1)
    return await this.#mount.create(path, encodeLeaseEvent(event, id, documents + 1), async () => await this.#mount.exists(path))
  }

  async #begin (id: string): Promise<LeaseTaken | undefined> {
    const document = await this.#mount.read(leasePath(id, 1))
    return document && this.#decoding.unlessMalformed(() => decodeTaken(document.data, this.#zone, id))
  }
}
