import { beforeEach, describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiToken } from '@rekey/domain'
import type { Limits } from '../src/auth.ts'
import { startApi, type Answer, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

interface Issued {
  readonly id: string
  readonly token: string
  readonly expiresAt: string
}

let api: TestApi
beforeEach(async () => { api = await startApi() })

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const make = async (changes: object = {}, headers: Record<string, string> = {}) =>
  await api.post('/v1/tokens', { name: 'ci', role: 'operator', zones: ['production'], ...changes }, headers)
async function issue (changes: object = {}, headers: Record<string, string> = {}): Promise<Issued> {
  const answer = await make(changes, headers)
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)])
  return answer.body as unknown as Issued
}
const asCaller = async (token: string, path = '/v1/hosts', on: TestApi = api) => (await on.get(path, bearer(token))).status
const later = (milliseconds: number) => { api.world.now = new Date(noon.getTime() + milliseconds) }
const day = 86_400_000

describe('a token', () => {
  test('has a prefix that scanners find, and 256 random bits', async () => {
    const made = [await issue(), await issue()]
    for (const { id, token } of made) expect(token).toMatch(new RegExp(`^rekey_${id}_[A-Za-z0-9_-]{43}$`))
    expect(new Set(made.map(({ token }) => token.slice(-43))).size).toBe(2)
  })

  test('is shown once, and is neither stored, nor listed, nor logged, nor in the audit trail', async () => {
    const { token } = await issue()
    await api.get('/v1/hosts', bearer(token))
    await api.get('/v1/hosts', bearer(token.slice(0, -1)))
    const secret = token.slice(-43)
    const seen = [(await api.get('/v1/tokens')).text, api.log(), JSON.stringify(api.world.audit), JSON.stringify([...api.world.tokens.values()])].join('\n')
    expect(seen).toContain('"ci"')
    expect(seen).not.toContain(secret.slice(0, 20))
    expect((await api.get('/v1/tokens')).text).not.toContain('hash')
  })

  test('lives 90 days unless said, and then is refused', async () => {
    const { token, expiresAt } = await issue()
    expect(Date.parse(expiresAt) - noon.getTime()).toBe(90 * day)
    later(90 * day - 1)
    expect(await asCaller(token)).toBe(200)
    later(90 * day)
    expect(await api.get('/v1/hosts', bearer(token))).toMatchObject({ status: 401, body: { code: 'auth/missing', detail: expect.stringContaining('has expired') } })
    expect((await api.get('/v1/tokens')).body.items).toMatchObject([{ status: 'expired' }])
  })

  test.each<[string, object, object]>([
    ['a time that has been', { expiresAt: '2026-03-01T12:00:00Z' }, { status: 422, code: 'input/unprocessable', field: 'expiresAt' }],
    ['more than 365 days', { expiresAt: '2027-03-01T12:00:01Z' }, { status: 422, code: 'input/unprocessable', field: 'expiresAt' }],
    ['a day that is none', { expiresAt: '2026-13-41T12:00:00Z' }, { status: 400, code: 'input/invalid', field: 'expiresAt' }],
    ['an unknown role', { role: 'root' }, { status: 400, code: 'input/invalid', field: 'role' }],
    ['no zone', { zones: [] }, { status: 400, code: 'input/invalid', field: 'zones' }],
    ['a zone that is none', { zones: ['staging'] }, { status: 404, code: 'zone/unknown', field: 'zones' }],
    ['a zone that is no list', { zones: 'production' }, { status: 400, code: 'input/invalid', field: 'zones' }],
    ['a name for another line of the log', { name: 'ci\nadmin' }, { status: 400, code: 'name/invalid', field: 'name' }],
    ['a secret of the caller\'s choice', { token: 'rekey_mine' }, { status: 400, code: 'input/invalid', field: 'token' }]
  ])('is not made with %s', async (_what, changes, problem) => {
    expect((await make(changes)).body).toMatchObject(problem)
    expect(api.world.tokens.size).toBe(0)
  })

  test('is not made before the audit trail has it', async () => {
    await issue({}, {})
    expect(api.world.events).toEqual(['audit token.create', 'write token'])
    api.world.disk = 'full'
    expect((await make()).status).toBe(503)
    expect(api.world.tokens.size).toBe(1)
  })

  test.each([
    ['cut short', (token: string) => token.slice(0, -1)],
    ['with one other character', (token: string) => token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + (token.at(-1) ?? '')],
    ['with another id', (token: string) => token.replace(/_[0-9a-f]{16}_/, '_0000000000000000_')],
    ['in upper case', (token: string) => token.toUpperCase()]
  ])('%s is refused', async (_what, spoil) => {
    const { token } = await issue()
    expect(await asCaller(token)).toBe(200)
    expect(await asCaller(spoil(token))).toBe(401)
  })

  test('that can\'t be looked up lets nobody in, while the set-up\'s own goes on', async () => {
    const { token } = await issue()
    await asCaller(token)
    api.world.vault = 'away'
    await sleep(600)
    expect(await asCaller(token)).toBe(503)
    expect((await api.get('/v1/nothing')).status).toBe(404)
  })
})

