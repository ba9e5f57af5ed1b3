import { beforeEach, expect, test } from '@jest/globals'
import type { Credential, Order } from '@rekey/domain'
import { credential, grant, name, noon, secretText, startBroker, tokenId, wanted, World, type Broker } from './world.ts'

let world: World
let broker: Broker

beforeEach(async () => {
  world = new World()
  broker = await startBroker(world)
})

const take: Broker['take'] = async (...args) => await broker.take(...args)
const ask: Broker['ask'] = async (...args) => await broker.ask(...args)

test('a lease is recorded and written before the secret leaves, and nobody may keep the answer', async () => {
  const { status, headers, body } = await take()
  expect(status).toBe(201)
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  expect(headers).not.toHaveProperty('access-control-allow-origin')
  expect(world.events).toEqual(['audit lease', 'write lease'])
  expect(world.audit).toMatchObject([{ act: 'lease', target: wanted, epoch: 3, fingerprint: 'SHA256:one', actor: 'job of https://ci.example', reason: 'deploy' }])
  expect(body.credentials).toEqual([{
    kind: 'ssh-key', credential: wanted, host: 'web-1', user: 'deploy', address: '10.20.0.7', port: 2222, fingerprint: 'SHA256:one', privateKey: secretText, publicKey: 'ssh-ed25519 AAAAkey', knownHosts: ['[10.20.0.7]:2222 ssh-ed25519 AAAAhost'], jumpHosts: []
  }])
  expect(body.knownHosts).toBe('[10.20.0.7]:2222 ssh-ed25519 AAAAhost\n')
  expect(body.sshConfig).toMatch(/^Host web-1 10\.20\.0\.7 web-1--deploy--ssh-key\n {2}HostName 10\.20\.0\.7\n {2}Port 2222\n {2}User deploy\n/)
  expect(JSON.stringify(world.audit)).not.toContain('OPENSSH')
})

test('what can\'t be recorded is not handed out', async () => {
  world.disk = 'full'
  const { status, text } = await take()
  expect([status, text.includes('OPENSSH'), world.events]).toEqual([503, false, []])
})

test('a token is good once', async () => {
  expect((await take()).status).toBe(201)
  expect(await take()).toMatchObject({ status: 401, body: { code: 'token/refused' } })
  expect((await take('job/2')).status).toBe(201)
})

test('a token that comes again is refused by its lease too, whatever became of the mark that all zones share', async () => {
  await take()
  world.used.clear()
  expect(await take()).toMatchObject({ status: 401, body: { code: 'token/refused' } })
  expect(world.events.filter((event) => event.startsWith('write'))).toEqual(['write lease'])
})

test('a token that another zone\'s broker has taken gets nothing here, and what was written for it is ended', async () => {
  world.used.add(`token ${tokenId('1')}`)
  const { status, text } = await take()
  expect([status, text.includes('OPENSSH'), world.events]).toEqual([401, false, ['audit lease', 'write lease', 'write returned', 'audit lease.deny']])
})

test('a lease takes three rounds to Vault: grants with orders, the credential, and the token\'s mark with the lease', async () => {
  const rounds: string[][] = []
  let current: string[] | undefined
  /** What is asked for while nothing was answered since is one round. */
  const inRound = <Args extends unknown[], Result>(what: string, call: (...args: Args) => Promise<Result>) => async (...args: Args): Promise<Result> => {
    if (current === undefined) rounds.push(current = [])
    current.push(what)
    await new Promise((resolve) => { setImmediate(resolve) })
    current = undefined
    return await call(...args)
  }
  for (const what of ['grants', 'orders', 'credential', 'labels', 'useToken', 'take'] as const) Object.assign(world, { [what]: inRound(what, world[what] as (...args: unknown[]) => Promise<unknown>) })
  expect((await take()).status).toBe(201)
  expect(rounds.map((round) => round.toSorted())).toEqual([['grants', 'orders'], ['credential'], ['take', 'useToken']])
})

test('whoever is refused is told the same, whatever the reason', async () => {
  const [malformed, replayed] = [await take('nonsense'), (await take(), await take())]
  const words = ({ status, body: { code, detail } }: typeof malformed) => [status, code, detail]
  expect(words(malformed)).toEqual(words(replayed))
  const denials = [await take('stranger/3'), await take('job/4', { credentials: ['production/web-1/root/ssh-key'] }), await take('job/5', { credentials: ['production/web-9/deploy/ssh-key'] }), await take('job/6', { selector: { hosts: ['web-9'] }, credentials: undefined })]
  expect(new Set(denials.map((one) => words(one).join())).size).toBe(1)
  expect(denials[0]).toMatchObject({ status: 403, body: { code: 'lease/refused' } })
  expect(denials[0]?.text).not.toMatch(/sub|selector|shop/)
  expect(world.audit.filter(({ act }) => act === 'lease.deny').map(({ detail }) => detail)).toEqual([expect.stringContaining('the token was used before'), expect.stringContaining('shop: sub: the grant demands "job"'), ...Array.from({ length: 3 }, () => expect.stringContaining('shop: selector') as unknown)])
})

