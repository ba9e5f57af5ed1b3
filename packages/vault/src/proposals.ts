import type { Approval, Proposal } from '@rekey/domain'
import type { ApprovalBook } from './approvals.ts'
import { bounded, parallelReads } from './bounded.ts'
import { approvedNumbers, proposalName } from './documents/approval.ts'
import { orderNumbers } from './documents/order.ts'
import { decodeProposal, proposalPath } from './documents/proposal.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

/** The proposals of one zone and what people said of them. They are created once and never change, so each is read once. */
export class ProposalBook {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #decoding: Decoding
  readonly #known = new Map<number, Proposal>()
  readonly #approvals: ApprovalBook

  constructor (mount: KvMount, zone: string, approvals: ApprovalBook, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#zone = zone
    this.#approvals = approvals
    this.#decoding = decodingTo(onMalformed)
  }

  /** Those that a person has looked at: whoever can only propose can't make this list longer. */
  async approved (): Promise<Proposal[]> {
    const found = await bounded(approvedNumbers(await this.#approvals.documents()), parallelReads, async (number) => await this.one(number))
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
    return await this.#approvals.of(proposalName(number))
  }
}
