import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startIssuer } from '@rekey/lab'
import type { Issuer } from '@rekey/lab'
import type { VaultHttp } from '@rekey/local'
import { ensureCertificates } from '../../deploy/local/src/certificates.ts'
import { layout } from '../../deploy/local/src/layout.ts'
import { asPerson as asPersonAtVault, asService } from '../faults/harness/logins.ts'
import { until } from '../faults/harness/system.ts'
import { execute } from '../lab/test/stock-ssh.ts'
import { ApiSystem } from './api-system.ts'
import { rekeyProgram } from './ci-system.ts'
import { asOperator, asPerson } from './command-line.ts'

/*
 * A job of a CI, played by an issuer with real keys, leases a key from the zone's broker, logs in with Debian's ssh, and gives it back; then
 * the key is dead.
 */

const credential = 'production/web-1/deploy/ssh-key'
const job = { sub: 'repo:acme/shop:ref:refs/heads/main', repository_id: '4711', ref: 'refs/heads/main', event_name: 'push' }
const audience = 'rekey-production'

interface Lease {
  readonly id: string
  readonly secret: string
  readonly endsAt: string
  readonly endsAtMost: string
  readonly knownHosts: string
  readonly sshConfig: string
  readonly credentials: ReadonlyArray<{ readonly credential: string, readonly user: string, readonly address: string, readonly port: number, readonly privateKey: string, readonly publicKey: string, readonly fingerprint: string }>
  readonly code: string
  readonly detail: string
  readonly request: string
}

let system: ApiSystem
let issuer: Issuer
let folder: string
let ca: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-broker-'))
  system = await ApiSystem.start(160)
  await system.adopt('web-1/deploy', 'web-1/app', 'web-2/deploy')
  const paths = layout(system.stack.dir)
  await ensureCertificates(paths, [{ name: 'issuer', uid: 0 }])
  issuer = await startIssuer({ cert: await readFile(paths.certificate('issuer'), 'utf8'), key: await readFile(paths.certificateKey('issuer'), 'utf8') })
  ca = await readFile(system.stack.caFile, 'utf8')
  await system.stack.startService('broker-production')
})

afterAll(async () => {
  await issuer.close()
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

const brokerUrl = (): string => system.stack.zones.find(({ name }) => name === 'production')?.broker.url ?? ''

async function ask (method: string, path: string, bearer: string | undefined, body?: object): Promise<{ status: number, headers: Record<string, unknown>, body: Lease }> {
  return await new Promise((resolve, reject) => {
    const call = request(`${brokerUrl()}${path}`, { method, ca, agent: false, headers: { ...bearer !== undefined && { authorization: `Bearer ${bearer}` }, ...body && { 'content-type': 'application/json' } } }, (answer) => {
      let text = ''
      answer.on('data', (chunk: Buffer) => { text += chunk.toString('utf8') })
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: JSON.parse(text) as Lease }) })
    })
    call.on('error', reject)
    call.end(body && JSON.stringify(body))
  })
}

const token = async (claims: object = {}) => await issuer.sign({ ...job, aud: audience, ...claims })
const take = async (bearer: string, change: object = {}) => await ask('POST', '/v1/leases', bearer, { credentials: [credential], reason: 'deploy 1.4.2', ...change })

/** Proposes a grant, approves it as a person, and waits for the worker to write it down. */
async function grant (name: string, change: object = {}): Promise<void> {
  const terms = { issuer: issuer.url, audience, claims: { repository_id: '4711', ref: 'refs/heads/main' }, selector: { hosts: ['web-1'], accounts: ['deploy'] }, maxTtlSeconds: 600, rotateAfter: 'lease' }
  const proposed = await system.api.send<{ number: number }>('PUT', `/v1/grants/production/${name}`, { body: { ...terms, reason: 'the shop deploys by itself', ...change } })
  expect(proposed.status).toBe(201)
  expect((await asOperator(system.stack, 'production', 'approve', `production/${proposed.body.number}`, '--yes')).code).toBe(0)
  await until(`grant ${name}`, async () => (await system.api.get<{ status: string, proposal: number }>(`/v1/grants/production/${name}`)).body.proposal === proposed.body.number ? true : undefined, 20)
}

/** Logs in with Debian's ssh, by the configuration that came with the lease. */
async function logIn (lease: Lease): Promise<{ code: number, stdout: string, stderr: string }> {
  const [one] = lease.credentials
  if (one === undefined) throw new Error('an empty lease')
  await writeFile(join(folder, 'known_hosts'), lease.knownHosts)
  await writeFile(join(folder, 'web-1--deploy--ssh-key.pub'), one.publicKey)
  await writeFile(join(folder, 'key'), one.privateKey, { mode: 0o600 })
  await writeFile(join(folder, 'config'), lease.sshConfig.replaceAll('{folder}', folder).replaceAll(/^ {2}IdentityFile .*$/gm, `  IdentityFile "${join(folder, 'key')}"`).replaceAll(/^ {2}IdentityAgent .*$/gm, '  IdentityAgent none'))
  return await execute('ssh', ['-F', join(folder, 'config'), '-o', 'BatchMode=yes', 'web-1', 'id', '-un'])
}

