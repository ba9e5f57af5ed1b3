import type { Removal, SurveyResult } from '@rekey/domain'
import { defaultPolicy, digestOf, fingerprint, RekeyError } from '@rekey/domain'
import { DueIndex } from '@rekey/rotation'
import { memoryKey } from './memory-host.ts'
import { createMemoryJournal } from './memory-journal.ts'
import { must, World } from './world.ts'

const planted = memoryKey().publicKey
let isAuthority: boolean
let isComplete: boolean

/** A managed account into whose file somebody has put a key. A survey tells what is there. */
async function found (): Promise<World> {
  const world = await World.adopted()
  isAuthority = false
  isComplete = true
  world.host.keys.add(planted)
  Object.defineProperty(world.host, 'seen', { get: () => seenOn(world) })
  return world
}

function seenOn ({ host }: World): SurveyResult {
  const seen = (publicKey: string) => ({ publicKey, fingerprint: fingerprint(publicKey), bits: null })
  const since = '2026-01-01T00:00:00.000Z'
  const account = { account: 'deploy', uid: 1000, password: 'locked' as const, passwordChangedOn: null, root: 'yes' as const, privateKeys: [], since }
  const keys = [...host.keys].filter((key) => !isAuthority || key !== planted).map((key) => ({ ...seen(key), restricted: false, since }))
  return { by: 'deploy', asRoot: true, isComplete, sshd: { version: null, weak: [], otherWays: [] }, hostKeys: [], authorities: [], accounts: [{ ...account, keys, authorities: isAuthority ? [seen(planted)] : [] }] }
}

function propose (world: World, changes: Partial<Removal> = {}): Removal {
  const removal: Removal = {
    kind: 'removal',
    zone: 'production',
    number: world.zone.proposals.length + 1,
    host: 'web-1',
    account: 'deploy',
    publicKey: planted,
    reason: 'nobody knows whose it is',
    proposedBy: 'admin',
    proposedAt: world.at(),
    expiresAt: new Date(world.time + 3600_000).toISOString(),
    ...changes
  }
  world.zone.proposals.push(removal)
  return removal
}

function approve (world: World, removal: Removal, by = 'ada', of = removal): Removal {
  const approval = { entity: `entity-of-${by}`, by, digest: digestOf(of), at: world.at() }
  world.zone.approvals.set(removal.number, [...world.zone.approvals.get(removal.number) ?? [], approval])
  return removal
}

const ends = (world: World) => must(world.zone.surveys.get('web-1')).removals

test('a key that people have approved of goes, alone, and a fresh look tells that it has gone', async () => {
  const world = await found()
  const removal = propose(world)
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  expect(await index.hostsDue()).toEqual([])
  approve(world, removal)
  expect(await index.hostsDue()).toEqual(['web-1'])
  const report = await world.visit()
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
  expect(ends(world)).toEqual([{ proposal: 1, at: world.at(), refused: null }])
  expect(world.zone.surveys.get('web-1')?.result?.accounts[0]?.keys).toHaveLength(1)
  expect(world.audit).toContainEqual(expect.objectContaining({ act: 'remove-key', target: 'production/web-1/deploy', fingerprint: fingerprint(planted), detail: 'over production/web-1/deploy/ssh-key, by proposal 1, approved by ada (entity-of-ada)' }))
  expect(world.outcomes).toContainEqual(expect.objectContaining({ act: 'remove-key', outcome: 'done' }))
  index.note('web-1', report, 5)
  expect(await index.hostsDue()).toEqual([])
})

test.each<[string, (world: World) => void]>([
  ['nobody has approved', (world) => { propose(world) }],
  ['somebody approved of another key', (world) => { const removal = propose(world); approve(world, removal, 'ada', { ...removal, publicKey: memoryKey().publicKey }) }],
  ['it is about another host', (world) => { approve(world, propose(world, { host: 'web-2' })) }],
  ['it has expired', (world) => { approve(world, propose(world)); world.time += 3600_001 }],
  ['it lives too long', (world) => { approve(world, propose(world, { expiresAt: new Date(world.time + 365 * 86_400_000).toISOString() })) }],
  ['two persons are needed', (world) => { world.zone.policy = { ...defaultPolicy, redirectApprovals: 2 }; approve(world, approve(world, propose(world))) }]
])('a key stays while %s', async (_, given) => {
  const world = await found()
  given(world)
  await world.visit()
  expect(world.host.keys).toContain(planted)
  expect(world.zone.surveys.get('web-1')).toBeUndefined()
})

test.each<[string, (world: World) => Partial<Removal>, string]>([
  ['a managed key', (world) => ({ publicKey: world.firstKey.publicKey }), 'managed as deploy/ssh-key'],
  ['an authority', () => { isAuthority = true; return {} }, 'certificate authority'],
  ['what the host refuses', (world) => { world.host.refusesChanges = '/home/deploy/.ssh is a symbolic link'; return {} }, 'symbolic link'],
  ['a key of an account that nobody may change', (world) => { world.host.letsBecome = false; return { account: 'other' } }, 'no managed credential of the host may change other'],
  ['anything where all is observed', (world) => { world.zone.policy = { ...defaultPolicy, observe: true }; return {} }, 'observed'],
  ['what can\'t be seen afterwards', () => { isComplete = false; return {} }, 'did not tell everything']
])('%s is not removed, for good and with the reason', async (_, given, says) => {
  const world = await found()
  approve(world, propose(world, given(world)))
  await world.visit()
  expect(world.host.keys).toContain(world.firstKey.publicKey)
  expect(ends(world)).toMatchObject([{ proposal: 1, refused: expect.stringContaining(says) as unknown }])
  expect(world.outcomes.at(-1)).toMatchObject({ act: 'remove-key', outcome: 'refused' })
  const { connections } = world.host
  await world.visit()
  expect(world.host.connections).toBe(connections)
})

test('a host that is out of reach is tried again a minute later, and one that changes its mind in between is not believed', async () => {
  const world = await found()
  approve(world, propose(world))
  world.host.isReachable = false
  await world.visit()
  expect(world.zone.surveys.get('web-1')).toMatchObject({ failure: 'ssh/unreachable', removals: [] })
  world.host.isReachable = true
  await world.visit()
  expect(world.host.keys).toContain(planted)
  world.time += 60_000
  await world.visit()
  expect(world.host.keys).not.toContain(planted)
})

test('where the host closes its door to us once the key is gone, that is what is told', async () => {
  const world = await found()
  approve(world, propose(world))
  await world.visit((boundary) => { if (boundary === 'after removeKeys') world.host.faults.push(new RekeyError('ssh/dropped', 'the host hung up')) })
  expect(ends(world)).toMatchObject([{ refused: expect.stringContaining('the host hung up; whether it is gone, the next survey tells') as unknown }])
})

test('nothing is removed when it can\'t be recorded, or by a worker that has lost its lease', async () => {
  const world = await found()
  approve(world, propose(world))
  world.auditFails = true
  await expect(world.visit()).rejects.toMatchObject({ code: 'audit/unwritable' })
  world.auditFails = false
  await expect(world.visit(undefined, () => { throw new RekeyError('lease/lost', 'gone') })).rejects.toMatchObject({ code: 'lease/lost' })
  expect(world.host.keys).toContain(planted)
})
