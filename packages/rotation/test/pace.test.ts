import { expect, test } from '@jest/globals'
import { DueIndex, visitHost } from '@rekey/rotation'
import { World } from './world.ts'

const backoff = { firstSeconds: 5, mostSeconds: 60 }

/** A zone of so many hosts whose secrets are all past their longest age, and a worker that has been off. */
async function backlog (hosts: number, pace: { scheduledConcurrency: number, scheduledPerMinute: number }) {
  const world = await World.adopted()
  const [[, stored]] = [...world.zone.credentials] as [[string, { value: typeof world.credential, version: number }]]
  world.zone.credentials.clear()
  for (let n = 0; n < hosts; n += 1) {
    const name = { ...stored.value.name, host: `web-${String(n).padStart(2, '0')}` }
    const madeAt = new Date(world.time + n * 1000).toISOString()
    world.zone.credentials.set(`${name.zone}/${name.host}/${name.account}/${name.name}`, { value: { ...stored.value, name, current: { ...stored.value.current, madeAt } }, version: 1 })
  }
  world.zone.policy = { ...world.zone.policy, ...pace, longestAgeSeconds: 86_400 }
  world.time += 7 * 86_400_000
  const index = new DueIndex(world.ports().journal, () => new Date(world.time))
  await index.scan()
  const done = async (due: readonly string[]): Promise<void> => {
    for (const host of due) index.note(host, await visitHost(host, { ports: world.ports(), lease: { assertHeld () {} }, backoff }), 5)
  }
  return { world, index, done }
}

test('what is due for its age begins with the oldest, a few hosts at a time and so many in a minute', async () => {
  const { world, index, done } = await backlog(12, { scheduledConcurrency: 3, scheduledPerMinute: 5 })
  const first = await index.hostsDue()
  expect(first).toEqual(['web-00', 'web-01', 'web-02'])
  expect(await index.hostsDue()).toEqual(first)
  expect(index.census().overdue).toBe(12)
  await done(first)
  const second = await index.hostsDue()
  expect(second).toEqual(['web-03', 'web-04'])
  await done(second)
  expect(await index.hostsDue()).toEqual([])
  world.time += 61_000
  expect(await index.hostsDue()).toEqual(['web-05', 'web-06', 'web-07'])
})

test('an order is not slowed by that', async () => {
  const { world, index } = await backlog(12, { scheduledConcurrency: 1, scheduledPerMinute: 1 })
  world.order()
  expect(await index.hostsDue()).toHaveLength(12)
})

test('a host that can\'t be visited gives its place to another', async () => {
  const { index } = await backlog(3, { scheduledConcurrency: 1, scheduledPerMinute: 9 })
  expect(await index.hostsDue()).toEqual(['web-00'])
  index.pause('web-00', 60)
  expect(await index.hostsDue()).toEqual(['web-01'])
})
