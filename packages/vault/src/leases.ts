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

  /** All that there are documents of, the oldest first. Whoever asks for all asks again and again, so what can't change is remembered, as long as it is there. */
  async all (): Promise<Lease[]> {
    const ids = (await this.#mount.list(leasesPath)).folders.filter((id) => isId.test(id))
    this.#forgetBut(new Set(ids))
    return (await bounded(ids, parallelReads, async (id) => this.#over.get(id) ?? await this.#follow(id))).filter((lease) => lease !== undefined)
  }

  /** Undefined when there is none of that id, or it is malformed. Nothing of it is remembered: who asks for one does so a few times in its life. */
  async one (id: string): Promise<Lease | undefined> {
    return isId.test(id) ? await this.#read(id, this.#begin(id)) : undefined
  }

  async #follow (id: string): Promise<Lease | undefined> {
    const taken = this.#taken.get(id) ?? await this.#begin(id)
    if (taken !== undefined) this.#taken.set(id, taken)
    const lease = await this.#read(id, Promise.resolve(taken))
    if (lease === undefined || (lease.returnedAt === null && Date.parse(lease.endsAt) + settled >= Date.now())) return lease
    this.#over.set(id, lease)
    this.#taken.delete(id)
    return lease
  }

  async #read (id: string, beginning: Promise<LeaseTaken | undefined>): Promise<Lease | undefined> {
    const [taken, { documents }] = await Promise.all([beginning, this.#mount.list(leasePath(id))])
    const numbers = taken === undefined ? [] : orderNumbers(documents).filter((number) => number > 1)
    const events = await bounded(numbers, parallelReads, async (number) => {
      const document = await this.#mount.read(leasePath(id, number))
      return document && this.#decoding.unlessMalformed(() => decodeLeaseEvent(document.data, id, number))
    })
    return taken && leaseOf(taken, events.filter((event) => event !== undefined))
  }

  /** What was taken away is over for good. */
  #forgetBut (ids: ReadonlySet<string>): void {
    for (const known of [this.#over, this.#taken]) for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
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
