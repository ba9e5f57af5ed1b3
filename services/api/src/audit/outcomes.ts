import type { AuditEntry, AuditTrail } from '@rekey/rotation'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Whose request it is, as it stands in each entry. */
export interface RequestMark {
  readonly actor: string
  readonly source: string
  readonly requestId: string
}

/** What one request has recorded: each entry with whose it was, and how all of it ended. */
export class RequestAudit implements AuditTrail {
  readonly #trail: AuditTrail
  readonly #mark: RequestMark
  #last: AuditEntry | undefined

  constructor (trail: AuditTrail, mark: RequestMark) {
    this.#trail = trail
    this.#mark = mark
  }

  async record (entry: AuditEntry): Promise<void> {
    await this.#trail.record({ ...entry, ...this.#mark })
    this.#last = entry
  }

  /** Of a request that has recorded nothing, nothing. @throws RekeyError `audit/unwritable` */
  async end (status: number): Promise<void> {
    if (this.#last === undefined) return
    const { act, target } = this.#last
    this.#last = undefined
    await this.#trail.record({ act, target, outcome: status < 300 ? 'done' : status < 500 ? 'refused' : 'failed', detail: `answered ${status}`, ...this.#mark })
  }
}

/** Records how requests ended, before they are answered. What can't be recorded then is in the log: it was done already. */
export function recordOutcomes (app: FastifyInstance, auditOf: (request: FastifyRequest) => RequestAudit | undefined): void {
  app.addHook('onSend', async (request, reply, payload) => {
    await auditOf(request)?.end(reply.statusCode).catch(() => { request.log.error({ event: 'alarm', alarm: 'audit-outcome', status: reply.statusCode }, 'how this request ended could not be recorded') })
    return payload
  })
}
