import type { Clearing } from '@rekey/domain'
import { digestOf } from '@rekey/domain'
import { DueIndex } from '@rekey/rotation'
import { createMemoryJournal } from './memory-journal.ts'
import { must, name, World } from './world.ts'

/** A host that was locked from outside, so that its credential is held; and then put right. */
async function held (): Promise<World> {
  const world = await World.adopted()
  world.host.keys.clear()
  world.order()
  await world.visit()
  expect(world.state.hold).toMatchObject({ class: 'locked-out' })
  world.host.keys.add(world.firstKey.publicKey)
  return world
}

function propose (world: World, changes: Partial<Clearing> = {}): Clearing {
  const { class: why, since } = must(world.credential.hold)
  const clearing: Clearing = {
    kind: 'clearing',
    zone: 'production',
    number: world.zone.proposals.length + 1,
    host: 'web-1',
    credential: { account: name.account, name: name.name },
    hold: { class: why, since },
    reason: 'the key is back',
    proposedBy: 'admin',
    proposedAt: world.at(),
    expiresAt: new Date(world.time + 3600_000).toISOString(),
    ...changes
  }
  world.zone.proposals.push(clearing)
  return clearing
}

function approve (world: World, clearing: Clearing, by = 'ada', of = clearing): void {
  const approval = { entity: `entity-of-${by}`, by, digest: digestOf(of), at: world.at() }
  world.zone.approvals.set(clearing.number, [...world.zone.approvals.get(clearing.number) ?? [], approval])
}

test('an approved clearing ends the hold, is recorded, and the rotation goes on to its proof', async () => {
  const world = await held()
  const clearing = propose(world)
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  expect(await index.hostsDue()).toEqual([])
  approve(world, clearing)
  expect(await index.hostsDue()).toEqual(['web-1'])
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', hold: null, order: 1 })
  expect(world.credential.lastClearedHold).toMatchObject({ class: 'locked-out', clearedBy: 'ada (entity-of-ada)', reason: 'proposal 1: the key is back' })
  expect(world.audit).toContainEqual(expect.objectContaining({ act: 'clear', detail: expect.stringContaining('by proposal 1, approved by ada (entity-of-ada)') as unknown }))
})

test.each<[string, (world: World) => void]>([
  ['nobody has approved', (world) => { propose(world) }],
  ['somebody approved of another text', (world) => { const clearing = propose(world); approve(world, clearing, 'ada', { ...clearing, reason: 'another' }) }],
  ['it is about another class', (world) => { approve(world, propose(world, { hold: { class: 'refused-twice', since: must(world.credential.hold).since } })) }],
  ['it is about an earlier hold', (world) => { approve(world, propose(world, { hold: { class: 'locked-out', since: '2026-01-01T00:00:00.000Z' } })) }],
  ['it is about another credential', (world) => { approve(world, propose(world, { credential: { account: 'root', name: 'ssh-key' } })) }],
  ['it has expired', (world) => { approve(world, propose(world)); world.time += 3600_001 }],
  ['it lives too long', (world) => { approve(world, propose(world, { expiresAt: new Date(world.time + 365 * 86_400_000).toISOString() })) }],
  ['two persons are needed', (world) => { world.zone.policy = { ...world.zone.policy, redirectApprovals: 2 }; const clearing = propose(world); approve(world, clearing); approve(world, clearing) }]
])('a hold stays while %s', async (_, given) => {
  const world = await held()
  given(world)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'held', hold: { class: 'locked-out' } })
})

test('an approval ends the hold that it was shown, and no later one', async () => {
  const world = await held()
  approve(world, propose(world))
  world.host.keys.clear()
  world.time += 60_000
  await world.visit()
  // It was cleared, looked at, and held again.
  const later = must(world.credential.hold)
  expect(Date.parse(later.since)).toBe(world.time)
  world.host.keys.add(world.firstKey.publicKey)
  world.time += 60_000
  await world.visit()
  expect(world.credential.hold).toEqual(later)
})

test('nothing is cleared when it can\'t be recorded', async () => {
  const world = await held()
  approve(world, propose(world))
  world.auditFails = true
  await expect(world.visit()).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect(world.credential.hold).not.toBeNull()
})
