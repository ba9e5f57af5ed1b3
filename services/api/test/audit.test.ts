import { beforeEach, describe, expect, test } from '@jest/globals'
import { removeOldParts } from '../src/audit/retention.ts'
import { startApi, type TestApi } from './client.ts'
import { memoryPorts } from './memory-ports.ts'

let api: TestApi
beforeEach(async () => { api = await startApi() })

interface Entry {
  readonly zone: string | null
  readonly journal: string
  readonly n: number
  readonly act: string
  readonly target: string
}

/** Adds a part of a journal: one entry a second, from a second of the day on. */
function part (zone: string | undefined, first: number, second: number, entries: object[]): void {
  const service = zone === undefined ? 'api' : `worker-${zone}`
  const at = (index: number): string => new Date(Date.UTC(2026, 2, 1, 0, 0, second + index)).toISOString()
  api.world.parts.push({
    zone,
    journal: `${service}-0123456789ab`,
    to: first + entries.length - 1,
    until: at(entries.length - 1),
    lines: entries.map((entry, index) => JSON.stringify({ n: first + index, at: at(index), service, act: 'push', target: 'production/web-1/deploy/ssh-key', ...entry, prev: '' }))
  })
}

async function list (query = '', headers?: Record<string, string>): Promise<{ entries: Entry[], next: string | null }> {
  const { body, status } = await api.get(`/v1/audit?${query}`, headers)
  expect(status).toBe(200)
  return { entries: body.items as unknown as Entry[], next: body.next }
}

/** Every page, in one list. */
async function all (query: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for (let cursor = ''; ;) {
    const page = await list(`${query}${cursor}`)
    entries.push(...page.entries)
    if (page.next === null) return entries
    cursor = `&cursor=${page.next}`
  }
}

const tokenWith = async (grant: object): Promise<Record<string, string>> =>
  ({ authorization: `Bearer ${((await api.post('/v1/tokens', { name: 'reader', ...grant })).body as unknown as { token: string }).token}` })

describe('what was recorded', () => {
  beforeEach(() => {
    part('production', 1, 10, [{ act: 'store' }, { act: 'push' }, { act: 'verify', outcome: 'stopped' }])
    part('production', 4, 20, [{ act: 'prove' }])
    part('backup', 1, 11, [{ target: 'backup/store-1/root/ssh-key' }])
    part(undefined, 1, 9, [{ act: 'order.create', target: 'production', actor: 'ci/1', requestId: 'r1', source: '10.0.0.1' }, { act: 'token.create', target: '0123456789abcdef' }, { act: 'host.create', target: 'backup/store-1' }])
  })

  test('comes from all processes, the newest first, each with what it is about', async () => {
    expect((await list()).entries.map(({ zone, act }) => [zone, act])).toEqual([
      ['production', 'prove'], ['production', 'verify'], ['production', 'push'], ['backup', 'push'], ['backup', 'host.create'], ['production', 'store'], [null, 'token.create'], ['production', 'order.create']
    ])
    expect((await list('act=order.create')).entries).toEqual([{
      zone: 'production', journal: 'api-0123456789ab', n: 1, at: '2026-03-01T00:00:09.000Z', service: 'api', act: 'order.create', target: 'production', actor: 'ci/1', source: '10.0.0.1', requestId: 'r1', reason: null, detail: null, epoch: null, fingerprint: null, outcome: null
    }])
  })

  test.each([
    ['zone=backup', ['push', 'host.create']],
    ['actor=ci/1', ['order.create']],
    ['requestId=r1', ['order.create']],
    ['target=production/web-1', ['prove', 'verify', 'push', 'store']],
    ['target=production/web', []],
    ['since=2026-03-01T00:00:12Z', ['prove', 'verify']],
    ['until=2026-03-01T00:00:09Z', ['order.create']],
    ['since=2026-03-01T00:00:10Z&until=2026-03-01T00:00:10.000Z', ['store', 'token.create']]
  ])('is filtered by %s', async (query, acts) => {
    expect((await list(query)).entries.map(({ act }) => act)).toEqual(acts)
  })

  test.each([1, 2, 3, 7])('comes in pages of %s that neither repeat nor skip an entry', async limit => {
    expect(await all(`limit=${limit}`)).toEqual((await list()).entries)
  })

  test('is read no further than a page needs', async () => {
    await list('limit=1')
    expect(api.world.partReads).toBe(1)
    api.world.partReads = 0
    // All but the one that begins later.
    await list('until=2026-03-01T00:00:09Z&limit=1')
    expect(api.world.partReads).toBe(3)
  })

  test('is shown to auditors and admins, each in his zones; what is of no zone to whom all are', async () => {
    expect((await api.get('/v1/audit', await tokenWith({ role: 'operator', zones: ['production'] }))).status).toBe(403)
    const { entries } = await list('', await tokenWith({ role: 'auditor', zones: ['backup'] }))
    expect(entries.map(({ zone, act }) => [zone, act])).toEqual([['backup', 'push'], ['backup', 'host.create']])
    expect((await list('', await tokenWith({ role: 'auditor', zones: 'all' }))).entries.map(({ act }) => act)).toContain('token.create')
    expect((await api.get('/v1/audit?zone=production', await tokenWith({ role: 'auditor', zones: ['backup'] }))).status).toBe(404)
  })
})