describe('nobody passes on more than he holds:', () => {
  let production: Record<string, string>
  beforeEach(async () => { production = bearer((await issue({ name: 'lead', role: 'admin', expiresAt: '2026-04-01T00:00:00Z' })).token) })

  test('an admin of one zone makes tokens of it', async () => {
    expect((await make({}, production)).body).toMatchObject({ zones: ['production'], createdBy: expect.stringMatching(/^lead\/[0-9a-f]{16}$/) })
  })

  test.each<[string, object, number, string]>([
    ['another zone', { zones: ['backup'] }, 404, 'zone/unknown'],
    ['a further zone', { zones: ['production', 'backup'] }, 404, 'zone/unknown'],
    ['all zones', { zones: 'all' }, 403, 'auth/forbidden'],
    ['a longer life', { expiresAt: '2026-04-01T00:00:01Z' }, 403, 'auth/forbidden']
  ])('not %s', async (_what, changes, status, code) => {
    expect(await make(changes, production)).toMatchObject({ status, body: { code } })
    expect(api.world.tokens.size).toBe(1)
  })

  test('another zone is answered as one that does not exist', async () => {
    const texts = await Promise.all(['backup', 'staging'].map(async zone => (await make({ zones: [zone] }, production)).body.detail))
    expect(texts[0]).toBe(texts[1])
    expect(texts[0]).not.toContain('backup')
  })

  test('nor a longer life where none is said', async () => {
    expect((await make({}, production)).body).toMatchObject({ expiresAt: '2026-04-01T00:00:00.000Z' })
  })

  test('what is beyond him is not listed, and neither revoked nor rotated: it does not exist', async () => {
    const others = [await issue({ zones: ['backup'] }), await issue({ zones: 'all' }), await issue({ zones: ['production', 'backup'] })]
    expect((await api.get('/v1/tokens', production)).body.items).toMatchObject([{ name: 'lead' }])
    const shape = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined, detail: body.detail.replace(/[0-9a-f]{16}/, 'ID') })
    const none = shape(await api.delete('/v1/tokens/0000000000000000', production))
    for (const { id, token } of others) {
      expect(shape(await api.delete(`/v1/tokens/${id}`, production))).toEqual(none)
      expect((await api.post(`/v1/tokens/${id}/rotate`, {}, production)).status).toBe(404)
      expect(await asCaller(token)).toBe(200)
    }
  })
})

