import type { LegacyAlgorithm, Target } from '@rekey/domain'
import { RekeyError, formatVia } from '@rekey/domain'
import type { AuditTrail, Log } from '@rekey/rotation'

/** Tells of the exceptions from modern algorithms that one connection has really come down to. */
export class LegacyUse {
  readonly #target: Target
  readonly #audit: Pick<AuditTrail, 'record'> | undefined
  readonly #log: Log | undefined
  readonly #told = new Set<LegacyAlgorithm>()

  constructor (target: Target, { audit, log }: { audit: Pick<AuditTrail, 'record'> | undefined, log: Log | undefined }) {
    this.#target = target
    this.#audit = audit
    this.#log = log
  }

  /** @throws RekeyError `audit/unwritable` */
  async record (during: 'handshake' | 'login', used: readonly LegacyAlgorithm[]): Promise<void> {
    if (used.length === 0) return
    const { address, port, via, account } = this.#target
    const where = `${account}@${address} port ${port}${via === null ? '' : ` via ${formatVia(via)}`}`
    await this.#audit?.record({ act: 'legacy-algorithms', target: where, detail: `${during}: ${used.join(', ')}` })
    this.#log?.warn({ event: 'legacy-algorithms', during, algorithms: used.join(), account, address, port }, 'a connection uses old algorithms, as the host\'s record allows')
    for (const name of used) this.#told.add(name)
  }

  /**
   * Keys are exchanged anew on a long connection, and the host offers what it likes then.
   * @throws RekeyError `ssh/misbehaved` when it comes down to an exception that is not recorded
   */
  assertKnown (used: readonly LegacyAlgorithm[]): void {
    if (used.some((name) => !this.#told.has(name))) throw new RekeyError('ssh/misbehaved', 'the host fell back to old algorithms in the middle of a connection')
  }
}