test('a page that filters leave nothing of ends after some parts, and the next one goes on', async () => {
  for (let n = 1; n <= 100; n += 1) part('production', n, n, [{ act: n === 1 ? 'rare' : 'push' }])
  const first = await list('act=rare')
  expect([first.entries, typeof first.next]).toEqual([[], 'string'])
  expect(api.world.partReads).toBeLessThan(100)
  expect((await all('act=rare')).map(({ n }) => n)).toEqual([1])
})

test('lines that a process should not have written are passed over', async () => {
  part('production', 1, 1, [{ act: 'push' }, { act: 7 }, { target: 'x'.repeat(400) }, { at: 'today' }, { epoch: 'one' }, { secret: 'not shown' }])
  api.world.parts.push({ zone: 'production', journal: 'worker-production-ffffffffffff', to: 1, until: '2026-03-01T00:00:00.000Z', lines: ['not JSON', 'null', '[]'] })
  const { entries } = await list()
  expect(entries.map(({ n }) => n)).toEqual([6, 1])
  expect(JSON.stringify(entries)).not.toContain('not shown')
})

test('each entry of a request says from where it came and which one it was, and how it ended is recorded before the answer', async () => {
  const good = await api.put('/v1/policies/production/strict', { priority: 1, selector: {} })
  const conflict = await api.put('/v1/policies/production/strict', { priority: 1, selector: {} }, { 'if-match': '"9"' })
  expect([good.status, conflict.status]).toEqual([201, 412])
  const mark = { actor: 'admin', source: '127.0.0.1', requestId: good.headers['x-request-id'] }
  expect(api.world.audit[0]).toMatchObject({ act: 'policy.replace', ...mark })
  expect(api.world.outcomes[0]).toMatchObject({ act: 'policy.replace', outcome: 'done', ...mark })
  await api.get('/v1/policies')
  expect(api.world.outcomes.length).toBeLessThanOrEqual(2)
  api.world.disk = 'full'
  expect((await api.put('/v1/policies/production/other', { priority: 1, selector: {} })).status).toBe(503)
})

test('parts that end before the time for which they are kept are removed, and no others', async () => {
  part('production', 1, 1, [{}])
  part('production', 2, 100, [{}, {}])
  part(undefined, 1, 1, [{}])
  expect(await removeOldParts(memoryPorts(api.world).auditLogs, new Date(Date.UTC(2026, 2, 1, 0, 0, 50)))).toBe(2)
  expect(api.world.parts.map(({ to }) => to)).toEqual([3])
})