test.each<[string, Partial<Credential>, RegExp]>([
  ['on hold', { hold: { class: 'locked-out', since: noon, detail: 'x' } }, /is stopped/],
  ['leaving', { leaving: { by: 'ada', at: noon, reason: 'sold', proposal: 1, order: 2, signedOff: [], leftAt: null } }, /leaves/],
  ['burned', { burnedAt: noon }, /about to be replaced/],
  ['being replaced', { candidate: { ...credential.current, epoch: 4, sentAt: null } }, /is being replaced/]
])('a credential that is %s is handed to nobody, and the token stays good', async (_, change, says) => {
  world.stored = { ...credential, ...change }
  expect(await take()).toMatchObject({ status: 409, body: { code: 'lease/withheld', detail: expect.stringMatching(says) as unknown } })
  world.stored = credential
  expect((await take()).status).toBe(201)
})

test('a secret that an order has burned is handed to nobody', async () => {
  const order: Order = { zone: 'production', number: 3, campaign: 'c', scope: { hosts: ['web-1'] }, reason: 'revoke', requestedBy: 'admin', requestedAt: noon }
  world.placed = [order]
  expect((await take()).body.code).toBe('lease/withheld')
  world.placed = [{ ...order, number: 2 }]
  expect((await take()).status).toBe(201)
})

test('a campaign ends grants and leases of before its order: nobody is let in by them, nor may stay', async () => {
  const { body: { id, secret } } = await take()
  const order: Order = { zone: 'production', number: 3, campaign: 'c-7', proposal: 4, scope: {}, reason: 'somebody holds our credentials', requestedBy: 'worker', requestedAt: noon }
  world.placed = [order]
  const refusal = { status: 403, body: { code: 'lease/revoked', detail: expect.stringContaining('campaign c-7: somebody holds our credentials') as unknown } }
  expect(await take('job/2')).toMatchObject(refusal)
  expect(await take('stranger/3')).toMatchObject({ status: 403, body: { code: 'lease/refused' } })
  expect(await ask('POST', `/v1/leases/${id}/renew`, secret, {})).toMatchObject(refusal)
  expect(world.audit.at(-2)).toMatchObject({ act: 'lease.deny', detail: 'shop: ended by campaign c-7 (order 3)' })
  // What is granted anew counts, and the token was not used up.
  world.all = [{ ...grant, proposal: 5, order: 3 }]
  world.stored = { ...credential, current: { ...credential.current, fingerprint: 'SHA256:two', order: 3 } }
  expect((await take('job/2')).status).toBe(201)
})

test('a grant by labels goes by those that the host was added with', async () => {
  world.all = [{ ...grant, selector: { labels: { role: 'web' } } }]
  expect((await take()).status).toBe(403)
  world.hostLabels = { role: 'web' }
  expect((await take('job/2')).status).toBe(201)
})

test('a lease lasts as long as is asked for, and no longer than its grant allows', async () => {
  const end = async (id: string, change: object) => (await take(`job/${id}`, change)).body.endsAt
  expect(await end('1', { ttlSeconds: 60 })).toBe('2026-03-01T12:01:00.000Z')
  expect(await end('2', {})).toBe('2026-03-01T12:10:00.000Z')
  expect(await end('3', { ttlSeconds: 3600 })).toBe('2026-03-01T12:10:00.000Z')
  world.all = [{ ...grant, notAfter: '2026-03-01T12:00:30.000Z' }]
  expect(await end('4', {})).toBe('2026-03-01T12:00:30.000Z')
})

test('grants may be used so many times only, and a secret of single use is handed out once', async () => {
  world.all = [{ ...grant, maxUses: 1 }]
  expect([(await take('job/1')).status, (await take('job/2')).status]).toEqual([201, 403])
  world.all = [{ ...grant, rotateAfter: 'use' }]
  expect([(await take('job/3')).status, (await take('job/4')).status]).toEqual([201, 409])
})

test('a lease is renewed and given back by its holder, and by nobody else', async () => {
  const { body: { id, secret } } = await take('job/1', { ttlSeconds: 60 })
  for (const wrong of ['job/2', secret.slice(0, -1), `${secret}x`]) expect((await ask('DELETE', `/v1/leases/${id}`, wrong)).status).toBe(404)
  expect((await ask('DELETE', `/v1/leases/${id}`, undefined)).status).toBe(401)
  expect((await ask('POST', `/v1/leases/${id}/renew`, secret, { ttlSeconds: 120 })).body).toMatchObject({ endsAt: '2026-03-01T12:02:00.000Z' })
  world.now = new Date('2026-03-01T12:01:30.000Z')
  expect((await ask('POST', `/v1/leases/${id}/renew`, secret, {})).body).toMatchObject({ endsAt: '2026-03-01T12:10:00.000Z' })
  for (let time = 0; time < 2; time += 1) expect((await ask('DELETE', `/v1/leases/${id}`, secret)).body).toMatchObject({ id, returnedAt: world.now.toISOString() })
  expect(await ask('POST', `/v1/leases/${id}/renew`, secret, {})).toMatchObject({ status: 409, body: { code: 'lease/ended' } })
  expect(world.events.filter((event) => event.includes('return'))).toEqual(['audit lease.return', 'write returned'])
})