describe('a revocation', () => {
  test('counts at once where it was asked for, and within a second in every other process', async () => {
    const { id, token } = await issue()
    const other = await startApi(api.world)
    expect([await asCaller(token), await asCaller(token, '/v1/hosts', other)]).toEqual([200, 200])
    expect(await api.delete(`/v1/tokens/${id}`)).toMatchObject({ status: 200, body: { status: 'revoked', revokedBy: 'admin' } })
    expect(await api.get('/v1/hosts', bearer(token))).toMatchObject({ status: 401, body: { detail: expect.stringContaining('was revoked') } })
    // Whoever keeps asking is not believed for longer on that account.
    const until = performance.now() + 1000
    while (performance.now() < until) {
      await asCaller(token, '/v1/hosts', other)
      await sleep(20)
    }
    expect(await asCaller(token, '/v1/hosts', other)).toBe(401)
  })

  test('is never overtaken by a look that was asked for before it', async () => {
    const { id, token } = await issue()
    const ports = api.world.tokens
    const before = ports.get(id)
    let answerLate = () => {}
    const late = new Promise<void>(resolve => { answerLate = resolve })
    const get = ports.get.bind(ports)
    ports.get = (key: string) => key === id && before !== undefined ? late.then(() => before) as never : get(key)
    const slow = asCaller(token)
    await sleep(10)
    ports.get = get
    await api.delete(`/v1/tokens/${id}`)
    answerLate()
    await slow
    expect(await asCaller(token)).toBe(401)
  })

  test('is for good: a second one answers with the first, and a rotation is refused', async () => {
    const { id } = await issue()
    const first = await api.delete(`/v1/tokens/${id}`)
    later(1000)
    expect((await api.delete(`/v1/tokens/${id}`)).body).toEqual(first.body)
    expect((await api.post(`/v1/tokens/${id}/rotate`, {})).body).toMatchObject({ status: 409, code: 'token/ended' })
    expect(api.world.audit.map(({ act }) => act)).toEqual(['token.create', 'token.revoke'])
  })

  test('wins over a rotation that happens at the same time', async () => {
    const { id, token } = await issue()
    const [, rotated] = await Promise.all([api.delete(`/v1/tokens/${id}`), api.post(`/v1/tokens/${id}/rotate`, { overlapSeconds: 60 })])
    const tokens = [token, (rotated.body as unknown as Partial<Issued>).token ?? token]
    expect(await Promise.all(tokens.map(async one => await asCaller(one)))).toEqual([401, 401])
  })

  test('is not waited for: looks are shared and believed for half a second', async () => {
    const { token } = await issue()
    api.world.tokenReads = 0
    await Promise.all(Array.from({ length: 50 }, async () => await asCaller(token)))
    for (let n = 0; n < 50; n++) await asCaller(token)
    expect(api.world.tokenReads).toBeLessThan(60)
    const before = api.world.tokenReads
    for (let n = 0; n < 50; n++) await asCaller(token)
    expect(api.world.tokenReads - before).toBeLessThan(4)
  })
})

describe('a rotation', () => {
  const rotate = async (id: string, body: object = {}) => (await api.post(`/v1/tokens/${id}/rotate`, body)).body as unknown as Issued

  test('ends the old secret at once, unless said', async () => {
    const { id, token, expiresAt } = await issue()
    await asCaller(token)
    const next = await rotate(id)
    expect([next.id, next.expiresAt]).toEqual([id, expiresAt])
    expect([await asCaller(token), await asCaller(next.token)]).toEqual([401, 200])
  })

  test('lets both in for an overlap, and never three', async () => {
    const { id, token } = await issue()
    const second = await rotate(id, { overlapSeconds: 60 })
    expect([await asCaller(token), await asCaller(second.token)]).toEqual([200, 200])
    const third = await rotate(id, { overlapSeconds: 60 })
    expect(await Promise.all([token, second.token, third.token].map(async one => await asCaller(one)))).toEqual([401, 200, 200])
    later(60_000)
    expect(await Promise.all([second.token, third.token].map(async one => await asCaller(one)))).toEqual([401, 200])
    expect((await api.get('/v1/tokens')).body.items).toMatchObject([{ previousUntil: null, rotatedAt: noon.toISOString() }])
  })

  test('is known to another process at once', async () => {
    const { id, token } = await issue()
    const other = await startApi(api.world)
    await asCaller(token, '/v1/hosts', other)
    expect(await asCaller((await rotate(id)).token, '/v1/hosts', other)).toBe(200)
  })

  test('goes into the audit trail first', async () => {
    const { id } = await issue()
    api.world.events.length = 0
    await rotate(id, { overlapSeconds: 60, expiresAt: '2026-12-01T00:00:00Z' })
    expect(api.world.events).toEqual(['audit token.rotate', 'write token'])
    expect(api.world.audit.at(-1)).toMatchObject({ act: 'token.rotate', target: id, detail: 'ci, overlap 60 s, until 2026-12-01T00:00:00.000Z', actor: 'admin' })
  })
})

