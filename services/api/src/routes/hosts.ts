import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { formatThrough, formatVia, hasLabels, parseLabels, type HostRecord } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { findHost } from '../hosts.ts'
import { labelledHosts, readLabels, replaceLabels } from '../labels.ts'
import { addHost } from '../new-host.ts'
import { pageOf } from '../pages.ts'
import { etagOf, MatchHeaders } from '../preconditions.ts'
import { releasePlace } from '../release.ts'
import { NewRelease } from '../schemas/fields.ts'
import { HostLabels, HostPage, HostParams, HostQuery, HostView, NewHost, NewLabels, ReleasedHost } from '../schemas/host.ts'
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
      response: { 201: HostView, ...writeProblems('zone/unknown', 'input/unprocessable', 'network/not-allowed', 'key/unreadable', 'key/weak', 'host/exists', 'host/unknown', 'host/left', 'credential/left') }
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
      description: 'By zone and id, in pages. With `label`, those that have all of these. Those that have left are listed by `status=left` only.',
      querystring: HostQuery,
      response: { 200: HostPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone: zoneName, label, status } = request.query
    const wanted = label === undefined ? {} : parseLabels(label)
    const hosts = await Promise.all(zonesFor(ports.zones, zoneName).map(async zone => await labelledHosts(ports.inventory, zone.name)))
    const chosen = hosts.flat().filter(host => hasLabels(host.labels, wanted) && (status === undefined ? statusOf(host) !== 'left' : statusOf(host) === status))
    const page = pageOf(chosen, host => `${host.zone}/${host.id}`, request.query)
    const released = new Map(await Promise.all([...new Set(page.items.filter(host => host.observe).map(host => host.zone))]
      .map(async zone => [zone, new Set(await ports.inventory.hostsReleased(zone))] as const)))
    return { items: page.items.map(host => hostView(host, released.get(host.zone)?.has(host.id) ?? false)), next: page.next }
  })

  api.get('/hosts/:zone/:id/labels', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getLabels',
      tags: ['hosts'],
      summary: 'See the labels of a host',
      description: 'With an `ETag` to change them by.',
      params: HostParams,
      response: { 200: HostLabels, ...readProblems('zone/unknown', 'host/unknown') }
    }
  }, async (request, reply) => {
    const { host, version } = await readLabels(portsOf(request), request.params.zone, request.params.id)
    return await reply.header('etag', etagOf(version)).send(host)
  })

  api.put('/hosts/:zone/:id/labels', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'replaceLabels',
      tags: ['hosts'],
      summary: 'Replace the labels of a host',
      description: 'All of them. An order covers the hosts that had its labels when it was placed: one that is there already goes on as it is, also for a host that is labelled otherwise now.',
      params: HostParams,
      headers: MatchHeaders,
      body: NewLabels,
      response: { 200: HostLabels, ...writeProblems('zone/unknown', 'host/unknown', 'request/precondition-failed', 'vault/conflict') }
    }
  }, async (request, reply) => {
    const { host, version } = await replaceLabels(portsOf(request), { ...request.params, labels: request.body.labels }, request.headers['if-match'])
    return await reply.header('etag', etagOf(version)).send(host)
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
    await findHost(ports, zoneName, id)
    return { zone: zoneName, id, ...await releasePlace(ports, zone, { place: { zone: zoneName, host: id }, reason: request.body.reason }, request.log) }
  })
  done()
}

function hostView (host: HostRecord, isReleased: boolean): Static<typeof HostView> {
  const { zone, id, address, port, via, recovery, legacyAlgorithms = [], labels, createdAt, trust, observe, redirect = null, leave = null, leftAt = null } = host
  return { zone, id, address, port, via: via === undefined ? null : formatVia(via), recovery: recovery === undefined ? null : formatThrough(recovery), legacyAlgorithms: [...legacyAlgorithms], labels, createdAt, hostKeys: trust.mode === 'pinned' ? trust.keys : [], trustOnFirstUse: trust.mode === 'first-use', observed: observe && !isReleased, redirect, status: statusOf(host), leave, leftAt }
}

function statusOf ({ leave, leftAt }: HostRecord): Static<typeof HostView>['status'] {
  if (leftAt !== undefined) return 'left'
  return leave === undefined ? 'present' : 'leaving'
}
