import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { formatName } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { progressOf } from '../order-progress.ts'
import { asAsked, findOrder, findTargets, placeOrders, targetsIn } from '../orders.ts'
import { newestFirst, pageOf } from '../pages.ts'
import { DryRun, NewOrder, OrderHeaders, OrderPage, OrderParams, OrderQuery, OrderView, PlacedOrders, TargetQuery } from '../schemas/order.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { zonesFor } from '../zones.ts'

export const orderRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/orders', {
    config: needs('operator', 'scope'),
    schema: {
      operationId: 'placeOrder',
      tags: ['orders'],
      summary: 'Order the rotation of a scope',
      description: 'Creates one numbered order per zone that the scope touches. Every zone, host, account and name that the scope lists must match a credential. ' +
        'An `Idempotency-Key` makes it safe to send the request again after an answer that got lost.',
      headers: OrderHeaders,
      body: NewOrder,
      response: { 200: DryRun, 202: PlacedOrders, ...writeProblems('zone/unknown', 'input/unprocessable', 'order/matches-nothing', 'idempotency/mismatch') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { scope, reason, dryRun } = request.body
    if (dryRun === true) {
      const targets = await findTargets(ports, scope)
      return await reply.code(200).send({
        dryRun: true,
        orders: targets.map(({ zone, states }) => ({ zone: zone.name, targets: states.length, credentials: states.map(formatName), observed: states.filter(({ observed }) => observed).map(formatName) }))
      })
    }
    const placed = await placeOrders(ports, { scope, reason, requestedBy: ports.actor, idempotencyKey: request.headers['idempotency-key'] }, request.log)
    for (const { zone, number, targets, observed } of placed.orders) {
      request.log.info({ event: 'order', campaign: placed.campaign, zone, order: number, targets, observed, repeated: placed.repeated }, 'an order was placed')
    }
    return await reply.code(202).send({ campaign: placed.campaign, orders: placed.orders })
  })

  api.get('/orders', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listOrders',
      tags: ['orders'],
      summary: 'List the orders',
      description: 'By zone, the newest first, in pages.',
      querystring: OrderQuery,
      response: { 200: OrderPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const orders = await Promise.all(zonesFor(ports.zones, request.query.zone)
      .map(async zone => (await ports.inventory.orders(zone.name)).toReversed()))
    return pageOf(orders.flat().map(asAsked), newestFirst, request.query)
  })

  api.get('/orders/:zone/:number', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getOrder',
      tags: ['orders'],
      summary: 'See how far an order is',
      description: 'With the state of each credential in its scope, in pages; the counts are of all of them. A credential adopted after the order counts as settled once it is adopted. One that is observed counts apart, and the order is done without it; once it is released, it is rotated for this order too. So does one that has left; what began to leave before the order is no target of it.',
      params: OrderParams,
      querystring: TargetQuery,
      response: { 200: OrderView, ...readProblems('zone/unknown', 'order/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const order = await findOrder(ports, request.params)
    const { targets, counts, done } = progressOf(order, await targetsIn(ports, order.zone, order.scope, order.number))
    const page = pageOf(targets, formatName, request.query)
    return { ...asAsked(order), counts, done, targets: page.items, next: page.next }
  })
  done()
}