test('the secrets of a lease are looked at together when it is renewed, and one that is another keeps all from it', async () => {
  const root = { ...credential, name: { ...name, account: 'root' } }
  let waiting: Array<() => void> = []
  let isHeld = false
  world.credential = async (of) => {
    // None is answered before both were asked for.
    if (isHeld) await new Promise<void>((resolve) => { waiting.push(resolve); if (waiting.length === 2) { waiting.forEach((go) => { go() }); waiting = [] } })
    return of.account === 'root' ? root : world.stored
  }
  const { body: { id, secret } } = await take('job/1', { credentials: [wanted, 'production/web-1/root/ssh-key'], ttlSeconds: 60 })
  isHeld = true
  expect((await ask('POST', `/v1/leases/${id}/renew`, secret, {})).status).toBe(200)
  world.stored = { ...credential, current: { ...credential.current, fingerprint: 'SHA256:two' } }
  expect(await ask('POST', `/v1/leases/${id}/renew`, secret, {})).toMatchObject({ status: 409, body: { code: 'lease/withheld', detail: expect.stringContaining(`${wanted} has another secret`) as unknown } })
})

test('a lease that has run out, whose grant has ended or whose secret is another one is not renewed', async () => {
  const { body: { id, secret } } = await take()
  const renew = async () => (await ask('POST', `/v1/leases/${id}/renew`, secret, {})).body.code
  world.stored = { ...credential, current: { ...credential.current, fingerprint: 'SHA256:two' } }
  expect(await renew()).toBe('lease/withheld')
  world.stored = credential
  world.all = [{ ...grant, proposal: 2 }]
  expect(await renew()).toBe('lease/refused')
  world.all = [grant]
  world.now = new Date('2026-03-01T12:10:00.000Z')
  expect(await renew()).toBe('lease/ended')
})

test.each([
  ['a field that there is none of', { admin: true }],
  ['a reason that breaks the line', { reason: 'a\nb' }],
  ['a time that is a text', { ttlSeconds: '60' }],
  ['too many credentials', { credentials: Array.from({ length: 65 }, (_, index) => `production/web-${index}/deploy/ssh-key`) }]
])('a request with %s is refused, and uses nothing up', async (_, change) => {
  expect((await take('job/1', change)).status).toBe(400)
  expect((await take()).status).toBe(201)
})

test.each([['neither names nor a selector', { credentials: undefined }], ['both', { selector: {} }]])('a request with %s is refused, and uses nothing up', async (_, change) => {
  expect(await take('job/1', change)).toMatchObject({ status: 422, body: { code: 'input/unprocessable' } })
  expect((await take()).status).toBe(201)
})

test('another zone\'s credentials are not this broker\'s', async () => {
  expect(await take('job/1', { credentials: ['backup/store-1/deploy/ssh-key'] })).toMatchObject({ status: 404, body: { code: 'zone/unknown' } })
})

test('a body of more than 64 KiB and an unknown path are refused', async () => {
  expect((await take('job/1', { reason: 'x'.repeat(70_000) })).status).toBe(413)
  expect((await ask('GET', '/v1/leases', 'job/1')).status).toBe(405)
})

test('no page of a browser may ask, and every answer is for nobody else', async () => {
  const preflight = await broker.app.inject({ method: 'OPTIONS', url: '/v1/leases', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' } })
  expect(preflight.statusCode).toBe(405)
  const answers = [preflight, await broker.app.inject({ method: 'POST', url: '/v1/leases', headers: { origin: 'https://evil.example', authorization: 'Bearer job/1' }, payload: { credentials: [wanted], reason: 'deploy' } }), await broker.app.inject({ method: 'GET', url: '/nowhere' })]
  for (const { headers } of answers) {
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'referrer-policy': 'no-referrer', 'strict-transport-security': 'max-age=31536000', 'x-content-type-options': 'nosniff' })
  }
})

test('whoever asks too often is told to wait, whichever operation it is: renewals and returns as well', async () => {
  const slow = await startBroker(world, { perSecond: 0.001, burst: 3 })
  const { body: { id, secret } } = await slow.take()
  expect((await slow.ask('POST', `/v1/leases/${id}/renew`, secret, {})).status).toBe(200)
  expect((await slow.ask('DELETE', `/v1/leases/${id}`, 'x')).status).toBe(404)
  for (const [method, path] of [['POST', '/v1/leases'], ['POST', `/v1/leases/${id}/renew`], ['DELETE', `/v1/leases/${id}`], ['GET', '/health/live']] as const) {
    const { status, headers, body } = await slow.ask(method, path, secret, method === 'POST' ? { reason: 'x' } : undefined)
    expect([method, path, status, body.code, Number(headers['retry-after']) > 0]).toEqual([method, path, 429, 'request/too-many', true])
  }
})
