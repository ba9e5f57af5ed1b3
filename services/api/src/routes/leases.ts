import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { formatName, leaseStatus, orderAgainstLease, type Lease, type Order } from '@rekey/domain'
import type { Static } from 'typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { requestViews } from '../lease-requests.ts'
import { pageOf } from '../pages.ts'
import { LeasePage, LeaseQuery, LeaseRequestPage, LeaseRequestQuery, type LeaseView } from '../schemas/grant.ts'
import { readProblems } from '../schemas/problem.ts'
import { zonesFor } from '../zones.ts'

export const leaseRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/leases', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listLeases',
      tags: ['grants'],
      summary: 'List the leases',
      description: 'Who has which secrets, and until when; the secrets are not in it. By zone and by when they were taken, in pages.',
      querystring: LeaseQuery,
      response: { 200: LeasePage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const { zones, inventory, now } = portsOf(request)
    const found = await Promise.all(zonesFor(zones, request.query.zone).map(async ({ name }) => {
      const [leases, orders] = await Promise.all([inventory.leases(name), inventory.orders(name)])
      return leases.map(lease => leaseView(lease, orders, now()))
    }))
    const views = found.flat().filter(({ status }) => status === (request.query.status ?? status))
    return pageOf(views, ({ zone, id }) => `${zone}/${id}`, request.query)
  })

  api.get('/lease-requests', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listLeaseRequests',
      tags: ['grants'],
      summary: 'List who waits for a lease that a person has to approve',
      description: 'And what became of it. By zone and by when they came, in pages.',
      querystring: LeaseRequestQuery,
      response: { 200: LeaseRequestPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const found = await Promise.all(zonesFor(ports.zones, request.query.zone).map(async ({ name }) => await requestViews(ports, name)))
    const views = found.flat().filter(({ status }) => status === (request.query.status ?? status))
    return pageOf(views, ({ zone, id }) => `${zone}/${id}`, request.query)
  })
  done()
}

function leaseView (lease: Lease, orders: readonly Order[], now: Date): Static<typeof LeaseView> {
  const { zone, id, grant, secrets, issuer, subject, reason, rotateAfter, takenAt, endsAt, returnedAt } = lease
  return { zone, id, status: standing(lease, orders, now), grant, credentials: secrets.map(({ name }) => formatName(name)), issuer, subject, reason, rotateAfter, takenAt, endsAt, returnedAt }
}

/** One that had ended by itself before is not told to be revoked. */
function standing (lease: Lease, orders: readonly Order[], now: Date): Static<typeof LeaseView>['status'] {
  const status = leaseStatus(lease, now)
  return status === 'live' && orderAgainstLease(lease, orders) !== undefined ? 'revoked' : status
}
