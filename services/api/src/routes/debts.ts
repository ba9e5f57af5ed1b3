import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { zoneStates } from '../credential-views.ts'
import { debtKey, debtViews } from '../debts.ts'
import { pageOf } from '../pages.ts'
import { DebtPage, DebtQuery } from '../schemas/debt.ts'
import { readProblems } from '../schemas/problem.ts'
import { zonesFor } from '../zones.ts'

export const debtRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/debts', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listDebts',
      tags: ['debts'],
      summary: 'List the secrets that should be dead and are not proven dead',
      description: 'Each with why it is still open, since when, and what would end it. By zone, host, account and name, in pages. A debt ends with a proof, or with people who sign it off because its host is gone for good.',
      querystring: DebtQuery,
      response: { 200: DebtPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const { zones, inventory } = portsOf(request)
    const { zone, host, class: only } = request.query
    const states = await Promise.all(zonesFor(zones, zone).map(async ({ name }) => await zoneStates(inventory, name)))
    const debts = states.flat().flatMap(debtViews).filter(debt => (host ?? debt.host) === debt.host && (only ?? debt.class) === debt.class)
    return pageOf(debts.sort((a, b) => debtKey(a) < debtKey(b) ? -1 : 1), debtKey, request.query)
  })
  done()
}
