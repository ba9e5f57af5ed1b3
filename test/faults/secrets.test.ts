import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Method } from '@rekey/client'
import type { ApiReply } from '@rekey/local'
import type { Redis } from 'ioredis'
import { credentialKinds, defaultPolicy } from '@rekey/domain'
import { rotationBoundaries } from './harness/boundaries.ts'
import { Collector } from './harness/collector.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { Lane } from './harness/lane.ts'
import type { Needle } from './harness/needles.ts'
import { find, needlesOf } from './harness/needles.ts'
import { adminOf, pidOf } from './harness/redis.ts'
import { asHandedOver } from './harness/secret-text.ts'
import { documentsIn, filesIn, ProcessWatch, valuesIn } from './harness/sinks.ts'
import { soon, System } from './harness/system.ts'

/*
 * Planted secrets: the keys and passwords of a fleet, old and new, are looked for in everything that Rekey leaves behind or shows.
 * A name that belongs there is looked for as well: were it not found, nothing else would be found either.
 */

/** The zone's name, and a part of its hosts': it gets into every sink in the natural way. */
const marker = `m${randomBytes(7).toString('hex')}`
const control: Needle = { name: 'the marker', bytes: Buffer.from(marker) }

let collector: Collector
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
  collector = await Collector.start()
  system = await System.start(makeFleet({ [marker]: 1 }, [{ deploy: ['ssh-key'], app: ['ssh-key'], operator: ['password'], root: ['ssh-key', 'password'] }]), { REKEY_LOG_LEVEL: 'debug', ...collector.settings })
  redis = await adminOf(system.stack)
  lane = await Lane.open(system, marker)
  await lane.startWorker()
  await system.setPolicy(marker, { ...defaultPolicy, historyLength: 50 })
  for (const account of system.fleet.accounts) await call('POST', '/v1/credentials', { ...named(account), ...asHandedOver(account.first) })
  await system.allSettled(0)
  await rotateUndisturbed()
  await rotateWithFaults()
  await askTheApi()
  processes = [lane.worker.pid, system.stack.vault.pid, await pidOf(system.stack, 'redis'), await pidOf(system.stack, 'api')]
  await watch.end()
  needles = (await Promise.all(system.fleet.accounts.map(secretsOf))).flat()
}, 240_000)

afterAll(async () => {
  await lane.close()
  redis.disconnect()
  await system.stop()
  await collector.close()
})

function named ({ zone, host, account }: Account): Record<string, string> {
  return { zone, host, account }
}

async function call (method: Method, path: string, body?: unknown): Promise<ApiReply> {
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
  const halfway = credentialKinds.flatMap((kind) => rotationBoundaries[kind].filter(({ when }) => when === 'halfway').map((boundary) => ({ who: lane.account(undefined, kind), boundary })))
  const atWork = halfway.filter(({ boundary: { isLocked } }) => isLocked).map(({ boundary }) => ({ who: lane.account('root', 'password'), boundary }))
  for (const { who, boundary } of [...halfway, ...atWork]) {
    const held = boundary.hold(lane.gates)
    const order = await system.orderFor(who)
    await soon(boundary.effect, held.reached)
    if (boundary.isLocked) await watch.round()
    lane.gates.host.newest.cut()
    held.release()
    await system.settled(who, order)
  }
  const held = lane.gates.vault.stop('before', ({ path }) => path.includes('/data/credentials/'))
  const order = await system.order(marker)
  await soon('a read of a document', held.reached)
  await system.stack.sealVault()
  held.release()
  await call('POST', '/v1/credentials', { ...named(lane.account('deploy')), name: 'another', ...asHandedOver(lane.account('deploy').first) })
  await call('POST', '/v1/credentials', { ...named(lane.account('operator')), name: 'another', ...asHandedOver(lane.account('operator').first) })
  await system.stack.unsealVault()
  await system.allSettled(order)
}

/** Everything that the API has to say, and its refusals of a secret in every place where one could end up. */
async function askTheApi (): Promise<void> {
  for (const path of ['/v1/hosts', '/v1/credentials', '/v1/orders', `/v1/orders/${marker}/1`, '/openapi.json', '/health/ready']) await call('GET', path)
  for (const kind of credentialKinds) {
    const who = lane.account(undefined, kind)
    const [[field, secret] = ['', '']] = Object.entries(asHandedOver(who.first))
    for (const path of [`/v1/credentials/${marker}/${who.host}/${who.account}/${kind}`, `/v1/hosts?zone=${encodeURIComponent(secret)}`, `/v1/${encodeURIComponent(secret)}`]) await call('GET', path)
    for (const body of [
      { ...named(who), [field]: secret },
      { ...named(who), [field]: [secret] },
      { ...named(who), name: secret, [field]: secret },
      { ...named(who), privateKey: secret.slice(0, -80) },
      { ...named(who), password: `${secret}\n` },
      { ...named(who), privateKey: secret, password: secret },
      { ...named(who), [secret]: secret, [field]: secret },
      secret
    ]) expect((await call('POST', '/v1/credentials', body)).status).toBeGreaterThanOrEqual(400)
    expect((await call('POST', '/v1/orders', { scope: { hosts: [secret] }, reason: secret })).status).toBe(400)
  }
}

