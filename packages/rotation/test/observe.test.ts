import { credentialKinds, formatName, isRekeyError } from '@rekey/domain'
import type { CredentialKind, Decision, Observer } from '@rekey/domain'
import { DueIndex, isObserved } from '@rekey/rotation'
import { createMemoryJournal } from './memory-journal.ts'
import { name, World } from './world.ts'

const decision: Decision = { by: 'ada', at: '2026-01-02T03:04:05Z', reason: 'a test' }
const host = name.host
const credential = `${name.host}/${name.account}/${name.name}`

/** Each way to observe, what ends it, and what does not. */
const ways: Record<string, { observer: Observer, on: (world: World) => void, off: (world: World) => void, idle?: (world: World) => void }> = {
  'its zone\'s policy': {
    observer: 'zone',
    on: (world) => { world.zone.policy = { ...world.zone.policy, observe: true } },
    off: (world) => { world.zone.policy = { ...world.zone.policy, observe: false } },
    idle: (world) => { world.zone.releases.set(host, decision).set(credential, decision) }
  },
  'a person': {
    observer: 'person',
    on: (world) => { world.zone.putCredential({ ...world.credential, observedBy: decision }) },
    off: (world) => { world.zone.putCredential({ ...world.credential, observedBy: null }) },
    idle: (world) => { world.zone.releases.set(host, decision).set(credential, decision) }
  },
  'its own document': {
    observer: 'credential',
    on: (world) => { world.zone.putCredential({ ...world.credential, observe: true }) },
    off: (world) => { world.zone.releases.set(credential, decision) },
    idle: (world) => { world.zone.releases.set(host, decision) }
  },
  'its host\'s record, until the host is released': {
    observer: 'host',
    on: observeHost,
    off: (world) => { world.zone.releases.set(host, decision) },
    idle: (world) => { world.zone.releases.set(`${host}/root/${name.name}`, decision) }
  },
  'its host\'s record, until it is released itself': {
    observer: 'host',
    on: observeHost,
    off: (world) => { world.zone.releases.set(credential, decision) }
  }
}

function observeHost (world: World): void {
  const record = world.zone.hosts.get(host)
  if (record !== undefined) world.zone.putHost({ ...record, observe: true })
}

/** Everything that observing must leave as it is. */
function snapshot ({ host: { keys, password, fences, connections }, zone: { credentials, saved }, audit }: World): object {
  return { keys: [...keys], password, fences: [...fences], connections, documents: [...credentials.values()], saved: saved.length, audit: audit.length }
}

describe.each(Object.entries(ways))('a credential that is observed by %s', (_, { observer, on, off, idle }) => {
  test.each(credentialKinds)('stays as it is although an order covers it, tells what would be done, and rotates once that has ended: a %s', async (kind) => {
    const world = await World.adopted(kind)
    on(world)
    idle?.(world)
    const order = world.order()
    const before = snapshot(world)
    for (let visits = 0; visits < 3; visits += 1) {
      await world.visit()
      world.time += 7200 * 1000
    }
    expect(snapshot(world)).toEqual(before)
    expect(world.state).toMatchObject({ status: 'settled', order: 0, observed: true, observers: [observer], planned: { step: 'store', order } })

    off(world)
    const settled = await world.settle()
    expect(settled.current.order).toBe(order)
    expect(world.isOpenedOnlyBy(settled.current)).toBe(true)
    expect(world.state).toMatchObject({ status: 'settled', observed: false, observers: [], planned: null })
  })

  test('has nothing planned while no order covers it, and says so at the next visit', async () => {
    const world = await World.adopted()
    on(world)
    await world.visit()
    expect(world.state).toMatchObject({ observed: true, planned: null })
    off(world)
    await world.visit()
    expect(world.state).toMatchObject({ observed: false, planned: null })
  })
})

