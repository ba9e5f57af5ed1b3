import type { Approval } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { approvalPath, decodeApproval } from './documents/approval.ts'
import type { KvMount } from './kv.ts'
import { decodingTo } from './malformed.ts'
import type { Decoding, OnMalformed } from './malformed.ts'

/** What people of one zone have approved of. Each is created once, and never changes or goes: it is read once. */
export class ApprovalBook {
  readonly #mount: KvMount
  readonly #decoding: Decoding
  readonly #known = new Map<string, Approval>()
  /** As far as anybody had to know: two are as good as all. */
  readonly #people = new Set<string>()

  constructor (mount: KvMount, onMalformed: OnMalformed) {
    this.#mount = mount
    this.#decoding = decodingTo(onMalformed)
  }

  /** Documents that somebody has approved of, as `approvalPath` names them. */
  async documents (): Promise<string[]> {
    return (await this.#mount.list(['approvals'])).folders
  }

  async of (document: string): Promise<Approval[]> {
    const { documents: entities } = await this.#mount.list(approvalPath(document))
    const found = await bounded(entities, parallelReads, async (entity) => {
      const path = approvalPath(document, entity)
      const key = path.join('/')
      const known = this.#known.get(key)
      if (known !== undefined) return known
      const stored = await this.#mount.read(path)
      const approval = stored && this.#decoding.unlessMalformed(() => decodeApproval(stored, document, entity))
      if (approval !== undefined) this.#known.set(key, approval)
      return approval
    })
    return found.filter((approval) => approval !== undefined)
  }

  /** Whether all of them are one person's at most. Whose one is, its name tells, and Vault's policy vouches for that. */
  async isOneAlone (): Promise<boolean> {
    if (this.#people.size < 2) {
      const lists = await bounded(await this.documents(), parallelReads, async (document) => (await this.#mount.list(approvalPath(document))).documents)
      for (const entity of lists.flat()) this.#people.add(entity)
    }
    return this.#people.size < 2
  }
}
