import { formatName } from '@rekey/domain'
import type { CredentialKind, Heartbeat, NamedPolicy } from '@rekey/domain'
import { DueIndex, visitHost } from '@rekey/rotation'
import { memoryKey } from './memory-host.ts'
import { must, name, World } from './world.ts'

const hour = 3_600_000

function beating (more: Partial<Heartbeat> = {}): NamedPolicy {
  return { name: 'watched', priority: 1, selector: {}, heartbeat: { everySeconds: 3600, onDrift: 'report', ...more }, revision: 1, changedBy: 'admin', changedAt: '2026-01-02T03:04:05.000Z' }
}

async function watched (kind: CredentialKind = 'ssh-key', more?: Partial<Heartbeat>): Promise<World> {
  const world = await World.adopted(kind)
  world.zone.policies.push(beating(more))
  return world
}

const beats = ({ audit }: World): number => audit.filter(({ act }) => act === 'heartbeat').length

/** Somebody changes the account by hand. */
function changeByHand (world: World): void {
  if (world.host.password === undefined) {
    world.host.keys.clear()
    world.host.keys.add(memoryKey().publicKey)
  } else world.host.password = must(world.ports().secrets.password(world.zone.policy))
}

describe('a heartbeat', () => {
  test.each(['ssh-key', 'password'] as const)('verifies a %s once an interval, and writes only its state', async (kind) => {
    const world = await watched(kind)
    const saved = world.zone.saved.length
    for (let look = 0; look < 48; look += 1) {
      world.time += hour / 12
      const before = world.host.connections
      await world.visit()
      expect(world.host.connections - before).toBeLessThanOrEqual(1)
    }
    expect(beats(world)).toBe(4)
    expect(world.zone.saved).toHaveLength(saved)
    expect(world.state).toMatchObject({ status: 'settled', heartbeat: { outcome: 'opened' }, drift: null })
    expect(world.time - Date.parse(must(world.state.verifiedAt))).toBeLessThan(hour)
  })

  test('is not asked for without a policy, on hold, while it leaves, or while a rotation waits', async () => {
    const idle = await World.adopted()
    const held = await watched()
    held.zone.putCredential({ ...held.credential, hold: { class: 'locked-out', since: held.at(), detail: 'test' } })
    const failing = await watched()
    failing.order()
    failing.host.isReachable = false
    for (const world of [idle, held, failing]) {
      for (let look = 0; look < 3; look += 1) {
        await world.visit()
        world.time += hour
      }
      expect(beats(world)).toBe(0)
    }
  })

  test('comes after what is ordered, and a rotation counts as one', async () => {
    const world = await watched()
    world.time += hour
    world.order()
    await world.visit()
    expect(world.credential.current.epoch).toBe(2)
    expect(beats(world)).toBe(0)
    expect(world.state.verifiedAt).toBe(world.at())
  })

  test('of what is observed is done, too', async () => {
    const world = await watched()
    world.zone.policy = { ...world.zone.policy, observe: true }
    world.order()
    world.time += hour
    await world.visit()
    expect(world.state).toMatchObject({ observed: true, planned: { step: 'store', order: 1 }, heartbeat: { outcome: 'opened' } })
  })
})

describe('a secret that its host refuses', () => {
  test.each(['ssh-key', 'password'] as const)('has drifted, and a %s is shown once, however long nobody acts', async (kind) => {
    const world = await watched(kind)
    world.host.tally = { limit: 3, failures: 0 }
    changeByHand(world)
    for (let look = 0; look < 60; look += 1) {
      world.time += hour / 2
      await world.visit()
    }
    expect(beats(world)).toBe(1)
    expect(world.state).toMatchObject({ hold: null, drift: { opened: null, endedAt: null }, heartbeat: { outcome: 'refused' }, lastFailure: null })
    if (kind === 'password') expect(world.host.tally.failures).toBe(1)
    expect(world.outcomes).toContainEqual(expect.objectContaining({ act: 'heartbeat', outcome: 'stopped' }))
  })

  test('is replaced where the policy says so: by the earlier one that opens', async () => {
    const world = await watched('ssh-key', { onDrift: 'rotate' })
    const first = world.firstKey
    world.order()
    await world.settle()
    world.host.keys.clear()
    world.host.keys.add(first.publicKey)
    world.time += hour
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', epoch: 3, hold: null, drift: { opened: first.fingerprint, endedAt: expect.any(String) as string }, heartbeat: null })
    expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
    expect(world.broken()).toEqual([])
    world.time += hour
    await world.visit()
    expect(world.state.heartbeat).toMatchObject({ outcome: 'opened' })
  })

  test('and by a policy is replaced, waits with a password until the host has forgotten the wrong one', async () => {
    const world = await watched('password', { onDrift: 'rotate' })
    world.host.tally = { limit: 3, failures: 0 }
    changeByHand(world)
    world.time += hour
    await world.visit()
    world.time += 890_000
    await world.visit()
    expect(world.host.tally.failures).toBe(1)
    world.time += 20_000
    await world.visit()
    expect(world.credential.lastFailure).toMatchObject({ code: 'host/locked-out' })
  })

  test('beats again once a successor is proven', async () => {
    const world = await watched()
    const key = world.firstKey
    changeByHand(world)
    world.time += hour
    await world.visit()
    world.host.keys.clear()
    world.host.keys.add(key.publicKey)
    world.order()
    await world.visit()
    expect(world.state.drift).toMatchObject({ endedAt: expect.any(String) as string })
    world.time += hour
    await world.visit()
    expect(world.state.heartbeat).toMatchObject({ outcome: 'opened' })
  })

  test('has not drifted when another worker has replaced it meanwhile', async () => {
    const world = await watched()
    world.time += hour
    let isFirst = true
    await world.visit(async (boundary) => {
      if (boundary !== 'before contact' || !isFirst) return
      isFirst = false
      world.order()
      await world.visit()
    })
    expect(world.credential).toMatchObject({ drift: null, current: { epoch: 2 } })
    expect(world.state).toMatchObject({ status: 'settled', epoch: 2 })
  })
})

