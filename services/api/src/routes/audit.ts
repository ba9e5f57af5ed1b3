import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { needs } from '../access.ts'
import type { RecordedEntry } from '../audit/entry.ts'
import { readAudit } from '../audit/read-audit.ts'
import type { PortsOf } from '../caller-ports.ts'
import { AuditPage, AuditQuery } from '../schemas/audit.ts'
import { readProblems } from '../schemas/problem.ts'

export const auditRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/audit', {
    config: needs('auditor', 'query'),
    schema: {
      operationId: 'listAudit',
      tags: ['audit'],
      summary: 'See what was recorded',
      description: 'What the API and the workers have recorded, the newest first, in pages, some seconds after it was. A page that filters leave little of may be short or empty and have a `next` nevertheless. ' +
        'What belongs to no zone, such as tokens, is shown to whom all zones are. It is what the processes have taken to Vault; whether somebody has changed their journals, `rekey audit verify` finds out.',
      querystring: AuditQuery,
      response: { 200: AuditPage, ...readProblems('zone/unknown', 'auth/forbidden') }
    }
  }, async request => {
    const { auditLogs, everyZone, caller } = portsOf(request)
    const { items, next } = await readAudit(auditLogs, everyZone, caller.zones, request.query)
    return { items: items.map(entryView), next }
  })
  done()
}

function entryView ({ zone, journal, n, at, service, act, target, actor = null, source = null, reason = null, detail = null, epoch = null, fingerprint = null, outcome = null, requestId = null }: NullableEntry) {
  return { zone, journal, n, at, service, act, target, actor, source, reason, detail, epoch, fingerprint, outcome, requestId }
}

type NullableEntry = { [Field in keyof RecordedEntry]: RecordedEntry[Field] | (undefined extends RecordedEntry[Field] ? null : never) }
