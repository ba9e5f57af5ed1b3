import { collectDefaultMetrics, Gauge, Histogram, Registry } from '@rekey/metrics'
import type { FastifyInstance } from 'fastify'

/** In seconds. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** What the API tells a monitoring system: docs/metrics.md lists it. How credentials stand, each zone's workers tell. */
export function createRegistry (): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** By the route and not by the path: a path holds names, and there is no end of them. */
export function measureRequests (app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({ name: 'rekey_api_request_seconds', help: 'Time until an answer, by method, route and status', labelNames: ['method', 'route', 'status'], buckets, registers: [registry] })
  app.addHook('onResponse', (request, reply, done) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode }, reply.elapsedTime / 1000)
    done()
  })
}

export function measureStreams (streams: { readonly count: number }, registry: Registry): void {
  // eslint-disable-next-line no-new -- the registry keeps it
  new Gauge({ name: 'rekey_api_order_streams', help: 'Streams of orders and campaigns, by server-sent events', registers: [registry], collect () { this.set(streams.count) } })
}
