import { connect } from 'node:net'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { startApi, token, type Answer, type TestApi } from './client.ts'
import { addManaged, createWorld, settledState } from './memory-ports.ts'

let api: TestApi
beforeEach(async () => { api = await startApi() })

function expectProblem (answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({ type: `urn:rekey:error:${code}`, code, status, title: expect.any(String), detail: expect.any(String) })
  expect(answer.body.requestId).toBe(answer.headers['x-request-id'])
}

const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', trustOnFirstUse: true }
const write = () => api.post('/v1/hosts', host)

describe('the token', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['the token without its scheme', { authorization: token }],
    ['the token under another scheme', { authorization: `Basic ${token}` }],
    ['the token and a bit more', { authorization: `Bearer ${token}x` }],
    ['an empty token', { authorization: 'Bearer ' }]
  ])('is asked for: %s is refused before the body is read', async (_what, headers: Record<string, string>) => {
    const answer = await api.send({ method: 'POST', url: '/v1/hosts', headers: { ...headers, 'content-type': 'application/json' }, payload: '{"broken' })
    expectProblem(answer, 401, 'auth/missing')
    expect(answer.headers['www-authenticate']).toContain('Bearer')
    expect(answer.text).not.toContain(token)
    expect(api.world.events).toEqual([])
  })

  test.each(['/v1/hosts', '/v1/credentials', '/v1/orders', '/v1/orders/production/1', '/v1/nothing'])('protects %s', async url => {
    expectProblem(await api.send({ method: 'GET', url }), 401, 'auth/missing')
  })

  test.each(['/health/live', '/health/ready', '/openapi.json'])('is not needed for %s', async url => {
    expect((await api.send({ method: 'GET', url })).status).toBe(200)
  })

  test('is never logged', async () => {
    await write()
    await api.get('/v1/hosts', { authorization: 'Bearer almost-the-token' })
    expect(api.log()).not.toContain(token)
    expect(api.log()).not.toContain('almost-the-token')
  })
})

