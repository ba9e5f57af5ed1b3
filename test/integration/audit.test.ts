import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AuditEvidence } from '@rekey/domain'
import * as logins from '../faults/harness/logins.ts'
import { adminOf, pidOf } from '../faults/harness/redis.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import { asOperator, rekey } from './command-line.ts'

let system: ApiSystem
let folder: string

beforeAll(async () => {
  system = await ApiSystem.start(84, { REKEY_AUDIT_SHIP_SECONDS: '0.3', REKEY_AUDIT_HEAD_SECONDS: '1' })
  folder = await mkdtemp(join(tmpdir(), 'rekey-audit-'))
  await system.adopt('web-1/deploy')
  await system.done('production', await system.order('web-1'))
})

afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

const journalOf = (instance: string): string => join(system.stack.dir, 'audit', instance, 'journal.jsonl')
const entriesIn = async (file: string): Promise<Array<Record<string, unknown>>> => (await readFile(file, 'utf8')).trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

async function exported (name: string): Promise<string> {
  const out = join(folder, name)
  await rm(out, { force: true })
  const { code, shown } = await asOperator(system.stack, 'production', 'audit', 'heads', 'production', '--out', out)
  expect([code, shown]).toEqual([0, expect.stringContaining('signed heads of')])
  return out
}

const verify = async (files: readonly string[], ...more: string[]) => await rekey(['audit', 'verify', ...files, ...more], folder)

/** Exports until the last entry of these journals is signed. */
async function signed (...instances: string[]): Promise<string> {
  return await until('all is signed', async () => {
    const heads = await exported('heads.json')
    const evidence = JSON.parse(await readFile(heads, 'utf8')) as AuditEvidence
    const ends = await Promise.all(instances.map(async (instance) => ({ instance, end: (await entriesIn(journalOf(instance))).length })))
    return ends.every(({ instance, end }) => evidence.heads.some(({ journal, n }) => journal.startsWith(`${instance}-`) && n === end)) ? heads : undefined
  }, 15)
}

describe('a person with a Vault login', () => {
  test('exports the signed heads, and verifies the journals of the API and of the worker with nothing else', async () => {
    const heads = await signed('api', 'worker-production')
    const files = ['api', 'worker-production'].map(journalOf)
    const found = await verify(files, '--heads', heads, '--json')
    expect(JSON.parse(found.out)).toMatchObject({ problems: [], journals: [{ journal: expect.stringMatching(/^api-/) }, { journal: expect.stringMatching(/^worker-production-/) }] })
    for (const { entries, signedUpTo, heads } of (JSON.parse(found.out) as { journals: Array<{ entries: number, signedUpTo: number, heads: number }> }).journals) expect([signedUpTo, heads > 0]).toEqual([entries, true])
    expect(await verify(files, '--heads', heads)).toMatchObject({ code: 0, out: expect.stringMatching(/Nothing was changed\.\n$/) })
    // What is there is what was done.
    expect((await entriesIn(journalOf('worker-production'))).map(({ act }) => act)).toEqual(expect.arrayContaining(['adopt', 'store', 'push', 'verify', 'remove', 'prove']))
  })

  test('finds a copy that was cut off, changed, or put back, and is told where', async () => {
    const heads = await signed('worker-production')
    const copy = join(folder, 'journal.jsonl')
    const lines = (await readFile(journalOf('worker-production'), 'utf8')).split('\n')
    for (const [changed, what] of [[lines.toSpliced(-3, 2), 'are gone'], [lines.with(3, (lines[3] ?? '').replace('web-1', 'web-2')), 'does not stand on the line before']] as const) {
      await copyFile(journalOf('worker-production'), copy)
      expect((await verify([copy], '--heads', heads)).code).toBe(0)
      await writeFile(copy, changed.join('\n'))
      expect(await verify([copy], '--heads', heads)).toMatchObject({ code: 1, out: expect.stringContaining(what) })
    }
  })
})

