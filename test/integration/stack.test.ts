import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { rootByUnsealKey, startStack, stateRoot } from '@rekey/local'
import type { Stack, VaultHttp } from '@rekey/local'
import * as logins from '../faults/harness/logins.ts'

const zoneNames = ['production', 'backup'] as const
const dir = join(stateRoot, `test-stack-${process.pid}`)
const document = 'web-1/deploy/ssh-key'
let stack: Stack

const asService = async (service: string): Promise<VaultHttp> => await logins.asService(stack, service)
const asPerson = async (zone: string): Promise<VaultHttp> => await logins.asPerson(stack, zone)

const write = (cas: number, data: object = { a: 1 }) => ({ options: { cas }, data })

type Request = readonly [method: string, path: string, body?: object]

/** The requests that were not refused with 403, with the status that each got. */
async function notRefused (holder: VaultHttp, requests: readonly Request[]): Promise<string[]> {
  const seen: string[] = []
  for (const [method, path, body] of requests) {
    const { status } = await holder.send(method, path, body)
    if (status !== 403) seen.push(`${method} ${path}: ${status}`)
  }
  return seen
}

/** Everything that could be done to the data of one document. */
function everyAct (mount: string, path: string): Request[] {
  return [
    ['GET', `${mount}/data/${path}`],
    ['GET', `${mount}/data/${path}?version=1`],
    ['GET', `${mount}/subkeys/${path}`],
    ['POST', `${mount}/data/${path}`, write(1)],
    ['PUT', `${mount}/data/${path}`, write(0)],
    ['PATCH', `${mount}/data/${path}`, write(1)],
    ['DELETE', `${mount}/data/${path}`],
    ['POST', `${mount}/delete/${path}`, { versions: [1] }],
    ['POST', `${mount}/undelete/${path}`, { versions: [1] }],
    ['PUT', `${mount}/destroy/${path}`, { versions: [1] }],
    ['POST', `${mount}/metadata/${path}`, { max_versions: 1 }],
    ['DELETE', `${mount}/metadata/${path}`]
  ]
}

/** What would let its holder give itself more rights, or see what others may. */
const administration: readonly Request[] = [
  ...['sys/policies/acl', 'sys/policy', 'auth/approle/role', 'auth/userpass/users', 'auth/token/accessors', 'identity/entity/id'].map(path => ['LIST', path] as const),
  ...['rekey-api', 'rekey-api-production', 'rekey-worker-production', 'rekey-person-production', 'root', 'default'].flatMap(name => [
    ['GET', `sys/policies/acl/${name}`], ['PUT', `sys/policies/acl/${name}`, { policy: 'path "*" { capabilities = ["sudo"] }' }], ['DELETE', `sys/policies/acl/${name}`]
  ] as Request[]),
  ['GET', 'sys/auth'],
  ['POST', 'sys/auth/mine', { type: 'userpass' }],
  ['GET', 'auth/approle/role/rekey-worker-production'],
  ['GET', 'auth/approle/role/rekey-worker-production/role-id'],
  ['POST', 'auth/approle/role/rekey-worker-production', { token_policies: ['root'] }],
  ['POST', 'auth/approle/role/rekey-worker-production/secret-id', {}],
  ['POST', 'auth/userpass/users/operator-production', { password: 'mine' }],
  ['POST', 'auth/userpass/users/operator-production/password', { password: 'mine' }],
  ['POST', 'auth/token/create', {}],
  ['POST', 'auth/token/create-orphan', {}],
  ['GET', 'sys/mounts'],
  ['POST', 'sys/mounts/mine', { type: 'kv' }],
  ['POST', 'sys/mounts/rekey-production/tune', { options: { version: '1' } }],
  ['POST', 'rekey-production/config', { cas_required: false }],
  ['DELETE', 'sys/mounts/rekey-production'],
  ['GET', 'sys/audit'],
  ['PUT', 'sys/audit/mine', { type: 'file', options: { file_path: '/tmp/mine' } }],
  ['DELETE', 'sys/audit/first'],
  ['PUT', 'sys/seal'],
  ['GET', 'sys/storage/raft/snapshot'],
  ['POST', 'identity/entity', { name: 'mine' }],
  ['LIST', 'transit/keys'],
  ['POST', 'transit/keys/mine', {}]
]

beforeAll(async () => {
  stack = await startStack({ dir, services: false, zones: zoneNames.map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  const api = await asService('api')
  for (const zone of zoneNames) {
    const worker = await asService(`worker-${zone}`)
    await worker.must('POST', `rekey-${zone}/data/credentials/${document}`, write(0))
    await api.must('POST', `rekey-${zone}/data/adoptions/${document}`, write(0))
  }
})

afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true })
})

