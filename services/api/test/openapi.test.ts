import { beforeAll, describe, expect, test } from '@jest/globals'
import { requestDigest, type Survey } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { faults, malformed, methodsOf, operationsOf, undescribed, type Document } from './document-checks.ts'
import { startApi, type Answer, type TestApi } from './client.ts'
import { liveGrant, liveLease, newGrant, openRequest } from './grant-samples.ts'
import { addManaged, settledState } from './memory-ports.ts'

let api: TestApi
let document: Document
let operations: ReturnType<typeof operationsOf>

beforeAll(async () => {
  api = await startApi()
  document = (await api.send({ method: 'GET', url: '/openapi.json' })).body as unknown as Document
  operations = operationsOf(document)
})

describe('the OpenAPI document', () => {
  test('is a well-formed OpenAPI 3.1 document', async () => {
    expect(await malformed(document)).toEqual([])
  })

  test('lists every operation and no other', () => {
    expect(operations.map(([name]) => name).sort()).toEqual([
      'DELETE /v1/findings/{zone}/{id}/acceptance',
      'DELETE /v1/grants/{zone}/{name}',
      'DELETE /v1/policies/{zone}/{name}',
      'DELETE /v1/tokens/{id}',
      'GET /health/live',
      'GET /health/ready',
      'GET /v1/audit',
      'GET /v1/campaigns',
      'GET /v1/campaigns/{id}',
      'GET /v1/campaigns/{id}/events',
      'GET /v1/campaigns/{id}/report',
      'GET /v1/credentials',
      'GET /v1/credentials/{zone}/{host}/{account}/{name}',
      'GET /v1/debts',
      'GET /v1/findings',
      'GET /v1/grants',
      'GET /v1/grants/{zone}/{name}',
      'GET /v1/hosts',
      'GET /v1/hosts/{zone}/{id}/labels',
      'GET /v1/hosts/{zone}/{id}/survey',
      'GET /v1/lease-requests',
      'GET /v1/leases',
      'GET /v1/orders',
      'GET /v1/orders/{zone}/{number}',
      'GET /v1/orders/{zone}/{number}/events',
      'GET /v1/policies',
      'GET /v1/policies/{zone}/{name}',
      'GET /v1/proposals',
      'GET /v1/proposals/{zone}/{number}',
      'GET /v1/schedule',
      'GET /v1/tokens',
      'GET /v1/zones',
      'POST /v1/blast-radius',
      'POST /v1/campaigns',
      'POST /v1/campaigns/{id}/steerings',
      'POST /v1/credentials',
      'POST /v1/credentials/{zone}/{host}/{account}/{name}/clear',
      'POST /v1/credentials/{zone}/{host}/{account}/{name}/leave',
      'POST /v1/credentials/{zone}/{host}/{account}/{name}/manage',
      'POST /v1/grants/{zone}/{name}/explain',
      'POST /v1/hosts',
      'POST /v1/hosts/{zone}/{id}/leave',
      'POST /v1/hosts/{zone}/{id}/manage',
      'POST /v1/hosts/{zone}/{id}/redirects',
      'POST /v1/hosts/{zone}/{id}/removals',
      'POST /v1/hosts/{zone}/{id}/survey',
      'POST /v1/inventory',
      'POST /v1/orders',
      'POST /v1/tokens',
      'POST /v1/tokens/{id}/rotate',
      'PUT /v1/findings/{zone}/{id}/acceptance',
      'PUT /v1/grants/{zone}/{name}',
      'PUT /v1/hosts/{zone}/{id}/labels',
      'PUT /v1/policies/{zone}/{name}'
    ])
    // Beside them only the document itself: a route that nobody described would show here.
    expect(methodsOf(api.app)).toBe(operations.length + 1)
  })

  test('says of every operation what it does, with examples of request, answer and each refusal', () => {
    expect(operations.flatMap(undescribed)).toEqual([])
  })

  test('asks for a token or a person of some role everywhere but at health', () => {
    const role: unknown = expect.stringMatching(/^(viewer|operator|responder|auditor|admin)$/)
    for (const [name, operation] of operations) {
      expect([name, operation.security]).toEqual([name, name.includes('/health/') ? [] : [{ token: [role] }, { identity: [role] }]])
      expect([name, Object.hasOwn(operation.responses, '401')]).toEqual([name, !name.includes('/health/')])
    }
  })
})

