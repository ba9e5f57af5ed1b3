import { describe, expect, test } from '@jest/globals'
import type { Lease } from '@rekey/domain'
import { byCredential, isOwedAfterLease } from '../src/leased.ts'
import { World } from './world.ts'

const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
const now = new Date('2026-03-01T12:00:00.000Z')
const lease: Lease = {
  id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c',
  zone: 'production',
  grant: 'shop',
  proposal: 1,
  order: 0,
  secrets: [{ name, fingerprint: 'SHA256:one', epoch: 1 }],
  rotateAfter: 'lease',
  reason: 'deploy',
  issuer: 'https://ci.example',
  subject: 'job',
  holderHash: '0'.repeat(64),
  takenAt: '2026-03-01T11:00:00.000Z',
  endsAt: '2026-03-01T11:59:59.999Z',
  endsAtMost: '2026-03-01T13:00:00.000Z',
  returnedAt: null,
  documents: 1
}
const live = { ...lease, endsAt: '2026-03-01T12:00:00.001Z' }
const of = (...leases: Lease[]) => isOwedAfterLease({ name, current: { fingerprint: 'SHA256:one' } }, { leases: byCredential(leases), now })

test.each<[string, Lease[], boolean]>([
  ['without a lease', [], false],
  ['while a lease lives', [live], false],
  ['when the lease has expired', [lease], true],
  ['when the lease was given back before its end', [{ ...live, returnedAt: now.toISOString() }], true],
  ['while another lease lives, whatever its grant says', [lease, { ...live, rotateAfter: 'never' }], false],
  ['when the grant leaves it to orders and schedules', [{ ...lease, rotateAfter: 'never' }], false],
  ['when it was another secret that was leased', [{ ...lease, secrets: [{ name, fingerprint: 'SHA256:zero', epoch: 0 }] }], false],
  ['when the same key opens another account that was leased', [{ ...lease, secrets: [{ name: { ...name, account: 'app' }, fingerprint: 'SHA256:one', epoch: 1 }] }], false]
])('a successor is owed %s', (_, leases, owed) => {
  expect(of(...leases)).toBe(owed)
})

describe('the age of a leased secret', () => {
  const hour = 3_600_000

  /** Due after an hour, with a grace of another; leased from now on for so many hours. */
  async function leasedWorld (hours: number, kind: 'ssh-key' | 'password' = 'ssh-key'): Promise<World> {
    const world = await World.adopted(kind)
    world.zone.policy = { ...world.zone.policy, longestAgeSeconds: 3600, graceSeconds: 3600 }
    world.zone.leases.push({ ...lease, rotateAfter: 'never', secrets: [{ name: world.credential.name, fingerprint: world.first.fingerprint, epoch: 1 }], endsAt: new Date(world.time + hours * hour).toISOString() })
    return world
  }

  async function epochAfter (world: World, hours: number): Promise<number> {
    world.time += hours * hour
    await world.visit()
    return world.credential.current.epoch
  }

  const storeDetails = (world: World) => world.audit.filter(({ act }) => act === 'store').map(({ detail }) => detail)

  test('waits for the lease, and comes when it has ended', async () => {
    const world = await leasedWorld(1.5)
    expect(await epochAfter(world, 1.2)).toBe(1)
    expect(world.state.status).toBe('settled')
    expect(await epochAfter(world, 0.3)).toBe(2)
    expect(storeDetails(world)).toEqual(['for its age'])
  })

  test('waits no longer than the grace; then both keys open until the next grace is over', async () => {
    const world = await leasedWorld(9)
    expect(await epochAfter(world, 1.9)).toBe(1)
    expect(await epochAfter(world, 0.1)).toBe(2)
    expect(storeDetails(world)).toEqual(['for its age, leases that live on the old one: 1, and they keep it for its grace'])
    expect([world.state.status, world.host.keys.has(world.firstKey.publicKey)]).toEqual(['grace', true])
    // Its successor is not leased, and comes of age as well.
    world.zone.policy = { ...world.zone.policy, longestAgeSeconds: null }
    expect(await epochAfter(world, 1)).toBe(2)
    expect([world.state.status, world.host.keys.has(world.firstKey.publicKey)]).toEqual(['settled', false])
    expect(world.broken()).toEqual([])
  })

  test('closes the old key when the lease has ended before the grace, where the grant wants it replaced then', async () => {
    const world = await leasedWorld(2.5)
    world.zone.leases[0] = { ...world.zone.leases[0] ?? lease, rotateAfter: 'lease' }
    expect(await epochAfter(world, 2)).toBe(2)
    expect(world.state.status).toBe('grace')
    world.zone.policy = { ...world.zone.policy, longestAgeSeconds: null }
    expect(await epochAfter(world, 0.5)).toBe(2)
    expect([world.state.status, world.host.keys.has(world.firstKey.publicKey)]).toEqual(['settled', false])
  })

  test('waits for no password\'s lease past the grace, and says whose end that is', async () => {
    const world = await leasedWorld(9, 'password')
    expect(await epochAfter(world, 1.9)).toBe(1)
    expect(await epochAfter(world, 0.1)).toBe(2)
    expect(storeDetails(world)).toEqual(['for its age, leases that live on the old one: 1, and they lose it now'])
    expect(world.state.status).toBe('settled')
  })

  test('is no reason to wait for an order, nor is a lease on another secret', async () => {
    const world = await leasedWorld(9)
    world.order()
    expect(await epochAfter(world, 0)).toBe(2)
    const other = await leasedWorld(9)
    other.zone.leases[0] = { ...other.zone.leases[0] ?? lease, secrets: [{ name: other.credential.name, fingerprint: 'SHA256:zero', epoch: 0 }] }
    expect(await epochAfter(other, 1)).toBe(2)
  })
})

test('the secret of an ended lease is a debt from its end on, until it is proven dead', async () => {
  const world = await World.adopted()
  const endsAt = new Date(world.time + 1000).toISOString()
  world.zone.leases.push({ ...lease, secrets: [{ name: world.credential.name, fingerprint: world.first.fingerprint, epoch: 1 }], endsAt })
  await world.visit()
  expect(world.state.owed).toBeNull()
  world.time += 1000
  world.host.isReachable = false
  await world.visit()
  expect(world.state).toMatchObject({ status: 'rotating', owed: { fingerprint: world.first.fingerprint, since: endsAt, class: 'unreachable' } })
  world.host.isReachable = true
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', owed: null, debts: [] })
})
