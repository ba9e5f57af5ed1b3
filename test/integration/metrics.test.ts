import { makeKey } from '@rekey/lab'
import { makeFleet } from '../faults/harness/fleet.ts'
import { pidOf } from '../faults/harness/redis.ts'
import { System, until } from '../faults/harness/system.ts'
import { freePort } from './free-port.ts'

/** Two zones, each with a host; the workers, the API and a broker tell how they are. */

const zones = ['one', 'two']
let system: System
let ports: number[]

beforeAll(async () => {
  ports = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  system = await System.start(makeFleet(Object.fromEntries(zones.map(zone => [zone, 1])), [{ deploy: ['ssh-key'], app: ['ssh-key'] }]))
  await system.setPolicy('one', { campaignApprovals: 1 })
  await Promise.all(zones.map(async (zone, index) => { await system.startWorker(zone, { REKEY_METRICS_LISTEN: `127.0.0.1:${ports[index]}` }) }))
  const api = system.stack.service('api')
  api?.kill('SIGTERM')
  await api?.exited
  await system.stack.startService('api', { REKEY_METRICS_LISTEN: `127.0.0.1:${ports[2]}` })
  await system.stack.startService('broker-one', { REKEY_METRICS_LISTEN: `127.0.0.1:${ports[3]}` })
  await system.adoptAll()
})
afterAll(async () => await system.stop())

async function ask (of: number, path: string, method = 'GET'): Promise<{ status: number, text: string, type: string | null }> {
  const answer = await fetch(`http://127.0.0.1:${ports[of]}${path}`, { method })
  return { status: answer.status, text: await answer.text(), type: answer.headers.get('content-type') }
}