describe('the API\'s token', () => {
  test.each(zoneNames)('has no right on the data of a credential or of an adoption in %s', async zone => {
    const api = await asService('api')
    expect(await notRefused(api, [...everyAct(`rekey-${zone}`, `credentials/${document}`), ...everyAct(`rekey-${zone}`, 'credentials/new/new/ssh-key')])).toEqual([])
    // Creating a new adoption is what it may; PUT with cas 0 on the one that is there would overwrite it.
    expect(await notRefused(api, everyAct(`rekey-${zone}`, `adoptions/${document}`))).toEqual([])
  })

  test('may neither see nor change rights, and sees only which audit logs there are', async () => {
    expect(await notRefused(await asService('api'), administration)).toEqual(['GET sys/audit: 200'])
  })

  test('creates adoptions, hosts, orders and releases, each once, and sees that a credential exists', async () => {
    const api = await asService('api')
    const status = async (method: string, path: string, body?: object) => (await api.send(method, path, body)).status
    for (const path of [`adoptions/${document}2`, 'hosts/web-1', 'orders/1', 'managed/web-1', `managed/${document}`]) {
      expect(await status('POST', `rekey-backup/data/${path}`, write(0))).toBe(200)
      expect(await status('POST', `rekey-backup/data/${path}`, write(1))).toBe(403)
    }
    expect(await status('GET', 'rekey-backup/data/orders/1')).toBe(200)
    // What it has released stays released, and what was created to be managed stays so: it can switch no observation on.
    expect(await notRefused(api, ['hosts/web-1', 'managed/web-1', `managed/${document}`].flatMap(path => everyAct('rekey-backup', path).filter(([method]) => method !== 'GET')))).toEqual([])
    expect(await notRefused(api, ['policies/default', 'in-force/policy'].flatMap(path => everyAct('rekey-backup', path).filter(([method]) => method !== 'GET')))).toEqual([])
    expect(await status('GET', `rekey-backup/metadata/credentials/${document}`)).toBe(200)
    expect((await api.must('LIST', 'rekey-backup/metadata/credentials/web-1/deploy'))['data']).toEqual({ keys: ['ssh-key'] })
    expect(await status('POST', 'rekey-backup/data/policies/default', write(0))).toBe(403)
    expect(await status('POST', `rekey-backup/data/states/${document}`, write(0))).toBe(403)
    expect(await status('GET', 'rekey-shared/data/unique/user-key/abc')).toBe(403)
    expect(await status('POST', 'rekey-shared/data/requests/abc', write(0))).toBe(200)
  })

  test('keeps the hashes of its callers\' tokens, removes them, and removes nothing else that all share', async () => {
    const api = await asService('api')
    const status = async (method: string, path: string, body?: object) => (await api.send(method, path, body)).status
    expect(await status('POST', 'rekey-shared/data/tokens/abc', write(0))).toBe(200)
    expect(await status('POST', 'rekey-shared/data/tokens/abc', write(1))).toBe(200)
    expect(await status('GET', 'rekey-shared/data/tokens/abc')).toBe(200)
    expect((await api.must('LIST', 'rekey-shared/metadata/tokens'))['data']).toEqual({ keys: ['abc'] })
    expect(await status('DELETE', 'rekey-shared/metadata/tokens/abc')).toBe(204)
    expect(await status('POST', 'rekey-shared/data/requests/kept', write(0))).toBe(200)
    expect(await notRefused(api, [
      ['LIST', 'rekey-shared/metadata'],
      ['LIST', 'rekey-shared/metadata/requests'],
      ['LIST', 'rekey-shared/metadata/unique'],
      ['DELETE', 'rekey-shared/metadata/requests/kept'],
      ['DELETE', 'rekey-shared/metadata/unique/user-key/abc'],
      ['PUT', 'rekey-shared/destroy/tokens/abc', { versions: [1] }],
      ['POST', 'rekey-shared/config', { cas_required: false }]
    ])).toEqual([])
  })
})

