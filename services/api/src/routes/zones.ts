import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { isRekeyError, isSingleOperator, type WaitingPolicy } from '@rekey/domain'
import { needs } from '../access.ts'
import { approveWith } from '../approve-with.ts'
import type { PortsOf } from '../caller-ports.ts'
import type { Inventory } from '../inventory-port.ts'
import { pageOf } from '../pages.ts'
import { readProblems } from '../schemas/problem.ts'
import { ZonePage, ZoneQuery, type PolicyWaits, type ZoneView } from '../schemas/zone.ts'
import { policyOf } from '../zone-policies.ts'
import { zonesFor } from '../zones.ts'

export const zoneRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/zones', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'listZones',
      tags: ['zones'],
      summary: 'List the zones',
      description: 'Those of the caller, each with where its hosts may be and its policy in force, by name, in pages.',
      querystring: ZoneQuery,
      response: { 200: ZonePage, ...readProblems() }
    }
  }, async request => {
    const { zones, inventory } = portsOf(request)
    const page = pageOf(zonesFor(zones, undefined), zone => `${zone.name}/`, request.query)
    return {
      items: await Promise.all(page.items.map(async ({ name, allowedNetworks }) => ({ name, allowedNetworks, ...await shownPolicy(inventory, name) }))),
      next: page.next
    }
  })
  done()
}

/** Null where it is malformed: the list is where somebody would look for why a zone stands still. */
async function shownPolicy (inventory: Inventory, zone: string): Promise<Pick<Static<typeof ZoneView>, 'policy' | 'policyWaits' | 'singleOperator'>> {
  try {
    const { policy, waits } = await policyOf(inventory, zone)
    return { policy, policyWaits: waits === undefined ? null : shownWaits(waits), singleOperator: isSingleOperator(policy) }
  } catch (error) {
    if (isRekeyError(error, 'vault/malformed')) return { policy: null, policyWaits: null, singleOperator: false }
    throw error
  }
}

function shownWaits ({ zone, version, writtenAt, expiresAt, digest, changes, approvals, approvalsNeeded }: WaitingPolicy): Static<typeof PolicyWaits> {
  return {
    version,
    writtenAt,
    expiresAt,
    digest,
    changes,
    approvals: approvals.map(({ entity, by, at }) => ({ entity, by, at })),
    approvalsNeeded,
    approveWith: approveWith({ zone, number: 'policy' })
  }
}
