import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { everyState } from '../credential-views.ts'
import { findingKey, findSharing } from '../findings.ts'
import { pageOf } from '../pages.ts'
import { FindingPage, FindingQuery } from '../schemas/finding.ts'
import { readProblems } from '../schemas/problem.ts'

export const findingRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/findings', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listFindings',
      tags: ['findings'],
      summary: 'List what is wrong in the fleet',
      description: 'Keys and passwords that open two places, and host keys that name two hosts, over all zones; each with those of its places that lie in the caller\'s zones. By kind, in pages. ' +
        'With `zone` or `host`, those that touch it. A secret counts for as long as it is not proven dead.',
      querystring: FindingQuery,
      response: { 200: FindingPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host, kind } = request.query
    const findings = findSharing(await everyState(ports), ports.caller.zones).filter(finding => (kind ?? finding.kind) === finding.kind && finding.places.some(place => {
      const [ofZone, ofHost] = place.split('/')
      return (zone ?? ofZone) === ofZone && (host ?? ofHost) === ofHost
    }))
    return pageOf(findings, findingKey, request.query)
  })
  done()
}
