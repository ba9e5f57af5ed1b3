import { describe, expect, test } from '@jest/globals'
import type { NamedPolicy, Schedule } from '@rekey/domain'
import { name, World } from './world.ts'

const hour = 3_600_000

function timed (schedule: Schedule, more: Partial<NamedPolicy> = {}): NamedPolicy {
  return { name: 'timed', priority: 1, selector: {}, schedule, revision: 3, changedBy: 'admin', changedAt: '2026-01-02T03:04:05.000Z', ...more }
}

/** Adopted at 03:04:05 of a Friday, UTC. */
async function worldWith (...policies: NamedPolicy[]): Promise<World> {
  const world = await World.adopted()
  world.zone.policies.push(...policies)
  return world
}

async function epochAfter (world: World, hours: number): Promise<number> {
  world.time += hours * hour
  await world.visit()
  return world.credential.current.epoch
}

describe('a secret', () => {
  test('is replaced when its schedule has it due, and not before', async () => {
    const world = await worldWith(timed({ cron: '0 5 * * *' }))
    expect(await epochAfter(world, 1)).toBe(1)
    expect(await epochAfter(world, 1)).toBe(2)
    expect(await epochAfter(world, 1)).toBe(2)
    expect(await epochAfter(world, 23)).toBe(3)
    expect(world.broken()).toEqual([])
    expect(world.audit.filter(({ act }) => act === 'store').map(({ detail }) => detail)).toEqual(Array(2).fill('for its age, by the policy timed, revision 3'))
  })

  test('is replaced inside of the window only, unless it is ordered', async () => {
    const world = await worldWith(timed({ everySeconds: 60, window: { from: '22:00', to: '23:00' } }))
    expect(await epochAfter(world, 1)).toBe(1)
    world.order()
    expect(await epochAfter(world, 0)).toBe(2)
    expect(await epochAfter(world, 1)).toBe(2)
    expect(await epochAfter(world, 17)).toBe(3)
  })

  test('is replaced at the longest age, whatever schedule, window and blackout days say', async () => {
    const world = await worldWith(timed({ cron: '0 0 1 1 *', window: { days: [], from: '01:00', to: '02:00' }, blackoutDays: ['2026-01-02', '2026-01-03'] }))
    world.zone.policy = { ...world.zone.policy, longestAgeSeconds: 7200 }
    expect(await epochAfter(world, 1)).toBe(1)
    expect(await epochAfter(world, 1)).toBe(2)
  })

  test('that has a candidate is carried through when its window has closed', async () => {
    const world = await worldWith(timed({ everySeconds: 60, window: { from: '04:00', to: '05:00' } }))
    world.time += hour
    await world.visit((boundary) => { if (boundary === 'before addKey') throw new Error('cut off') }).catch(() => {})
    expect(world.credential.candidate).not.toBeNull()
    expect(await epochAfter(world, 5)).toBe(2)
    expect(world.state.status).toBe('settled')
  })

  test('is not younger than it is because the API says so', async () => {
    const world = new World()
    world.zone.putAdoption({ name, secret: world.first, through: null, order: 0, askedAt: '2099-01-01T00:00:00.000Z', askedBy: 'ada', observe: false })
    await world.visit()
    expect(world.credential.current.madeAt).toBe(world.at())
  })
})

test('a named policy shortens the grace of the zone and does not lengthen it', async () => {
  for (const [graceSeconds, expected] of [[60, 60], [7200, 3600]] as const) {
    const world = await worldWith(timed({ everySeconds: 86_400 }, { graceSeconds }))
    world.zone.policy = { ...world.zone.policy, graceSeconds: 3600 }
    world.order()
    await world.visit()
    const [retired] = world.credential.retired
    expect(Date.parse(retired?.notBefore ?? '') - Date.parse(retired?.retiredAt ?? '')).toBe(expected * 1000)
  }
})