test('a host out of reach has not drifted, and is tried again in the next interval', async () => {
  const world = await watched()
  world.host.isReachable = false
  const saved = world.zone.saved.length
  for (let look = 0; look < 24; look += 1) {
    world.time += hour / 12
    await world.visit()
  }
  expect(beats(world)).toBe(2)
  expect(world.state).toMatchObject({ status: 'settled', drift: null, hold: null, heartbeat: { outcome: 'unreachable' }, verifiedAt: world.credential.current.madeAt })
  expect(world.zone.saved).toHaveLength(saved)

  const index = new DueIndex(world.ports().journal, () => new Date(world.time))
  await index.scan()
  expect(index.census()).toMatchObject({ unverified: 0, drifted: 0 })
  world.time += 1000
  expect(index.census()).toMatchObject({ unverified: 1, drifted: 0 })
})

test('a host that asks for more factors has not drifted either; one of another identity is held', async () => {
  const world = await watched()
  world.host.wantsMoreFactors = true
  world.time += hour
  await world.visit()
  expect(world.state).toMatchObject({ drift: null, hold: null, heartbeat: { outcome: 'unclear' } })
  world.host.hostKey = 'ssh-ed25519 QUFBQW90aGVy'
  world.time += hour
  await world.visit()
  expect(world.state).toMatchObject({ status: 'held', drift: null, hold: { class: 'identity-changed' }, heartbeat: { outcome: 'unclear' } })
})

test('a worker that dies at any boundary of a heartbeat shows the secret once more at most in the next interval', async () => {
  for (let dies = 1; ; dies += 1) {
    const world = await watched('password')
    world.host.tally = { limit: 5, failures: 0 }
    changeByHand(world)
    world.time += hour
    let passed = 0
    await world.visit(() => { if (++passed >= dies) throw new Error('killed') }).catch(() => {})
    await world.visit()
    expect([dies, world.host.tally.failures <= 1]).toEqual([dies, true])
    world.time += hour
    await world.visit()
    world.time += hour
    await world.visit()
    expect([dies, world.host.tally.failures <= 2, world.credential.drift?.endedAt, world.state.heartbeat?.outcome]).toEqual([dies, true, null, 'refused'])
    if (passed < dies) break
  }
})

test('an index finds what is due for a heartbeat, so many hosts in a minute, and each host has its turn', async () => {
  const hosts = 40
  const world = await watched()
  const { value } = must(world.zone.credentials.get(formatName(name)))
  world.zone.credentials.clear()
  for (let n = 0; n < hosts; n += 1) {
    const own = { ...value, name: { ...name, host: `web-${n}` } }
    world.zone.credentials.set(formatName(own.name), { value: own, version: 1 })
  }
  world.zone.policy = { ...world.zone.policy, scheduledConcurrency: 3, scheduledPerMinute: 10 }
  // A week of standing still.
  world.time += 7 * 24 * hour
  const index = new DueIndex(world.ports().journal, () => new Date(world.time))
  await index.scan()
  const visited: string[] = []
  for (let minute = 0; minute < 4; minute += 1) {
    const ofMinute: string[] = []
    for (let look = 0; look < 6; look += 1) {
      const due = await index.hostsDue()
      expect(due.length).toBeLessThanOrEqual(3)
      for (const host of due) index.note(host, await visitHost(host, { ports: world.ports(), lease: { assertHeld () {} }, backoff: { firstSeconds: 5, mostSeconds: 60 } }), 5)
      ofMinute.push(...due)
    }
    expect(ofMinute.length).toBeLessThanOrEqual(10)
    visited.push(...ofMinute)
    world.time += 61_000
  }
  expect(new Set(visited).size).toBe(hosts)
})
