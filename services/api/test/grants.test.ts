import { beforeEach, expect, test } from '@jest/globals'
import { digestOf, requestDigest, type LeaseDecision } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { liveGrant, liveLease, newGrant, openRequest } from './grant-samples.ts'

let api: TestApi

beforeEach(async () => { api = await startApi() })

test('a grant is proposed, and nothing is granted by that', async () => {
  const { status, body } = await api.put('/v1/grants/production/shop', newGrant)
  expect(status).toBe(201)
  expect(body).toMatchObject({ kind: 'grant', name: 'shop', status: 'proposed', approvalsNeeded: 1, approveWith: 'rekey approve production/1', terms: { issuer: newGrant.issuer, allow: [], maxUses: null } })
  expect(api.world.events).toEqual(['audit grant.propose', 'write proposal'])
  expect((await api.put('/v1/grants/production/shop', { ...newGrant, approval: true })).body).toMatchObject({ terms: { approval: true } })
  expect((await api.get('/v1/grants')).body.items).toEqual([])
})

test('times are kept in UTC, whatever offset they were said with', async () => {
  const { body } = await api.put('/v1/grants/production/shop', { ...newGrant, notBefore: '2026-01-01T01:00:00+01:00', notAfter: '2036-01-01T00:00:00.5-00:30' })
  expect(body).toMatchObject({ terms: { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2036-01-01T00:30:00.500Z' } })
})

test('a proposal names the grant that it would replace, and is void once another came in between', async () => {
  api.world.grants.push({ ...liveGrant, proposal: 7 })
  await api.put('/v1/grants/production/shop', newGrant)
  expect(api.world.proposals[0]).toMatchObject({ after: 7 })
  const [proposal] = api.world.proposals
  if (proposal === undefined) throw new Error('nothing was proposed')
  api.world.grants[0] = { ...liveGrant, proposal: 8 }
  expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ status: 'void', digest: digestOf(proposal) })
})

test.each([
  ['that anybody could use', { claims: { ref: 'refs/heads/main' } }, 422, 'grant/unsound', 'claims'],
  ['with a wildcard by accident', { claims: { sub: 'repo:acme/*' } }, 422, 'grant/unsound', 'claims.sub'],
  ['of an issuer by http', { issuer: 'http://ci.example' }, 400, 'input/invalid', 'issuer'],
  ['with a claim that hides something', { claims: { sub: 'job\u202eevil' } }, 400, 'input/invalid', 'claims.sub'],
  ['that ends in a leap second', { notAfter: '2036-12-31T23:59:60Z' }, 400, 'input/invalid', 'notAfter'],
  ['for longer than a day', { maxTtlSeconds: 86_401 }, 400, 'input/invalid', 'maxTtlSeconds']
])('a grant %s is refused', async (_, change, status, code, field) => {
  expect(await api.put('/v1/grants/production/shop', { ...newGrant, ...change })).toMatchObject({ status, body: { code, field } })
  expect(api.world.events).toEqual([])
})

test('a grant is ended at once, once, and on the record', async () => {
  api.world.grants.push(liveGrant)
  expect((await api.get('/v1/grants/production/shop')).body).toMatchObject({ status: 'live' })
  for (let time = 0; time < 2; time += 1) expect((await api.delete('/v1/grants/production/shop')).body).toMatchObject({ status: 'ended' })
  expect(api.world.events).toEqual(['audit grant.end', 'write grant end'])
  api.world.grants.push({ ...liveGrant, proposal: 2 })
  api.world.grants.shift()
  expect((await api.get('/v1/grants/production/shop')).body).toMatchObject({ status: 'live' })
})

test('operators are told why a token matches or not, by its claims alone', async () => {
  api.world.grants.push(liveGrant)
  const ask = async (claims: object) => (await api.post('/v1/grants/production/shop/explain', { claims })).body
  expect(await ask({ iss: newGrant.issuer, aud: newGrant.audience, sub: 'job' })).toEqual({ matches: true, mismatches: [] })
  expect(await ask({ iss: newGrant.issuer, aud: newGrant.audience, sub: 'evil' })).toEqual({ matches: false, mismatches: [{ claim: 'sub', says: 'the grant demands "job", and the token has "evil"' }] })
  expect(await api.post('/v1/grants/production/shop/explain', { token: 'ey' })).toMatchObject({ status: 400 })
})

test('what a campaign has ended is shown as revoked', async () => {
  api.world.grants.push(liveGrant)
  api.world.leases.push(liveLease)
  api.world.orders.push({ zone: 'production', number: 1, campaign: 'c-7', proposal: 2, scope: { hosts: ['web-1'] }, reason: 'stolen', requestedBy: 'worker', requestedAt: liveLease.takenAt })
  expect((await api.get('/v1/grants/production/shop')).body).toMatchObject({ status: 'revoked' })
  expect((await api.get('/v1/leases')).body.items).toMatchObject([{ status: 'revoked' }])
  expect((await api.post('/v1/grants/production/shop/explain', { claims: {} })).body).toMatchObject({ matches: false, mismatches: expect.arrayContaining([{ claim: 'now', says: 'campaign c-7 has ended the grant: stolen' }]) as unknown })
})

test('leases are listed without what their holders have', async () => {
  api.world.leases.push(liveLease, { ...liveLease, id: '0mmq1k2ac-5f1b6c1e7d3e4a7d9f0a0d6c', returnedAt: '2026-03-01T11:59:30.000Z' })
  const { body, text } = await api.get('/v1/leases?status=live')
  expect(body.items).toMatchObject([{ id: liveLease.id, status: 'live', credentials: ['production/web-1/deploy/ssh-key'], subject: 'job' }])
  expect(text).not.toMatch(/holder|0{64}|SHA256/)
})

test('requests for leases are listed with what people have said of them and what became of them', async () => {
  const view = async () => (await api.get('/v1/lease-requests')).body.items
  const word: LeaseDecision = { entity: 'e-1', by: 'ada', verdict: 'approved', reason: null, digest: requestDigest(openRequest), at: openRequest.askedAt }
  const of = (words: readonly LeaseDecision[]) => { api.world.requests.splice(0, 1, { request: openRequest, words }) }
  of([])
  expect(await view()).toMatchObject([{ id: openRequest.id, status: 'void' }])
  api.world.grants.push({ ...liveGrant, approval: true })
  expect(await view()).toMatchObject([{ status: 'pending', words: [], approveWith: `rekey approve production/${openRequest.id}` }])
  of([{ ...word, digest: '0'.repeat(64) }])
  expect(await view()).toMatchObject([{ status: 'pending', words: [] }])
  of([word])
  expect(await view()).toMatchObject([{ status: 'approved', words: [{ entity: 'e-1', verdict: 'approved' }] }])
  expect((await api.get('/v1/lease-requests?status=pending')).body.items).toEqual([])
  // Over burned secrets alone: the grant stands, and what waits for one of them does not.
  api.world.orders.push({ zone: 'production', number: 1, campaign: 'c-6', proposal: 2, scope: { burned: openRequest.fingerprints }, reason: 'stolen', requestedBy: 'worker', requestedAt: liveLease.takenAt })
  expect(await view()).toMatchObject([{ status: 'void' }])
  expect((await api.get('/v1/grants/production/shop')).body).toMatchObject({ status: 'live' })
  api.world.orders.splice(0)
  api.world.orders.push({ zone: 'production', number: 1, campaign: 'c-7', proposal: 2, scope: { hosts: ['web-1'] }, reason: 'stolen', requestedBy: 'worker', requestedAt: liveLease.takenAt })
  expect(await view()).toMatchObject([{ status: 'void' }])
  api.world.leases.push({ ...liveLease, id: openRequest.id })
  expect(await view()).toMatchObject([{ status: 'taken' }])
})

test('leases come in pages of no more than a thousand', async () => {
  const ids = ['0mmq1k2ab', '0mmq1k2ac', '0mmq1k2ad'].map((time) => `${time}-5f1b6c1e7d3e4a7d9f0a0d6c`)
  api.world.leases.push(...ids.map((id) => ({ ...liveLease, id })))
  const first = (await api.get('/v1/leases?limit=2')).body
  expect([first.items.map(({ id }) => id), typeof first.next]).toEqual([ids.slice(0, 2), 'string'])
  const second = (await api.get(`/v1/leases?limit=2&cursor=${first.next ?? ''}`)).body
  expect([second.items.map(({ id }) => id), second.next]).toEqual([ids.slice(2), null])
  expect((await api.get('/v1/leases?limit=1001')).status).toBe(400)
})
