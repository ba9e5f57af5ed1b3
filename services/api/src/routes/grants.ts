import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { endGrant, explain, findGrant, grantView, momentIn, proposeGrant } from '../grants.ts'
import { pageOf } from '../pages.ts'
import { proposalViewer } from '../proposals.ts'
import { readOnce } from '../read-once.ts'
import { Explanation, GrantPage, GrantParams, GrantQuery, GrantView, NewExplanation, NewGrant } from '../schemas/grant.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { ProposalView } from '../schemas/proposal.ts'
import { zonesFor } from '../zones.ts'

export const grantRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/grants', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listGrants',
      tags: ['grants'],
      summary: 'List the grants',
      description: 'What people have approved, ended ones included, by zone and name, in pages.',
      querystring: GrantQuery,
      response: { 200: GrantPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zones, inventory } = ports
    const found = await Promise.all(zonesFor(zones, request.query.zone).map(async ({ name }) => await inventory.grants(name)))
    const page = pageOf(found.flat(), ({ grant }) => `${grant.zone}/${grant.name}`, request.query)
    const moment = readOnce(async (zone: string) => await momentIn(ports, zone))
    return { ...page, items: await Promise.all(page.items.map(async known => grantView(known, await moment(known.grant.zone)))) }
  })

  api.get('/grants/:zone/:name', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getGrant',
      tags: ['grants'],
      summary: 'See one grant',
      description: 'Ended ones are there still, with their `status`.',
      params: GrantParams,
      response: { 200: GrantView, ...readProblems('zone/unknown', 'grant/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    return grantView(await findGrant(ports, request.params.zone, request.params.name), await momentIn(ports, request.params.zone))
  })

  api.put('/grants/:zone/:name', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeGrant',
      tags: ['grants'],
      summary: 'Propose that jobs of a CI may lease credentials',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the zone\'s worker writes the grant, in place of the one of that name, and the zone\'s broker goes by it.',
      params: GrantParams,
      body: NewGrant,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'grant/unsound') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone, name } = request.params
    return await reply.code(201).send(await proposalViewer(ports)(await proposeGrant(ports, zone, name, request.body)))
  })

  api.delete('/grants/:zone/:name', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'endGrant',
      tags: ['grants'],
      summary: 'End a grant',
      description: 'At once, and without approval: no lease is given under it or renewed any more. Leases that there are last until their end. A later proposal of the same name makes a new one.',
      params: GrantParams,
      response: { 200: GrantView, ...readProblems('auth/forbidden', 'zone/unknown', 'grant/unknown', 'audit/unwritable') }
    }
  }, async request => {
    const ports = portsOf(request)
    return grantView(await endGrant(ports, request.params.zone, request.params.name), await momentIn(ports, request.params.zone))
  })

  api.post('/grants/:zone/:name/explain', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'explainGrant',
      tags: ['grants'],
      summary: 'See why a token may use a grant, or not',
      description: 'By its claims, which anybody can read in it. Don\'t send the token: this operation does not take it. Whether its signature holds, and whether it was used before, the broker alone can tell.',
      params: GrantParams,
      body: NewExplanation,
      response: { 200: Explanation, ...writeProblems('zone/unknown', 'grant/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    return explain(await findGrant(ports, request.params.zone, request.params.name), request.body.claims, await momentIn(ports, request.params.zone))
  })
  done()
}