test('every answer is one that the document describes', async () => {
  const key = makeKey().privateKey.open()
  const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', labels: { role: 'frontend' }, hostKeys: [makeKey().publicKey] }
  const hold = { class: 'locked-out' as const, since: '2026-03-01T12:00:00.000Z', detail: 'no recorded key opens' }
  const lastFailure = { class: 'unreachable' as const, step: 'push', code: 'ssh/unreachable', message: 'try later', at: '2026-03-01T12:00:00.000Z' }
  addManaged(api.world,
    settledState('backup/store-1/root/ssh-key', { status: 'held', hold, lastFailure, nextAttemptAt: '2026-03-01T12:00:05.000Z', fenceTampered: { at: hold.since, seen: 9 }, drift: { since: hold.since, opened: 'SHA256:older', endedAt: null } }),
    settledState('backup/store-4/root/ssh-key', { status: 'left', unproven: ['SHA256:old'], leaving: { by: 'ada', at: hold.since, reason: 'sold', proposal: 3, order: 1, signedOff: ['SHA256:old'], leftAt: hold.since } }),
    settledState('backup/store-3/root/ssh-key', { observed: true, observers: ['zone', 'person', 'credential', 'host'], planned: { step: 'store', order: 1 } }),
    settledState('backup/store-2/root/ssh-key', {
      debts: [{ fingerprint: 'SHA256:old', since: hold.since, notBefore: hold.since, class: 'unreachable' }],
      owed: { fingerprint: 'SHA256:b', since: hold.since, notBefore: hold.since, class: 'unreachable' },
      lastFailure,
      rotations: [{ epoch: 2, order: 1, oldFingerprint: 'SHA256:a', newFingerprint: 'SHA256:b', startedAt: hold.since, settledAt: hold.since, proof: { by: 'publickey' as const, randomRefused: true, oldRefused: ['SHA256:a'], newAccepted: 'SHA256:b', ranCommand: true, at: hold.since } }]
    }))

  const conversations: Array<[string, Promise<Answer>]> = []
  const talk = async (operation: string, answer: Promise<Answer>) => { conversations.push([operation, answer]); await answer }
  const one = 'GET /v1/credentials/{zone}/{host}/{account}/{name}'
  await talk('POST /v1/hosts', api.post('/v1/hosts', host))
  await talk('POST /v1/hosts', api.post('/v1/hosts', host))
  await talk('POST /v1/hosts', api.post('/v1/hosts', { ...host, port: 0 }))
  await talk('POST /v1/hosts', api.post('/v1/hosts', { ...host, id: 'web-2', address: '10.0.0.1' }))
  await talk('POST /v1/hosts', api.post('/v1/hosts', { ...host, id: 'db-1', via: 'web-1/deploy/ssh-key' }))
  await talk('POST /v1/hosts', api.post('/v1/hosts', { ...host, id: 'db-2', via: 'web-9/deploy/ssh-key' }))
  await talk('POST /v1/hosts', api.post('/v1/hosts', '{'))
  await talk('POST /v1/hosts', api.post('/v1/hosts', 'x'.repeat(70_000)))
  await talk('POST /v1/hosts', api.post('/v1/hosts', host, { 'content-type': 'text/plain' }))
  await talk('POST /v1/hosts', api.post('/v1/hosts', host, { authorization: 'Bearer wrong' }))
  await talk('GET /v1/hosts', api.get('/v1/hosts?limit=1'))
  await talk('GET /v1/hosts', api.get('/v1/hosts?zone=staging'))
  await talk('POST /v1/credentials', api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'deploy', privateKey: key }))
  await talk('POST /v1/credentials', api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'deploy', privateKey: key }))
  await talk('POST /v1/credentials', api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'deploy', privateKey: 'nonsense' }))
  await talk('GET /v1/credentials', api.get('/v1/credentials?limit=2'))
  await talk(one, api.get('/v1/credentials/production/web-1/deploy/ssh-key'))
  await talk(one, api.get('/v1/credentials/backup/store-1/root/ssh-key'))
  await talk(one, api.get('/v1/credentials/backup/store-2/root/ssh-key'))
  await talk(one, api.get('/v1/credentials/backup/store-9/root/ssh-key'))
  await talk(one, api.get('/v1/credentials/backup/store-4/root/ssh-key'))
  await talk(one, api.get('/v1/credentials/backup/store-3/root/ssh-key'))
  await talk('POST /v1/hosts/{zone}/{id}/manage', api.post('/v1/hosts/production/web-1/manage', { reason: 'drill' }))
  await talk('POST /v1/hosts/{zone}/{id}/manage', api.post('/v1/hosts/production/web-9/manage', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/manage`, api.post('/v1/credentials/backup/store-3/root/ssh-key/manage', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/manage`, api.post('/v1/credentials/backup/store-9/root/ssh-key/manage', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/manage`, api.post('/v1/credentials/backup/store-3/root/ssh-key/manage', {}))
  const labels = '/v1/hosts/{zone}/{id}/labels'
  await talk(`GET ${labels}`, api.get('/v1/hosts/production/web-1/labels'))
  await talk(`GET ${labels}`, api.get('/v1/hosts/production/web-9/labels'))
  await talk(`PUT ${labels}`, api.put('/v1/hosts/production/web-1/labels', { labels: { role: 'backend' } }))
  await talk(`PUT ${labels}`, api.put('/v1/hosts/production/web-1/labels', { labels: {} }, { 'if-match': '"9"' }))
  await talk(`PUT ${labels}`, api.put('/v1/hosts/production/web-1/labels', { labels: {} }, { 'if-match': 'mine' }))
  const propose = 'POST /v1/hosts/{zone}/{id}/redirects'
  await talk(propose, api.post('/v1/hosts/production/web-1/redirects', { address: '127.1.0.8', port: 2222, reason: 'drill' }))
  await talk(propose, api.post('/v1/hosts/production/web-1/redirects', { reason: 'drill' }))
  await talk(propose, api.post('/v1/hosts/production/web-1/redirects', { address: '10.0.0.1', reason: 'drill' }))
  await talk(propose, api.post('/v1/hosts/production/web-9/redirects', { port: 1, reason: 'drill' }))
  const remove = 'POST /v1/hosts/{zone}/{id}/removals'
  const unknown = { account: 'deploy', fingerprint: `SHA256:${'A'.repeat(43)}`, reason: 'drill' }
  api.world.surveys.set('production/web-1', surveyOf('production', 'web-1', unknown.fingerprint))
  await talk(remove, api.post('/v1/hosts/production/web-1/removals', unknown))
  await talk(remove, api.post('/v1/hosts/production/web-1/removals', { ...unknown, account: 'nobody' }))
  api.world.surveys.clear()
  const leave = 'POST /v1/hosts/{zone}/{id}/leave'
  await talk(leave, api.post('/v1/hosts/production/web-1/leave', { reason: 'drill', signOff: true }))
  await talk(leave, api.post('/v1/hosts/production/web-9/leave', { reason: 'drill' }))
  await talk(leave, api.post('/v1/hosts/production/web-1/leave', {}))
  await talk(`POST ${one.slice(4)}/leave`, api.post('/v1/credentials/backup/store-3/root/ssh-key/leave', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/clear`, api.post('/v1/credentials/backup/store-1/root/ssh-key/clear', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/clear`, api.post('/v1/credentials/backup/store-3/root/ssh-key/clear', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/leave`, api.post('/v1/credentials/production/web-1/nobody/ssh-key/leave', { reason: 'drill' }))
  const emergency = { kind: 'revoke-all', scope: { zones: ['production'] }, reason: 'drill' }
  await talk('POST /v1/campaigns', api.post('/v1/campaigns', { ...emergency, dryRun: true }))
  const proposed = await api.post('/v1/campaigns', emergency)
  await talk('POST /v1/campaigns', Promise.resolve(proposed))
  await talk('POST /v1/campaigns', api.post('/v1/campaigns', { ...emergency, kind: 'forget-all' }))
  await talk('POST /v1/campaigns', api.post('/v1/campaigns', { ...emergency, scope: {} }))
  await talk('GET /v1/campaigns', api.get('/v1/campaigns'))
  const { id } = proposed.body as unknown as { id: string }
  await talk('GET /v1/campaigns/{id}', api.get(`/v1/campaigns/${id}`))
  await talk('GET /v1/campaigns/{id}', api.get('/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'))
  await talk('GET /v1/campaigns/{id}/report', api.get(`/v1/campaigns/${id}/report`))
  await talk('GET /v1/campaigns/{id}/report', api.get('/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/report'))
  await talk('GET /v1/campaigns/{id}/events', api.get('/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/events'))
  await talk('POST /v1/campaigns/{id}/steerings', api.post(`/v1/campaigns/${id}/steerings`, { action: 'stop', reason: 'drill' }))
  await talk('POST /v1/campaigns/{id}/steerings', api.post('/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/steerings', { action: 'stop', reason: 'drill' }))
  await talk('GET /v1/proposals', api.get('/v1/proposals'))
  await talk('GET /v1/proposals', api.get('/v1/proposals?zone=production&host=web-1'))
  await talk('GET /v1/proposals/{zone}/{number}', api.get('/v1/proposals/production/1'))
  await talk('GET /v1/proposals/{zone}/{number}', api.get('/v1/proposals/production/9'))
  const inventory = {
    format: 'rekey',
    zone: 'production',
    text: 'hosts: [{id: app-1, address: 127.1.0.9, credentials: [{account: a, password: p4ss, via: bastion}, {account: b, passwordFile: /p}]}, {id: app-2, address: 10.0.0.1}, {id: 7}]',
    trustFirstUse: true
  }
  await talk('POST /v1/inventory', api.post('/v1/inventory', inventory))
  await talk('POST /v1/inventory', api.post('/v1/inventory', { ...inventory, apply: true }))
  await talk('POST /v1/inventory', api.post('/v1/inventory', { ...inventory, apply: true }))
  await talk('POST /v1/inventory', api.post('/v1/inventory', { ...inventory, text: '[' }))
  await talk('POST /v1/inventory', api.post('/v1/inventory', { ...inventory, text: 'x'.repeat(1_100_000) }))
  await talk('POST /v1/orders', api.post('/v1/orders', { scope: { all: true }, reason: 'drill', dryRun: true }))
  await talk('POST /v1/orders', api.post('/v1/orders', { scope: { zones: ['backup'], accounts: ['root'] }, reason: 'drill' }))
  await talk('POST /v1/orders', api.post('/v1/orders', { scope: { hosts: ['nowhere'] }, reason: 'drill' }))
  await talk('GET /v1/orders', api.get('/v1/orders'))
  await talk('GET /v1/orders/{zone}/{number}', api.get('/v1/orders/backup/1'))
  await talk('GET /v1/orders/{zone}/{number}', api.get('/v1/orders/backup/99'))
  await talk('GET /v1/orders/{zone}/{number}/events', api.get('/v1/orders/backup/99/events'))
  await talk('GET /v1/zones', api.get('/v1/zones'))
  await talk('GET /v1/zones', api.get('/v1/zones?limit=0'))
  await talk('GET /v1/debts', api.get('/v1/debts'))
  await talk('GET /v1/debts', api.get('/v1/debts?class=nothing'))
  await talk('GET /v1/debts', api.get('/v1/debts?zone=staging'))
  await talk('POST /v1/hosts/{zone}/{id}/survey', api.post('/v1/hosts/production/web-1/survey', {}))
  await talk('POST /v1/hosts/{zone}/{id}/survey', api.post('/v1/hosts/production/nowhere/survey', {}))
  await talk('GET /v1/hosts/{zone}/{id}/survey', api.get('/v1/hosts/production/web-1/survey'))
  api.world.parts.push({ zone: 'production', journal: 'worker-production-0123456789ab', to: 1, until: '2026-03-01T12:00:00.000Z', lines: [JSON.stringify({ n: 1, at: '2026-03-01T12:00:00.000Z', service: 'worker-production', act: 'push', target: 'production/web-1/deploy/ssh-key', epoch: 1, prev: '' })] })
  await talk('GET /v1/audit', api.get('/v1/audit'))
  await talk('GET /v1/audit', api.get('/v1/audit?since=yesterday'))
  await talk('GET /v1/audit', api.get('/v1/audit?zone=staging'))
  await talk('GET /v1/findings', api.get('/v1/findings'))
  const acceptance = '/v1/findings/{zone}/{id}/acceptance'
  await talk(`PUT ${acceptance}`, api.put('/v1/findings/production/0123456789abcdef/acceptance', { reason: 'ours' }))
  await talk(`PUT ${acceptance}`, api.put('/v1/findings/production/0123456789abcdef/acceptance', {}))
  await talk(`DELETE ${acceptance}`, api.delete('/v1/findings/production/0123456789abcdef/acceptance'))
  await talk('POST /v1/blast-radius', api.post('/v1/blast-radius', { fingerprints: ['SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM'], zones: ['production'] }))
  await talk('POST /v1/blast-radius', api.post('/v1/blast-radius', { hosts: ['production/nowhere'] }))
  await talk('POST /v1/blast-radius', api.post('/v1/blast-radius', {}))
  await talk('GET /v1/findings', api.get('/v1/findings?zone=staging'))
  const grant = '/v1/grants/{zone}/{name}'
  const [grants, leases] = [api.world.grants, api.world.leases]
  await talk(`PUT ${grant}`, api.put('/v1/grants/production/shop', newGrant))
  await talk(`PUT ${grant}`, api.put('/v1/grants/production/shop', { ...newGrant, claims: { ref: 'main' } }))
  await talk('GET /v1/proposals', api.get('/v1/proposals?zone=production'))
  grants.push(liveGrant)
  leases.push(liveLease)
  await talk('GET /v1/grants', api.get('/v1/grants'))
  await talk(`GET ${grant}`, api.get('/v1/grants/production/shop'))
  await talk(`GET ${grant}`, api.get('/v1/grants/production/other'))
  await talk(`POST ${grant}/explain`, api.post('/v1/grants/production/shop/explain', { claims: { sub: 'job' } }))
  await talk(`DELETE ${grant}`, api.delete('/v1/grants/production/shop'))
  await talk('GET /v1/leases', api.get('/v1/leases?status=live'))
  api.world.requests.push({ request: openRequest, words: [{ entity: 'e-1', by: 'ada', verdict: 'denied', reason: 'no', digest: requestDigest(openRequest), at: openRequest.askedAt }] })
  await talk('GET /v1/lease-requests', api.get('/v1/lease-requests'))
  const policy = '/v1/policies/{zone}/{name}'
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/weekly', { priority: 0, selector: {}, schedule: { everySeconds: 604_800 }, heartbeat: { everySeconds: 60, onDrift: 'report' } }))
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/weekly', { priority: 0, selector: {}, schedule: {} }))
  await talk('GET /v1/schedule', api.get('/v1/schedule'))
  await talk('GET /v1/schedule', api.get('/v1/schedule?zone=staging'))
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/appliances', { priority: 1, selector: { labels: { role: 'backend' }, kinds: ['ssh-key'] }, keyAlgorithm: 'rsa-4096' }))
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/appliances', { priority: 2, selector: {}, passwordLength: 40, passwordSymbols: '' }))
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/appliances', { priority: 2, selector: {} }, { 'if-match': '"9"' }))
  await talk(`PUT ${policy}`, api.put('/v1/policies/production/default', { priority: 2, selector: {} }))
  await talk('GET /v1/policies', api.get('/v1/policies'))
  await talk('GET /v1/policies', api.get('/v1/policies?zone=staging'))
  await talk(`GET ${policy}`, api.get('/v1/policies/production/appliances'))
  await talk(one, api.get('/v1/credentials/production/web-1/deploy/ssh-key'))
  await talk(`DELETE ${policy}`, api.delete('/v1/policies/production/appliances'))
  await talk(`DELETE ${policy}`, api.delete('/v1/policies/production/appliances'))
  await talk(`GET ${policy}`, api.get('/v1/policies/production/appliances'))
  const issued = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['backup'] })).body as unknown as { id: string, token: string }
  const viewer = { authorization: `Bearer ${issued.token}` }
  await talk('POST /v1/tokens', api.post('/v1/tokens', { name: 'ci', role: 'admin', zones: 'all', expiresAt: '2026-06-01T00:00:00Z' }))
  await talk('POST /v1/tokens', api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['staging'] }))
  await talk('POST /v1/tokens', api.post('/v1/tokens', { name: 'ci', role: 'root', zones: ['backup'] }))
  await talk('GET /v1/tokens', api.get('/v1/tokens?limit=1'))
  await talk('GET /v1/tokens', api.get('/v1/tokens', viewer))
  await talk('POST /v1/hosts', api.post('/v1/hosts', host, viewer))
  await talk('GET /v1/hosts', api.get('/v1/hosts?zone=production', viewer))
  await talk('POST /v1/tokens/{id}/rotate', api.post(`/v1/tokens/${issued.id}/rotate`, { overlapSeconds: 60 }))
  await talk('DELETE /v1/tokens/{id}', api.delete(`/v1/tokens/${issued.id}`))
  await talk('POST /v1/tokens/{id}/rotate', api.post(`/v1/tokens/${issued.id}/rotate`, {}))
  await talk('DELETE /v1/tokens/{id}', api.delete('/v1/tokens/0000000000000000'))
  await talk('GET /health/live', api.get('/health/live'))
  await talk('GET /health/ready', api.get('/health/ready'))
  api.world.vault = 'sealed'
  await talk('GET /health/ready', api.get('/health/ready'))
  await talk('POST /v1/orders', api.post('/v1/orders', { scope: { all: true }, reason: 'drill' }))
  await talk('POST /v1/inventory', api.post('/v1/inventory', inventory))

  for (const [name, pending] of conversations) {
    const answer = await pending
    const described = operations.find(([operation]) => operation === name)?.[1].responses[answer.status]
    const type = String(answer.headers['content-type']).split(';')[0] ?? ''
    const media = described?.content?.[type]
    expect([name, answer.status, type, media === undefined ? 'not described' : faults(media.schema, answer.body)]).toEqual([name, answer.status, type, []])
  }
  expect(new Set(conversations.map(([name]) => name)).size).toBe(operations.length)
})

function surveyOf (zone: string, host: string, print: string): Survey {
  const at = '2026-03-01T12:00:00.000Z'
  const key = { publicKey: 'ssh-ed25519 AAAA', fingerprint: print, bits: null, restricted: false, since: at }
  const accounts = [{ account: 'deploy', uid: 1000, password: 'locked' as const, passwordChangedOn: null, root: 'no' as const, keys: [key], authorities: [], privateKeys: [], since: at }]
  return { zone, host, triedAt: at, failure: null, at, removals: [], result: { by: 'root', asRoot: true, isComplete: true, sshd: { version: null, weak: [], otherWays: [] }, hostKeys: [], authorities: [], accounts } }
}
