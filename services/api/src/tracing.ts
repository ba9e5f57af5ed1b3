import { codeOf } from '@rekey/domain'
import type { VisitQueue } from '@rekey/rotation'
import type { Span, Tracer } from '@rekey/tracing'
import type { FastifyInstance } from 'fastify'
import type { Zone } from './inventory-port.ts'

/** The span of a request; nothing where traces are off. */
export type SpanOf = (request: object) => Span | undefined

export const untraced: SpanOf = () => undefined

/** In what a client may send, as W3C's Trace Context has it. */
const traceparentHeader = 'traceparent'

/**
 * A trace for each request to a route of these. By the route and not by the path: a path holds names.
 * The client does not choose the trace, no more than the request's id; its own is linked to.
 */
export function traceRequests (app: FastifyInstance, tracer: Tracer): SpanOf {
  const spans = new WeakMap<object, Span>()
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, id, headers, routeOptions: { url: route } } = request
    const span = tracer.begin(route === undefined ? method : `${method} ${route}`, { kind: 'server', attributes: { 'http.request.method': method, 'http.route': route, 'rekey.request': id } })
    const theirs = headers[traceparentHeader]
    if (typeof theirs === 'string') span.link(theirs)
    spans.set(request, span)
    done()
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const span = spans.get(request)
    span?.note({ 'http.response.status_code': statusCode })
    // Of a server, only its own failures are errors; the client's are answers.
    span?.end(statusCode >= 500 ? String(statusCode) : undefined)
    done()
  })
  return request => spans.get(request)
}

/** The same zones, whose queues are asked for visits as a part of the request. */
export function traceQueues (zones: readonly Zone[], span: Span): readonly Zone[] {
  return zones.map(zone => ({ ...zone, queue: traceQueue(zone.queue, zone.name, span) }))
}

function traceQueue (queue: VisitQueue, zone: string, request: Span): VisitQueue {
  return {
    async request (hosts) {
      const span = request.begin('request visits', { kind: 'producer', attributes: { 'rekey.zone': zone, 'messaging.batch.message_count': hosts.length } })
      await queue.request(hosts).then(() => { span.end() }, (error: unknown) => {
        span.end(codeOf(error))
        throw error
      })
    }
  }
}
