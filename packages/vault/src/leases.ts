import { leaseIdPattern, leaseOf } from '@rekey/domain'
import type { Lease, LeaseEvent, LeaseTaken } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeLeaseEvent, decodeTaken, encodeLeaseEvent, encodeTaken, leasePath, leasesPath } from './documents/lease.ts'
import { orderNumbers } from './documents/order.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

const isId = new RegExp(leaseIdPattern)
/** Long after its end no broker renews it any more, whatever its clock says. In milliseconds. */
const settled = 10 * 60 * 1000

/** The leases of one zone. Their documents are created once and never change, so each is read once. */
export class LeaseBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding
  /** Leases to which no document comes any more. */
  readonly #over = new Map<string, Lease>()
  readonly #taken = new Map<string, LeaseTaken>()

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#decoding = decodingTo(onMalformed)
  }

  /** All that there are documents of, the oldest first. */
  async all (): Promise<Lease[]> {
    const ids = (await this.#mount.list(leasesPath)).folders.filter((id) => isId.test(id))
    return (await bounded(ids, parallelReads, async (id) => await this.one(id))).filter((lease) => lease !== undefined)
  }

  /** Undefined when there is none of that id, or it is malformed. */
  async one (id: string): Promise<Lease | undefined> {
    if (!isId.test(id)) return undefined
    const over = this.#over.get(id)
    if (over !== undefined) return over
    const taken = await this.#begin(id)
    if (taken === undefined) return undefined
    const numbers = orderNumbers((await this.#mount.list(leasePath(id))).documents).filter((number) => number > 1)
    const events = await bounded(numbers, parallelReads, async (number) => {
      const document = await this.#mount.read(leasePath(id, number))
      return document && this.#decoding.unlessMalformed(() => decodeLeaseEvent(document.data, id, number))
    })
    const lease = leaseOf(taken, events.filter((event) => event !== undefined))
    if (lease.returnedAt !== null || Date.parse(lease.endsAt) + settled < Date.now()) {
      this.#over.set(id, lease)
      this.#taken.delete(id)
    }
    return lease
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
    const known = this.#taken.get(id)
    if (known !== undefined) return known
    const document = await this.#mount.read(leasePath(id, 1))
    const taken = document && this.#decoding.unlessMalformed(() => decodeTaken(document.data, this.#zone, id))
    if (taken !== undefined) this.#taken.set(id, taken)
    return taken
  }
}
