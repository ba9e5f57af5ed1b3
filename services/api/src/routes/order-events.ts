import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import type { OrderStreams } from '../order-stream/streams.ts'
import { findOrder } from '../orders.ts'
import { EventsHeaders, orderEvents } from '../schemas/order-event.ts'
import { OrderParams } from '../schemas/order.ts'
import { readProblems } from '../schemas/problem.ts'

export interface OrderEventOptions {
  readonly portsOf: PortsOf
  readonly streams: OrderStreams
  /** Throws once the request's token is not valid any more. */
  readonly verify: (request: FastifyRequest) => Promise<unknown>
}

export const orderEventRoutes: FastifyPluginCallbackTypebox<OrderEventOptions> = (api, { portsOf, streams, verify }, done) => {
  api.get('/orders/:zone/:number/events', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'watchOrder',
      tags: ['orders'],
      summary: 'Watch an order until it is done',
      description: 'Server-sent events: first the whole order (`order`), then what has changed (`changes`), and `done` once it is done. ' +
        'A client that comes again with the `Last-Event-ID` of what it saw last is told what has changed since, by whichever process it asks. ' +
        '`end` says why a stream ends before the order is done. `docs/api.md` has more.',
      params: OrderParams,
      headers: EventsHeaders,
      response: { 200: orderEvents, 204: { type: 'null', description: 'The client has seen `done`, and nothing has changed since: it need not come again' }, ...readProblems('zone/unknown', 'order/unknown') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const order = await findOrder(ports, request.params)
    const begin = await streams.open({ ports, order, lastEventId: request.headers['last-event-id'], wire: reply.raw, verify: async () => await verify(request) })
    if (begin === undefined) return await reply.code(204).send(null)
    reply.hijack()
    begin({
      ...reply.getHeaders() as Record<string, string>,
      'content-type': 'text/event-stream; charset=utf-8',
      // nginx would keep the events back.
      'x-accel-buffering': 'no',
      // Nothing else is asked on it, so a process that stops waits for none.
      connection: 'close'
    })
  })
  api.addHook('preClose', closed => {
    streams.stop()
    closed()
  })
  done()
}
