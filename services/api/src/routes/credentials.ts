import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import { formatName, RekeyError, type CredentialName } from '@rekey/domain'
import { needs } from '../access.ts'
import type { PortsOf } from '../caller-ports.ts'
import { byPolicy, credentialState, credentialView, indexStates } from '../credential-views.ts'
import { handOver } from '../new-credential.ts'
import { pageOf } from '../pages.ts'
import { policyFinder } from '../policies.ts'
import { RecentStates } from '../recent-states.ts'
import { releasePlace } from '../release.ts'
import { AcceptedCredential, CredentialPage, CredentialParams, CredentialQuery, CredentialView, NewCredential, ReleasedCredential } from '../schemas/credential.ts'
import { NewRelease } from '../schemas/fields.ts'
import { readProblems, writeProblems } from '../schemas/problem.ts'
import { findZone, zonesFor } from '../zones.ts'

export const credentialRoutes: FastifyPluginCallbackTypebox<{ portsOf: PortsOf }> = (api, { portsOf }, done) => {
  const recent = new RecentStates()
  api.post('/credentials', {
    config: needs('operator', 'body'),
    schema: {
      operationId: 'adoptCredential',
      tags: ['credentials'],
      summary: 'Hand over the key or password that opens an account today',
      description: 'The zone\'s worker logs in with it and, when the host lets it in, keeps it as a credential; nothing changes on the host. ' +
        'The secret passes through the API once and can\'t be read back from it. Only orders placed later rotate it.',
      body: NewCredential,
      response: { 202: AcceptedCredential, ...writeProblems('zone/unknown', 'host/unknown', 'credential/exists', 'input/unprocessable', 'host/left', 'credential/left', 'key/unreadable', 'key/encrypted', 'key/weak') }
    }
  }, async (request, reply) => {
    const ports = portsOf(request)
    const { name, fingerprint } = await handOver(ports, request.body, request.log)
    return await reply.code(202).header('location', `/v1/credentials/${formatName(name)}`)
      .send({ ...name, status: 'adopting', fingerprint })
  })

  api.get('/credentials', {
    config: needs('viewer', 'query'),
    schema: {
      operationId: 'listCredentials',
      tags: ['credentials'],
      summary: 'List the credentials',
      description: 'By zone, host, account and name, in pages; those that have left by `status=left` only. Pages after the first show what the first was made from, for up to a minute. `shared` looks over all zones, whatever the filters say, and `sharedWith` names the places among them that lie in the caller\'s zones.',
      querystring: CredentialQuery,
      response: { 200: CredentialPage, ...readProblems('zone/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const { zone, host, account, status, shared, observed } = request.query
    const chosen = new Set(zonesFor(ports.zones, zone).map(zone => zone.name))
    const all = await (request.query.cursor === undefined ? recent.now(ports) : recent.ofPages(ports))
    const keys = indexStates(all)
    const views = all
      .filter(state => chosen.has(state.zone) && (host ?? state.host) === state.host && (account ?? state.account) === state.account && (status === undefined ? state.status !== 'left' : state.status === status) && (observed ?? String(state.observed)) === String(state.observed))
      .map(state => credentialView(state, keys, ports.caller.zones))
      .filter(view => (shared ?? String(view.shared)) === String(view.shared))
    const page = pageOf(views, formatName, request.query)
    const policyOf = policyFinder(ports.inventory)
    return { items: await Promise.all(page.items.map(async view => ({ ...view, ...byPolicy(view, await policyOf(view)) }))), next: page.next }
  })

  api.get('/credentials/:zone/:host/:account/:name', {
    config: needs('viewer', 'path'),
    schema: {
      operationId: 'getCredential',
      tags: ['credentials'],
      summary: 'See one credential with its rotations and proofs',
      description: 'Also while its adoption waits for the worker, and after one that was refused: `lastFailure` then says why. It is read at each request; `shared`, which takes all others, may be as it was a second ago, of thousands of credentials some seconds.',
      params: CredentialParams,
      response: { 200: CredentialView, ...readProblems('zone/unknown', 'credential/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    findZone(ports.zones, request.params.zone)
    const state = await credentialState(ports.inventory, request.params)
    if (state === undefined) throw unknown(request.params)
    return { ...credentialView(state, indexStates(await recent.lately(ports)), ports.caller.zones), ...byPolicy(state, await policyFinder(ports.inventory)(state)) }
  })

  api.post('/credentials/:zone/:host/:account/:name/manage', {
    config: needs('operator', 'path'),
    schema: {
      operationId: 'manageCredential',
      tags: ['credentials'],
      summary: 'Release a credential from observation',
      description: 'It is managed from then on, also if its host is still observed: orders that cover it are carried out, also those that came while it was observed. ' +
        'What people observe, by the zone\'s policy or with `rekey observe`, stays observed; `observers` tells. There is no way back through the API. A second release changes nothing and answers with the first.',
      params: CredentialParams,
      body: NewRelease,
      response: { 200: ReleasedCredential, ...writeProblems('zone/unknown', 'credential/unknown') }
    }
  }, async request => {
    const ports = portsOf(request)
    const zone = findZone(ports.zones, request.params.zone)
    if (!await ports.inventory.credentialExists(request.params)) throw unknown(request.params)
    return { ...request.params, ...await releasePlace(ports, zone, { place: request.params, reason: request.body.reason }, request.log) }
  })
  done()
}

function unknown (name: CredentialName): RekeyError {
  return new RekeyError('credential/unknown', `there is no ${formatName(name)}; GET /v1/credentials lists those there are`, { field: 'name' })
}
