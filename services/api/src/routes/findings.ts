import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { accept, findingOf, judge, withdraw, type JudgedFinding } from '../acceptances.ts'
import { needs } from '../access.ts'
import { blastRadius } from '../blast-radius.ts'
import type { CallerPorts, PortsOf } from '../caller-ports.ts'
import type { Finding } from '../findings/finding.ts'
import { accountsOf, findAll, findingKey, readFleet } from '../findings/sources.ts'
import { pageOf } from '../pages.ts'
import { BlastRadius, NewBlastRadius } from '../schemas/blast-radius.ts'
import { FindingPage, FindingParams, FindingQuery, FindingView, NewAcceptance } from '../schemas/finding.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'

export const findingRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/findings', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listFindings',
      tags: ['findings'],
      summary: 'List what is wrong in the fleet',
      description: 'Keys and passwords that open two places, host keys that name two hosts, secrets that should have been replaced by now, and what surveys have found that is not managed or is weak, over all zones; each with those of its places that lie in the caller\'s zones. By kind, in pages. ' +
        'With `zone` or `host`, those that touch it. A secret counts for as long as it is not proven dead. `accounts` says how many are managed, and how many surveys have found that are not.',
      querystring: FindingQuery,
      response: { 200: FindingPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host, kind } = request.query
    const fleet = await readFleet(ports)
    const findings = (await findAll(fleet)).filter(finding => (kind ?? finding.kind) === finding.kind && finding.places.some(place => {
      const [ofZone, ofHost] = place.split('/')
      return (zone ?? ofZone) === ofZone && (host ?? ofHost) === ofHost
    }))
    const page = pageOf(findings, findingKey, request.query)
    return { ...page, items: await judge(page.items, ports), accounts: accountsOf(fleet) }
  })

  api.put('/findings/:zone/:id/acceptance', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'acceptFinding',
      tags: ['findings'],
      summary: 'Accept a finding in a zone',
      description: 'It stays on the list and is shown as accepted, until it changes there. Nothing of it is changed.',
      params: FindingParams,
      body: NewAcceptance,
      response: { 200: FindingView, ...writeProblems('zone/unknown', 'finding/unknown', 'input/unprocessable', 'vault/conflict') }
    }
  }, async request => await judging(request, async (ports, finding) => { await accept(ports, request.params.zone, finding, request.body.reason) }))

  api.delete('/findings/:zone/:id/acceptance', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'withdrawAcceptance',
      tags: ['findings'],
      summary: 'Accept a finding no longer',
      description: 'Answers with the finding as it is then, whether or not it was accepted.',
      params: FindingParams,
      response: { 200: FindingView, ...readProblems('auth/forbidden', 'audit/unwritable', 'zone/unknown', 'finding/unknown', 'vault/conflict') }
    }
  }, async request => await judging(request, async (ports, finding) => { await withdraw(ports, request.params.zone, finding) }))

  async function judging (request: FastifyRequest & { readonly params: Static<typeof FindingParams> }, act: (ports: CallerPorts, finding: Finding) => Promise<void>): Promise<JudgedFinding> {
    const ports = portsOf(request)
    const finding = findingOf(await findAll(await readFleet(ports)), request.params.zone, request.params.id)
    await act(ports, finding)
    const [judged] = await judge([finding], ports)
    if (judged === undefined) throw new Error('a finding was lost while it was judged')
    return judged
  }

  api.post('/blast-radius', {
    config: needs('viewer', 'caller'),
    schema: {
      operationId: 'blastRadius',
      tags: ['findings'],
      summary: 'See what falls with what is stolen',
      description: 'Accounts that stolen secrets open, hosts of which these become root, private keys that lie there, and so on, each with the reason; as far as the caller\'s zones are known. Nothing is changed.',
      body: NewBlastRadius,
      response: { 200: BlastRadius, ...writeProblems('zone/unknown', 'host/unknown', 'input/unprocessable') }
    }
  }, async request => await blastRadius(portsOf(request), request.body))
  done()
}