test('a token that ended a month ago is removed when another is made', async () => {
  const { id } = await issue({ expiresAt: '2026-03-02T12:00:00Z' })
  const kept = await issue()
  later(31 * day - 1)
  await issue()
  expect(api.world.tokens.has(id)).toBe(true)
  later(31 * day)
  const made = await issue()
  expect([api.world.tokens.has(id), api.world.tokens.has(kept.id), api.world.tokens.has(made.id)]).toEqual([false, true, true])
  expect(api.world.audit.filter(({ act }) => act === 'token.remove')).toMatchObject([{ target: id }])
})

describe('who asked', () => {
  test('stands in the audit trail, in the documents and in the log', async () => {
    const { id, token } = await issue({ zones: ['production'] })
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key'))
    await api.post('/v1/orders', { scope: { all: true }, reason: 'drill' }, bearer(token))
    expect(api.world.audit.at(-1)).toMatchObject({ act: 'order.create', actor: `ci/${id}` })
    expect(api.world.orders[0]).toMatchObject({ requestedBy: `ci/${id}` })
    const lines = api.log().trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines.filter(({ event }) => event === 'order' || event === 'request').slice(-2)).toMatchObject([{ caller: `ci/${id}` }, { caller: `ci/${id}` }])
  })

  test('is never taken for the set-up\'s admin', async () => {
    const { id, token } = await issue({ name: 'admin', role: 'admin' })
    await make({}, bearer(token))
    expect(api.world.audit.at(-1)).toMatchObject({ actor: `admin/${id}` })
  })
})

describe('a caller\'s zones', () => {
  let own: Record<string, string>
  beforeEach(async () => {
    own = bearer((await issue()).token)
    addManaged(api.world, settledState('production/web-1/app/ssh-key', { fingerprint: 'SHA256:cloned', sharedWith: ['backup/store-1'] }), settledState('backup/store-1/app/ssh-key', { fingerprint: 'SHA256:cloned' }))
  })

  test.each(['/v1/hosts', '/v1/credentials', '/v1/orders'])('are all that %s shows', async path => {
    await api.post('/v1/orders', { scope: { all: true }, reason: 'drill' })
    const zones = async (headers?: Record<string, string>) => [...new Set((await api.get(path, headers)).body.items.map(({ zone }) => zone))].sort()
    expect([await zones(), await zones(own)]).toEqual([['backup', 'production'], ['production']])
  })

  test('are all that a scope without zones means, and all that one may name', async () => {
    expect((await api.post('/v1/orders', { scope: { all: true }, reason: 'drill' }, own)).body.orders).toMatchObject([{ zone: 'production' }])
    expect((await api.post('/v1/orders', { scope: { accounts: ['app'] }, reason: 'drill', dryRun: true }, own)).body.orders).toMatchObject([{ zone: 'production' }])
    for (const zones of [['backup'], ['production', 'backup']]) {
      expect(await api.post('/v1/orders', { scope: { zones, all: true }, reason: 'drill' }, own)).toMatchObject({ status: 404, body: { code: 'zone/unknown', field: 'scope.zones' } })
    }
    expect((await api.post('/v1/orders', { scope: { hosts: ['store-1'] }, reason: 'drill' }, own)).body).toMatchObject({ code: 'order/matches-nothing' })
    expect(api.world.orders).toHaveLength(1)
  })

  test('are all that an inventory reaches', async () => {
    const text = JSON.stringify({ hosts: ['backup', 'staging', 'production'].map(zone => ({ zone, id: 'new-1', address: '127.1.0.9' })) })
    const { text: answer } = await api.post('/v1/inventory', { format: 'rekey', text, trustFirstUse: true, apply: true }, own)
    const { rows } = JSON.parse(answer) as { rows: Array<{ result: string, reason?: string }> }
    expect(rows.map(({ result }) => result)).toEqual(['refused', 'refused', 'created'])
    expect(rows[0]?.reason).toBe(rows[1]?.reason)
    expect([...api.world.hosts.keys()].filter(key => key.endsWith('new-1'))).toEqual(['production/new-1'])
  })

  test('are all whose names are told where a key opens another place, which is told', async () => {
    expect((await api.get('/v1/credentials', own)).body.items).toMatchObject([{ shared: true, sharedWith: [] }])
    const path = '/v1/credentials/production/web-1/app/ssh-key'
    expect((await api.get(path, own)).body).toMatchObject({ shared: true, sharedWith: [] })
    expect((await api.get(path)).body).toMatchObject({ shared: true, sharedWith: ['backup/store-1', 'backup/store-1/app/ssh-key'] })
  })

  test('keep idempotency keys apart: another caller\'s answers nothing', async () => {
    const key = { 'idempotency-key': 'shared' }
    const order = { scope: { all: true }, reason: 'drill' }
    const other = bearer((await issue({ zones: ['backup'] })).token)
    await api.post('/v1/orders', order, { ...own, ...key })
    expect((await api.post('/v1/orders', order, { ...other, ...key })).body.orders).toMatchObject([{ zone: 'backup' }])
    expect((await api.post('/v1/orders', { ...order, reason: 'other' }, key)).status).toBe(202)
    expect((await api.post('/v1/orders', order, { ...own, ...key })).body.orders).toMatchObject([{ zone: 'production', number: 1 }])
  })
})