/** A sample's value, by its name and the labels that it must have. */
async function sample (of: number, name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const { text } = await ask(of, '/metrics')
  const line = text.split('\n').find(one => new RegExp(`^${name}[ {]`).test(one) && Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

test('a worker tells how its zone stands, and no other', async () => {
  expect(await sample(0, 'rekey_credentials', { status: 'settled', zone: 'one' })).toBe(2)
  expect(await sample(0, 'rekey_credentials', { status: 'held' })).toBe(0)
  expect(await sample(0, 'rekey_credentials', { zone: 'two' })).toBeUndefined()
  expect(await sample(0, 'rekey_oldest_secret_seconds')).toBeGreaterThan(0)
  expect(await sample(0, 'rekey_visits_waiting')).toBe(0)
  expect(await sample(0, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect((await ask(0, '/metrics')).type).toContain('text/plain; version=0.0.4')
})

test('each tells when the certificates end that it shows, to whom it shows them', async () => {
  const days = 24 * 60 * 60
  for (const [of, shown] of [[0, ['redis', 'vault']], [2, ['redis', 'vault', 'callers']], [3, ['vault', 'callers']]] as const) {
    for (const to of shown) expect(await sample(of, 'rekey_certificate_seconds_left', { to })).toBeGreaterThan(29 * days)
    expect((await ask(of, '/metrics')).text.match(/^rekey_certificate_seconds_left\{/gm)).toHaveLength(shown.length)
  }
})

test('a rotation shows in its steps, in visits, and in the age of the oldest secret', async () => {
  const begun = Date.now()
  const order = await system.order('one')
  for (const account of system.fleet.accounts.filter(({ zone }) => zone === 'one')) await system.settled(account, order)
  // A document is settled before its last step is counted.
  for (const step of ['store', 'push', 'verify', 'remove', 'prove']) await until(`two of ${step} are counted`, async () => await sample(0, 'rekey_step_seconds_count', { step, result: 'done' }) === 2 ? true : undefined)
  expect(await sample(0, 'rekey_step_seconds_count', { step: 'adopt' })).toBe(2)
  await until('the visit is counted', async () => (await sample(0, 'rekey_visit_seconds_count', { result: 'done' }) ?? 0) > 1 ? true : undefined)
  expect(await sample(0, 'rekey_oldest_secret_seconds')).toBeLessThan((Date.now() - begun) / 1000 + 0.1)
  expect(await sample(0, 'rekey_setbacks_total')).toBeUndefined()
  expect(await sample(1, 'rekey_step_seconds_count', { step: 'store' })).toBeUndefined()
})

test('a host that is out of reach is a setback, and a hold is counted by its class', async () => {
  const host = system.lab.host('two-1')
  const key = await host.read('/etc/ssh/ssh_host_ed25519_key')
  await host.stop()
  await system.order('two')
  await until('setbacks are counted', async () => (await sample(1, 'rekey_setbacks_total', { step: 'push', class: 'unreachable' }) ?? 0) >= 2 ? true : undefined)
  // A setback counts at once, and how credentials stand once the visit has ended.
  await until('both are told as rotating', async () => await sample(1, 'rekey_credentials', { status: 'rotating' }) === 2 ? true : undefined)
  await host.write('/etc/ssh/ssh_host_ed25519_key', makeKey().privateKey)
  await host.start()
  await until('the holds are counted', async () => await sample(1, 'rekey_holds', { class: 'identity-changed' }) === 2 ? true : undefined)
  await host.write('/etc/ssh/ssh_host_ed25519_key', key)
})

test('live and ready are two things: with Vault away, a worker, the API and a broker live and are not ready', async () => {
  for (const one of [0, 2, 3]) expect([(await ask(one, '/health/live')).status, (await ask(one, '/health/ready')).status]).toEqual([200, 200])
  await system.stack.sealVault()
  try {
    await until('the API is not ready', async () => (await ask(2, '/health/ready')).status === 503 ? true : undefined)
    await until('the worker is not ready', async () => (await ask(0, '/health/ready')).status === 503 ? true : undefined, 40)
    expect((await ask(0, '/health/ready')).text).toMatch(/no look for due work has succeeded/)
    expect(await ask(3, '/health/ready')).toMatchObject({ status: 503, text: 'Vault is out of service for this broker: the log says why\n' })
    for (const one of [0, 2, 3]) expect((await ask(one, '/health/live')).status).toBe(200)
    expect((await ask(0, '/metrics')).status).toBe(200)
  } finally {
    await system.stack.unsealVault()
  }
  await until('all are ready again', async () => (await Promise.all([0, 2, 3].map(async (one) => await ask(one, '/health/ready')))).every(({ status }) => status === 200))
})

test('with Redis away, how many visits wait is not told, and all else is', async () => {
  const redis = await pidOf(system.stack, 'redis')
  process.kill(redis, 'SIGSTOP')
  try {
    expect(await sample(0, 'rekey_visits_waiting')).toBeUndefined()
    expect(await sample(0, 'rekey_credentials', { status: 'settled' })).toBe(2)
  } finally {
    process.kill(redis, 'SIGCONT')
  }
  await until('it is told again', async () => await sample(0, 'rekey_visits_waiting') === 0 ? true : undefined)
})

test('a worker and the API tell how much of their audit trail no signed head covers', async () => {
  for (const one of [0, 2]) {
    await until('the first head is signed', async () => await sample(one, 'rekey_audit_unsigned_entries') === undefined ? undefined : true)
    expect(await sample(one, 'rekey_audit_unsigned_seconds')).toBeGreaterThanOrEqual(0)
  }
})

test('the API tells where one person alone is enough for a campaign, and is ready all the same', async () => {
  expect(await ask(2, '/health/ready')).toMatchObject({ status: 200, text: 'ready; single-operator mode: one\n' })
  expect(await Promise.all(zones.map(async zone => await sample(2, 'rekey_single_operator', { zone })))).toEqual([1, 0])
})

test('the API counts answers by route, and never by the names in a path', async () => {
  await system.api.call('GET', '/v1/credentials/one/one-1/deploy/ssh-key')
  await system.api.call('GET', '/v1/nothing/secret-name')
  expect(await sample(2, 'rekey_api_request_seconds_count', { method: 'GET', route: '/v1/credentials/:zone/:host/:account/:name', status: '200' })).toBeGreaterThan(0)
  expect(await sample(2, 'rekey_api_request_seconds_count', { route: 'unknown', status: '404' })).toBe(1)
  const { text } = await ask(2, '/metrics')
  for (const name of ['one-1', 'secret-name', 'deploy']) expect(text).not.toContain(name)
})

test('nothing else is answered, and nothing can be changed', async () => {
  expect(await ask(0, '/metrics', 'POST')).toMatchObject({ status: 405 })
  expect(await ask(0, '/v1/hosts')).toMatchObject({ status: 404 })
  expect(await ask(0, '/../etc/passwd')).toMatchObject({ status: 404 })
})

test('no secret and no name of a host or an account is told', async () => {
  for (const one of [0, 1, 2, 3]) {
    const { text } = await ask(one, '/metrics')
    for (const { account, host } of system.fleet.accounts) expect([host, account].filter(name => new RegExp(`"${name}"`).test(text))).toEqual([])
    expect(text).not.toMatch(/SHA256:|PRIVATE KEY/)
  }
})
