import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { isRekeyError, isSingleOperator, type Policy } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import type { Inventory } from '../inventory-port.ts'
import { pageOf } from '../pages.ts'
import { readProblems } from '../schemas/problem.ts'
import { ZonePage, ZoneQuery } from '../schemas/zone.ts'
import { policyInForce } from '../single-operator.ts'
import { zonesFor } from '../zones.ts'

export const zoneRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/zones', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'listZones',
      tags: ['zones'],
      summary: 'List the zones',
      description: 'Those of the caller, each with where its hosts may be and the policy that its people have written into Vault, by name, in pages.',
      querystring: ZoneQuery,
      response: { 200: ZonePage, ...readProblems() }
    }
  }, async request => {
    const { zones, inventory } = portsOf(request)
    const page = pageOf(zonesFor(zones, undefined), zone => `${zone.name}/`, request.query)
    return {
      items: await Promise.all(page.items.map(async ({ name, allowedNetworks }) => ({ name, allowedNetworks, ...await policyOf(inventory, name) }))),
      next: page.next
    }
  })
  done()
}

/** Null where it is malformed: the list is where somebody would look for why a zone stands still. */
async function policyOf (inventory: Inventory, zone: string): Promise<{ policy: Policy | null, singleOperator: boolean }> {
  try {
    return { policy: await inventory.policy(zone), singleOperator: isSingleOperator(await policyInForce(inventory, zone)) }
  } catch (error) {
    if (isRekeyError(error, 'vault/malformed')) return { policy: null, singleOperator: false }
    throw error
  }
}
