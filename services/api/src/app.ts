import { randomUUID } from 'node:crypto'
import type { ServerOptions } from 'node:https'
import swagger from '@fastify/swagger'
import type { Registry } from '@rekey/metrics'
import type { Tracer } from '@rekey/tracing'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { demandDeclarations, guard, openToAnybody } from './access.ts'
import { Callers, defaultLimits, type Limits } from './auth.ts'
import { answerBrokenRequest } from './client-errors.ts'
import type { ApiPorts } from './inventory-port.ts'
import { refuseUnrouted } from './methods.ts'
import { measureRequests, measureStreams } from './metrics.ts'
import { openapi } from './openapi.ts'
import { defaultStreamLimits, OrderStreams, type StreamLimits } from './order-stream/streams.ts'
import { handleError, handleUnknownPath } from './problems.ts'
import { logRequests } from './request-log.ts'
import { credentialRoutes } from './routes/credentials.ts'
import { findingRoutes } from './routes/findings.ts'
import { healthRoutes } from './routes/health.ts'
import { hostRoutes } from './routes/hosts.ts'
import { inventoryRoutes } from './routes/inventory.ts'
import { orderEventRoutes } from './routes/order-events.ts'
import { orderRoutes } from './routes/orders.ts'
import { policyRoutes } from './routes/policies.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { zoneRoutes } from './routes/zones.ts'
import { explain } from './schema-errors.ts'
import { traceRequests, untraced } from './tracing.ts'

export interface AppOptions {
  readonly ports: ApiPorts
  /** Hex SHA-256 of the set-up's admin token. */
  readonly tokenHash: string
  readonly limits?: Limits
  readonly streamLimits?: StreamLimits
  readonly logger?: FastifyBaseLogger
  /** Certificate and key; plain HTTP without, which only tests use. */
  readonly tls?: ServerOptions
  readonly metrics?: Registry | undefined
  readonly tracer?: Tracer | undefined
}

export const bodyLimit = 65_536

/** Of plain HTTP and of HTTPS: Fastify hands `http` to the former only. In milliseconds and bytes; who is too slow is looked for each second. */
const wire = { headersTimeout: 10_000, maxHeaderSize: 8192, connectionsCheckingInterval: 1000 }

const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff'
}

function headersFor (request: FastifyRequest): Record<string, string> {
  return { ...securityHeaders, 'x-request-id': request.id }
}

/** The whole API, without listening: the server listens on it, tests inject requests into it. */
export async function buildApp (options: AppOptions): Promise<FastifyInstance> {
  const { ports, tokenHash, limits = defaultLimits, streamLimits = defaultStreamLimits, logger, tls, metrics, tracer } = options
  const callers = new Callers({ tokenHash, tokens: ports.tokens, limits, now: ports.now })
  const streams = new OrderStreams(streamLimits)
  const app: FastifyInstance = Fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    ...(tls === undefined ? {} : { https: { ...wire, handshakeTimeout: 10_000, ...tls } }),
    bodyLimit,
    // A client that sends slowly or not at all is dropped; a handler that hangs is answered for. In milliseconds.
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 10_000,
    handlerTimeout: 30_000,
    http: wire,
    routerOptions: { maxParamLength: 100 },
    clientErrorHandler: answerBrokenRequest,
    trustProxy: false,
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    // The client doesn't choose the id under which its request is found in the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // Nothing is coerced, dropped or repaired: what does not fit is refused.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false, verbose: true } },
    schemaErrorFormatter: explain,
    frameworkErrors: (error, request, reply) => { handleError(error, request, reply.headers(headersFor(request))) }
  })
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleUnknownPath)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersFor(request))
    done()
  })
  logRequests(app)
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
    await api.register(orderEventRoutes, { portsOf, streams, verify: async ({ headers, ip }) => await callers.verify(headers.authorization, ip) })
    await api.register(proposalRoutes, { portsOf })
    await api.register(policyRoutes, { portsOf })
    await api.register(zoneRoutes, { portsOf })
    await api.register(findingRoutes, { portsOf })
    await api.register(tokenRoutes, { portsOf, forget: id => { callers.forget(id) } })
  }, { prefix: '/v1' })
  return app
}