/** Whom Vault knows a login as. */
async function entityOf (who: VaultHttp): Promise<string> {
  return ((await who.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }).entity_id
}

const service = async (name: string): Promise<VaultHttp> => await asService(system.stack, name)

test('what is not granted is handed to nobody, whoever signed the token', async () => {
  expect(await take(await token())).toMatchObject({ status: 401, body: { code: 'token/refused' } })
})

test('the API can propose a grant, and can\'t make one', async () => {
  const api = await service('api')
  for (const [where, data] of [['grants/evil', {}], ['leases/0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c.1', {}], ['approvals/proposal-1/evil', {}]] as const) {
    expect([where, (await api.send('POST', `rekey-production/data/${where}`, { data, options: { cas: 0 } })).status]).toEqual([where, 403])
  }
})

let first: Lease
let used: string

test('a job gets the key for a while, and logs in under strict host checking', async () => {
  await grant('shop')
  used = await token()
  const { status, headers, body } = await take(used, { ttlSeconds: 300 })
  expect([status, body.code]).toEqual([201, undefined])
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  expect(body.credentials).toMatchObject([{ credential, user: 'deploy', privateKey: expect.stringMatching(/^-----BEGIN OPENSSH PRIVATE KEY-----/) as unknown }])
  expect(await logIn(body)).toMatchObject({ code: 0, stdout: 'deploy\n' })
  expect((await system.api.get<{ items: unknown[] }>('/v1/leases?status=live')).body.items).toMatchObject([{ id: body.id, grant: 'shop', credentials: [credential], subject: job.sub }])
  first = body
})

test('the same token is refused, and so are one of a pull request, of another repository and for what is not covered', async () => {
  expect(await take(used)).toMatchObject({ status: 401, body: { code: 'token/refused' } })
  expect(await take(await token({ event_name: 'pull_request', sub: 'repo:acme/shop:pull_request' }))).toMatchObject({ status: 403, body: { code: 'lease/refused' } })
  expect(await take(await token({ repository_id: '4712' }))).toMatchObject({ status: 403 })
  expect(await take(await token(), { credentials: ['production/web-2/deploy/ssh-key'] })).toMatchObject({ status: 403 })
  expect(await take(await token({ aud: 'rekey-backup' }))).toMatchObject({ status: 401 })
  const log = await readFile(system.stack.service('broker-production')?.logFile ?? '', 'utf8')
  expect(log).toMatch(/used before/)
  expect(log).toMatch(/"claim":"event_name"/)
  expect(log).not.toContain(used)
  expect(log).not.toMatch(/PRIVATE KEY|rekey_lease_/)
})

test('a lease is renewed up to what its grant allows, by its holder alone', async () => {
  expect(await ask('POST', `/v1/leases/${first.id}/renew`, 'rekey_lease_wrong', {})).toMatchObject({ status: 404 })
  const { status, body } = await ask('POST', `/v1/leases/${first.id}/renew`, first.secret, { ttlSeconds: 3600 })
  expect([status, body.endsAt]).toEqual([200, first.endsAtMost])
})

test('each operation is open to whom its document names, and to nobody else', async () => {
  const { paths } = (await ask('GET', '/openapi.json', undefined)).body as unknown as { paths: Record<string, Record<string, { security: object[] }>> }
  const held = (await take(await token())).body
  const operator = await asPersonAtVault(system.stack, 'production')
  const asPersonFor = async (role: string) => ((await operator.must('GET', `identity/oidc/token/${role}`))['data'] as { token: string }).token
  const callers = {
    nobody: () => undefined,
    'a job': async () => await token(),
    'a job of another zone': async () => await token({ aud: 'rekey-backup' }),
    'a person, by the API\'s token': async () => await asPersonFor('rekey'),
    'a person of another zone': async () => await asPersonFor('rekey-lease-backup'),
    'a caller of the API': async () => (await readFile(system.stack.api.tokenFile, 'utf8')).trim(),
    'the holder of another lease': () => first.secret,
    'the holder': () => held.secret
  }
  const refusals = { token: 'token/refused', leaseSecret: 'lease/unknown' }
  const opens = { token: 'a job', leaseSecret: 'the holder' }
  const bodies: Record<string, object> = { 'POST /v1/leases': { credentials: [credential], reason: 'a try', ttlSeconds: 1 }, 'POST /v1/leases/{id}/renew': {} }
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { security }]) => ({ method: method.toUpperCase(), path, security })))
  // A lease that was given back is not renewed any more.
  for (const { method, path, security } of operations.toSorted((one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'))) {
    const [scheme] = security.flatMap((one) => Object.keys(one)) as Array<keyof typeof opens>
    for (const [caller, bearer] of Object.entries(callers)) {
      const { status, body } = await ask(method, path.replace('{id}', held.id), await bearer(), bodies[`${method} ${path}`])
      const expected = scheme === undefined || caller === opens[scheme] ? undefined : caller === 'nobody' ? 'auth/missing' : refusals[scheme]
      expect([method, path, caller, status < 300 ? undefined : body.code]).toEqual([method, path, caller, expected])
    }
  }
})