describe.each([['production', 'backup'], ['backup', 'production']])('the token of the worker of %s', (own, other) => {
  test(`can't see or do anything in ${other}`, async () => {
    const worker = await asService(`worker-${own}`)
    const kinds = ['credentials', 'adoptions', 'states', 'hosts', 'orders', 'policies', 'in-force', 'managed']
    expect(await notRefused(worker, [
      ...kinds.flatMap(kind => everyAct(`rekey-${other}`, `${kind}/${document}`)),
      ...kinds.map(kind => ['LIST', `rekey-${other}/metadata/${kind}`] as const),
      ['GET', `rekey-${other}/config`],
      ['GET', `rekey-${other}/data/orders/1`]
    ])).toEqual([])
  })

  test('may neither see nor change rights, nor create hosts, policies and releases', async () => {
    const worker = await asService(`worker-${own}`)
    expect(await notRefused(worker, [
      ...administration,
      ...['hosts/web-9', 'policies/default', 'managed/web-9', `managed/${document}9`, `adoptions/${document}9`].map(path => ['POST', `rekey-${own}/data/${path}`, write(0)] as const),
      ['DELETE', `rekey-${own}/metadata/credentials/${document}`],
      ['DELETE', `rekey-${own}/data/credentials/${document}`],
      ['GET', 'rekey-shared/data/requests/abc'],
      ['LIST', 'rekey-shared/metadata/tokens'],
      ...everyAct('rekey-shared', 'tokens/abc'),
      ['POST', 'rekey-shared/data/tokens/mine', write(0)]
    ])).toEqual([])
  })

  test('places orders, for campaigns that people have approved, and changes none', async () => {
    const worker = await asService(`worker-${own}`)
    const path = `rekey-${own}/data/orders/9`
    expect((await worker.send('POST', path, write(0))).status).toBe(200)
    expect((await worker.send('POST', path, write(1))).status).toBe(403)
  })

  test('notes what of the policy is in force, and takes no note away', async () => {
    const worker = await asService(`worker-${own}`)
    const path = `rekey-${own}/data/in-force/policy`
    for (const cas of [0, 1]) expect((await worker.send('POST', path, write(cas))).status).toBe(200)
    expect(await notRefused(worker, everyAct(`rekey-${own}`, 'in-force/policy').filter(([method, to]) => method === 'DELETE' || /delete|destroy|metadata/.test(to)))).toEqual([])
  })

  test('claims a fingerprint once and never changes whose it is', async () => {
    const worker = await asService(`worker-${own}`)
    const path = `rekey-shared/data/unique/user-key/${own}`
    expect((await worker.send('POST', path, write(0))).status).toBe(200)
    expect((await worker.send('POST', path, write(1))).status).toBe(403)
    expect((await worker.send('GET', path)).status).toBe(200)
  })

  test('takes an adoption over and drops it with every version', async () => {
    const api = await asService('api')
    const worker = await asService(`worker-${own}`)
    const path = `rekey-${own}/data/adoptions/gone/gone/ssh-key`
    await api.must('POST', path, write(0))
    expect((await worker.send('GET', path)).status).toBe(200)
    await worker.must('DELETE', `rekey-${own}/metadata/adoptions/gone/gone/ssh-key`)
    expect((await worker.send('GET', path)).status).toBe(404)
  })
})

describe('a person', () => {
  test('reads the own zone, clears holds, releases credentials and sets policies there', async () => {
    const person = await asPerson('production')
    const path = `rekey-production/data/credentials/${document}`
    expect((await person.send('GET', path)).status).toBe(200)
    expect((await person.send('POST', path, write(1))).status).toBe(200)
    expect((await person.send('POST', 'rekey-production/data/policies/default', write(0))).status).toBe(200)
    expect((await person.send('POST', `rekey-production/data/managed/${document}`, write(0))).status).toBe(200)
    expect((await person.send('POST', `rekey-production/data/managed/${document}`, write(1))).status).toBe(403)
  })

  test('has no right in another zone, on orders, or on rights', async () => {
    const person = await asPerson('production')
    expect(await notRefused(person, [
      ...administration,
      ...['credentials', 'adoptions', 'states'].flatMap(kind => everyAct('rekey-backup', `${kind}/${document}`)),
      ['LIST', 'rekey-backup/metadata/credentials'],
      ['POST', 'rekey-production/data/credentials/new/new/ssh-key', write(0)],
      ['POST', 'rekey-production/data/orders/9', write(0)],
      ['LIST', 'rekey-shared/metadata/tokens'],
      ...everyAct('rekey-shared', 'tokens/abc'),
      ['DELETE', `rekey-production/metadata/credentials/${document}`]
    ])).toEqual([])
  })
})

