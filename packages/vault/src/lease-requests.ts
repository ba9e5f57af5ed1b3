import { leaseIdPattern } from '@rekey/domain'
import type { LeaseDecision, LeaseRequest } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeLeaseDecision, decodeLeaseRequest, encodeLeaseDecision, encodeLeaseRequest, leaseDecisionPath, leaseRequestPath, leaseRequestsPath } from './documents/lease-request.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

const isId = new RegExp(leaseIdPattern)

/** Who asks for leases that a person has to approve of, in one zone, and what people have said. */
export class LeaseRequestBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#decoding = decodingTo(onMalformed)
  }

  /** The oldest first. */
  async all (): Promise<LeaseRequest[]> {
    const { documents } = await this.#mount.list(leaseRequestsPath)
    return (await bounded(documents, parallelReads, async (id) => await this.one(id))).filter((request) => request !== undefined)
  }

  /** Undefined when there is none of that id, or it is malformed. */
  async one (id: string): Promise<LeaseRequest | undefined> {
    const document = isId.test(id) ? await this.#mount.read(leaseRequestPath(id)) : undefined
    return document && this.#decoding.unlessMalformed(() => decodeLeaseRequest(document.data, this.#zone, id))
  }

  /** @returns false when there is one of that id */
  async create (request: LeaseRequest): Promise<boolean> {
    const path = leaseRequestPath(request.id)
    return await this.#mount.create(path, encodeLeaseRequest(request), async () => await this.#mount.exists(path))
  }

  /** What people have said of it; whether that counts, `countedWords` tells. */
  async words (id: string): Promise<LeaseDecision[]> {
    const { documents } = await this.#mount.list(leaseDecisionPath(id))
    const found = await bounded(documents, parallelReads, async (entity) => {
      const document = await this.#mount.read(leaseDecisionPath(id, entity))
      return document && this.#decoding.unlessMalformed(() => decodeLeaseDecision(document, id, entity))
    })
    return found.filter((word) => word !== undefined)
  }

  /** A person's own word, once. @returns false when he has said something already */
  async say (request: LeaseRequest, entity: string, said: Pick<LeaseDecision, 'verdict' | 'reason' | 'by'>): Promise<boolean> {
    const path = leaseDecisionPath(request.id, entity)
    return await this.#mount.create(path, encodeLeaseDecision(request, entity, said), async () => await this.#mount.read(path) !== undefined)
  }
}
