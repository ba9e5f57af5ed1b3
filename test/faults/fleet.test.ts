import { setTimeout as wait } from 'node:timers/promises'
import { settles, storesCandidate } from './harness/boundaries.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { unsettled } from './harness/invariants.ts'
import { logOf } from './harness/log.ts'
import { adminOf, pidOf } from './harness/redis.ts'
import type { Stop } from './harness/stop.ts'
import { quick, soon, System, until } from './harness/system.ts'
import { nth, VaultGate } from './harness/vault-gate.ts'

/*
 * Something that all hosts depend on fails while a fleet is being rotated that has keys, passwords and both: some hosts are done, some are in the middle of
 * any step, some wait. The gate in front of Vault stops one write there, so that "in the middle" is no matter of luck.
 */

const zone = 'production'
/** Enough for a beginning, a middle and an end at three visits at a time. */
const hosts = process.env['REKEY_FULL'] === '1' ? 12 : 9
const lastHost = `${zone}-${hosts}`
const worker = `worker-${zone}`
const lockMilliseconds = Number(quick.REKEY_LOCK_SECONDS) * 1000
let system: System
let vault: VaultGate

beforeAll(async () => {
  system = await System.start(makeFleet({ [zone]: hosts }, [{ deploy: ['ssh-key', 'password'] }, { deploy: ['password'] }, { deploy: ['ssh-key'] }]))
  vault = await VaultGate.open(system.stack)
  await startWorker()
  await system.adoptAll()
})

afterAll(async () => {
  await vault.close()
  await system.stop()
})

/** Three hosts at a time, so that a fleet has a middle. */
async function startWorker (as?: string): Promise<void> {
  await system.startWorker(zone, { REKEY_VAULT_ADDR: vault.address, REKEY_VISITS: '3' }, as)
}

async function killWorker (): Promise<void> {
  const found = system.stack.service(worker)
  found?.kill('SIGKILL')
  await found?.exited
}

/** A worker that is about to settle its nth host from now on. */
async function inTheMiddle (count: number): Promise<Stop> {
  const stop = vault.stop('before', nth(count, settles))
  await soon(`settling ${count} hosts`, stop.reached)
  return stop
}

/** Each credential has got exactly one new secret, and all is as it should be. */
async function allIsWell (order: number, epochs: ReadonlyMap<Account, number>): Promise<void> {
  await system.allSettled(order)
  await Promise.all(system.fleet.accounts.map(async (account) => {
    const epoch = (await system.document(account))?.epoch
    expect([account.host, epoch, ...await unsettled(system, account, order)]).toEqual([account.host, (epochs.get(account) ?? 0) + 1])
  }))
}

async function epochs (): Promise<Map<Account, number>> {
  return new Map(await Promise.all(system.fleet.accounts.map(async (account) => [account, (await system.document(account))?.epoch ?? 0] as const)))
}

test('a worker that is killed again and again in the middle of a fleet leaves nothing unsettled', async () => {
  const before = await epochs()
  const order = await system.order(zone)
  for (const count of [2, 3, 3]) {
    const stop = await inTheMiddle(count)
    await killWorker()
    stop.release()
    await startWorker()
  }
  await allIsWell(order, before)
})

test('a FLUSHALL, again and again in the middle of a fleet, loses nothing', async () => {
  const before = await epochs()
  const redis = await adminOf(system.stack)
  const order = await system.order(zone)
  for (const count of [1, 2, 3, 3]) {
    const stop = await inTheMiddle(count)
    await redis.flushall()
    stop.release()
  }
  await allIsWell(order, before)
  redis.disconnect()
})

test('a fleet settles after Redis was away in the middle, and orders placed meanwhile are carried out', async () => {
  const before = await epochs()
  await system.order(zone)
  const stop = await inTheMiddle(3)
  process.kill(await pidOf(system.stack, 'redis'), 'SIGKILL')
  stop.release()
  const placed = await system.api.must<{ orders: Array<{ number: number }> }>('POST', '/v1/orders', { scope: { hosts: [lastHost] }, reason: 'while Redis is away' })
  await wait(2000)
  await system.stack.restartRedis()
  const second = placed.orders[0]?.number ?? 0
  const last = system.fleet.accounts.find(({ host }) => host === lastHost)
  if (last === undefined) throw new Error('a fleet without its last host')
  await system.settled(last, second)
  before.set(last, ((await system.document(last))?.epoch ?? 0) - 1)
  await allIsWell(second - 1, before)
})

/** Every secret that was ever stored, by fingerprint: a worker that overtakes another writes the same one down again, as not sent. */
function storedSecrets (): Set<string> {
  return new Set(vault.done.filter(storesCandidate).map(({ body }) => (JSON.parse(body) as { data: { candidate: { fingerprint: string } } }).data.candidate.fingerprint))
}

test('two workers settle a fleet, each host once, when Redis was frozen for more than two lock durations', async () => {
  const before = await epochs()
  await startWorker('second')
  const earlier = storedSecrets()
  const order = await system.order(zone)
  const stop = await inTheMiddle(3)
  const redis = await pidOf(system.stack, 'redis')
  process.kill(redis, 'SIGSTOP')
  stop.release()
  await wait(2.5 * lockMilliseconds)
  process.kill(redis, 'SIGCONT')
  await allIsWell(order, before)
  expect(storedSecrets().size - earlier.size).toBe(system.fleet.accounts.length)
  system.stack.service('second')?.kill('SIGKILL')
})

test('a fleet settles after Vault was sealed in the middle, and until then the API says so and takes nothing on', async () => {
  const before = await epochs()
  const order = await system.order(zone)
  const stop = await inTheMiddle(3)
  await system.stack.sealVault()
  stop.release()

  const refused = await system.api.call('POST', '/v1/orders', { scope: { zones: [zone] }, reason: 'while Vault is sealed' })
  expect(refused).toMatchObject({ status: 503, body: { code: 'vault/sealed', status: 503 } })
  expect(refused.headers['retry-after']).toMatch(/^\d+$/)
  expect(await system.api.call('GET', '/v1/credentials')).toMatchObject({ status: 503, body: { code: 'vault/sealed' } })
  expect(await system.api.call('GET', '/health/ready')).toMatchObject({ status: 503, body: { code: 'vault/sealed' } })
  await wait(1000)

  await system.stack.unsealVault()
  await allIsWell(order, before)
  expect(await system.order(zone)).toBe(order + 1)
  await system.allSettled(order + 1)
  const log = await logOf({ logFile: `${system.stack.dir}/logs/${worker}.log` })
  expect(log.some(({ event, code }) => event === 'scan-failed' && code === 'vault/sealed')).toBe(true)
})

test('a fleet settles after Vault was killed in the middle and started again', async () => {
  const before = await epochs()
  const order = await system.order(zone)
  const stop = await inTheMiddle(3)
  process.kill(system.stack.vault.pid, 'SIGKILL')
  stop.release()
  await until('Vault is gone', () => Promise.resolve(system.stack.vault.pid === 0 ? true : undefined))
  expect(await system.api.call('GET', '/v1/credentials')).toMatchObject({ status: 503, body: { code: 'vault/unavailable' } })
  await wait(1000)
  await system.stack.restartVault()
  await allIsWell(order, before)
})
