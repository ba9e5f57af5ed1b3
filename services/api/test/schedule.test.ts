import { beforeEach, expect, test } from '@jest/globals'
import { Registry } from '@rekey/metrics'
import { measureOverdue, OverdueCount } from '../src/overdue-count.ts'
import { startApi, type TestApi } from './client.ts'
import { addManaged, memoryPorts, noon, settledState } from './memory-ports.ts'

interface Due { readonly host: string, readonly policy: string | null, readonly by: string, readonly dueAt: string, readonly startsAt: string | null, readonly overdue: boolean }

let api: TestApi

/** Noon of the first of March: web-1's secret is of the day before, web-2's of a week before, backup's of a month before. */
beforeEach(async () => {
  api = await startApi()
  const made = (days: number) => ({ madeAt: new Date(noon.getTime() - days * 86_400_000).toISOString() })
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key', made(1)), settledState('production/web-2/deploy/ssh-key', made(7)), settledState('backup/store-1/root/ssh-key', made(30)))
})

const policy = async (name: string, schedule: object, selector: object = {}) => await api.put(`/v1/policies/production/${name}`, { priority: name.length, selector, schedule })
const list = async (query = '', headers: Record<string, string> = {}) => (await api.get(`/v1/schedule${query}`, headers)).body.items as unknown as Due[]
const findings = async () => (await api.get('/v1/findings?kind=overdue')).body.items as unknown as Array<{ places: string[], since: string, detail: string }>

test('what is replaced by orders only is not listed', async () => {
  expect(await list()).toEqual([])
  await api.put('/v1/policies/production/how', { priority: 1, selector: {}, keyAlgorithm: 'rsa-4096' })
  expect(await list()).toEqual([])
})

test('what begins first comes first, with the policy that decides', async () => {
  await policy('week', { everySeconds: 7 * 86_400, window: { from: '22:00', to: '05:00' }, timeZone: 'Europe/Berlin' })
  await policy('first-web', { cron: '0 9 * * *' }, { hosts: ['web-1'] })
  expect(await list()).toMatchObject([
    { host: 'web-1', policy: 'first-web', by: 'schedule', dueAt: '2026-03-01T09:00:00.000Z', startsAt: '2026-03-01T09:00:00.000Z', overdue: true },
    { host: 'web-2', policy: 'week', dueAt: '2026-03-01T12:00:00.000Z', startsAt: '2026-03-01T21:00:00.000Z', overdue: false, schedule: { timeZone: 'Europe/Berlin' } }
  ])
  expect(await list('?host=web-2')).toMatchObject([{ host: 'web-2' }])
  expect(await list('?until=2026-03-01T20:59:59Z')).toMatchObject([{ host: 'web-1' }])
  const first = (await api.get('/v1/schedule?limit=1')).body
  expect((await api.get(`/v1/schedule?limit=1&cursor=${first.next ?? ''}`)).body).toMatchObject({ items: [{ host: 'web-2' }], next: null })
})

test('the longest age of the people holds whatever a policy says', async () => {
  await policy('never', { cron: '0 0 1 1 *', blackoutDays: ['2026-03-01'] })
  api.world.longestAgeSeconds = 6 * 86_400
  expect(await list('?zone=production')).toMatchObject([{ host: 'web-2', policy: 'never', by: 'age', dueAt: '2026-02-28T12:00:00.000Z', startsAt: '2026-02-28T12:00:00.000Z', overdue: true }, { host: 'web-1', by: 'age', overdue: false }])
})

test('what should have been replaced is a finding, though no worker says so', async () => {
  api.world.longestAgeSeconds = 7 * 86_400
  expect(await findings()).toMatchObject([{ places: ['backup/store-1/root/ssh-key'], since: '2026-02-06T13:00:00.000Z', detail: expect.stringContaining('longest age') as unknown }])
  api.world.now = new Date(noon.getTime() + 3_600_000)
  expect((await findings()).map(({ places }) => places[0])).toEqual(expect.arrayContaining(['backup/store-1/root/ssh-key', 'production/web-2/deploy/ssh-key']))
})

test('a monitoring system is told of it by the API itself, and of no zone that it can\'t count', async () => {
  api.world.longestAgeSeconds = 7 * 86_400
  const registry = new Registry()
  const count = new OverdueCount(memoryPorts(api.world))
  measureOverdue(count, registry)
  const told = await registry.metrics()
  for (const line of ['rekey_overdue{zone="backup"} 1', 'rekey_overdue{zone="production"} 0']) expect(told).toContain(line)
  expect(await count.remark()).toBe('overdue secrets: 1')
  api.world.vault = 'away'
  const blind = new Registry()
  measureOverdue(new OverdueCount(memoryPorts(api.world)), blind)
  expect(await blind.metrics()).not.toContain('rekey_overdue{')
})

test('a caller sees what is of his zones', async () => {
  api.world.longestAgeSeconds = 60
  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['backup'] })).body as unknown as { token: string }
  expect(await list('', { authorization: `Bearer ${token}` })).toMatchObject([{ host: 'store-1' }])
})

test('of a zone whose people have written what can\'t be read, policies tell still', async () => {
  api.world.malformedPolicies.add('production')
  await policy('daily', { everySeconds: 86_400 })
  expect(await list('?zone=production')).toMatchObject([{ host: 'web-2' }, { host: 'web-1' }])
})

test.each(['until=tomorrow', 'until=2026-03-01', 'since=2026-03-01T00:00:00Z'])('a query with %s is refused', async query => {
  expect(await api.get(`/v1/schedule?${query}`)).toMatchObject({ status: 400 })
})
