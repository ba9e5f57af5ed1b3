import { randomBytes } from 'node:crypto'
import type { ApiReply } from '@rekey/local'
import type { Redis } from 'ioredis'
import { rotationBoundaries } from './harness/boundaries.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { Lane } from './harness/lane.ts'
import type { Needle } from './harness/needles.ts'
import { find, needlesOf } from './harness/needles.ts'
import { adminOf, pidOf } from './harness/redis.ts'
import type { SecretText } from './harness/secret-text.ts'
import { asHandedOver } from './harness/secret-text.ts'
import { documentsIn, filesIn, ProcessWatch, valuesIn } from './harness/sinks.ts'
import { soon, System } from './harness/system.ts'

/*
 * Planted secrets: the keys of a fleet, old and new, are looked for in everything that Rekey leaves behind or shows.
 * A name that belongs there is looked for as well: were it not found, nothing else would be found either.
 */

/** The zone's name, and a part of its hosts': it gets into every sink in the natural way. */
const marker = `m${randomBytes(7).toString('hex')}`
const control: Needle = { name: 'the marker', bytes: Buffer.from(marker) }

let system: System
let redis: Redis
let lane: Lane
let watch: ProcessWatch
let processes: number[]
const replies: Buffer[] = []
const waitingJobs: Buffer[] = []
let needles: Needle[]

beforeAll(async () => {
  watch = new ProcessWatch()
  system = await System.start(makeFleet({ [marker]: 1 }, [{ deploy: ['ssh-key'], app: ['ssh-key'], root: ['ssh-key'] }]), { REKEY_LOG_LEVEL: 'debug' })
  redis = await adminOf(system.stack)
  lane = await Lane.open(system, marker)
  await lane.startWorker()
  for (const account of system.fleet.accounts) await call('POST', '/v1/credentials', { ...named(account), ...asHandedOver(account.first) })
  await system.allSettled(0)
  await rotateUndisturbed()
  await rotateWithFaults()
  await askTheApi()
  processes = [lane.worker.pid, system.stack.vault.pid, await pidOf(system.stack, 'redis'), await pidOf(system.stack, 'api')]
  await watch.end()
  needles = (await Promise.all(system.fleet.accounts.map(keysOf))).flat()
}, 120_000)

afterAll(async () => {
  await lane.close()
  redis.disconnect()
  await system.stop()
}, 60_000)

function named ({ zone, host, account }: Account): Record<string, string> {
  return { zone, host, account }
}

async function call (method: string, path: string, body?: unknown): Promise<ApiReply> {
  const reply = await system.api.call(method, path, body)
  replies.push(Buffer.from(JSON.stringify([reply.headers, reply.body])))
  return reply
}

/** Jobs wait while the worker sleeps, so that there is something in Redis's dump. */
async function rotateUndisturbed (): Promise<void> {
  lane.worker.kill('SIGSTOP')
  const order = await system.order(marker)
  waitingJobs.push(...await valuesIn(redis))
  // Compressed strings would hide what they hold.
  await redis.config('SET', 'rdbcompression', 'no')
  await redis.save()
  lane.worker.kill('SIGCONT')
  await system.allSettled(order)
}

/** Whatever goes wrong is told to somebody. */
async function rotateWithFaults (): Promise<void> {
  for (const boundary of rotationBoundaries['ssh-key'].filter(({ when }) => when === 'halfway')) {
    const held = boundary.hold(lane.gates)
    const order = await system.order(marker, { accounts: ['deploy'] })
    await soon(boundary.effect, held.reached)
    lane.gates.host.newest.cut()
    held.release()
    await system.settled(lane.account('deploy'), order)
  }
  const held = lane.gates.vault.stop('before', ({ path }) => path.includes('/data/credentials/'))
  const order = await system.order(marker)
  await soon('a read of a document', held.reached)
  await system.stack.sealVault()
  held.release()
  await call('POST', '/v1/credentials', { ...named(lane.account('deploy')), name: 'another', ...asHandedOver(lane.account('deploy').first) })
  await system.stack.unsealVault()
  await system.allSettled(order)
}

/** Everything that the API has to say, and its refusals of a key in every place where one could end up. */
async function askTheApi (): Promise<void> {
  const privateKey = textOf(lane.account('deploy').first)
  const own = `/v1/credentials/${marker}/${marker}-1/deploy/ssh-key`
  for (const path of ['/v1/hosts', '/v1/credentials', own, '/v1/orders', `/v1/orders/${marker}/1`, '/openapi.json', '/health/ready', `/v1/hosts?zone=${encodeURIComponent(privateKey)}`, `/v1/${encodeURIComponent(privateKey)}`]) await call('GET', path)
  for (const body of [
    { ...named(lane.account('deploy')), privateKey },
    { ...named(lane.account('deploy')), privateKey: [privateKey] },
    { ...named(lane.account('deploy')), name: privateKey, privateKey },
    { ...named(lane.account('deploy')), privateKey: privateKey.slice(0, -80) },
    { ...named(lane.account('deploy')), [privateKey]: privateKey, privateKey },
    privateKey
  ]) expect((await call('POST', '/v1/credentials', body)).status).toBeGreaterThanOrEqual(400)
  expect((await call('POST', '/v1/orders', { scope: { hosts: [privateKey] }, reason: privateKey })).status).toBe(400)
}

