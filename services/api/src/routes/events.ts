import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { needs } from '../access.ts'
import { findCampaign } from '../campaigns/find.ts'
import type { PortsOf } from '../caller-ports.ts'
import { campaignPicture } from '../event-stream/campaign-picture.ts'
import { orderPicture } from '../event-stream/order-picture.ts'
import type { EventStreams, Opening } from '../event-stream/streams.ts'
import { findOrder } from '../orders.ts'
import { campaignEvents } from '../schemas/campaign-event.ts'
import { CampaignParams } from '../schemas/campaign.ts'
import { EventsHeaders, nothingNew, orderEvents } from '../schemas/order-event.ts'
import { OrderParams } from '../schemas/order.ts'
import { readProblems } from '../schemas/problem.ts'

export interface EventOptions {
  readonly portsOf: PortsOf
  readonly streams: EventStreams
  /** Throws once the request's token is not valid any more. */
  readonly verify: (request: FastifyRequest) => Promise<unknown>
}

const resumes = 'A client that comes again with the `Last-Event-ID` of what it saw last is told what has changed since, by whichever process it asks. `docs/api.md` has more.'

/** What is told while it changes. */
export const eventRoutes: FastifyPluginCallbackTypebox<EventOptions> = (api, { portsOf, streams, verify }, done) => {
  /** Answers with a stream; with 204 a client that has seen the end. */
  async function answer (request: FastifyRequest, reply: FastifyReply, watched: Pick<Opening, 'what' | 'look' | 'lastEventId'>): Promise<void> {
    const begin = await streams.open({ ...watched, caller: portsOf(request).caller, wire: reply.raw, verify: async () => await verify(request) })
    if (begin === undefined) {
      await reply.code(204).send(null)
      return
    }
    reply.hijack()
    begin({
      ...reply.getHeaders() as Record<string, string>,
      'content-type': 'text/event-stream; charset=utf-8',
      // nginx would keep the events back.
      'x-accel-buffering': 'no',
      // Nothing else is asked on it, so a process that stops waits for none.
      connection: 'close'
    })
  }

  api.get('/orders/:zone/:number/events', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'watchOrder',
      tags: ['orders'],
      summary: 'Watch an order until it is done',
      description: 'Server-sent events: first the whole order (`order`), then what has changed (`changes`), and `done` once it is done. ' +
        `\`end\` says why a stream ends before the order is done. ${resumes}`,
      params: OrderParams,
      headers: EventsHeaders,
      response: { 200: orderEvents, 204: nothingNew, ...readProblems('zone/unknown', 'order/unknown') }
    }
  }, async (request, reply) => {
    const { inventory, ...ports } = portsOf(request)
    const order = await findOrder({ inventory, ...ports }, request.params)
    await answer(request, reply, { what: `order ${order.zone}/${order.number}`, look: async () => await orderPicture(inventory, order), lastEventId: request.headers['last-event-id'] })
  })

  api.get('/campaigns/:id/events', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'watchCampaign',
      tags: ['campaigns'],
      summary: 'Watch a campaign until it is done',
      description: 'As far as it is in the caller\'s zones. Server-sent events: first the whole campaign (`campaign`), then how far it is and which targets have changed (`changes`), and `done` once it is done. ' +
        `\`end\` says why a stream ends before that. ${resumes}`,
      params: CampaignParams,
      headers: EventsHeaders,
      response: { 200: campaignEvents, 204: nothingNew, ...readProblems('campaign/unknown') }
    }
  }, async (request, reply) => {
    const { inventory, zones, now } = portsOf(request)
    const { id } = await findCampaign({ inventory, zones }, request.params.id)
    // Who sees other zones has another picture of it.
    const what = ['campaign', id, ...zones.map(({ name }) => name)].join(' ')
    await answer(request, reply, { what, look: async () => await campaignPicture({ inventory, zones, now }, id), lastEventId: request.headers['last-event-id'] })
  })

  api.addHook('preClose', closed => {
    streams.stop()
    closed()
  })
  done()
}
