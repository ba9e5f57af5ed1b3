import { readdirSync, readFileSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { startStack, stateRoot } from '@rekey/local'
import type { Stack, VaultHttp } from '@rekey/local'
import { vaultFiles } from '../../deploy/local/src/layout.ts'
import * as logins from '../faults/harness/logins.ts'
import { redisLogin } from '../faults/harness/redis.ts'
import { quick, until } from '../faults/harness/system.ts'

/** What somebody reaches who has taken all that one process of a running Rekey has: its files, its environment, its memory. */
const dir = join(stateRoot, `test-zones-${process.pid}`)
const zones = ['production', 'backup'] as const
type Zone = typeof zones[number]
const place = 'store-1/root/ssh-key'
let stack: Stack

const needleOf = (zone: string): string => `a-secret-of-${zone}-that-nobody-else-has`
const write = (data: object, cas = 0): object => ({ options: { cas }, data })

/** Every kind of document that any policy speaks of: new ones are tried by themselves. */
const kinds = [...new Set(readdirSync(vaultFiles).filter((file) => file.endsWith('ZONE.hcl')).flatMap((file) =>
  [...readFileSync(join(vaultFiles, file), 'utf8').matchAll(/rekey-ZONE\/(?:data|metadata)\/([a-z-]+)/g)].map(([, kind = '']) => kind)))]

beforeAll(async () => {
  stack = await startStack({ dir, settings: { ...quick, REKEY_AUDIT_SHIP_SECONDS: '0.3' }, zones: zones.map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  const api = await logins.asService(stack, 'api')
  for (const zone of zones) {
    const worker = await logins.asService(stack, `worker-${zone}`)
    await worker.must('POST', `rekey-${zone}/data/credentials/${place}`, write({ note: needleOf(zone) }))
    await api.must('POST', `rekey-${zone}/data/hosts/planted`, write({ note: 'a record' }))
  }
})

afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true, force: true })
})

const pidOf = (service: string): number => stack.service(service)?.pid ?? 0

/** All that can be read of a process's memory, as it stands there. */
async function memoryOf (pid: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  const memory = await open(`/proc/${pid}/mem`, 'r')
  try {
    for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
      const [, from = '0', to = '0', rights = '', inode = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+)\s*(.*)$/.exec(line) ?? []
      // What is no file's: heap, stacks, what the engine has asked for.
      if (!rights.startsWith('rw') || inode !== '0' || name.startsWith('[v')) continue
      const size = Number(BigInt(`0x${to}`) - BigInt(`0x${from}`))
      const piece = Buffer.alloc(size)
      const read = await memory.read(piece, 0, size, Number(BigInt(`0x${from}`))).catch(() => ({ bytesRead: 0 }))
      pieces.push(piece.subarray(0, read.bytesRead))
    }
  } finally {
    await memory.close()
  }
  return Buffer.concat(pieces)
}

async function secretsOf (service: string): Promise<string[]> {
  const { roleIdFile, secretIdFile, redisPasswordFile } = stack.credentials(service)
  return await Promise.all([roleIdFile, secretIdFile, redisPasswordFile].map(async (file) => (await readFile(file, 'utf8')).trim()))
}

/** A process can have mapped more than fits into one string. */
function * textsOf (memory: Buffer): Generator<string> {
  const size = 64 * 1024 * 1024
  const longestToken = 128
  for (let start = 0; start < memory.length; start += size) yield memory.toString('latin1', start, start + size + longestToken)
}

/** Vault tokens that a process has in its memory, those that are valid. */
async function tokensIn (memory: Buffer): Promise<VaultHttp[]> {
  const found = new Set<string>()
  for (const text of textsOf(memory)) for (const [token] of text.matchAll(/\b(?:hv)?s\.[A-Za-z0-9_-]{20,120}/g)) found.add(token)
  const holders = await Promise.all([...found].map(async (token) => ({ holder: stack.vaultHttp.as(token), answer: await stack.vaultHttp.as(token).send('GET', 'auth/token/lookup-self') })))
  return holders.filter(({ answer }) => answer.status === 200).map(({ holder }) => holder)
}

/** The requests that did not answer 403. */
async function reached (holder: VaultHttp, requests: ReadonlyArray<readonly [string, string, object?]>): Promise<string[]> {
  const answers = await Promise.all(requests.map(async ([method, path, body]) => ({ path: `${method} ${path}`, status: (await holder.send(method, path, body)).status })))
  return answers.filter(({ status }) => status !== 403).map(({ path, status }) => `${path}: ${status}`)
}

const everything = (zone: string): Array<readonly [string, string, object?]> => kinds.flatMap((kind) => [
  ['LIST', `rekey-${zone}/metadata/${kind}`],
  ...['planted', place, '7', 'default', 'named'].flatMap((path) => [
    ['GET', `rekey-${zone}/data/${kind}/${path}`], ['GET', `rekey-${zone}/metadata/${kind}/${path}`],
    ['POST', `rekey-${zone}/data/${kind}/${path}`, write({})], ['POST', `rekey-${zone}/data/${kind}/${path}`, write({}, 1)],
    ['DELETE', `rekey-${zone}/data/${kind}/${path}`], ['DELETE', `rekey-${zone}/metadata/${kind}/${path}`]
  ] as const)
])

