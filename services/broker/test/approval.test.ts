import { beforeEach, expect, test } from '@jest/globals'
import { requestDigest, type LeaseDecision, type LeaseRequest, type Order, type Scope } from '@rekey/domain'
import { credential, grant, noon, secretText, startBroker, wanted, World, type Broker } from './world.ts'

/* Grants that leave each lease to a person. */

let world: World
let broker: Broker

beforeEach(async () => {
  world = new World()
  world.all = [{ ...grant, approval: true }]
  world.claims = { run_id: '77', ref: 'refs/heads/main' }
  broker = await startBroker(world)
})

/** What is asked for first. @returns its id */
async function asked (bearer = 'job/1', change: object = {}): Promise<string> {
  const { status, body } = await broker.take(bearer, change)
  expect(status).toBe(202)
  return body.request
}

function requestOf (id: string): LeaseRequest {
  const request = world.requests.get(id)
  if (request === undefined) throw new Error('nobody has asked')
  return request
}

/** Somebody's word, as he would have written it. */
function say (id: string, change: Partial<LeaseDecision> = {}): void {
  const word: LeaseDecision = { entity: 'e-1', by: 'userpass-ada', verdict: 'approved', reason: null, digest: requestDigest(requestOf(id)), at: noon, ...change }
  world.said.set(id, [...world.said.get(id) ?? [], word])
}

const campaignOver = (scope: Scope): Order => ({ zone: 'production', number: 3, campaign: 'c-7', proposal: 4, scope, reason: 'stolen', requestedBy: 'worker', requestedAt: noon })

test('a lease that a person has to approve is asked for on the record, and no secret leaves', async () => {
  const { status, headers, text, body } = await broker.take()
  expect([status, headers['retry-after'], text.includes('OPENSSH')]).toEqual([202, '5', false])
  expect(body).toEqual({ request: expect.stringMatching(/^[0-9a-z]{9}-[0-9a-f]{24}$/) as unknown, status: 'pending', expiresAt: '2026-03-01T13:00:00.000Z', approveWith: `rekey approve production/${body.request}` })
  expect(world.events).toEqual(['audit lease.request', 'write request'])
  expect(requestOf(body.request)).toMatchObject({ grant: 'shop', proposal: 1, reason: 'deploy', subject: 'job', claims: { ref: '"refs/heads/main"', run_id: '"77"', sub: '"job"' } })
  expect(requestOf(body.request).claims).not.toHaveProperty('jti')
})

test('once another person has approved, the same job gets it by a fresh token, once', async () => {
  const request = await asked()
  expect((await broker.take('job/2', { request })).status).toBe(202)
  say(request)
  const { status, body, text } = await broker.take('job/3', { request })
  expect([status, body.id, text.includes(JSON.stringify(secretText).slice(1, -1))]).toEqual([201, request, true])
  expect(world.audit.at(-1)).toMatchObject({ act: 'lease', detail: expect.stringContaining('approved by userpass-ada (e-1)') as unknown })
  expect(await broker.take('job/4', { request })).toMatchObject({ status: 409, body: { code: 'lease/request-ended' } })
})

test('a job that has one token only asks by it again, and it is used up by the lease', async () => {
  const request = await asked('job/1')
  expect(await asked('job/1')).toBe(request)
  say(request)
  expect((await broker.take('job/1')).status).toBe(201)
  expect((await broker.take('job/1')).status).toBe(409)
  expect(world.requests.size).toBe(1)
})

test('a token that was used for something else gets no approved lease, and does not use it up', async () => {
  const request = await asked()
  say(request)
  world.used.add('token 50e721e49c013f00c62cf59f2163542a9d8df02464efeb615d31051b0fddc326')
  expect(await broker.take('job/w', { request })).toMatchObject({ status: 401, body: { code: 'token/refused' } })
  expect((await broker.take('job/2', { request })).status).toBe(201)
})

test.each<[string, Partial<LeaseDecision>]>([
  ['of whoever asks himself', { entity: 'job' }],
  ['of something else', { digest: '0'.repeat(64) }],
  ['that came too late', { at: '2026-03-01T13:00:00.001Z' }]
])('the word %s counts for nothing', async (_, change) => {
  const request = await asked()
  say(request, change)
  expect((await broker.take('job/2', { request })).status).toBe(202)
  say(request)
  expect((await broker.take('job/3', { request })).status).toBe(201)
})