/** A key's text differs from the stored one's in numbers that mean nothing. */
const handedOver = 'as it was handed over'

/** Every secret that ever opened, or was to open, this account. */
async function secretsOf (account: Account): Promise<Needle[]> {
  const document = await system.document(account)
  const stored = document === undefined ? [] : [document.current, ...document.history]
  expect(stored.length).toBeGreaterThanOrEqual(3)
  expect(stored.at(-1)).toMatchObject({ epoch: 1 })
  const whose = `${account.account}'s ${account.kind}`
  return [
    ...stored.flatMap((secret) => needlesOf(`${whose} of epoch ${secret.epoch}`, secret)),
    ...needlesOf(`${whose} ${handedOver}`, account.first)
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
  'what a collector of traces gets': async () => {
    // Spans are sent once a second.
    await wait(1500)
    return collector.bodies
  },
  'what the API answers': () => Promise.resolve(replies),
  'the states in Vault': async () => await documents('states'),
  'the hosts in Vault': async () => await documents('hosts'),
  'the orders in Vault': async () => await documents('orders')
}

/** Sinks that say nothing of zones or hosts. */
const withoutMarker: Readonly<Record<string, readonly string[]>> = { 'the log of the hosts\' sshd': ['Accepted publickey', 'Accepted password', 'Failed password'] }

test.each(Object.keys(sinks))('no secret is in %s, where the search finds what does belong there', async (name) => {
  const found = await sinks[name]?.() ?? []
  const belongs = withoutMarker[name]?.map((text) => ({ name: text, bytes: Buffer.from(text) })) ?? [control]
  expect(find(belongs, found)).toEqual(belongs.map((one) => one.name))
  expect(find(needles, found)).toEqual([])
})

test('every process of the stack was looked at', () => {
  expect(processes.filter((pid) => !watch.pids.has(pid))).toEqual([])
})

test('programs that change passwords were looked at while they did', () => {
  const seen = watch.what('cmdline').map((text) => text.toString().split('\0')[0])
  expect(seen).toEqual(expect.arrayContaining(['passwd', 'chpasswd']))
})

test('the search does find every secret where secrets belong, in the documents of the credentials', async () => {
  const found = await documents('credentials')
  const raw = needles.filter(({ name }) => /(line|half) \d+, raw$/.test(name) && !name.includes(handedOver))
  expect(raw.length).toBeGreaterThan(30)
  expect(find(raw, found)).toHaveLength(raw.length)
})

test('nothing is left of the documents by which they were handed over', async () => {
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
  const { first } = lane.account('deploy')
  const found = find(needlesOf('it', first), [Buffer.from('something before '), Buffer.from(write(asHandedOver(first)['privateKey'] ?? ''), 'latin1')])
  expect(found).toContainEqual(expect.stringContaining(way))
  if (way !== 'seed, raw') expect(found.filter((name) => name.includes('line 3'))).not.toEqual([])
})

test.each([
  ['as it is', (password: string) => password, 'raw'],
  ['in JSON in JSON', (password: string) => JSON.stringify(JSON.stringify({ password })), 'raw'],
  ['quoted for a shell', (password: string) => `'${password.replaceAll('\'', '\'\\\'\'')}'`, 'raw'],
  ['in hex', (password: string) => Buffer.from(password).toString('hex'), 'hex'],
  ['in base64', (password: string) => Buffer.from(password).toString('base64'), 'base64'],
  ['in base64, behind other bytes', (password: string) => Buffer.from(`operator:${password}`).toString('base64'), 'base64'],
  ['in a URL', (password: string) => encodeURIComponent(password), 'raw']
])('the search finds both halves of a password that is written %s', (_, write, way) => {
  const { first } = lane.account('operator')
  const found = find(needlesOf('it', first), [Buffer.from('something before '), Buffer.from(write(asHandedOver(first)['password'] ?? ''))])
  for (const half of ['half 1', 'half 2']) expect(found).toContainEqual(expect.stringMatching(new RegExp(`${half}, .*${way}`)))
})