test('once it is given back, the key that the job had is refused, and another is in its place', async () => {
  expect(await ask('DELETE', `/v1/leases/${first.id}`, first.secret)).toMatchObject({ status: 200 })
  await system.becomes(system.place('web-1/deploy'), 'has another key', ({ fingerprint, status }) => status === 'settled' && fingerprint !== first.credentials[0]?.fingerprint)
  const refused = await logIn(first)
  expect([refused.code, refused.stderr]).toEqual([255, expect.stringContaining('Permission denied')])
  expect((await system.view(system.place('web-1/app'))).epoch).toBe(1)
  const { body } = await take(await token())
  expect(await logIn(body)).toMatchObject({ code: 0, stdout: 'deploy\n' })
  first = body
})

test('a campaign ends leases and grants of before it, at once and for good', async () => {
  const renewed = async () => await ask('POST', `/v1/leases/${first.id}/renew`, first.secret, {})
  expect((await renewed()).status).toBe(200)
  const campaign = { kind: 'revoke-all', scope: { zones: ['production'] }, reason: 'somebody has our keys' }
  const dry = (await system.api.post<{ zones: Array<{ ended: object }> }>('/v1/campaigns', { ...campaign, dryRun: true })).body
  expect(dry.zones.map(({ ended }) => ended)).toEqual([{ grants: 1, leases: 1, requests: 0 }])
  const { body: { id, zones } } = await system.api.post<{ id: string, zones: Array<{ proposal: number }> }>('/v1/campaigns', campaign)
  for (const who of ['operator', 'responder'] as const) expect((await asPerson(system.stack, 'production', who, 'approve', `production/${zones[0]?.proposal ?? 0}`, '--yes')).code).toBe(0)
  const broker = await service('broker-production')
  await until('its order', async () => (await broker.send('GET', 'rekey-production/metadata/orders?list=true')).status === 200 ? true : undefined, 20)
  const refusal = { status: 403, body: { code: 'lease/revoked', detail: expect.stringContaining(`campaign ${id}: somebody has our keys`) as unknown } }
  expect(await renewed()).toMatchObject(refusal)
  expect(await take(await token())).toMatchObject(refusal)
  expect((await system.api.get('/v1/grants/production/shop')).body).toMatchObject({ status: 'revoked' })
  expect((await system.api.get<{ items: unknown[] }>('/v1/leases?status=revoked')).body.items).toMatchObject([{ id: first.id }])
  await until('the key that the job had is refused', async () => (await logIn(first)).code === 255 ? true : undefined, 30)
  await until('the campaign is done', async () => (await system.api.get<{ done: boolean }>(`/v1/campaigns/${id}`)).body.done ? true : undefined, 30)
  await grant('shop')
  first = (await take(await token())).body
  expect(await logIn(first)).toMatchObject({ code: 0, stdout: 'deploy\n' })
})

