import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { RekeyError } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { findHost } from '../hosts.ts'
import { newestFirst, pageOf } from '../pages.ts'
import { proposeRedirect, proposalViewer } from '../proposals.ts'
import { HostParams } from '../schemas/host.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { NewRedirect, ProposalPage, ProposalParams, ProposalQuery, ProposalView } from '../schemas/proposal.ts'
import { findZone, zonesFor } from '../zones.ts'

export const proposalRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/hosts/:zone/:id/redirects', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeRedirect',
      tags: ['proposals'],
      summary: 'Propose another address, port, jump host or other keys for a host',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the zone\'s worker changes the host\'s record, ' +
        'binds its credentials anew, ends holds that were for the host\'s identity or record, and rotates them, which proves the new place. A machine that is left behind keeps what is on it.',
      params: HostParams,
      body: NewRedirect,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'input/unprocessable', 'network/not-allowed', 'key/unreadable', 'key/weak', 'redirect/changes-nothing') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone: zoneName, id } = request.params
    const zone = findZone(ports.zones, zoneName)
    const record = await findHost(ports, zoneName, id)
    return await reply.code(201).send(await proposalViewer(ports)(await proposeRedirect(ports, zone, record, request.body)))
  })

  api.get('/proposals', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listProposals',
      tags: ['proposals'],
      summary: 'List what was proposed for hosts',
      description: 'By zone, the newest first, in pages.',
      querystring: ProposalQuery,
      response: { 200: ProposalPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host } = request.query
    const all = await Promise.all(zonesFor(ports.zones, zone).map(async ({ name }) => (await ports.inventory.proposals(name)).toReversed()))
    const page = pageOf(all.flat().filter(proposal => host === undefined || proposal.host === host), newestFirst, request.query)
    return { items: await Promise.all(page.items.map(proposalViewer(ports))), next: page.next }
  })

  api.get('/proposals/:zone/:number', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getProposal',
      tags: ['proposals'],
      summary: 'See what became of a proposal',
      description: 'With what people have said of it.',
      params: ProposalParams,
      response: { 200: ProposalView, ...readProblems('zone/unknown', 'proposal/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const zone = findZone(ports.zones, request.params.zone)
    const proposal = await ports.inventory.proposal(zone.name, Number(request.params.number))
    if (proposal === undefined) throw new RekeyError('proposal/unknown', `${zone.name} has no proposal ${request.params.number}; GET /v1/proposals lists those there are`, { field: 'number' })
    return await proposalViewer(ports)(proposal)
  })
  done()
}