describe.each(credentialKinds)('of a %s', (kind) => {
  class Killed extends Error {}

  /** A worker has died at that boundary of a rotation. Nothing when it has no such boundary. */
  async function halfDone (kind: CredentialKind, boundary: number): Promise<World | undefined> {
    const world = await World.adopted(kind)
    world.order()
    let passed = 0
    try {
      await world.visit(() => {
        passed += 1
        if (passed === boundary) throw new Killed()
      })
    } catch (error) {
      if (!(error instanceof Killed)) throw error
    }
    return passed < boundary ? undefined : world
  }

  test('a rotation that is half done, wherever, goes no further once it is observed, and to its end once that has ended', async () => {
    const { on, off } = ways['its zone\'s policy'] as typeof ways[string]
    const planned = new Set<string | undefined>()
    for (let boundary = 1; ; boundary += 1) {
      const world = await halfDone(kind, boundary)
      if (world === undefined) break
      on(world)
      const before = snapshot(world)
      await world.visit()
      world.time += 7200 * 1000
      await world.visit()
      expect([boundary, snapshot(world)]).toEqual([boundary, before])
      expect(world.state.observed).toBe(true)
      planned.add(world.state.planned?.step)

      off(world)
      const { current } = await world.settle()
      expect([boundary, current.order, world.isOpenedOnlyBy(current), ...world.broken()]).toEqual([boundary, 1, true])
    }
    // A password is replaced by its push: nothing of it is removed.
    expect(planned).toEqual(new Set(['store', 'push', 'verify', ...kind === 'ssh-key' ? ['remove'] : [], 'prove', undefined]))
  })

  test('a person who switches observation on during a visit, whenever, ends it within a step, and with a way in', async () => {
    let stopped = 0
    for (let boundary = 1; boundary < 60; boundary += 1) {
      const world = await World.adopted(kind)
      world.order()
      let passed = 0
      const stepsDone: string[] = []
      await world.visit(() => {
        passed += 1
        if (passed === boundary) world.zone.putCredential({ ...world.credential, observedBy: decision })
        if (passed > boundary) stepsDone.push(...world.broken())
      }).catch((error: unknown) => {
        if (!isRekeyError(error, 'vault/conflict')) throw error
      })
      expect([boundary, ...stepsDone, ...world.broken()]).toEqual([boundary])
      if (passed < boundary) break
      expect(world.credential.observedBy).toEqual(decision)
      if (world.credential.current.epoch === 1 || world.credential.retired.length > 0) stopped += 1
      const before = snapshot(world)
      await world.visit()
      expect([boundary, snapshot(world)]).toEqual([boundary, before])
      world.zone.putCredential({ ...world.credential, observedBy: null })
      world.time += 7200 * 1000
      expect(world.isOpenedOnlyBy((await world.settle()).current)).toBe(true)
    }
    expect(stopped).toBeGreaterThan(5)
  })
})

test('a credential that is handed over to be observed is adopted, and remembers that', async () => {
  const world = new World()
  world.zone.putAdoption({ name, secret: world.first, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: true })
  world.order()
  await world.visit()
  expect(world.credential).toMatchObject({ observe: true, observedBy: null, epoch: 1 })
  expect(world.state).toMatchObject({ status: 'settled', observed: true, planned: { step: 'store', order: 1 } })
  expect(world.audit.map(({ act }) => act)).toEqual(['adopt'])
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
})

test('nothing is planned for a credential on hold', async () => {
  const world = await World.adopted()
  world.zone.putCredential({ ...world.credential, observe: true, hold: { class: 'locked-out', since: world.at(), detail: 'a test' } })
  world.order()
  await world.visit()
  expect(world.state).toMatchObject({ status: 'held', observed: true, planned: null })
})

test('a release of one credential is none of another, whatever they are called', () => {
  const facts = { policy: { observe: false }, observesHost: true, releases: { host: false, credentials: ['deploy/ssh-key'] } }
  const asks = { observe: true, observedBy: null }
  expect(isObserved({ ...asks, name: { account: 'deploy', name: 'ssh-key' } }, facts)).toBe(false)
  expect(isObserved({ ...asks, name: { account: 'deploy', name: 'ssh-key-2' } }, facts)).toBe(true)
  expect(isObserved({ ...asks, name: { account: 'root', name: 'ssh-key' } }, facts)).toBe(true)
  expect(isObserved({ ...asks, observe: false, name: { account: 'root', name: 'ssh-key' } }, { ...facts, observesHost: false })).toBe(false)
})

