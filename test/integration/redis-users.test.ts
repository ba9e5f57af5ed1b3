import { readFile, rm } from 'node:fs/promises'
import { connect } from 'node:tls'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { Secret } from '@rekey/domain'
import { openClientCertificate } from '@rekey/http/certificate'
import { startStack, stateRoot } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { createVisitQueue, createVisitWorker } from '@rekey/queue'
import { adminOf, redisLogin } from '../faults/harness/redis.ts'

const dir = join(stateRoot, `test-redis-users-${process.pid}`)
const prefix = 'rekey'
let opened: Array<{ close: () => Promise<unknown> } | Redis> = []
let stack: Stack
let admin: Redis

async function redis (service: string): Promise<Redis> {
  const connection = new Redis(await redisLogin(stack, service))
  opened.push(connection)
  return connection
}

async function queue (service: string, zone: string): Promise<Queue> {
  const made = new Queue(`visits-${zone}`, { connection: await redisLogin(stack, service), prefix })
  opened.push(made)
  return made
}

beforeAll(async () => {
  stack = await startStack({ dir, services: false, zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: [] })) })
  admin = await adminOf(stack)
})

afterEach(async () => {
  for (const one of opened) await (one instanceof Redis ? one.quit() : one.close())
  opened = []
})

afterAll(async () => {
  admin.disconnect()
  await stack.stop()
  await rm(dir, { recursive: true })
})

test('a worker of BullMQ does under its user all that ours ask of it, without one refusal', async () => {
  const events: string[] = []
  const api = await queue('api', 'production')
  const worker = new Worker('visits-production', async job => {
    events.push(`visit ${job.id ?? ''}`)
    // Longer than a lock, so that it is renewed.
    if (job.id === 'slow') await sleep(1500)
    if (job.id === 'bad' && job.attemptsMade === 0) throw new Error('try again')
    return 'done'
  }, { connection: await redisLogin(stack, 'worker-production'), prefix, concurrency: 4, lockDuration: 1000, stalledInterval: 500, name: 'w1' })
  opened.push(worker)
  worker.on('completed', job => events.push(`completed ${job.id ?? ''}`))
  await worker.waitUntilReady()

  const options = { removeOnComplete: true, removeOnFail: true, attempts: 2, backoff: { type: 'fixed', delay: 50 } }
  const jobs = ['one', 'two', 'slow', 'bad'].map(host => ({ name: 'visit', data: { zone: 'production', host }, opts: { ...options, jobId: host } }))
  await api.addBulk(jobs)
  // What is queued already stays one.
  await api.addBulk(jobs)
  const own = await queue('worker-production', 'production')
  await own.addBulk([{ name: 'visit', data: { zone: 'production', host: 'late' }, opts: { ...options, jobId: 'late', delay: 100, priority: 2 } }])
  await own.upsertJobScheduler('tick', { every: 200 }, { name: 'visit', data: { zone: 'production', host: 'tick' }, opts: options })

  const wanted = ['one', 'two', 'slow', 'bad', 'late'].map(host => `completed ${host}`)
  const deadline = Date.now() + 20_000
  while (!wanted.every(event => events.includes(event)) || !events.some(event => event.startsWith('completed repeat:tick'))) {
    if (Date.now() > deadline) throw new Error(`only ${events.join(', ')}`)
    await sleep(50)
  }
  expect(events.filter(event => event === 'visit slow')).toHaveLength(1)
  await own.removeJobScheduler('tick')
  await own.pause()
  await own.resume()
  // A tick that was under way comes to its end.
  while ((await own.getJobs(['waiting', 'delayed', 'prioritized', 'active'])).length > 0) {
    if (Date.now() > deadline) throw new Error('jobs are left')
    await sleep(50)
  }
  expect(await own.getJobCounts()).toMatchObject({ failed: 0, completed: 0 })
  await worker.close()
  expect(await admin.acl('LOG')).toEqual([])
})

