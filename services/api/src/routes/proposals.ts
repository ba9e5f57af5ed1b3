import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { isOfHost, RekeyError } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { proposeClearing } from '../clearings.ts'
import { findHost } from '../hosts.ts'
import { proposeLeave } from '../leaves.ts'
import { newestFirst, pageOf } from '../pages.ts'
import { proposalViewer } from '../proposals.ts'
import { proposeRedirect } from '../redirects.ts'
import { proposeRemoval } from '../removals.ts'
import { CredentialParams } from '../schemas/credential.ts'
import { HostParams } from '../schemas/host.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { NewClearing, NewLeave, NewRedirect, NewRemoval, ProposalPage, ProposalParams, ProposalQuery, ProposalView } from '../schemas/proposal.ts'
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
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'input/unprocessable', 'network/not-allowed', 'key/unreadable', 'key/weak', 'redirect/changes-nothing', 'host/left', 'credential/left') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone: zoneName, id } = request.params
    const zone = findZone(ports.zones, zoneName)
    const redirect = await proposeRedirect(ports, zone, await findHost(ports, zoneName, id), request.body)
    return await reply.code(201).send(await proposalViewer(ports)(redirect))
  })

  api.post('/hosts/:zone/:id/leave', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeHostLeave',
      tags: ['proposals'],
      summary: 'Propose that a host leaves',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker carries out what orders in force demand of each of its credentials, ' +
        'and archives them: their secrets stay readable in Vault, and nothing is rotated any more. Secrets that can\'t be proven dead because the host is gone have to be signed off. Nothing is changed or removed on the host.',
      params: HostParams,
      body: NewLeave,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'host/left', 'leave/still-needed') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone: zoneName, id } = request.params
    const zone = findZone(ports.zones, zoneName)
    const leave = await proposeLeave(ports, zone, { record: await findHost(ports, zoneName, id), credential: null }, request.body)
    return await reply.code(201).send(await proposalViewer(ports)(leave))
  })

  api.post('/credentials/:zone/:host/:account/:name/leave', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeCredentialLeave',
      tags: ['proposals'],
      summary: 'Propose that a credential leaves',
      description: 'As for a host; the rest of its host stays. What others are reached, changed or recovered through can\'t leave before them.',
      params: CredentialParams,
      body: NewLeave,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'host/left', 'credential/unknown', 'credential/left', 'leave/still-needed') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone: zoneName, host, account, name } = request.params
    const zone = findZone(ports.zones, zoneName)
    const leave = await proposeLeave(ports, zone, { record: await findHost(ports, zoneName, host), credential: { account, name } }, request.body)
    return await reply.code(201).send(await proposalViewer(ports)(leave))
  })

  api.post('/credentials/:zone/:host/:account/:name/clear', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeClearing',
      tags: ['proposals'],
      summary: 'Propose that the hold of a credential is cleared',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker clears that hold, and no other, and its rotation goes on. ' +
        'Put right first what held it: a worker that finds it as it was holds it again.',
      params: CredentialParams,
      body: NewClearing,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'credential/unknown', 'credential/left', 'credential/not-held') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone, host } = request.params
    findZone(ports.zones, zone)
    const clearing = await proposeClearing(ports, await findHost(ports, zone, host), request.params, request.body)
    return await reply.code(201).send(await proposalViewer(ports)(clearing))
  })

  api.post('/hosts/:zone/:id/removals', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeRemoval',
      tags: ['proposals'],
      summary: 'Propose that a key which nobody manages is taken off a host',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the worker takes that key, and no other, out of every file that sshd reads for the account, over a managed credential of the host, ' +
        'and looks again whether it is gone. A key that is managed on the host is never removed by this.',
      params: HostParams,
      body: NewRemoval,
      response: { 201: ProposalView, ...writeProblems('zone/unknown', 'host/unknown', 'host/left', 'removal/key-unknown', 'removal/key-managed', 'removal/authority') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone, id } = request.params
    findZone(ports.zones, zone)
    const removal = await proposeRemoval(ports, await findHost(ports, zone, id), request.body)
    return await reply.code(201).send(await proposalViewer(ports)(removal))
  })

  api.get('/proposals', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listProposals',
      tags: ['proposals'],
      summary: 'List what was proposed',
      description: 'By zone, the newest first, in pages.',
      querystring: ProposalQuery,
      response: { 200: ProposalPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host } = request.query
    const all = await Promise.all(zonesFor(ports.zones, zone).map(async ({ name }) => (await ports.inventory.proposals(name)).toReversed()))
    const page = pageOf(all.flat().filter(proposal => host === undefined || (isOfHost(proposal) && proposal.host === host)), newestFirst, request.query)
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
