import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { holdsRole, roles, type Role, type Survey } from '@rekey/domain'
import { startStack, stateRoot } from '@rekey/local'
import type { ServiceProcess, Stack } from '@rekey/local'
import { choosePorts } from '../../deploy/local/src/ports.ts'
import { asService } from '../faults/harness/logins.ts'
import { soon, until } from '../faults/harness/system.ts'
import { rekey as typed } from './command-line.ts'
import { DocumentedApi } from './documented-api.ts'
import type { Answer, Operation, Problem } from './documented-api.ts'

/** Who may do what, tried at two processes of the API over one OpenBao. No worker runs: what is handed over stays as it is. */
const dir = join(stateRoot, `test-callers-${process.pid}`)
let stack: Stack
let processes: ServiceProcess[]
let api: DocumentedApi
/** Another process, where a token has fewer requests. */
let second: DocumentedApi

/** One machine asks for every operation in every zone as every caller. */
const most = '1000000'
const unlimited = { REKEY_API_REQUESTS_PER_SECOND: most, REKEY_API_REQUEST_BURST: most, REKEY_API_ADDRESS_REQUESTS_PER_SECOND: most, REKEY_API_ADDRESS_REQUEST_BURST: most }

beforeAll(async () => {
  stack = await startStack({ dir, services: false, zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  const { api: port } = await choosePorts({})
  processes = [
    await stack.startService('api', unlimited),
    await stack.startService('api', { REKEY_API_PORT: String(port), REKEY_API_REQUESTS_PER_SECOND: '2', REKEY_API_REQUEST_BURST: '60' }, 'api-2')
  ]
  api = await DocumentedApi.of(stack)
  second = await DocumentedApi.of({ caFile: stack.caFile, api: { ...stack.api, url: `https://127.0.0.1:${port}` } })
  for (const [zone, host] of Object.entries(hostOf)) {
    await must('POST', '/v1/hosts', { zone, id: host, address: '127.1.90.1', trustOnFirstUse: true, observe: true })
    await must('POST', '/v1/credentials', { zone, host, account: 'app', password: 'correct horse battery staple' })
    await must('POST', '/v1/orders', { scope: { zones: [zone] }, reason: 'a drill' })
    await must('PUT', `/v1/policies/${zone}/drill`, { priority: 1, selector: {} })
    campaigns[zone as Zone] = (await must<{ id: string }>('POST', '/v1/campaigns', { kind: 'revoke-all', scope: { zones: [zone] }, reason: 'a drill' })).id
    await writeGrant(zone)
    await must('POST', `/v1/hosts/${zone}/${host}/redirects`, { address: '127.1.90.4', reason: 'a drill' })
    await (await asService(stack, `worker-${zone}`)).must('POST', `rekey-${zone}/data/surveys/${host}`, { data: weakSurvey(zone, host), options: { cas: 0 } })
  }
})

afterAll(async () => {
  api.close()
  second.close()
  await stack.stop()
  await rm(dir, { recursive: true })
})

const hostOf = { production: 'web-1', backup: 'store-1' } as const
type Zone = keyof typeof hostOf | 'nowhere'
const campaigns: Record<Zone, string> = { production: '', backup: '', nowhere: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b' }

const terms = { issuer: 'https://ci.example', audience: 'rekey', claims: { sub: 'job' }, selector: {}, maxTtlSeconds: 60, rotateAfter: 'lease' }

/** As a worker does once people have approved. */
async function writeGrant (zone: string): Promise<void> {
  const { roleIdFile, secretIdFile } = stack.credentials(`worker-${zone}`)
  const worker = stack.vaultHttp.as(await stack.vaultHttp.loginRole(await readFile(roleIdFile, 'utf8'), await readFile(secretIdFile, 'utf8')))
  const data = { ...terms, subjectWildcard: false, allow: [], maxUses: null, notBefore: null, notAfter: null, zone, name: 'drill', proposal: 1, grantedBy: 'ada', grantedAt: '2026-03-01T09:30:00.000Z', reason: 'a drill' }
  await worker.must('POST', `rekey-${zone}/data/grants/drill`, { data, options: { cas: 0 } })
}

interface Issued {
  readonly id: string
  readonly token: string
}

async function must<T> (method: string, path: string, body?: unknown): Promise<T> {
  const answer = await api.send<T>(method, path, { body })
  if (answer.status > 299) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** What a worker would have found. */
function weakSurvey (zone: string, host: string): Survey {
  const at = '2026-03-01T12:00:00.000Z'
  return { zone, host, triedAt: at, failure: null, at, removals: [], result: { by: 'root', asRoot: true, isComplete: true, sshd: { version: null, weak: ['permitrootlogin yes'], otherWays: [] }, hostKeys: [], authorities: [], accounts: [] } }
}

const issue = async (changes: object = {}) => await must<Issued>('POST', '/v1/tokens', { name: 'ci', role: 'admin', zones: ['production'], ...changes })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('each operation, for each caller, in the caller\'s zone, another and none:', () => {
  interface Request {
    readonly path: string
    readonly body?: object
  }
  let count = 0
  const next = () => String(count++)
  const reason = 'a drill'
  const host = (zone: Zone) => zone === 'nowhere' ? 'web-1' : hostOf[zone]
  /** The finding that beforeAll has made there. */
  const weakHost = (zone: Zone) => createHash('sha256').update(`weak-sshd ${zone}/${host(zone)}`).digest('hex').slice(0, 16)
  /** A token of that zone's for each try: it may be gone afterwards. */
  const tokenIn = async (zone: Zone) => zone === 'nowhere' ? '0000000000000000' : (await issue({ role: 'viewer', zones: [zone] })).id

  /** A request of each operation that is right but for who sends it. */
  const requests: Record<string, (zone: Zone) => Request | Promise<Request>> = {
    'GET /health/live': () => ({ path: '/health/live' }),
    'GET /health/ready': () => ({ path: '/health/ready' }),
    'GET /v1/hosts': zone => ({ path: `/v1/hosts?zone=${zone}` }),
    'POST /v1/hosts': zone => ({ path: '/v1/hosts', body: { zone, id: `new-${next()}`, address: '127.1.90.2', trustOnFirstUse: true } }),
    'GET /v1/hosts/{zone}/{id}/labels': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/labels` }),
    'PUT /v1/hosts/{zone}/{id}/labels': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/labels`, body: { labels: { count: next() } } }),
    'POST /v1/hosts/{zone}/{id}/manage': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/manage`, body: { reason } }),
    'GET /v1/credentials': zone => ({ path: `/v1/credentials?zone=${zone}` }),
    'POST /v1/credentials': zone => ({ path: '/v1/credentials', body: { zone, host: host(zone), account: `app-${next()}`, password: 'correct horse battery staple' } }),
    'GET /v1/credentials/{zone}/{host}/{account}/{name}': zone => ({ path: `/v1/credentials/${zone}/${host(zone)}/app/password` }),
    'POST /v1/credentials/{zone}/{host}/{account}/{name}/manage': zone => ({ path: `/v1/credentials/${zone}/${host(zone)}/app/password/manage`, body: { reason } }),
    'POST /v1/inventory': zone => ({ path: '/v1/inventory', body: { format: 'rekey', apply: true, trustFirstUse: true, text: JSON.stringify({ hosts: [{ zone, id: `new-${next()}`, address: '127.1.90.3' }] }) } }),
    'GET /v1/orders': zone => ({ path: `/v1/orders?zone=${zone}` }),
    'POST /v1/orders': zone => ({ path: '/v1/orders', body: { scope: { zones: [zone] }, reason } }),
    'GET /v1/orders/{zone}/{number}': zone => ({ path: `/v1/orders/${zone}/1` }),
    'GET /v1/orders/{zone}/{number}/events': zone => ({ path: `/v1/orders/${zone}/1/events` }),
    'POST /v1/campaigns': zone => ({ path: '/v1/campaigns', body: { kind: 'revoke-all', scope: { zones: [zone] }, reason } }),
    'GET /v1/campaigns': zone => ({ path: `/v1/campaigns?zone=${zone}` }),
    'GET /v1/campaigns/{id}': zone => ({ path: `/v1/campaigns/${campaigns[zone]}` }),
    'GET /v1/campaigns/{id}/events': zone => ({ path: `/v1/campaigns/${campaigns[zone]}/events` }),
    'GET /v1/campaigns/{id}/report': zone => ({ path: `/v1/campaigns/${campaigns[zone]}/report` }),
    'POST /v1/campaigns/{id}/steerings': zone => ({ path: `/v1/campaigns/${campaigns[zone]}/steerings`, body: { action: 'pause', reason } }),
    'POST /v1/hosts/{zone}/{id}/redirects': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/redirects`, body: { address: '127.1.90.4', reason } }),
    'POST /v1/hosts/{zone}/{id}/leave': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/leave`, body: { reason } }),
    'POST /v1/credentials/{zone}/{host}/{account}/{name}/leave': zone => ({ path: `/v1/credentials/${zone}/${host(zone)}/app/password/leave`, body: { reason } }),
    'POST /v1/credentials/{zone}/{host}/{account}/{name}/clear': zone => ({ path: `/v1/credentials/${zone}/${host(zone)}/app/password/clear`, body: { reason } }),
    'POST /v1/hosts/{zone}/{id}/removals': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/removals`, body: { account: 'app', fingerprint: `SHA256:${'A'.repeat(43)}`, reason } }),
    'GET /v1/proposals': zone => ({ path: `/v1/proposals?zone=${zone}` }),
    'GET /v1/proposals/{zone}/{number}': zone => ({ path: `/v1/proposals/${zone}/1` }),
    'GET /v1/grants': zone => ({ path: `/v1/grants?zone=${zone}` }),
    'GET /v1/grants/{zone}/{name}': zone => ({ path: `/v1/grants/${zone}/drill` }),
    'PUT /v1/grants/{zone}/{name}': zone => ({ path: `/v1/grants/${zone}/drill`, body: { ...terms, reason } }),
    'DELETE /v1/grants/{zone}/{name}': zone => ({ path: `/v1/grants/${zone}/drill` }),
    'POST /v1/grants/{zone}/{name}/explain': zone => ({ path: `/v1/grants/${zone}/drill/explain`, body: { claims: {} } }),
    'GET /v1/leases': zone => ({ path: `/v1/leases?zone=${zone}` }),
    'GET /v1/lease-requests': zone => ({ path: `/v1/lease-requests?zone=${zone}` }),
    'GET /v1/policies': zone => ({ path: `/v1/policies?zone=${zone}` }),
    'GET /v1/policies/{zone}/{name}': zone => ({ path: `/v1/policies/${zone}/drill` }),
    'PUT /v1/policies/{zone}/{name}': zone => ({ path: `/v1/policies/${zone}/made-${next()}`, body: { priority: 1, selector: {} } }),
    'DELETE /v1/policies/{zone}/{name}': async zone => {
      const path = `/v1/policies/${zone}/made-${next()}`
      if (zone !== 'nowhere') expect((await api.send('PUT', path, { body: { priority: 1, selector: {} } })).status).toBe(201)
      return { path }
    },
    'GET /v1/zones': () => ({ path: '/v1/zones' }),
    'GET /v1/debts': zone => ({ path: `/v1/debts?zone=${zone}` }),
    'POST /v1/hosts/{zone}/{id}/survey': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/survey` }),
    'GET /v1/hosts/{zone}/{id}/survey': zone => ({ path: `/v1/hosts/${zone}/${host(zone)}/survey` }),
    'PUT /v1/findings/{zone}/{id}/acceptance': zone => ({ path: `/v1/findings/${zone}/${weakHost(zone)}/acceptance`, body: { reason } }),
    'DELETE /v1/findings/{zone}/{id}/acceptance': zone => ({ path: `/v1/findings/${zone}/${weakHost(zone)}/acceptance` }),
    'POST /v1/blast-radius': () => ({ path: '/v1/blast-radius', body: { fingerprints: ['SHA256:of-no-key'.padEnd(50, 'A').replaceAll('-', '')] } }),
    'GET /v1/audit': zone => ({ path: `/v1/audit?zone=${zone}` }),
    'GET /v1/findings': zone => ({ path: `/v1/findings?zone=${zone}` }),
    'GET /v1/schedule': zone => ({ path: `/v1/schedule?zone=${zone}` }),
    'GET /v1/tokens': () => ({ path: '/v1/tokens?limit=1000' }),
    'POST /v1/tokens': zone => ({ path: '/v1/tokens', body: { name: 'made', role: 'viewer', zones: [zone] } }),
    'DELETE /v1/tokens/{id}': async zone => ({ path: `/v1/tokens/${await tokenIn(zone)}` }),
    'POST /v1/tokens/{id}/rotate': async zone => ({ path: `/v1/tokens/${await tokenIn(zone)}/rotate`, body: {} })
  }

  const callers = ['no token', 'an expired token', 'a revoked token', ...roles] as const
  type Kind = typeof callers[number]
  /** From an address of its own each, as those without a valid token share what their address has. */
  const seats = new Map<Kind, { readonly api: DocumentedApi, readonly authorization: string | undefined }>()
  let before: unknown
  const ofBackup = async () => await Promise.all(['hosts', 'credentials', 'orders', 'proposals'].map(async list => (await api.pages(`/v1/${list}`, 1000, '&zone=backup')).flat()))

  beforeAll(async () => {
    const expired = await issue({ expiresAt: new Date(Date.now() + 1500).toISOString() })
    const revoked = await issue()
    await must('DELETE', `/v1/tokens/${revoked.id}`)
    const tokens: Array<string | undefined> = [undefined, expired.token, revoked.token]
    for (const role of roles) tokens.push((await issue({ role })).token)
    for (const [index, kind] of callers.entries()) {
      const token = tokens[index]
      seats.set(kind, { api: await DocumentedApi.of(stack, `127.0.0.${index + 2}`), authorization: token === undefined ? undefined : `Bearer ${token}` })
    }
    await sleep(1500)
    before = await ofBackup()
  })
  afterAll(() => { for (const seat of seats.values()) seat.api.close() })

  async function ask (kind: Kind, { name, method }: Operation, zone: Zone): Promise<Answer<Problem>> {
    const seat = seats.get(kind)
    const make = requests[name]
    if (make === undefined) throw new Error(`there is no request of ${name} here: write one`)
    const { path, body } = await make(zone)
    return await (seat?.api ?? api).send(method, path, { body, headers: { authorization: seat?.authorization } })
  }

  /** By what is declared and nothing else. @returns the code of a refusal */
  function refusalOf ({ name, role, zone }: Operation, kind: Kind, where: Zone): string | undefined {
    if (role === undefined) return undefined
    if (!roles.includes(kind as Role)) return 'auth/missing'
    if (!holdsRole(kind as Role, role)) return 'auth/forbidden'
    // No worker has adopted anything here, so nothing is on hold.
    if (where === 'production' && name.endsWith('/clear')) return 'credential/unknown'
    // The survey that beforeAll has made lists no account.
    if (where === 'production' && name.endsWith('/removals')) return 'removal/key-unknown'
    // A campaign has zones of its own, and is not there for who sees none of them.
    if (where !== 'production' && name.includes('/campaigns/{id}')) return 'campaign/unknown'
    if (where === 'production' || zone === 'caller' || zone === 'rows') return undefined
    return zone === 'token' && where === 'backup' ? 'unknown' : 'zone/unknown'
  }

  test.each(callers)('%s', async kind => {
    const wrong: unknown[] = []
    let tried = 0
    for (const operation of api.operations) {
      for (const where of ['production', 'backup', 'nowhere'] as const) {
        const { status, body } = await ask(kind, operation, where)
        const expected = refusalOf(operation, kind, where)
        const isRight = expected === undefined
          ? status < 300
          : expected === body.code || (operation.zone === 'token' && expected.endsWith('unknown') && ['zone/unknown', 'token/unknown'].includes(body.code))
        if (!isRight) wrong.push([operation.name, where, status, body.code, expected])
        tried += 1
      }
    }
    expect(wrong).toEqual([])
    expect(tried).toBe(Object.keys(requests).length * 3)
  })

  test('another zone is answered in the words for one that does not exist', async () => {
    /** What differs for every request. */
    const words = ({ status, body }: Answer<Problem>) => JSON.stringify([status, { ...body, requestId: '' }]).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}/g, 'ID').replaceAll(/(new|app|made)-\d+/g, '$1-N').replaceAll(/"zone":"(backup|nowhere)"|"host":"(store|web)-1"/g, '')
    for (const operation of api.operations.filter(({ role, name }) => role !== undefined && !['GET /v1/tokens', 'GET /v1/zones'].includes(name))) {
      const [other, none] = [await ask('admin', operation, 'backup'), await ask('admin', operation, 'nowhere')]
      expect([operation.name, words(other)]).toEqual([operation.name, words(none)])
      expect(JSON.stringify(other.body).replace(/"zone":"backup"/, '')).not.toMatch(/backup|store-1/)
    }
  })

  test('and nothing of all that has touched the other zone', async () => {
    expect(await ofBackup()).toEqual(before)
    // Of tokens there are those that these tests have made there themselves.
    expect((await api.pages<{ name: string, zones: unknown }>('/v1/tokens')).flat().filter(({ name, zones }) => name === 'made' && String(zones) !== 'production')).toEqual([])
  })
})

describe('a token', () => {
  test('is in Vault as a hash only, and in no log, journal or list', async () => {
    const { id, token } = await issue({ name: 'hidden' })
    await api.send('GET', '/v1/hosts', bearer(token))
    await must('POST', `/v1/tokens/${id}/rotate`, { overlapSeconds: 60 })
    const { roleIdFile, secretIdFile } = stack.credentials('api')
    const holder = stack.vaultHttp.as(await stack.vaultHttp.loginRole(await readFile(roleIdFile, 'utf8'), await readFile(secretIdFile, 'utf8')))
    const stored = JSON.stringify(await holder.must('GET', `rekey-shared/data/tokens/${id}`))
    const files = [...stack.vault.auditFiles, ...processes.slice(0, 1).flatMap(({ logFile, auditDir }) => [logFile, join(auditDir, 'journal.jsonl')])]
    const texts = [stored, JSON.stringify(await must('GET', '/v1/tokens?limit=1000')), ...await Promise.all(files.map(async file => await readFile(file, 'utf8')))]
    expect(stored).toContain('"hidden"')
    for (const text of texts) {
      expect(text).toContain(id)
      expect(text).not.toContain(token.slice(-43))
    }
  })

  test('is named in the journal of the process that it asked, in what it made, and in the log', async () => {
    const { id, token } = await issue({ name: 'night-shift', role: 'operator' })
    const placed = await api.send<{ orders: Array<{ number: number }> }>('POST', '/v1/orders', { body: { scope: { all: true }, reason: 'a drill' }, ...bearer(token) })
    expect(placed.body.orders).toMatchObject([{ zone: 'production' }])
    expect(await must('GET', `/v1/orders/production/${placed.body.orders[0]?.number ?? 0}`)).toMatchObject({ requestedBy: `night-shift/${id}` })
    const [{ auditDir, logFile } = { auditDir: '', logFile: '' }] = processes
    const lines = (await readFile(join(auditDir, 'journal.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines.at(-1)).toMatchObject({ act: 'order.create', outcome: 'done', requestId: placed.headers['x-request-id'] })
    expect(lines.at(-2)).toMatchObject({ act: 'order.create', actor: `night-shift/${id}`, source: '127.0.0.1', requestId: placed.headers['x-request-id'] })
    expect(lines.at(-4)).toMatchObject({ act: 'token.create', target: id, actor: 'admin' })
    expect(await readFile(logFile, 'utf8')).toContain(`"caller":"night-shift/${id}"`)
  })

  test('that is revoked is refused at once where that was asked for, and within a second by another process that it keeps asking', async () => {
    const { id, token } = await issue({ role: 'viewer' })
    const statusAt = async (at: DocumentedApi) => (await at.send('GET', '/v1/orders', bearer(token))).status
    expect([await statusAt(api), await statusAt(second)]).toEqual([200, 200])
    const stop = new AbortController()
    const asking = (async () => {
      while (!stop.signal.aborted) {
        await statusAt(second)
        await sleep(40)
      }
    })()
    await must('DELETE', `/v1/tokens/${id}`)
    const at = performance.now()
    expect(await statusAt(api)).toBe(401)
    stop.abort()
    await asking
    await until('the other process refuses it', async () => await statusAt(second) === 401 ? true : undefined, 5)
    expect(performance.now() - at).toBeLessThan(1000)
    for (let n = 0; n < 10; n++) expect(await statusAt(second)).toBe(401)
  })

  test('that is rotated is known to every process at once', async () => {
    const { id, token } = await issue({ role: 'viewer' })
    expect((await second.send('GET', '/v1/orders', bearer(token))).status).toBe(200)
    const fresh = await must<Issued>('POST', `/v1/tokens/${id}/rotate`, {})
    expect((await second.send('GET', '/v1/orders', bearer(fresh.token))).status).toBe(200)
    expect((await second.send('GET', '/v1/orders', bearer(token))).status).toBe(401)
  })

  test('is refused while Vault is sealed, and taken again afterwards', async () => {
    const { token } = await issue({ role: 'viewer' })
    await stack.sealVault()
    expect((await api.send('GET', '/v1/orders', bearer(token))).status).toBe(503)
    await stack.unsealVault()
    await until('Vault serves again', async () => (await api.send('GET', '/v1/orders', bearer(token))).status === 200 ? true : undefined, 20)
  })
})

test('a flood of one caller is answered with 429 and when to come back, and locks nobody else out', async () => {
  const [flood, other] = [await issue({ role: 'viewer' }), await issue({ role: 'viewer' })]
  const answers = await Promise.all(Array.from({ length: 150 }, async () => await second.send('GET', '/v1/orders', bearer(flood.token))))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(20)
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60)
  expect(refused[0]).toMatchObject({ body: { code: 'request/too-many' } })
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
  expect((await second.send('GET', '/v1/orders', bearer(other.token))).status).toBe(200)
  expect((await second.get('/v1/orders')).status).toBe(200)
})

test('rekey token makes, lists, rotates and revokes them', async () => {
  const rekey = async (...args: string[]) => await typed([...args, '--api-addr', stack.api.url, '--ca-file', stack.caFile, '--token-file', stack.api.tokenFile], dir)
  const statusOf = async (token: string) => (await api.send('GET', '/v1/orders', bearer(token.trim()))).status
  const made = await rekey('token', 'create', 'by-hand', '--role', 'viewer', '--zone', 'backup', '--days', '3')
  expect(made).toMatchObject({ code: 0, err: expect.stringMatching(/^rekey: token by-hand, id [0-9a-f]{16}, viewer of backup, ends .*; this is the only time that it is shown\n$/) })
  const [, id = ''] = /^rekey_([0-9a-f]{16})_/.exec(made.out) ?? []
  expect(await statusOf(made.out)).toBe(200)
  const rotated = await rekey('token', 'rotate', id)
  expect([await statusOf(made.out), await statusOf(rotated.out)]).toEqual([401, 200])
  expect((await rekey('token', 'list')).out).toMatch(new RegExp(`^${id} +by-hand +viewer +backup +active +.* +admin$`, 'm'))
  expect(await rekey('token', 'revoke', id)).toMatchObject({ code: 0, out: expect.stringContaining(`by-hand (${id}) is revoked`) })
  expect(await statusOf(rotated.out)).toBe(401)
})

describe('over TLS,', () => {
  /** What comes back until the connection ends. */
  async function raw (text: string): Promise<string> {
    const { port } = new URL(stack.api.url)
    const ca = await readFile(stack.caFile)
    return await new Promise((resolve, reject) => {
      let answer = ''
      const socket = connect({ port: Number(port), host: '127.0.0.1', ca })
      socket.on('data', (data: Buffer) => { answer += data.toString() }).on('error', reject).on('close', () => resolve(answer)).write(text)
    })
  }

  test('headers over 8 KiB are refused', async () => {
    expect(await raw(`GET /health/live HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(9000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 .*"code":"request\/headers-too-large"/s)
  })

  test('a client that does not end its headers or its body is cut off', async () => {
    const answers = await soon('both are cut off', Promise.all([
      raw('GET /health/live HTTP/1.1\r\nhost: x\r\n'),
      raw(`POST /v1/orders HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${(await readFile(stack.api.tokenFile, 'utf8')).trim()}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`)
    ]), 25)
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request\/timeout"/s)
  })
})