describe('every refusal is a problem', () => {
  test('for an unknown path', async () => { expectProblem(await api.get('/v1/nothing'), 404, 'request/unknown-path') })
  test.each(['DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'] as const)('for the method %s where there are others, which it names', async method => {
    const answer = await api.send({ method, url: '/v1/hosts?limit=1', headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(405)
    expect(answer.headers['allow']).toBe('GET, POST')
    if (method !== 'HEAD') expectProblem(answer, 405, 'request/method-not-allowed')
  })
  test('for an unknown method, to nobody without a token', async () => { expectProblem(await api.send({ method: 'DELETE', url: '/v1/hosts' }), 401, 'auth/missing') })
  test('for another method of what is open to anybody', async () => { expectProblem(await api.send({ method: 'POST', url: '/health/live' }), 405, 'request/method-not-allowed') })
  test('for a malformed path', async () => { expectProblem(await api.get('/%zz'), 404, 'request/unknown-path') })
  test('for a body over 64 KiB', async () => {
    const answer = await api.post('/v1/hosts', { ...host, padding: 'x'.repeat(65_536) })
    expectProblem(answer, 413, 'request/too-large')
    expect(answer.body.field).toBe('body')
  })
  test('for a body that is not JSON', async () => { expectProblem(await api.post('/v1/hosts', '{"zone": "production"'), 400, 'input/invalid') })
  test('for an empty body', async () => { expectProblem(await api.post('/v1/hosts', ''), 400, 'input/invalid') })
  test('for a body that is a list', async () => { expectProblem(await api.post('/v1/hosts', [host]), 400, 'input/invalid') })
  test('for a body that reaches for the prototype', async () => { expectProblem(await api.post('/v1/hosts', '{"__proto__": {"zone": "production"}}'), 400, 'input/invalid') })
  test('for another content type', async () => { expectProblem(await api.post('/v1/hosts', host, { 'content-type': 'application/xml' }), 415, 'request/media-type') })
  test('for text sent as a form', async () => { expectProblem(await api.post('/v1/hosts', 'zone=production', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'request/media-type') })

  test('for a request that is no HTTP, and for one with headers over the limit', async () => {
    api = await startApi(createWorld())
    await api.app.listen({ host: '127.0.0.1', port: 0 })
    try {
      const { port } = api.app.server.address() as { port: number }
      const raw = async (text: string) => await new Promise<string>((resolve, reject) => {
        let answer = ''
        connect(port, '127.0.0.1').on('data', data => { answer += data.toString() }).on('end', () => resolve(answer)).on('error', reject).end(text)
      })
      const garbage = await raw('nonsense\r\n\r\n')
      expect(garbage).toMatch(/^HTTP\/1\.1 400 .*application\/problem\+json.*"code":"input\/invalid"/s)
      expect(await raw(`GET /health/live HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 .*"code":"request\/headers-too-large"/s)
    } finally {
      await api.app.close()
    }
  })

  test('for a fault of ours, which shows and logs nothing of the error\'s text', async () => {
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key'))
    api.world.states.get = () => { throw new Error('token=hunter2') }
    const answer = await api.get('/v1/credentials/production/web-1/deploy/ssh-key')
    expectProblem(answer, 500, 'internal/error')
    expect(answer.text + api.log()).not.toContain('hunter2')
    expect(api.log()).toContain('memory-ports.ts')
    expect(api.log()).toContain(String(answer.headers['x-request-id']))
  })
})

describe('what is away', () => {
  const writes: ReadonlyArray<[string, string, object]> = [
    ['a host', '/v1/hosts', { ...host, id: 'web-2' }],
    ['an order', '/v1/orders', { scope: { all: true }, reason: 'drill' }]
  ]
  beforeEach(async () => {
    await write()
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key'))
    api.world.events.length = 0
  })

  test.each(writes)('a sealed Vault makes %s wait: 503, and nothing is queued', async (_what, url, body) => {
    api.world.vault = 'sealed'
    const answer = await api.post(url, body)
    expectProblem(answer, 503, 'vault/sealed')
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(api.world.visits).toEqual([])
    expect(api.world.events).toEqual([])
    api.world.vault = 'up'
    expect((await api.post(url, body)).status).toBeLessThan(300)
  })

  test.each(writes)('an audit journal that can\'t be written stops %s before anything is done', async (_what, url, body) => {
    api.world.disk = 'full'
    const answer = await api.post(url, body)
    expectProblem(answer, 503, 'audit/unwritable')
    expect(api.world.events).toEqual([])
    expect(api.world.visits).toEqual([])
  })

  test('live stays live', async () => {
    api.world.vault = 'away'
    api.world.redis = 'away'
    expect((await api.send({ method: 'GET', url: '/health/live' })).status).toBe(200)
  })

  test.each([
    ['Vault is sealed', { vault: 'sealed' }, 'vault/sealed', 'Vault is sealed'],
    ['Vault is away', { vault: 'away' }, 'vault/unavailable', 'Vault does not serve us'],
    ['Redis is away', { redis: 'away' }, 'queue/unavailable', 'Redis does not answer'],
    ['both are away', { vault: 'sealed', redis: 'away' }, 'vault/sealed', 'Vault is sealed; Redis does not answer']
  ])('ready says that %s, and no address', async (_what, change, code, detail) => {
    Object.assign(api.world, change)
    const answer = await api.send({ method: 'GET', url: '/health/ready' })
    expectProblem(answer, 503, code)
    expect(answer.body.detail).toBe(detail)
  })
})

describe('every answer', () => {
  test.each(['/health/live', '/v1/hosts', '/v1/nothing', '/%zz'])('of %s forbids caching, sniffing, framing, and allows no other origin', async url => {
    const { headers } = await api.get(url, { origin: 'https://evil.example' })
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'strict-transport-security': expect.any(String)
    })
    expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
  })

  test.each(['/v1/', '/v1/credentials/production/web-1/deploy/', '/v1/hosts?zone='])('is logged without what was put into %s by mistake', async url => {
    const key = 'c2VjcmV0+c2VjcmV0/c2VjcmV0+c2VjcmV0+c2VjcmV0+c2VjcmV0+c2VjcmV0+c2VjcmV0'
    await api.get(`${url}${encodeURIComponent(key)}`)
    expect(api.log()).not.toContain('c2VjcmV0')
  })

  test('has an id that the client did not choose, and one line in the log', async () => {
    const { headers } = await api.get('/v1/hosts?zone=production', { 'x-request-id': 'mine', 'request-id': 'mine' })
    const lines = api.log().trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ event: 'request', reqId: headers['x-request-id'], method: 'GET', path: '/v1/hosts', status: 200 })
    expect(headers['x-request-id']).not.toBe('mine')
  })

  test('does not believe a proxy about who asks', async () => {
    await api.get('/v1/hosts', { 'x-forwarded-for': '203.0.113.9' })
    expect(api.log()).not.toContain('203.0.113.9')
  })
})
