import { changesToApprove, policyInForce, unwrittenPolicy } from '@rekey/domain'
import type { GuardedPolicy, WordsOnPolicy, WrittenPolicy } from '@rekey/domain'
import type { StandingPolicy } from '@rekey/rotation'
import type { ApprovalBook } from './approvals.ts'
import { policyName } from './documents/approval.ts'
import { decodeInForce, decodePolicy, encodeInForce, inForcePath, policyPath } from './documents/policy.ts'
import type { KvMount } from './kv.ts'

/** What people have written into one zone's policy, and what of it is in force. */
export class ZonePolicy {
  readonly #mount: KvMount
  readonly #zone: string
  readonly #approvals: ApprovalBook

  constructor (mount: KvMount, zone: string, approvals: ApprovalBook) {
    this.#mount = mount
    this.#zone = zone
    this.#approvals = approvals
  }

  /** Asks for approvals only where something needs them. @throws RekeyError `vault/malformed` */
  async read (): Promise<StandingPolicy> {
    const [document, note] = await Promise.all([this.#mount.read(policyPath), this.#mount.read(inForcePath)])
    const written: WrittenPolicy = document === undefined
      ? unwrittenPolicy(this.#zone)
      : { zone: this.#zone, version: document.version, writtenAt: document.createdAt, policy: decodePolicy(document.data) }
    const noted = note && { value: decodeInForce(note.data), version: note.version }
    const words = changesToApprove(written, noted?.value).length === 0 ? unasked : await this.#words(written)
    return { ...policyInForce(written, noted?.value, words), noted }
  }

  /** @param version of what was noted before, 0 when nothing was @throws RekeyError `vault/conflict` */
  async note (fields: GuardedPolicy, version: number): Promise<void> {
    await this.#mount.write(inForcePath, encodeInForce(fields), version)
  }

  async #words ({ version }: WrittenPolicy): Promise<WordsOnPolicy> {
    const [approvals, isAlone] = await Promise.all([this.#approvals.of(policyName(version)), this.#approvals.isOneAlone()])
    return { approvals, isAlone }
  }
}

const unasked: WordsOnPolicy = { approvals: [], isAlone: false }
