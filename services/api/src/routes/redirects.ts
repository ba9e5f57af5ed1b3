import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { RekeyError } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { newestFirst, pageOf } from '../pages.ts'
import { proposeRedirect, redirectViewer } from '../redirects.ts'
import { HostParams } from '../schemas/host.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { NewRedirect, RedirectPage, RedirectParams, RedirectQuery, RedirectView } from '../schemas/redirect.ts'
import { findZone, zonesFor } from '../zones.ts'

export const redirectRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/hosts/:zone/:id/redirects', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'proposeRedirect',
      tags: ['redirects'],
      summary: 'Propose another address, port, jump host or other keys for a host',
      description: 'Nothing changes until people approve it, each with a Vault login of his own (`approveWith`). Then the zone\'s worker changes the host\'s record, ' +
        'binds its credentials anew, ends holds that were for the host\'s identity or record, and rotates them, which proves the new place. A machine that is left behind keeps what is on it.',
      params: HostParams,
      body: NewRedirect,
      response: { 201: RedirectView, ...writeProblems('zone/unknown', 'host/unknown', 'network/not-allowed', 'key/unreadable', 'key/weak', 'redirect/changes-nothing') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { zone: zoneName, id } = request.params
    const zone = findZone(ports.zones, zoneName)
    const record = await ports.inventory.host(zoneName, id)
    if (record === undefined) throw new RekeyError('host/unknown', `there is no host ${zoneName}/${id}; GET /v1/hosts lists those there are`, { field: 'id' })
    return await reply.code(201).send(await redirectViewer(ports)(await proposeRedirect(ports, zone, record, request.body)))
  })

  api.get('/redirects', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listRedirects',
      tags: ['redirects'],
      summary: 'List what was proposed for hosts',
      description: 'By zone, the newest first, in pages.',
      querystring: RedirectQuery,
      response: { 200: RedirectPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host } = request.query
    const all = await Promise.all(zonesFor(ports.zones, zone).map(async ({ name }) => (await ports.inventory.redirects(name)).toReversed()))
    const page = pageOf(all.flat().filter(redirect => host === undefined || redirect.host === host), newestFirst, request.query)
    return { items: await Promise.all(page.items.map(redirectViewer(ports))), next: page.next }
  })

  api.get('/redirects/:zone/:number', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getRedirect',
      tags: ['redirects'],
      summary: 'See what became of a redirect',
      description: 'With what people have said of it.',
      params: RedirectParams,
      response: { 200: RedirectView, ...readProblems('zone/unknown', 'redirect/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const zone = findZone(ports.zones, request.params.zone)
    const redirect = await ports.inventory.redirect(zone.name, Number(request.params.number))
    if (redirect === undefined) throw new RekeyError('redirect/unknown', `${zone.name} has no redirect ${request.params.number}; GET /v1/redirects lists those there are`, { field: 'number' })
    return await redirectViewer(ports)(redirect)
  })
  done()
}