describe('a worker\'s memory of what is due', () => {
  const root = { ...name, account: 'root' }

  /** An index on a world that it has scanned, and the calls of its journal since the last look. */
  async function indexed (world: World) {
    const calls: string[] = []
    const index = new DueIndex(createMemoryJournal(world.zone, { before: (call) => { calls.push(call) } }), () => new Date(world.time))
    await index.scan()
    return {
      hostsDue: async () => {
        calls.length = 0
        return await index.hostsDue()
      },
      visit: async () => { index.note(host, await world.visit(), 5) },
      scan: async () => await index.scan(),
      calls
    }
  }

  test('asks for a visit to an observed host once for each thing that it has to tell, and not to rotate it', async () => {
    const world = await World.adopted()
    world.zone.putCredential({ ...world.credential, observe: true })
    const index = await indexed(world)
    expect(await index.hostsDue()).toEqual([])
    world.order()
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.state.planned).toEqual({ step: 'store', order: 1 })
    expect(await index.hostsDue()).toEqual([])
  })

  test.each<[string, (world: World) => void, string]>([
    ['host', observeHost, host],
    ['credential of an observed host', observeHost, credential],
    ['credential', (world) => { world.zone.putCredential({ ...world.credential, observe: true }) }, credential]
  ])('sees at its next look that a %s was released', async (_, observe, place) => {
    const world = await World.adopted()
    observe(world)
    world.order()
    const index = await indexed(world)
    expect(await index.hostsDue()).toEqual([])
    world.zone.releases.set(place, decision)
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.state).toMatchObject({ status: 'settled', observed: false, order: 1 })
    expect(await index.hostsDue()).toEqual([])
  })

  test('sees a release also where nothing is due, so that the state tells it', async () => {
    const world = await World.adopted()
    observeHost(world)
    const index = await indexed(world)
    expect(world.state.observed).toBe(true)
    world.zone.releases.set(host, decision)
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.state.observed).toBe(false)
    expect(await index.hostsDue()).toEqual([])
  })

  test('sees the release of a second credential of a host of which one is released already', async () => {
    const world = await World.adopted()
    observeHost(world)
    const { name: _, ...rest } = world.credential
    world.zone.putCredential({ ...rest, name: root, target: { ...rest.target, account: 'root' } })
    world.zone.releases.set(credential, decision)
    const index = await indexed(world)
    expect(await index.hostsDue()).toEqual([])
    world.zone.releases.set(`${host}/root/ssh-key`, decision)
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.zone.states.get(formatName(root))?.observed).toBe(false)
    expect(await index.hostsDue()).toEqual([])
  })

  test('sees at its next look that people observe the zone, and that they no longer do', async () => {
    const world = await World.adopted()
    world.order()
    const index = await indexed(world)
    world.zone.policy = { ...world.zone.policy, observe: true }
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.state).toMatchObject({ observed: true, planned: { step: 'store', order: 1 }, epoch: 1 })
    expect(await index.hostsDue()).toEqual([])
    world.zone.policy = { ...world.zone.policy, observe: false }
    expect(await index.hostsDue()).toEqual([host])
    await index.visit()
    expect(world.state).toMatchObject({ observed: false, order: 1 })
  })

  test('sees with a full scan that a person observes a credential', async () => {
    const world = await World.adopted()
    const index = await indexed(world)
    world.zone.putCredential({ ...world.credential, observedBy: decision })
    world.order()
    await index.scan()
    expect(world.state).toMatchObject({ observed: true, planned: { step: 'store', order: 1 } })
    expect(await index.hostsDue()).toEqual([])
  })

  test('looks for releases only while something waits for one, by one list', async () => {
    const world = await World.adopted()
    const index = await indexed(world)
    await index.hostsDue()
    expect(index.calls.sort()).toEqual(['hostsAdopting', 'leases', 'namedPolicies', 'orders', 'policy', 'proposals', 'surveysAsked'])
    observeHost(world)
    await index.scan()
    await index.hostsDue()
    expect(index.calls.sort()).toEqual(['hostsAdopting', 'hostsReleased', 'leases', 'namedPolicies', 'orders', 'policy', 'proposals', 'surveysAsked'])
    world.zone.releases.set(host, decision)
    await index.hostsDue()
    await index.visit()
    await index.hostsDue()
    expect(index.calls.sort()).toEqual(['hostsAdopting', 'leases', 'namedPolicies', 'orders', 'policy', 'proposals', 'surveysAsked'])
  })
})
