import { randomUUID } from 'node:crypto'
import type { Server } from 'node:https'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import { showRenewed, type Certificate } from './certificate.ts'
import { answerBrokenRequest } from './client-errors.ts'
import { handleError, handleUnknownPath } from './problems.ts'
import { logRequests } from './request-log.ts'
import { explain } from './schema-errors.ts'
import { serializersOnDemand } from './serializers.ts'

export interface HttpOptions {
  readonly logger?: FastifyBaseLogger | undefined
  /** Plain HTTP without, which only tests use. */
  readonly certificate?: Certificate | undefined
}

/** In bytes, unless a route says another. */
const bodyLimit = 65_536

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

/**
 * What every service of ours that listens has in common, before it has a route: what is malformed, too long or too slow is refused with a
 * problem, each answer may be kept by nobody, and one line is logged of each.
 */
export function createApp ({ logger, certificate }: HttpOptions): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    ...(certificate === undefined ? {} : { https: { ...wire, handshakeTimeout: 10_000, minVersion: 'TLSv1.2', ...certificate.pem() } }),
    bodyLimit,
    // A client that sends slowly or not at all is dropped; a handler that hangs is answered for. In milliseconds.
    requestTimeout: 15_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 10_000,
    handlerTimeout: 30_000,
    http: wire,
    routerOptions: { maxParamLength: 100 },
    // Called before anything else. Debian 13's Node.js hands a request by QUERY over without a method, for which there is no route, no hook and no refusal.
    rewriteUrl: request => {
      request.method ??= 'QUERY'
      return request.url ?? '/'
    },
    clientErrorHandler: answerBrokenRequest,
    trustProxy: false,
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    // The client doesn't choose the id under which its request is found in the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // Nothing is coerced, dropped or repaired: what does not fit is refused.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, allErrors: false, verbose: true } },
    schemaController: { compilersFactory: { buildSerializer: serializersOnDemand } },
    schemaErrorFormatter: explain,
    frameworkErrors: (error, request, reply) => { handleError(error, request, reply.headers(headersFor(request))) }
  })
  if (certificate !== undefined) showRenewed(app.server as unknown as Server, certificate)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleUnknownPath)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersFor(request))
    done()
  })
  logRequests(app)
  return app
}