describe.each<[Zone, Zone]>([['production', 'backup'], ['backup', 'production']])('who has all that the worker of %s has', (own, other) => {
  let memory: Buffer
  let holders: VaultHttp[]
  beforeAll(async () => {
    memory = await memoryOf(pidOf(`worker-${own}`))
    holders = [await logins.asService(stack, `worker-${own}`), ...await tokensIn(memory)]
  })

  test('finds its own secrets in its memory, so the search finds what is there, and nothing of the other zone', async () => {
    // The role id and the secret id are there since the login.
    expect((await secretsOf(`worker-${own}`)).filter((secret) => memory.includes(secret)).length).toBeGreaterThan(0)
    expect(holders.length).toBeGreaterThan(1)
    expect((await secretsOf(`worker-${other}`)).filter((secret) => memory.includes(secret))).toEqual([])
    expect(memory.includes(needleOf(other))).toBe(false)
    const environment = await readFile(`/proc/${pidOf(`worker-${own}`)}/environ`, 'utf8')
    for (const secret of [...await secretsOf(`worker-${own}`), ...await secretsOf(`worker-${other}`)]) expect(environment).not.toContain(secret)
    // NODE_ENV is production in each.
    for (const name of [`worker-${other}`, `rekey-${other}`, `REKEY_ZONE=${other}`]) expect(environment).not.toContain(name)
  })

  test('reaches 0 documents of the other zone: credentials, states, hosts, orders, audit and all others', async () => {
    expect(kinds).toEqual(expect.arrayContaining(['credentials', 'states', 'hosts', 'orders', 'audit', 'adoptions', 'proposals', 'approvals']))
    for (const holder of holders) {
      expect(await reached(holder, everything(other))).toEqual([])
      expect(await reached(holder, [
        ...['config', 'metadata'].map((path) => ['GET', `rekey-${other}/${path}`] as const),
        ['POST', `transit/sign/rekey-audit-${other}`, { input: 'eA==' }],
        ['GET', `rekey-${other}/data/in-force/policy`], ['POST', `rekey-${other}/data/in-force/policy`, write({})],
        ['LIST', 'rekey-shared/metadata/audit'], ['LIST', 'rekey-shared/metadata/tokens'], ['LIST', 'rekey-shared/metadata/requests']
      ])).toEqual([])
      // The same of its own zone is there, so the paths are right.
      expect((await holder.send('GET', `rekey-${own}/data/credentials/${place}`)).status).toBe(200)
    }
  })

  test('has 0 jobs accepted in the other zone, and one in its own that names the other is dropped and alarmed', async () => {
    const connection = await redisLogin(stack, `worker-${own}`)
    const there = new Queue(`visits-${other}`, { connection, prefix: 'rekey' }).on('error', () => {})
    const here = new Queue(`visits-${own}`, { connection, prefix: 'rekey' })
    const redis = new Redis(connection)
    try {
      await expect(there.add('visit', { zone: other, host: 'planted' })).rejects.toThrow('NOPERM')
      for (const key of ['id', 'meta', 'wait']) await expect(redis.get(`rekey:visits-${other}:${key}`)).rejects.toThrow('NOPERM')
      const { logFile } = stack.service(`worker-${own}`) ?? { logFile: '' }
      await here.add('visit', { zone: other, host: 'planted' })
      await until('the job is alarmed', async () => (await readFile(logFile, 'utf8')).includes('"alarm":"foreign-job"') || undefined, 10)
      expect((await readFile(stack.service(`worker-${other}`)?.logFile ?? '', 'utf8')).includes('"host":"planted"')).toBe(false)
    } finally {
      await Promise.all([there.close(), here.close(), redis.quit()])
    }
  })
})

test('who has all that the API has reads 0 secrets, redirects 0, approves of nothing and signs for no worker', async () => {
  const memory = await memoryOf(pidOf('api'))
  for (const zone of zones) {
    expect(memory.includes(needleOf(zone))).toBe(false)
    expect((await secretsOf(`worker-${zone}`)).filter((secret) => memory.includes(secret))).toEqual([])
  }
  const found = await tokensIn(memory)
  expect(found.length).toBeGreaterThan(0)
  for (const holder of [await logins.asService(stack, 'api'), ...found]) {
    for (const zone of zones) {
      expect(await reached(holder, [
        ['GET', `rekey-${zone}/data/credentials/${place}`], ['GET', `rekey-${zone}/subkeys/credentials/${place}`], ['GET', `rekey-${zone}/data/adoptions/${place}`],
        ['POST', `rekey-${zone}/data/credentials/${place}`, write({}, 1)], ['POST', `rekey-${zone}/data/credentials/new/new/ssh-key`, write({})],
        ['DELETE', `rekey-${zone}/metadata/credentials/${place}`],
        ['POST', `rekey-${zone}/data/hosts/planted`, write({}, 1)], ['DELETE', `rekey-${zone}/metadata/hosts/planted`],
        ['POST', `rekey-${zone}/data/approvals/proposal-1/somebody`, write({})], ['POST', `rekey-${zone}/data/approvals/policy-1/somebody`, write({})],
        ['POST', `rekey-${zone}/data/policies/default`, write({})], ['POST', `rekey-${zone}/data/in-force/policy`, write({})],
        ['POST', `rekey-${zone}/data/states/${place}`, write({})],
        ['POST', `transit/sign/rekey-audit-${zone}`, { input: 'eA==' }], ['POST', 'transit/hmac/rekey-passwords/sha2-256', { input: 'eA==' }]
      ])).toEqual([])
    }
  }
})
