import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { Static } from 'typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { zoneStates } from '../credential-views.ts'
import { dueKey, dueTimes, type AgingCredential } from '../due-times.ts'
import { pageOf } from '../pages.ts'
import { DuePage, DueQuery, type DueView } from '../schemas/due.ts'
import { readProblems } from '../schemas/problem.ts'
import { zonesFor } from '../zones.ts'

export const scheduleRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/schedule', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listSchedule',
      tags: ['policies'],
      summary: 'List what will be replaced when',
      description: 'Credentials whose secrets are replaced by themselves, by policies and by the longest age of their zone: what begins first comes first, in pages. Orders come on top of it. ' +
        'With `until`, those that may begin by then.',
      querystring: DueQuery,
      response: { 200: DuePage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host, until } = request.query
    const states = await Promise.all(zonesFor(ports.zones, zone).map(async ({ name }) => await zoneStates(ports.inventory, name)))
    const found = await dueTimes(states.flat().filter(state => (host ?? state.host) === state.host), ports)
    const listed = found.filter(({ due }) => until === undefined || (due.startsAt !== null && due.startsAt.getTime() <= Date.parse(until)))
    const page = pageOf(listed.sort((a, b) => dueKey(a) < dueKey(b) ? -1 : 1), dueKey, request.query)
    return { items: page.items.map(viewOf), next: page.next }
  })
  done()
}

function viewOf ({ due: { by, dueAt, startsAt, overdueAt }, ...credential }: AgingCredential): Static<typeof DueView> {
  return { ...credential, by, dueAt: dueAt.toISOString(), startsAt: startsAt?.toISOString() ?? null, overdueAt: overdueAt?.toISOString() ?? null } as Static<typeof DueView>
}