test('our own queue and worker do without one refusal what they ask of Redis beyond BullMQ', async () => {
  const { redisUser, redisPasswordFile, certificateFile, certificateKeyFile } = stack.credentials('worker-production')
  const [password, ca] = await Promise.all([readFile(redisPasswordFile, 'utf8'), readFile(stack.caFile, 'utf8')])
  const redis = { ...stack.redis, username: redisUser, password: Secret.of(password), certificate: openClientCertificate({ ca, certFile: certificateFile, keyFile: certificateKeyFile }, 'REKEY_REDIS') }
  const [visits, alarms]: [string[], unknown[]] = [[], []]
  const note = (fields: unknown): void => { alarms.push(fields) }
  const visitQueue = createVisitQueue({ redis, zone: 'production' })
  const visitWorker = createVisitWorker({ redis, zone: 'production', concurrency: 1, lockSeconds: 1, visit: one => { visits.push(one); return Promise.resolve() }, log: { info: note, warn: note, error: note } })
  opened.push(visitQueue, visitWorker)
  await admin.hset('rekey:visits-production:host-web-1', 'name', 'visit')
  expect(await visitQueue.release('web-1')).toBe(true)
  await (await queue('worker-production', 'production')).add('visit', { zone: 'backup', host: 'web-2' })
  await visitQueue.request(['web-1'])
  for (const deadline = Date.now() + 10_000; visits.length === 0 && Date.now() < deadline;) await sleep(20)
  expect(visits).toEqual(['web-1'])
  expect(alarms).toMatchObject([{ alarm: 'foreign-job' }])
  expect(await admin.acl('LOG')).toEqual([])
})

test('a worker can neither read, write, list nor wait for another zone\'s queue', async () => {
  const worker = await redis('worker-production')
  await admin.set('rekey:visits-backup:id', '7')
  await expect(worker.get('rekey:visits-backup:id')).rejects.toThrow('NOPERM')
  await expect(worker.zadd('rekey:visits-backup:delayed', 1, 'x')).rejects.toThrow('NOPERM')
  await expect(worker.del('rekey:visits-backup:id')).rejects.toThrow('NOPERM')
  await expect(worker.bzpopmin('rekey:visits-backup:marker', 1)).rejects.toThrow('NOPERM')
  await expect(worker.eval('return redis.call("GET", "rekey:visits-backup:id")', 0)).rejects.toThrow(/can't access at least one of the keys|No permissions to access a key/)
  await expect(worker.rename('rekey:visits-production:x', 'rekey:visits-backup:x')).rejects.toThrow('NOPERM')
  await expect((await queue('worker-production', 'backup')).add('visit', {})).rejects.toThrow('NOPERM')
})

test.each(['api', 'worker-production'])('%s sees no other key, no other client, and rules nothing', async service => {
  const connection = await redis(service)
  const refused: Array<[string, ...string[]]> = [
    ['GET', 'other'], ['SET', 'other', '1'], ['KEYS', '*'], ['SCAN', '0'], ['DBSIZE'], ['RANDOMKEY'], ['FLUSHALL'], ['FLUSHDB'], ['SWAPDB', '0', '1'],
    ['CONFIG', 'GET', '*'], ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'], ['ACL', 'LIST'], ['ACL', 'SETUSER', service, '~*'], ['ACL', 'WHOAMI'],
    ['CLIENT', 'LIST'], ['CLIENT', 'KILL', 'TYPE', 'normal'], ['MONITOR'], ['SHUTDOWN'], ['SAVE'], ['BGREWRITEAOF'],
    ['REPLICAOF', '127.0.0.1', '1'], ['MODULE', 'LIST'], ['SCRIPT', 'FLUSH'], ['FUNCTION', 'LIST'], ['SUBSCRIBE', 'x'], ['PUBLISH', 'x', 'y'], ['SLOWLOG', 'GET'], ['MIGRATE', '127.0.0.1', '1', 'other', '0', '1']
  ]
  const passed: string[] = []
  for (const [command, ...args] of refused) {
    await connection.call(command, ...args).then(() => passed.push(command), (error: unknown) => { if (!String(error).includes('NOPERM')) passed.push(`${command}: ${String(error)}`) })
  }
  expect(passed).toEqual([])
})

test('nobody gets in without a user, and Redis keeps what it is given', async () => {
  const { host, port, tls } = await redisLogin(stack, 'worker-backup')
  const answer = await new Promise(resolve => {
    const socket = connect({ host, port, ...tls }, () => socket.write('GET rekey:visits-backup:id\r\n'))
    socket.once('data', (data: Buffer) => { resolve(data.toString()); socket.destroy() })
  })
  expect(answer).toMatch(/^-NOAUTH/)
  expect(await admin.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  expect(await admin.config('GET', 'appendonly')).toEqual(['appendonly', 'yes'])
  await admin.set('rekey:visits-backup:kept', 'yes')
  await sleep(1100)
  await stack.restartRedis('SIGKILL')
  expect(await admin.get('rekey:visits-backup:kept')).toBe('yes')
})
