import { setTimeout as wait } from 'node:timers/promises'
import { adminOf } from '../faults/harness/redis.ts'
import { asPerson } from '../faults/harness/logins.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import type { View } from './api-system.ts'

/*
 * Secrets that are replaced by themselves on real hosts: inside of windows, whatever becomes of Redis, and after a worker was off.
 */

interface Due { readonly host: string, readonly policy: string | null, readonly by: string, readonly startsAt: string | null, readonly overdue: boolean }

let system: ApiSystem

beforeAll(async () => {
  system = await ApiSystem.start(88)
  await system.adopt('web-1/deploy', 'web-2/deploy')
})
afterAll(async () => await system.stop())

const view = async (host: string): Promise<View> => await system.view(system.place(`${host}/deploy`))
const schedule = async (): Promise<Due[]> => (await system.api.get<{ items: Due[] }>('/v1/schedule?zone=production')).body.items
const overdue = async (): Promise<string[]> => (await system.api.get<{ items: Array<{ places: string[] }> }>('/v1/findings?kind=overdue')).body.items.flatMap(({ places }) => places)

/** A window that opens so many minutes from now and lasts two hours, UTC. */
function windowFrom (minutes: number): { from: string, to: string } {
  const at = (more: number): string => new Date(Date.now() + (minutes + more) * 60_000).toISOString().slice(11, 16)
  return { from: at(0), to: at(120) }
}

async function put (window: object): Promise<void> {
  const { status } = await system.api.send('PUT', '/v1/policies/production/often', { body: { priority: 1, selector: {}, schedule: { everySeconds: 10, window } } })
  expect(status).toBeLessThan(300)
}

test('a secret is replaced inside of its window and not outside, where only an order reaches it', async () => {
  const before = await view('web-1')
  await put(windowFrom(60))
  await wait(12_000)
  expect((await view('web-1')).epoch).toBe(before.epoch)
  expect(await schedule()).toMatchObject([{ host: 'web-1', policy: 'often', by: 'schedule', overdue: false }, { host: 'web-2' }])
  expect(Date.parse((await schedule())[0]?.startsAt ?? '') - Date.now()).toBeGreaterThan(50 * 60_000)
  await system.done('production', await system.order('web-1'))
  expect([(await view('web-1')).epoch, (await view('web-2')).epoch]).toEqual([before.epoch + 1, before.epoch])
  await put(windowFrom(-60))
  const replaced = await system.becomes(system.place('web-2/deploy'), 'is replaced by itself', ({ epoch, status }) => epoch > before.epoch && status === 'settled')
  expect(replaced.rotations[0]).toMatchObject({ order: expect.any(Number) as number, proof: { randomRefused: true } })
})

test('a FLUSHALL loses no schedule', async () => {
  const redis = await adminOf(system.stack)
  await redis.flushall()
  const { epoch } = await view('web-2')
  await system.becomes(system.place('web-2/deploy'), 'is replaced again', (seen) => seen.epoch > epoch)
  await redis.flushall()
  await system.becomes(system.place('web-2/deploy'), 'and again', (seen) => seen.epoch > epoch + 1 && seen.status === 'settled')
  redis.disconnect()
  await system.api.send('DELETE', '/v1/policies/production/often')
})

test('while a worker is off the API tells what is overdue, and one that comes back catches up at the pace that people allow', async () => {
  await Promise.all(['web-1', 'web-2'].map(async (host) => await system.reaches(system.place(`${host}/deploy`), 'settled')))
  const worker = system.stack.service('worker-production')
  worker?.kill('SIGTERM')
  await worker?.exited
  const people = await asPerson(system.stack, 'production')
  await people.must('POST', 'rekey-production/data/policies/default', { data: { longestAgeSeconds: 10, overdueAfterSeconds: 1, scheduledPerMinute: 1 }, options: { cas: 0 } })
  const places = ['production/web-1/deploy/ssh-key', 'production/web-2/deploy/ssh-key']
  await until('both are overdue', async () => (await overdue()).length === 2 || undefined, 30, async () => JSON.stringify(await schedule()))
  expect((await overdue()).sort()).toEqual(places)
  const epochs = [(await view('web-1')).epoch, (await view('web-2')).epoch]

  await system.stack.startService('worker-production')
  const grown = async (): Promise<string[]> => [(await view('web-1')).epoch > (epochs[0] ?? 0) ? 'web-1' : '', (await view('web-2')).epoch > (epochs[1] ?? 0) ? 'web-2' : ''].filter((host) => host !== '')
  await until('the first is replaced', async () => (await grown()).length > 0 || undefined, 20)
  await wait(5000)
  const [first = ''] = await grown()
  expect(await grown()).toEqual([first])
  const second = first === 'web-1' ? 'web-2' : 'web-1'
  await system.done('production', await system.order(second))
  expect(await grown()).toEqual(['web-1', 'web-2'])
})
