import { beforeAll, describe, expect, test } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { makeKey } from '@rekey/ssh'
import { startApi, type Answer, type TestApi } from './client.ts'
import { addManaged, settledState } from './memory-ports.ts'

interface Media {
  readonly schema: object
  readonly example?: unknown
  readonly examples?: Record<string, { value: unknown }>
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly operationId?: string
  readonly security?: unknown[]
  readonly parameters?: ReadonlyArray<{ name: string, description?: string }>
  readonly requestBody?: { readonly content: Record<string, Media> }
  readonly responses: Record<string, { readonly description: string, readonly content?: Record<string, Media> }>
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>
}

let api: TestApi
let document: Document
let operations: Array<[string, Operation]>

// Formats are checked, and an unknown keyword of the document is an error of the document.
const ajv = new Ajv2020({ strict: false, allErrors: true })
formats.default(ajv)

beforeAll(async () => {
  api = await startApi()
  document = (await api.send({ method: 'GET', url: '/openapi.json' })).body as unknown as Document
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method.toUpperCase()} ${path}`, operation]))
})

describe('the OpenAPI document', () => {
  test('is a well-formed OpenAPI 3.1 document', async () => {
    const result = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>)
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
  })

  test('lists every operation and no other', () => {
    expect(operations.map(([name]) => name).sort()).toEqual([
      'DELETE /v1/policies/{zone}/{name}',
      'DELETE /v1/tokens/{id}',
      'GET /health/live',
      'GET /health/ready',
      'GET /v1/credentials',
      'GET /v1/credentials/{zone}/{host}/{account}/{name}',
      'GET /v1/findings',
      'GET /v1/hosts',
      'GET /v1/hosts/{zone}/{id}/labels',
      'GET /v1/orders',
      'GET /v1/orders/{zone}/{number}',
      'GET /v1/orders/{zone}/{number}/events',
      'GET /v1/policies',
      'GET /v1/policies/{zone}/{name}',
      'GET /v1/proposals',
      'GET /v1/proposals/{zone}/{number}',
      'GET /v1/tokens',
      'GET /v1/zones',
      'POST /v1/credentials',
      'POST /v1/credentials/{zone}/{host}/{account}/{name}/leave',
      'POST /v1/credentials/{zone}/{host}/{account}/{name}/manage',
      'POST /v1/hosts',
      'POST /v1/hosts/{zone}/{id}/leave',
      'POST /v1/hosts/{zone}/{id}/manage',
      'POST /v1/hosts/{zone}/{id}/redirects',
      'POST /v1/inventory',
      'POST /v1/orders',
      'POST /v1/tokens',
      'POST /v1/tokens/{id}/rotate',
      'PUT /v1/hosts/{zone}/{id}/labels',
      'PUT /v1/policies/{zone}/{name}'
    ])
    // Beside them only the document itself: a route that nobody described would show here.
    const routes = [...api.app.printRoutes({ commonPrefix: false }).matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, methods = '']) => methods.split(', '))
    expect(routes).toHaveLength(operations.length + 1)
  })

  test('says of every operation what it does, with examples of request, answer and each refusal', () => {
    for (const [name, operation] of operations) {
      expect([name, operation.summary, operation.description, operation.operationId]).toEqual([name, expect.any(String), expect.any(String), expect.any(String)])
      for (const parameter of operation.parameters ?? []) expect([name, parameter.name, parameter.description]).toEqual([name, parameter.name, expect.any(String)])
      const bodies: Array<[string, Record<string, Media>]> = [
        ...operation.requestBody === undefined ? [] : [['request', operation.requestBody.content] as [string, Record<string, Media>]],
        ...Object.entries(operation.responses).map(([status, { content = {} }]): [string, Record<string, Media>] => [status, content])
      ]
      for (const [part, content] of bodies) {
        for (const media of Object.values(content)) {
          const examples = examplesOf(media)
          expect([name, part, examples.length > 0]).toEqual([name, part, true])
          for (const example of examples) expect([name, part, faults(media.schema, example)]).toEqual([name, part, []])
        }
      }
    }
  })

  test('asks for a token of some role everywhere but at health', () => {
    for (const [name, operation] of operations) {
      expect([name, operation.security]).toEqual([name, name.includes('/health/') ? [] : [{ token: [expect.stringMatching(/^(viewer|operator|admin)$/)] }]])
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
    settledState('backup/store-1/root/ssh-key', { status: 'held', hold, lastFailure, nextAttemptAt: '2026-03-01T12:00:05.000Z', fenceTampered: { at: hold.since, seen: 9 } }),
    settledState('backup/store-4/root/ssh-key', { status: 'left', unproven: ['SHA256:old'], leaving: { by: 'ada', at: hold.since, reason: 'sold', proposal: 3, order: 1, signedOff: ['SHA256:old'], leftAt: hold.since } }),
    settledState('backup/store-3/root/ssh-key', { observed: true, observers: ['zone', 'person', 'credential', 'host'], planned: { step: 'store', order: 1 } }),
    settledState('backup/store-2/root/ssh-key', {
      debts: [{ fingerprint: 'SHA256:old', since: hold.since, notBefore: hold.since }],
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
  const leave = 'POST /v1/hosts/{zone}/{id}/leave'
  await talk(leave, api.post('/v1/hosts/production/web-1/leave', { reason: 'drill', signOff: true }))
  await talk(leave, api.post('/v1/hosts/production/web-9/leave', { reason: 'drill' }))
  await talk(leave, api.post('/v1/hosts/production/web-1/leave', {}))
  await talk(`POST ${one.slice(4)}/leave`, api.post('/v1/credentials/backup/store-3/root/ssh-key/leave', { reason: 'drill' }))
  await talk(`POST ${one.slice(4)}/leave`, api.post('/v1/credentials/production/web-1/nobody/ssh-key/leave', { reason: 'drill' }))
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
  await talk('GET /v1/findings', api.get('/v1/findings'))
  await talk('GET /v1/findings', api.get('/v1/findings?zone=staging'))
  const policy = '/v1/policies/{zone}/{name}'
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

function examplesOf (media: Media): unknown[] {
  return [...media.example === undefined ? [] : [media.example], ...Object.values(media.examples ?? {}).map(({ value }) => value)]
}

function faults (schema: object, value: unknown): string[] {
  const check = ajv.compile(schema)
  return check(value) ? [] : (check.errors ?? []).map(error => `${error.instancePath} ${error.message ?? ''}`)
}
