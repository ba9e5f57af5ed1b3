import { RekeyError, type Credential } from '@rekey/domain'
import { DueIndex } from '@rekey/rotation'
import fc from 'fast-check'
import { createMemoryJournal } from './memory-journal.ts'
import { must, World } from './world.ts'

async function census (world: World) {
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  return index.census()
}

test('a current secret that an order wants replaced is owed from the order on, and why it is still open shows', async () => {
  const world = await World.adopted()
  expect(world.state.owed).toBeNull()
  world.time += 1000
  const since = world.at()
  world.order()
  world.time += 1000
  world.order()
  expect((await census(world)).debts).toEqual({ waiting: 1 })
  world.host.isReachable = false
  await world.visit()
  expect(world.state).toMatchObject({ owed: { fingerprint: world.first.fingerprint, since, class: 'unreachable' }, debts: [] })
  const { debts, oldestDebt } = await census(world)
  expect([debts, oldestDebt]).toEqual([{ unreachable: 1 }, new Date(since)])
  world.host.isReachable = true
  await world.settle()
  expect(world.state).toMatchObject({ owed: null, debts: [] })
})

test('nothing is owed for an order of another kind, or of other secrets, and what names a burned secret covers it wherever it is', async () => {
  const world = await World.adopted()
  world.order({ kinds: ['password'] })
  world.order({ burned: ['SHA256:of-somebody-else'] })
  expect((await census(world)).debts).toEqual({})
  world.order({ kinds: ['password'], burned: [world.first.fingerprint] })
  expect((await census(world)).debts).toEqual({ waiting: 1 })
})

test('a replaced key is in its grace, then it is a debt of the class of what went wrong, until it is proven dead', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, graceSeconds: 60 }
  world.order()
  await world.visit()
  expect(world.state).toMatchObject({ owed: null, debts: [{ fingerprint: world.first.fingerprint, class: 'grace' }] })
  expect((await census(world)).debts).toEqual({ grace: 1 })
  world.time += 61_000
  world.host.refusesChanges = 'the disk is full'
  await world.visit()
  expect(world.state.debts).toMatchObject([{ class: 'applied' }])
  world.host.hostKey = 'ssh-ed25519 b3RoZXI='
  world.time += 3600_000
  await world.visit()
  expect(world.state.debts).toMatchObject([{ class: 'held' }])
  expect((await census(world)).debts).toEqual({ held: 1 })
})

test('what is observed and ordered is a debt that its observation keeps open', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, observe: true }
  world.order()
  await world.visit()
  expect(world.state.owed).toMatchObject({ class: 'observed' })
})

const mishaps: ReadonlyArray<(world: World) => void> = [
  (world) => { world.host.isReachable = !world.host.isReachable },
  (world) => { world.order() },
  (world) => { world.host.refusesChanges = world.host.refusesChanges === undefined ? 'the disk is full' : undefined },
  (world) => { world.host.refusesPasswords = !world.host.refusesPasswords },
  (world) => { world.host.faults.push(new RekeyError('ssh/dropped', 'the connection ended')) },
  (world) => { world.host.unseen.add(world.host.keys.values().next().value ?? '') },
  (world) => { world.host.unseen.clear() },
  (world) => { world.host.acceptsAnything = !world.host.acceptsAnything },
  (world) => { world.zone.policy = { ...world.zone.policy, graceSeconds: world.zone.policy.graceSeconds === 0 ? 86_400 : 0, historyLength: 2 } },
  (world) => { world.time += 3600_000 }
]

/** A secret that is open in the earlier document is open in the later one, or a proof names it. */
function unaccountedFor (earlier: Credential, later: Credential): string[] {
  const open = (one: Credential): string[] => [one.current, ...one.candidate === null ? [] : [one.candidate], ...one.retired].map(({ fingerprint }) => fingerprint)
  const proven = new Set(later.history.flatMap(({ proof }) => proof.oldRefused))
  return open(earlier).filter((fingerprint) => !open(later).includes(fingerprint) && !proven.has(fingerprint))
}

test.each(['ssh-key', 'password'] as const)('whatever happens to a host, no debt of a %s is closed without a proof', async (kind) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.nat(mishaps.length - 1), { maxLength: 20 }), async (happens) => {
    const world = await World.adopted(kind)
    for (const which of happens) {
      must(mishaps[which])(world)
      await world.visit()
      world.time += 3600_000
    }
    const { saved } = world.zone
    for (const [index, later] of saved.entries()) {
      const earlier = saved[index - 1]
      if (earlier !== undefined) expect(unaccountedFor(earlier, later)).toEqual([])
    }
    const { debts, owed, unproven } = world.state
    const listed = [...debts, ...owed === null ? [] : [owed]].map(({ fingerprint }) => fingerprint)
    expect([...listed, ...world.credential.candidate === null ? [] : [world.credential.candidate.fingerprint]].sort()).toEqual([...unproven].sort())
  }), { numRuns: 150 })
})
