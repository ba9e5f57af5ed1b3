import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { RekeyError, formatThrough, formatVia, type HostRecord } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { addHost } from '../new-host.ts'
import { pageOf } from '../pages.ts'
import { releasePlace } from '../release.ts'
import { NewRelease } from '../schemas/fields.ts'
import { HostPage, HostParams, HostQuery, HostView, NewHost, ReleasedHost } from '../schemas/host.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { findZone, zonesFor } from '../zones.ts'

export const hostRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.post('/hosts', {
    config: needs('operator', 'body'),
    schema: {
      operationId: 'createHost',
      tags: ['hosts'],
      summary: 'Add a host to the inventory',
      description: 'Nothing is dialled yet. The zone\'s worker binds address, port and host keys to a credential when it adopts one, after the host has proven to hold its key. ' +
        'A host behind a jump host is reached through it only; add the jump host first.',
      body: NewHost,
      response: { 201: HostView, ...writeProblems('zone/unknown', 'input/unprocessable', 'network/not-allowed', 'key/unreadable', 'key/weak', 'host/exists', 'host/unknown') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const record = await addHost(ports, request.body)
    return await reply.code(201).send(hostView(record, false))
  })

  api.get('/hosts', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listHosts',
      tags: ['hosts'],
      summary: 'List the hosts',
      description: 'By zone and id, in pages.',
      querystring: HostQuery,
      response: { 200: HostPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const hosts = await Promise.all(zonesFor(ports.zones, request.query.zone).map(async zone => await ports.inventory.hosts(zone.name)))
    const page = pageOf(hosts.flat(), host => `${host.zone}/${host.id}`, request.query)
    const released = new Map(await Promise.all([...new Set(page.items.filter(host => host.observe).map(host => host.zone))]
      .map(async zone => [zone, new Set(await ports.inventory.hostsReleased(zone))] as const)))
    return { items: page.items.map(host => hostView(host, released.get(host.zone)?.has(host.id) ?? false)), next: page.next }
  })

  api.post('/hosts/:zone/:id/manage', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'manageHost',
      tags: ['hosts'],
      summary: 'Release a host from observation',
      description: 'Its credentials are managed from then on: orders that cover them are carried out, also those that came while they were observed. ' +
        'A credential that was itself handed over to be observed has to be released itself. There is no way back through the API. A second release changes nothing and answers with the first.',
      params: HostParams,
      body: NewRelease,
      response: { 200: ReleasedHost, ...writeProblems('zone/unknown', 'host/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone: zoneName, id } = request.params
    const zone = findZone(ports.zones, zoneName)
    if (await ports.inventory.host(zoneName, id) === undefined) {
      throw new RekeyError('host/unknown', `there is no host ${zoneName}/${id}; GET /v1/hosts lists those there are`, { field: 'id' })
    }
    return { zone: zoneName, id, ...await releasePlace(ports, zone, { zone: zoneName, host: id }, request.body.reason, request.log) }
  })
  done()
}

function hostView (host: HostRecord, isReleased: boolean): Static<typeof HostView> {
  const { zone, id, address, port, via, recovery, legacyAlgorithms = [], labels, createdAt, trust, observe, redirect = null } = host
  return { zone, id, address, port, via: via === undefined ? null : formatVia(via), recovery: recovery === undefined ? null : formatThrough(recovery), legacyAlgorithms: [...legacyAlgorithms], labels, createdAt, hostKeys: trust.mode === 'pinned' ? trust.keys : [], trustOnFirstUse: trust.mode === 'first-use', observed: observe && !isReleased, redirect }
}
