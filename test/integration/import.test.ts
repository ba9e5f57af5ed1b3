import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { Certificate } from '@rekey/http/certificate'
import { makeKey } from '@rekey/ssh'
import { ensureCertificates } from '../../deploy/local/src/certificates.ts'
import { layout } from '../../deploy/local/src/layout.ts'
import { rekey as typed, type Typed } from './command-line.ts'
import { buildApp } from '../../services/api/src/app.ts'
import { createWorld, memoryPorts, type World } from '../../services/api/test/memory-ports.ts'

/** `rekey import` against the real API by HTTPS; only what lies behind the API is in memory. */
const token = 'a-token-for-tests-only'
const [hostKey, key] = [makeKey().publicKey, makeKey()]
let folder: string
let paths: ReturnType<typeof layout>
let world: World
let app: FastifyInstance
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-import-'))
  paths = layout(folder)
  await mkdir(paths.tls)
  await ensureCertificates(paths, [{ name: 'api', uid: process.getuid?.() ?? 0 }])
  await writeFile(join(folder, 'token'), token)
  await writeFile(join(folder, 'key'), key.privateKey.open(), { mode: 0o600 })
  await writeFile(join(folder, 'known_hosts'), `127.1.0.7 ${hostKey}\n`)
})
afterAll(async () => await rm(folder, { recursive: true }))

beforeEach(async () => {
  world = createWorld()
  app = await buildApp({
    ports: memoryPorts(world),
    adminToken: () => ({ hash: createHash('sha256').update(token).digest('hex'), endsAt: undefined }),
    certificate: new Certificate({ certFile: paths.certificate('api'), keyFile: paths.certificateKey('api') }, 'REKEY_API')
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `https://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
afterEach(async () => await app.close())

async function rekey (...args: string[]): Promise<Typed> {
  return await typed(args, folder, { REKEY_API_ADDR: url, REKEY_API_CA_FILE: paths.ca, REKEY_API_TOKEN_FILE: 'token' })
}

async function importing (inventory: string, ...options: string[]) {
  await writeFile(join(folder, 'hosts'), inventory)
  const { code, out, err } = await rekey('import', 'hosts', '--format', 'ansible', '--zone', 'production', '--known-hosts', 'known_hosts', '--json', ...options)
  return { code, err, out, rows: out === '' ? [] : (JSON.parse(out) as { rows: Array<{ host: string, outcome: string, reason: string }> }).rows }
}

const one = '[web]\nweb-1 ansible_host=127.1.0.7 ansible_user=deploy ansible_ssh_private_key_file=key\n'

test('hosts and keys get into the API, once', async () => {
  expect(await importing(one)).toMatchObject({ code: 0, rows: [{ outcome: 'create' }] })
  expect(world.events).toEqual([])
  expect(await importing(one, '--apply')).toMatchObject({ code: 0, rows: [{ outcome: 'created' }] })
  expect(world.hosts.get('production/web-1')).toMatchObject({ address: '127.1.0.7', port: 22, trust: { mode: 'pinned', keys: [hostKey] }, labels: { 'ansible-group.web': 'true' } })
  expect(world.adoptions.get('production/web-1/deploy/ssh-key')?.secret).toMatchObject({ fingerprint: key.fingerprint })
  const events = [...world.events]
  expect(await importing(one, '--apply')).toMatchObject({ code: 0, rows: [{ outcome: 'there' }] })
  expect(world.events).toEqual(events)
})

test('what is there already is found beyond a page of the API', async () => {
  const many = 'web-[1:1200] ansible_host=127.1.0.7\n'
  expect((await importing(many, '--apply')).code).toBe(0)
  const again = await importing(many, '--apply')
  expect(again.rows.filter(row => row.outcome === 'there')).toHaveLength(1200)
})

test('what the API refuses is told by its words', async () => {
  const { code, rows } = await importing('far ansible_host=192.0.2.1\n' + one, '--apply', '--trust-first-use')
  expect([code, rows.map(row => [row.host, row.outcome])]).toEqual([1, [['far', 'refused'], ['web-1', 'created']]])
  expect(rows[0]?.reason).toContain('outside the networks')
})

test('a zone that isn\'t configured is refused in the dry run', async () => {
  await writeFile(join(folder, 'hosts.json'), '{"hosts": [{"zone": "staging", "id": "x", "address": "127.1.0.7"}]}')
  expect(await rekey('import', 'hosts.json', '--format', 'rekey', '--trust-first-use')).toMatchObject({ code: 1, out: expect.stringMatching(/staging\/x .* refused: zone: /) })
})

test('an API that can do nothing leaves the rest undone, and the next run does it', async () => {
  world.disk = 'full'
  expect(await importing(one, '--apply')).toMatchObject({ code: 1, rows: [{ outcome: 'not-done', reason: 'the audit journal cannot be written' }] })
  world.disk = 'writable'
  expect(await importing(one, '--apply')).toMatchObject({ code: 0, rows: [{ outcome: 'created' }] })
})

test('a wrong token, another authority and nobody there are told with the way out', async () => {
  await writeFile(join(folder, 'wrong'), 'wrong')
  expect(await importing(one, '--token-file', 'wrong')).toMatchObject({ code: 1, err: expect.stringContaining('[auth/missing]') })
  await rm(join(folder, 'wrong'))
  expect(await importing(one, '--api-addr', url, '--token-file', 'token')).toMatchObject({ code: 1, err: expect.stringContaining('say --ca-file') })
  await app.close()
  expect(await importing(one, '--api-addr', url, '--token-file', 'token')).toMatchObject({ code: 1, err: expect.stringContaining('nobody answers') })
})
