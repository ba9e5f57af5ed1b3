import swagger from '@fastify/swagger'
import { createApp, handleUnknownPath, refuseUnrouted, type HttpOptions } from '@rekey/http'
import type { Registry } from '@rekey/metrics'
import type { Tracer } from '@rekey/tracing'
import type { FastifyInstance } from 'fastify'
import { demandDeclarations, guard, openToAnybody } from './access.ts'
import type { AdminToken } from './admin-token.ts'
import { Callers, defaultLimits, type Limits } from './auth.ts'
import { EndedTokens } from './campaigns/ended-tokens.ts'
import type { ApiPorts } from './inventory-port.ts'
import { defaultStreamLimits, EventStreams, type StreamLimits } from './event-stream/streams.ts'
import { measureRequests, measureStreams } from './metrics.ts'
import { openapi } from './openapi.ts'
import { campaignRoutes } from './routes/campaigns.ts'
import { auditRoutes } from './routes/audit.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { debtRoutes } from './routes/debts.ts'
import { findingRoutes } from './routes/findings.ts'
import { grantRoutes } from './routes/grants.ts'
import { healthRoutes } from './routes/health.ts'
import { hostRoutes } from './routes/hosts.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { leaseRoutes } from './routes/leases.ts'
import { eventRoutes } from './routes/events.ts'
import { orderRoutes } from './routes/orders.ts'
import { policyRoutes } from './routes/policies.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { scheduleRoutes } from './routes/schedule.ts'
import { surveyRoutes } from './routes/surveys.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { zoneRoutes } from './routes/zones.ts'
import { traceRequests, untraced } from './tracing.ts'

export interface AppOptions extends HttpOptions {
  readonly ports: ApiPorts
  /** As it is at that moment. */
  readonly adminToken: () => AdminToken
  readonly limits?: Limits
  readonly streamLimits?: StreamLimits
  readonly metrics?: Registry | undefined
  readonly tracer?: Tracer | undefined
}

/** The whole API, without listening: the server listens on it, tests inject requests into it. */
export async function buildApp (options: AppOptions): Promise<FastifyInstance> {
  const { ports, adminToken, limits = defaultLimits, streamLimits = defaultStreamLimits, logger, certificate, metrics, tracer } = options
  const callers = new Callers({ adminToken, tokens: ports.tokens, verifyIdentity: ports.verifyIdentity, limits, now: ports.now, ended: new EndedTokens(ports) })
  const streams = new EventStreams(streamLimits)
  const app = createApp({ logger, certificate })
  if (metrics !== undefined) {
    measureRequests(app, metrics)
    measureStreams(streams, metrics)
  }
  demandDeclarations(app)
  refuseUnrouted(app)

  await app.register(swagger, openapi)
  await app.register(async open => {
    open.addHook('onRequest', (request, _reply, done) => {
      callers.chargeAddress(request.ip)
      done()
    })
    await open.register(healthRoutes, { ports })
    open.get('/openapi.json', { config: openToAnybody, schema: { hide: true } }, () => app.swagger())
  })
  await app.register(async api => {
    const spanOf = tracer === undefined ? untraced : traceRequests(api, tracer)
    const portsOf = guard(api, callers, ports, spanOf)
    api.setNotFoundHandler(handleUnknownPath)
    await api.register(hostRoutes, { portsOf })
    await api.register(credentialRoutes, { portsOf })
    await api.register(inventoryRoutes, { portsOf })
    await api.register(orderRoutes, { portsOf })
    await api.register(eventRoutes, { portsOf, streams, verify: async ({ headers, ip }) => await callers.verify(headers.authorization, ip) })
    await api.register(campaignRoutes, { portsOf })
    await api.register(proposalRoutes, { portsOf })
    await api.register(grantRoutes, { portsOf })
    await api.register(leaseRoutes, { portsOf })
    await api.register(policyRoutes, { portsOf })
    await api.register(scheduleRoutes, { portsOf })
    await api.register(zoneRoutes, { portsOf })
    await api.register(debtRoutes, { portsOf })
    await api.register(findingRoutes, { portsOf })
    await api.register(surveyRoutes, { portsOf })
    await api.register(auditRoutes, { portsOf })
    await api.register(tokenRoutes, { portsOf, forget: id => { callers.forget(id) } })
  }, { prefix: '/v1' })
  return app
}
