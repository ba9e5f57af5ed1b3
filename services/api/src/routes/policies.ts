import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { NamedPolicy } from '@rekey/domain'
import type { Static } from 'typebox'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { pageOf } from '../pages.ts'
import { findPolicy, removePolicy, replacePolicy } from '../policies.ts'
import { etagOf, MatchHeaders } from '../preconditions.ts'
import { NewPolicy, PolicyPage, PolicyParams, PolicyQuery, PolicyView } from '../schemas/policy.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { zonesFor } from '../zones.ts'

export const policyRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  api.get('/policies', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listPolicies',
      tags: ['policies'],
      summary: 'List the policies',
      description: 'Those that were made over the API, by zone and name, in pages. What the zone\'s people have written into Vault, GET /v1/zones shows.',
      querystring: PolicyQuery,
      response: { 200: PolicyPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const { zones, inventory } = portsOf(request)
    const found = await Promise.all(zonesFor(zones, request.query.zone).map(async ({ name }) => (await inventory.namedPolicies(name)).map(policy => policyView(name, policy))))
    return pageOf(found.flat(), ({ zone, name }) => `${zone}/${name}`, request.query)
  })

  api.get('/policies/:zone/:name', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getPolicy',
      tags: ['policies'],
      summary: 'See one policy',
      description: 'With an `ETag` to change it by.',
      params: PolicyParams,
      response: { 200: PolicyView, ...readProblems('zone/unknown', 'policy/unknown') }
    }
  }, async (request, reply) => {
    const { zone, name } = request.params
    const policy = await findPolicy(portsOf(request), zone, name)
    return await reply.header('etag', etagOf(policy.revision)).send(policyView(zone, policy))
  })

  api.put('/policies/:zone/:name', {
    config: needs('admin', 'path'),
    schema: {
      operationId: 'replacePolicy',
      tags: ['policies'],
      summary: 'Make a policy, or replace it',
      description: 'It decides how secrets are made from now on, and by its schedule when. Where a host refuses what it asks for, the next one is made by the zone\'s own rules.',
      params: PolicyParams,
      headers: MatchHeaders,
      body: NewPolicy,
      response: { 200: PolicyView, 201: PolicyView, ...writeProblems('zone/unknown', 'input/unprocessable', 'request/precondition-failed', 'vault/conflict') }
    }
  }, async (request, reply) => {
    const { zone, name } = request.params
    const { policy, isNew } = await replacePolicy(portsOf(request), { zone, name, ifMatch: request.headers['if-match'] }, request.body)
    return await reply.code(isNew ? 201 : 200).header('etag', etagOf(policy.revision)).send(policyView(zone, policy))
  })

  api.delete('/policies/:zone/:name', {
    config: needs('admin', 'path'),
    schema: {
      operationId: 'removePolicy',
      tags: ['policies'],
      summary: 'Remove a policy',
      description: 'Secrets that were made by it stay until they are rotated. Answers with the policy as it was.',
      params: PolicyParams,
      headers: MatchHeaders,
      response: { 200: PolicyView, ...readProblems('zone/unknown', 'policy/unknown', 'request/precondition-failed', 'audit/unwritable', 'vault/conflict') }
    }
  }, async request => {
    const { zone, name } = request.params
    return policyView(zone, await removePolicy(portsOf(request), { zone, name, ifMatch: request.headers['if-match'] }))
  })
  done()
}

function policyView (zone: string, policy: NamedPolicy): Static<typeof PolicyView> {
  const unsaid = { keyAlgorithm: 'ed25519', passwordLength: null, passwordSymbols: null, schedule: null, graceSeconds: null, heartbeat: null }
  return { zone, ...unsaid, ...policy } as Static<typeof PolicyView>
}
