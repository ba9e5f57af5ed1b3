import type { Approval, Proposal } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { orderNumbers } from './documents/order.ts'
import { approvalPath, approvedNumbers, decodeApproval, decodeProposal, proposalPath } from './documents/proposal.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

/** The proposals of one zone and what people said of them. Both are created once and never change, so each is read once. */
export class ProposalBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding
  readonly #known = new Map<number, Proposal>()
  readonly #approvals = new Map<string, Approval>()

  constructor (mount: KvMount, zone: string, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#decoding = decodingTo(onMalformed)
  }

  /** Those that a person has looked at: whoever can only propose can't make this list longer. */
  async approved (): Promise<Proposal[]> {
    const { folders } = await this.#mount.list(['approvals'])
    const found = await bounded(approvedNumbers(folders), parallelReads, async (number) => await this.one(number))
    return found.filter((proposal) => proposal !== undefined)
  }

  /** Of all that were ever made, ascending. */
  async numbers (): Promise<number[]> {
    return orderNumbers((await this.#mount.list(['proposals'])).documents)
  }

  /** Undefined when there is none of that number, or it is malformed. */
  async one (number: number): Promise<Proposal | undefined> {
    const known = this.#known.get(number)
    if (known !== undefined) return known
    const document = await this.#mount.read(proposalPath(number))
    const proposal = document && this.#decoding.unlessMalformed(() => decodeProposal(document, this.#zone, number))
    if (proposal !== undefined) this.#known.set(number, proposal)
    return proposal
  }

  async approvals (number: number): Promise<Approval[]> {
    const { documents } = await this.#mount.list(approvalPath(number))
    const found = await bounded(documents, parallelReads, async (entity) => {
      const key = approvalPath(number, entity).join('/')
      const known = this.#approvals.get(key)
      if (known !== undefined) return known
      const document = await this.#mount.read(approvalPath(number, entity))
      const approval = document && this.#decoding.unlessMalformed(() => decodeApproval(document, number, entity))
      if (approval !== undefined) this.#approvals.set(key, approval)
      return approval
    })
    return found.filter((approval) => approval !== undefined)
  }
}