const textOf = (secret: SecretText): string => asHandedOver(secret)['privateKey'] ?? ''

/** Its text differs from the stored one's in numbers that mean nothing. */
const handedOver = 'as it was handed over'

/** Every key that ever opened, or was to open, this account. */
async function keysOf (account: Account): Promise<Needle[]> {
  const document = await system.document(account)
  const stored = document === undefined ? [] : [document.current, ...document.history]
  expect(stored.length).toBeGreaterThanOrEqual(3)
  expect(stored.at(-1)).toMatchObject({ epoch: 1 })
  return [
    ...stored.flatMap((secret) => needlesOf(`${account.account}'s key of epoch ${secret.epoch}`, textOf(secret))),
    ...needlesOf(`${account.account}'s key ${handedOver}`, textOf(account.first))
  ]
}

async function documents (folder: string): Promise<Buffer[]> {
  return await documentsIn(system.operator(marker), `rekey-${marker}`, `${folder}/`)
}

const sinks: Record<string, () => Promise<Buffer[]>> = {
  'what Redis held while jobs waited': () => Promise.resolve(waitingJobs),
  'what Redis holds': async () => [...await valuesIn(redis), Buffer.from(JSON.stringify(await redis.call('ACL', 'LIST')))],
  'Redis\'s dump and append-only file': async () => await filesIn(`${system.stack.dir}/redis/data`),
  'the logs of all processes': async () => await filesIn(`${system.stack.dir}/logs`),
  'the audit journals': async () => await filesIn(`${system.stack.dir}/audit`),
  'Vault\'s audit devices': async () => await filesIn(`${system.stack.dir}/vault/audit`),
  'the log of the hosts\' sshd': async () => await filesIn(`${system.lab.dir}/hosts`),
  'the arguments of all processes': () => Promise.resolve(watch.what('cmdline')),
  'the environment of all processes': () => Promise.resolve(watch.what('environ')),
  'what the API answers': () => Promise.resolve(replies),
  'the states in Vault': async () => await documents('states'),
  'the hosts in Vault': async () => await documents('hosts'),
  'the orders in Vault': async () => await documents('orders')
}

/** Sinks that say nothing of zones or hosts. */
const withoutMarker: Readonly<Record<string, string>> = { 'the log of the hosts\' sshd': 'Accepted publickey' }

test.each(Object.keys(sinks))('no key is in %s, where the search finds what does belong there', async (name) => {
  const found = await sinks[name]?.() ?? []
  const belongs = withoutMarker[name] === undefined ? control : { name: 'what belongs there', bytes: Buffer.from(withoutMarker[name]) }
  expect(find([belongs], found)).toEqual([belongs.name])
  expect(find(needles, found)).toEqual([])
})

test('every process of the stack was looked at', () => {
  expect(processes.filter((pid) => !watch.pids.has(pid))).toEqual([])
})

test('the search does find every key where keys belong, in the documents of the credentials', async () => {
  const found = await documents('credentials')
  const raw = needles.filter(({ name }) => /line \d+, raw$/.test(name) && !name.includes(handedOver))
  expect(raw.length).toBeGreaterThan(30)
  expect(find(raw, found)).toHaveLength(raw.length)
})

test('nothing is left of the documents by which the keys were handed over', async () => {
  expect(await documents('adoptions')).toEqual([])
})

test.each([
  ['as it is', (key: string) => key, 'raw'],
  ['in JSON', (key: string) => JSON.stringify({ key }), 'raw'],
  ['in hex', (key: string) => Buffer.from(key).toString('hex'), 'hex'],
  ['in base64', (key: string) => Buffer.from(key).toString('base64'), 'base64'],
  ['in base64, behind other bytes', (key: string) => Buffer.from(`x${key}`).toString('base64'), 'base64'],
  ['in a URL', (key: string) => encodeURIComponent(key), 'percent-encoded'],
  ['as the bytes of a file', (key: string) => Buffer.from(key.replace(/-----.*-----/g, ''), 'base64').toString('latin1'), 'seed, raw']
])('the search finds a key that is written %s', (_, write, way) => {
  const privateKey = textOf(lane.account('deploy').first)
  const found = find(needlesOf('it', privateKey), [Buffer.from('something before '), Buffer.from(write(privateKey), 'latin1')])
  expect(found).toContainEqual(expect.stringContaining(way))
  if (way !== 'seed, raw') expect(found.filter((name) => name.includes('line 3'))).not.toEqual([])
})