test('one who denies is enough, whoever else approves, and the job is told by whom and why', async () => {
  const request = await asked()
  say(request)
  say(request, { entity: 'e-2', by: 'userpass-grace', verdict: 'denied', reason: 'no release today' })
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 403, body: { code: 'lease/denied', detail: 'nothing was handed out: userpass-grace has denied it: no release today' } })
})

test('an approval is good as long as its request, and no longer', async () => {
  const request = await asked()
  say(request)
  world.now = new Date('2026-03-01T13:00:00.000Z')
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 409, body: { code: 'lease/request-ended', detail: expect.stringContaining('expired') as unknown } })
})

test.each<[string, string, object]>([
  ['another subject', 'stranger/2', {}],
  ['another run of the same job', 'job/2', { claims: { run_id: '78', ref: 'refs/heads/main' } }],
  ['a longer time', 'job/2', { change: { ttlSeconds: 600 } }],
  ['another reason', 'job/2', { change: { reason: 'rollback' } }],
  ['other credentials', 'job/2', { change: { credentials: [wanted, 'production/web-1/root/ssh-key'] } }],
  ['another version of the grant', 'job/2', { proposal: 2 }],
  ['an id that there is none of', 'job/2', { change: { request: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c' } }]
])('what was approved is not handed out for %s', async (_, bearer, { claims, change, proposal }: { claims?: object, change?: object, proposal?: number }) => {
  const request = await asked('job/1', { ttlSeconds: 60 })
  say(request)
  world.all = ['job', 'stranger'].map((sub) => ({ ...grant, approval: true, claims: { sub }, proposal: proposal ?? 1 }))
  world.claims = { ...world.claims, ...claims }
  const root = { ...credential, name: { ...credential.name, account: 'root' } }
  world.credential = async (of) => await Promise.resolve(of.account === 'root' ? root : world.stored)
  const { status, body, text } = await broker.take(bearer, { request, ttlSeconds: 60, ...change })
  expect([status, body.code, text.includes('OPENSSH')]).toEqual([404, 'lease/request-unknown', false])
})

test('a campaign ends what waits under its grant, approved or not', async () => {
  const request = await asked()
  say(request)
  world.placed = [campaignOver({})]
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 403, body: { code: 'lease/revoked' } })
  // What is granted anew is another grant.
  world.all = [{ ...grant, approval: true, proposal: 5, order: 3 }]
  world.stored = { ...credential, current: { ...credential.current, order: 3 } }
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 404, body: { code: 'lease/request-unknown' } })
})

test('a campaign over burned secrets alone ends what waits for one of them, approved or not, and leaves the grant', async () => {
  const request = await asked()
  say(request)
  // Its successor is in place already.
  world.stored = { ...credential, current: { ...credential.current, fingerprint: 'SHA256:two', order: 3 } }
  world.placed = [campaignOver({ burned: ['SHA256:one'] })]
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 409, body: { code: 'lease/request-ended', detail: expect.stringContaining('campaign c-7 has ended it: stolen') as unknown } })
  const anew = await asked('job/3')
  say(anew)
  expect((await broker.take('job/4', { request: anew })).status).toBe(201)
})

test('a campaign over other burned secrets leaves what waits as it is', async () => {
  const request = await asked()
  say(request)
  world.placed = [campaignOver({ burned: ['SHA256:other'] })]
  expect((await broker.take('job/2', { request })).status).toBe(201)
})

test('what is being replaced is not handed out, though a person has approved, and the approval stays good', async () => {
  const request = await asked()
  say(request)
  world.stored = { ...credential, burnedAt: noon }
  expect(await broker.take('job/2', { request })).toMatchObject({ status: 409, body: { code: 'lease/withheld' } })
  world.stored = credential
  expect((await broker.take('job/2', { request })).status).toBe(201)
})

test('nobody is asked where another grant lets the token have it without', async () => {
  world.all = [{ ...grant, name: 'asked', approval: true }, { ...grant, name: 'open' }]
  expect((await broker.take()).status).toBe(201)
})

test('what can\'t be recorded is not asked for', async () => {
  world.disk = 'full'
  expect((await broker.take()).status).toBe(503)
  expect(world.requests.size).toBe(0)
})
