import { isDeepStrictEqual } from 'node:util'
import type { GuardedPolicy, PolicyInForce, WaitingPolicy } from '@rekey/domain'
import { formatChanges, guardedFields, guardedOf } from '@rekey/domain'
import { unlessBeaten } from './campaign/start.ts'
import type { Ports } from './ports.ts'
import { approversOf } from './proposal.ts'

/*
 * What makes nothing weaker holds as soon as one person has written it. So that the next one can't take it back alone, a worker notes what is in force, and
 * from then on less than that has to be approved. It never makes anything weaker by itself: it notes what people have approved, or a lone one has written.
 */

/** Notes a zone's policy in force. To be called whenever the worker looks for what is due. */
export class PolicyNoting {
  readonly #zone: string
  readonly #ports: Pick<Ports, 'journal' | 'audit' | 'log'>
  /** By digest: what was told to wait last. */
  #told: string | undefined

  constructor (zone: string, ports: Pick<Ports, 'journal' | 'audit' | 'log'>) {
    this.#zone = zone
    this.#ports = ports
  }

  async goOn (): Promise<void> {
    const { journal, audit } = this.#ports
    const { noted, ...found } = await journal.standingPolicy()
    this.#tell(found.waits)
    const fields = guardedOf(found.policy)
    if (isDeepStrictEqual(fields, noted?.value)) return
    await audit.record({ act: 'policy', target: this.#zone, detail: detailOf(found, fields, noted?.value) })
    // Whoever was faster has noted the same, or something newer.
    await unlessBeaten(async () => { await journal.notePolicy(fields, noted?.version ?? 0) })
  }

  #tell (waits: WaitingPolicy | undefined): void {
    if (waits !== undefined && waits.digest !== this.#told) {
      this.#ports.log.warn({ event: 'policy-waits', version: waits.version, approvalsNeeded: waits.approvalsNeeded }, `somebody has written a policy that weakens what is in force, and that part of it waits for people's approval: ${formatChanges(waits.changes).join(', ')}`)
    }
    this.#told = waits?.digest
  }
}

function detailOf ({ approvals }: PolicyInForce, fields: GuardedPolicy, before: GuardedPolicy | undefined): string {
  const changes = guardedFields.filter(field => fields[field] !== before?.[field])
  const says = before === undefined
    ? `in force as it was found: ${changes.map(field => `${field} ${fields[field]}`).join(', ')}`
    : `in force: ${formatChanges(changes.map(field => ({ field, inForce: before[field], written: fields[field] }))).join(', ')}`
  return approvals.length === 0 ? says : `${says}; approved by ${approversOf({ approvals })}`
}
