import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { RekeyError, type HostRecord, type HostTrust } from '@rekey/domain'
import { parsePublicKey } from '@rekey/ssh'
import { checkAddress } from '../address.ts'
import { atField } from '../at-field.ts'
import type { ApiPorts } from '../inventory-port.ts'
import { pageOf } from '../pages.ts'
import { HostPage, HostQuery, HostView, NewHost } from '../schemas/host.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { findZone, zonesFor } from '../zones.ts'

export const hostRoutes: FastifyPluginCallbackTypebox<{ ports: ApiPorts }> = (api, { ports }, done) => {
  api.post('/hosts', {
    schema: {
      operationId: 'createHost',
      tags: ['hosts'],
      summary: 'Add a host to the inventory',
      description: 'Nothing is dialled yet. The zone\'s worker binds address, port and host keys to a credential when it adopts one, after the host has proven to hold its key.',
      body: NewHost,
      response: { 201: HostView, ...writeProblems('zone/unknown', 'network/not-allowed', 'key/unreadable', 'key/weak', 'host/exists') }
    }
  }, async (request, reply) => {
    const { zone: zoneName, id, address, port = 22, labels = {} } = request.body
    const zone = findZone(ports.zones, zoneName)
    const trust = trustOf(request.body)
    await checkAddress(address, zone.dial, ports.resolve)
    if (await ports.inventory.host(zoneName, id) !== undefined) {
      throw new RekeyError('host/exists', `id: ${zoneName}/${id} exists already; an id is never used again, so choose another`, { field: 'id' })
    }
    const record: HostRecord = { zone: zoneName, id, address, port, trust, labels, observe: false, createdAt: ports.now().toISOString() }
    await ports.audit.record({ act: 'host.create', target: `${zoneName}/${id}`, detail: `${address} port ${port}, trust ${trust.mode}` })
    await ports.inventory.createHost(record)
    return await reply.code(201).send(hostView(record))
  })

  api.get('/hosts', {
    schema: {
      operationId: 'listHosts',
      tags: ['hosts'],
      summary: 'List the hosts',
      description: 'By zone and id, in pages.',
      querystring: HostQuery,
      response: { 200: HostPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const hosts = await Promise.all(zonesFor(ports.zones, request.query.zone).map(async zone => await ports.inventory.hosts(zone.name)))
    const page = pageOf(hosts.flat(), host => `${host.zone}/${host.id}`, request.query)
    return { items: page.items.map(hostView), next: page.next }
  })
  done()
}

/** @throws RekeyError `input/invalid` unless exactly one way to trust is named */
function trustOf (body: Static<typeof NewHost>): HostTrust {
  if ((body.hostKeys === undefined) === (body.trustOnFirstUse !== true)) {
    throw new RekeyError('input/invalid', 'hostKeys: give exactly one of hostKeys (the pinned keys, best) and `trustOnFirstUse: true`', { field: 'hostKeys' })
  }
  if (body.hostKeys === undefined) return { mode: 'first-use' }
  const keys = body.hostKeys.map((text, index) => atField(`hostKeys[${index}]`, () => parsePublicKey(text)))
  return { mode: 'pinned', keys: [...new Set(keys)] }
}

function hostView (host: HostRecord): Static<typeof HostView> {
  const { zone, id, address, port, labels, createdAt, trust } = host
  return { zone, id, address, port, labels, createdAt, hostKeys: trust.mode === 'pinned' ? trust.keys : [], trustOnFirstUse: trust.mode === 'first-use' }
}