describe('limits', () => {
  const tight: Limits = { caller: { perSecond: 0.5, burst: 5 }, address: { perSecond: 0.5, burst: 5 } }
  let strict: TestApi
  const from = async (remoteAddress: string, token: string) => await strict.send({ method: 'GET', url: '/v1/hosts', headers: token === '' ? {} : bearer(token), remoteAddress })
  beforeEach(async () => { strict = await startApi(api.world, tight) })

  test('answer a caller\'s flood with 429 and when to come back, and let the others in', async () => {
    const [flood, other] = [await issue(), await issue()]
    const answers = await Promise.all(Array.from({ length: 20 }, async () => await from('192.0.2.1', flood.token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    const refused = answers.find(({ status }) => status !== 200)
    expect(refused).toMatchObject({ status: 429, body: { code: 'request/too-many', retry: 'later' } })
    expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await from('192.0.2.1', other.token)).status).toBe(200)
    expect((await strict.get('/v1/hosts')).status).toBe(200)
  })

  test.each([
    ['no token', () => ''],
    ['guesses', ({ id }: Issued) => `rekey_${id}_${'A'.repeat(43)}`],
    ['guesses of ids', () => `rekey_0000000000000000_${'A'.repeat(43)}`]
  ])('hold for an address that floods with %s, cost Vault no more, and lock no known caller out', async (_what, floodWith) => {
    const known = await issue()
    expect((await from('192.0.2.1', known.token)).status).toBe(200)
    api.world.tokenReads = 0
    const answers = await Promise.all(Array.from({ length: 50 }, async () => await from('192.0.2.1', floodWith(known))))
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5)
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(45)
    expect(api.world.tokenReads).toBeLessThanOrEqual(5)
    await sleep(600)
    expect((await from('192.0.2.1', known.token)).status).toBe(200)
    expect((await from('192.0.2.2', (await issue()).token)).status).toBe(200)
  })

  test('hold for what is open to anybody', async () => {
    const statuses = await Promise.all(Array.from({ length: 7 }, async () => (await strict.send({ method: 'GET', url: '/health/ready' })).status))
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
  })
})

test('a token whose document says something else opens nothing', async () => {
  const { id, token } = await issue()
  const stored = api.world.tokens.get(id)
  api.world.tokens.set(id, { value: { ...stored?.value, hash: '0'.repeat(64) } as ApiToken, version: 1 })
  expect(await asCaller(token)).toBe(401)
})