describe('over the API', () => {
  interface Entry { readonly at: string, readonly zone: string, readonly act: string, readonly actor: string | null, readonly requestId: string | null, readonly service: string, readonly outcome: string | null }
  const list = async (query: string): Promise<Entry[]> => (await system.api.get<{ items: Entry[] }>(`/v1/audit?${query}`)).body.items

  test('what was asked for and what the worker did for it is there within seconds, with who, from where and how it ended', async () => {
    const placed = await system.api.post<{ orders: Array<{ number: number }> }>('/v1/orders', { scope: { hosts: ['web-1'] }, reason: 'a drill of the audit' })
    await system.done('production', placed.body.orders[0]?.number ?? 0)
    const requestId = String(placed.headers['x-request-id'])
    const asked = await until('the request is told', async () => { const found = await list(`requestId=${requestId}`); return found.length === 2 ? found : undefined }, 10)
    expect(asked).toMatchObject([
      { zone: 'production', act: 'order.create', actor: 'admin', source: '127.0.0.1', outcome: 'done', service: 'api' },
      { zone: 'production', act: 'order.create', actor: 'admin', source: '127.0.0.1', outcome: null, reason: 'a drill of the audit' }
    ])
    const acts = async () => await list('zone=production&target=production/web-1/deploy&limit=6')
    // The rotation before this one has ended in the same way.
    const asks = asked[1]?.at ?? ''
    await until('its rotation is told', async () => { const [last] = await acts(); return (last?.act === 'prove' && last.outcome === 'done' && last.at > asks) || undefined }, 10)
    expect((await acts()).map(({ act, outcome }) => [act, outcome])).toEqual([['prove', 'done'], ['prove', null], ['remove', null], ['verify', null], ['push', null], ['store', null]])
    expect(await list('zone=backup&act=push')).toEqual([])
  })

  test('what a worker records while Redis stands still is told before that goes on, and a flushed Redis takes nothing of it away', async () => {
    const pushed = await list('zone=production&act=push')
    expect(pushed.length).toBeGreaterThan(0)
    const redis = await pidOf(system.stack, 'redis')
    process.kill(redis, 'SIGSTOP')
    try {
      // A grant is carried out by the worker, at its next look, past the queue.
      const terms = { issuer: 'https://ci.example', audience: 'rekey-production', claims: { repository_id: '4711' }, selector: { hosts: ['web-1'] }, maxTtlSeconds: 600, rotateAfter: 'lease', reason: 'while Redis stands still' }
      const { body: { number } } = await system.api.send<{ number: number }>('PUT', '/v1/grants/production/frozen', { body: terms })
      expect((await asOperator(system.stack, 'production', 'approve', `production/${number}`, '--yes')).code).toBe(0)
      const told = await until('the worker\'s entry is told', async () => { const found = await list('zone=production&act=grant'); return found.length > 0 ? found : undefined }, 30)
      expect(told).toMatchObject([{ act: 'grant', service: 'worker-production', target: 'production/frozen', reason: 'while Redis stands still' }])
      expect(await list('zone=production&act=push')).toEqual(pushed)
    } finally {
      process.kill(redis, 'SIGCONT')
    }
    const admin = await adminOf(system.stack)
    await admin.flushall()
    expect((await list('zone=production&act=grant')).map(({ service }) => service)).toEqual(['worker-production'])
    expect(await list('zone=production&act=push')).toEqual(pushed)
    admin.disconnect()
  })

  test('rekey audit list shows it', async () => {
    const { stack } = system
    const shown = await rekey(['audit', 'list', '--zone', 'production', '--act', 'push', '--limit', '3', '--api-addr', stack.api.url, '--ca-file', stack.caFile, '--token-file', stack.api.tokenFile], folder)
    expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(/^WHEN .*\n.* worker-production {2}push {2}production\/web-1\/deploy\/ssh-key/) })
  })
})

describe('a stolen login', () => {
  test.each([['worker-production', 'production', 'backup'], ['worker-backup', 'backup', 'production']])('of %s changes nothing that was signed, and reaches nothing of another zone', async (service, own, other) => {
    const holder = await logins.asService(system.stack, service)
    const status = async (method: string, path: string, body?: object): Promise<number> => (await holder.send(method, path, body)).status
    const [journal = ''] = ((await holder.must('LIST', `rekey-${own}/metadata/audit`))['data'] as { keys: string[] }).keys
    const [head = ''] = ((await holder.must('LIST', `rekey-${own}/metadata/audit/${journal}heads`))['data'] as { keys: string[] }).keys
    const [segment = ''] = ((await holder.must('LIST', `rekey-${own}/metadata/audit/${journal}segments`))['data'] as { keys: string[] }).keys
    const write = (cas: number) => ({ options: { cas }, data: { lines: 'mine' } })
    for (const path of [`${journal}heads/${head}`, `${journal}segments/${segment}`]) {
      for (const cas of [0, 1]) expect(await status('POST', `rekey-${own}/data/audit/${path}`, write(cas))).toBe(403)
      expect(await status('DELETE', `rekey-${own}/data/audit/${path}`)).toBe(403)
      expect(await status('DELETE', `rekey-${own}/metadata/audit/${path}`)).toBe(403)
      expect(await status('PUT', `rekey-${own}/destroy/audit/${path}`, { versions: [1] })).toBe(403)
    }
    for (const mount of [`rekey-${other}`, 'rekey-shared']) {
      expect(await status('LIST', `${mount}/metadata/audit`)).toBe(403)
      expect(await status('POST', `${mount}/data/audit/worker-${other}-0123456789ab/heads/7`, write(0))).toBe(403)
      expect(await status('POST', `${mount}/data/audit/worker-${other}-0123456789ab/segments/1772366400000-000000007`, write(0))).toBe(403)
    }
    for (const key of [`rekey-audit-${other}`, 'rekey-audit']) expect(await status('POST', `transit/sign/${key}`, { input: 'eA==' })).toBe(403)
  })

  test('of the API writes no entry and signs no head of a worker', async () => {
    const holder = await logins.asService(system.stack, 'api')
    const status = async (method: string, path: string, body?: object): Promise<number> => (await holder.send(method, path, body)).status
    for (const path of ['heads/7', 'segments/1772366400000-000000007']) expect(await status('POST', `rekey-production/data/audit/worker-production-0123456789ab/${path}`, { options: { cas: 0 }, data: { lines: 'mine' } })).toBe(403)
    expect(await status('POST', 'transit/sign/rekey-audit-production', { input: 'eA==' })).toBe(403)
    expect(await status('GET', 'rekey-production/data/audit/worker-production-0123456789ab/heads/7')).toBe(403)
  })
})

test('while Vault is sealed the journal goes on and that is alarmed; afterwards all is there', async () => {
  await system.stack.sealVault()
  const { logFile } = system.stack.service('worker-production') ?? { logFile: '' }
  await sleep(2500)
  await system.stack.unsealVault()
  await system.done('production', await system.order('web-1'))
  const heads = await signed('api', 'worker-production')
  expect((await verify(['api', 'worker-production'].map(journalOf), '--heads', heads)).code).toBe(0)
  expect(await readdir(join(system.stack.dir, 'audit', 'worker-production'))).toContain('journal.jsonl')
  expect(await readFile(logFile, 'utf8')).not.toContain('audit-rolled-back')
})