test('no write goes through without the version that it replaces', async () => {
  const worker = await asService('worker-production')
  const reply = await worker.send('POST', `rekey-production/data/states/${document}`, { data: { a: 1 } })
  expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining('check-and-set')])
  for (const mount of stack.zones.map(zone => zone.mount)) {
    const owner = await asService(`worker-${mount.slice('rekey-'.length)}`)
    expect((await owner.must('GET', `${mount}/config`))['data']).toMatchObject({ cas_required: true, max_versions: 32 })
  }
})

test('a service\'s token lives an hour, is renewed by its holder, and has no default rights', async () => {
  const worker = await asService('worker-production')
  const token = (await worker.must('GET', 'auth/token/lookup-self'))['data'] as Record<string, unknown>
  expect(token).toMatchObject({ policies: ['rekey-worker-production'], period: 3600, renewable: true, type: 'service' })
  expect((await worker.send('POST', 'auth/token/renew-self', {})).status).toBe(200)
})

test('no root token is valid any more', async () => {
  // The way back for who has the unseal key, which OpenBao keeps closed unless told otherwise: it finds every token that there is.
  const { vaultHttp } = stack
  expect((await vaultHttp.send('PUT', 'sys/generate-root/attempt', {})).status).toBe(405)
  const config = join(dir, 'vault', 'config.hcl')
  await writeFile(config, (await readFile(config, 'utf8')).replace('listener "tcp" {', 'listener "tcp" {\n  disable_unauthed_generate_root_endpoints = false'))
  await stack.restartVault()
  const root = await rootByUnsealKey(vaultHttp, join(dir, 'secrets', 'unseal-key'))
  const { accessor: own } = (await root.must('GET', 'auth/token/lookup-self'))['data'] as { accessor: string }
  const { keys } = (await root.must('LIST', 'auth/token/accessors'))['data'] as { keys: string[] }
  const held = await Promise.all(keys.filter(one => one !== own).map(async accessor => {
    return ((await root.must('POST', 'auth/token/lookup-accessor', { accessor }))['data'] as { policies: string[] }).policies
  }))
  await root.must('POST', 'auth/token/revoke-self')
  expect(held.length).toBeGreaterThan(0)
  expect(held.flat()).not.toContain('root')
})

test('both audit devices have every request, and no secret in the clear', async () => {
  const secret = randomBytes(16).toString('hex')
  const worker = await asService('worker-production')
  await worker.must('POST', 'rekey-production/data/credentials/audited/deploy/ssh-key', write(0, { secret }))
  expect(stack.vault.auditFiles).toHaveLength(2)
  for (const file of stack.vault.auditFiles) {
    const text = await readFile(file, 'utf8')
    expect(text).toContain('rekey-production/data/credentials/audited/deploy/ssh-key')
    expect(text).not.toContain(secret)
    // A positive control: what is not hashed would be seen.
    expect(text).toContain('operator-production')
  }
})

test('each file of secrets is readable by its own service alone', async () => {
  const owners: Record<string, number> = { admin: 0, api: 61_002, 'worker-production': 61_003, 'worker-backup': 61_004, 'broker-production': 61_060, 'broker-backup': 61_061 }
  const seen: Record<string, string> = {}
  for (const entry of await readdir(join(dir, 'secrets'), { recursive: true, withFileTypes: true })) {
    // A certificate lies beside its key, and is for anybody to see.
    if (entry.name === 'client.pem') continue
    const path = join(entry.parentPath, entry.name)
    const { uid, gid, mode } = await stat(path)
    const owner = owners[path.slice(join(dir, 'secrets').length + 1).split('/')[0] ?? ''] ?? 0
    // A folder is root's, so that no service chooses a name that root writes.
    const isOwn = entry.isDirectory() ? uid === 0 && gid === owner && (mode & 0o027) === 0 : uid === owner && (mode & 0o077) === 0
    seen[path] = isOwn ? 'own' : `uid ${uid}, gid ${gid}, mode ${mode.toString(8)}`
  }
  expect(Object.keys(seen).length).toBeGreaterThan(12)
  expect(new Set(Object.values(seen))).toEqual(new Set(['own']))
  for (const key of ['vault-key', 'api-key', 'ca-key']) expect((await stat(join(dir, 'tls', `${key}.pem`))).mode & 0o077).toBe(0)
  const record = await readFile(join(dir, 'stack.json'), 'utf8')
  for (const name of Object.keys(seen)) {
    const { isFile, text } = await stat(name).then(async found => ({ isFile: found.isFile(), text: found.isFile() ? await readFile(name, 'utf8') : '' }))
    if (isFile) expect(record).not.toContain(text)
  }
})