describe('a lease that a person has to approve', () => {
  const app = 'production/web-1/app/ssh-key'
  const terms = { selector: { hosts: ['web-1'], accounts: ['app'] }, rotateAfter: 'never', approval: true }
  const pending = { status: 202, headers: { 'retry-after': '5' }, body: { status: 'pending' } }
  const waiting = async () => (await system.api.get<{ items: Array<{ id: string, claims: Record<string, string> }> }>('/v1/lease-requests?status=pending')).body.items

  beforeAll(async () => { await grant('reviewed', terms) })
  afterAll(async () => { for (const name of ['reviewed', 'admins']) await system.api.send('DELETE', `/v1/grants/production/${name}`) })

  test('comes to a job that waits with its one token, once another person has approved of just that', async () => {
    const file = join(folder, 'token')
    await writeFile(file, await token({ run_id: '77' }))
    const job = execute(process.execPath, [rekeyProgram, 'fetch', '--credential', app, '--reason', 'deploy 1.4.2', '--token-file', file, '--broker', brokerUrl(), '--ca-file', system.stack.caFile, '--format', 'json'])
    const [request] = await until('a request', async () => (await waiting()).length > 0 ? await waiting() : undefined, 30)
    expect(request?.claims).toMatchObject({ run_id: '"77"', repository_id: '"4711"' })
    const { code, shown } = await asOperator(system.stack, 'production', 'approve', `production/${request?.id ?? ''}`, '--yes')
    expect([code, shown]).toEqual([0, expect.stringContaining(`secret    ${app}`)])
    const { code: ended, stdout, stderr } = await job
    expect([ended, JSON.parse(stdout), stderr]).toMatchObject([0, { id: request?.id, credentials: [{ credential: app }] }, expect.stringContaining(`rekey approve production/${request?.id ?? ''}`)])
    expect(await take(await token({ run_id: '77' }), { credentials: [app], request: request?.id })).toMatchObject({ status: 409, body: { code: 'lease/request-ended' } })
  })

  test('is approved by no process, in nobody\'s name, and by no word on anything else', async () => {
    const asked = await take(await token(), { credentials: [app] })
    expect(asked).toMatchObject(pending)
    const { request } = asked.body
    const responder = await asPersonAtVault(system.stack, 'production', 'responder')
    const word = { verdict: 'approved', reason: null, digest: '0'.repeat(64), by: 'evil' }
    const say = async (who: VaultHttp, entity: string) => (await who.send('POST', `rekey-production/data/lease-decisions/${request}/${entity}`, { data: word, options: { cas: 0 } })).status
    const entity = await entityOf(responder)
    for (const name of ['api', 'broker-production', 'worker-production']) expect([name, await say(await service(name), entity), await say(await service(name), name)]).toEqual([name, 403, 403])
    expect([await say(await asPersonAtVault(system.stack, 'production'), entity), await say(responder, entity)]).toEqual([403, 200])
    expect(await take(await token(), { credentials: [app], request })).toMatchObject(pending)
    expect((await asPerson(system.stack, 'production', 'operator', 'deny', `production/${request}`, '--reason', 'no release today')).code).toBe(0)
    expect(await take(await token(), { credentials: [app], request })).toMatchObject({ status: 403, body: { code: 'lease/denied', detail: expect.stringContaining('no release today') as unknown } })
  })

  test('is not approved by the person who asks for it, whatever he writes into Vault', async () => {
    await grant('admins', { ...terms, issuer: `${system.stack.vault.address}/v1/identity/oidc`, audience: 'rekey-lease-production', claims: { groups: 'rekey-admin-production' } })
    const operator = await asPersonAtVault(system.stack, 'production')
    const own = async () => ((await operator.must('GET', 'identity/oidc/token/rekey-lease-production'))['data'] as { token: string }).token
    const asked = await take(await own(), { credentials: [app] })
    expect(asked).toMatchObject(pending)
    const { request } = asked.body
    const itself = await asPerson(system.stack, 'production', 'operator', 'approve', `production/${request}`, '--yes')
    expect([itself.code, itself.shown]).toEqual([1, expect.stringContaining('asks for himself')])
    const digest = /digest {4}([0-9a-f]{64})/.exec(itself.shown)?.[1]
    const data = { verdict: 'approved', reason: null, digest, by: 'ada' }
    expect((await operator.send('POST', `rekey-production/data/lease-decisions/${request}/${await entityOf(operator)}`, { data, options: { cas: 0 } })).status).toBe(200)
    const again = async () => await until('a token of another second', async () => {
      const answer = await take(await own(), { credentials: [app], request })
      return answer.status === 401 ? undefined : answer
    }, 10)
    expect(await again()).toMatchObject(pending)
    expect((await asPerson(system.stack, 'production', 'responder', 'approve', `production/${request}`, '--yes')).code).toBe(0)
    expect(await again()).toMatchObject({ status: 201, body: { id: request } })
  })
})

test('what an order has burned is neither renewed nor handed out, and a grant that was ended lets nobody in', async () => {
  const worker = system.stack.service('worker-production')
  worker?.kill('SIGKILL')
  await worker?.exited
  await system.order('web-1')
  expect(await ask('POST', `/v1/leases/${first.id}/renew`, first.secret, {})).toMatchObject({ status: 409, body: { code: 'lease/withheld' } })
  expect(await take(await token())).toMatchObject({ status: 409, body: { code: 'lease/withheld' } })
  expect((await system.api.send('DELETE', '/v1/grants/production/shop')).status).toBe(200)
  expect((await take(await token())).status).toBe(401)
  const journal = await readFile(join(system.stack.service('broker-production')?.auditDir ?? '', 'journal.jsonl'), 'utf8')
  expect(journal).toMatch(/"act":"lease".*"target":"production\/web-1\/deploy\/ssh-key"/)
  expect(journal).toMatch(/"act":"lease.deny"/)
  expect(journal).not.toMatch(/PRIVATE KEY|rekey_lease_/)
})
