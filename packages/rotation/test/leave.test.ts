import type { Approval, Credential, HostRecord, Leave, Through } from '@rekey/domain'
import { digestOf, formatName } from '@rekey/domain'
import { DueIndex } from '@rekey/rotation'
import { memoryKey } from './memory-host.ts'
import { createMemoryJournal } from './memory-journal.ts'
import { must, name, World } from './world.ts'
import type { Boundary } from './world.ts'

const own: Through = { account: name.account, name: name.name }

function propose (world: World, changes: Partial<Leave> = {}): Leave {
  const leave: Leave = {
    kind: 'leave',
    zone: 'production',
    number: world.zone.proposals.length + 1,
    host: 'web-1',
    credential: null,
    signOff: [],
    reason: 'sold',
    proposedBy: 'admin',
    proposedAt: world.at(),
    expiresAt: new Date(world.time + 3600_000).toISOString(),
    ...changes
  }
  world.zone.proposals.push(leave)
  return leave
}

function approve (world: World, leave: Leave, by = 'ada', changes: Partial<Approval> = {}): void {
  const approval = { entity: `entity-of-${by}`, by, digest: digestOf(leave), at: world.at(), ...changes }
  world.zone.approvals.set(leave.number, [...world.zone.approvals.get(leave.number) ?? [], approval])
}

function record (world: World): HostRecord {
  return must(world.zone.hosts.get('web-1'))
}

/** Visits, with time for each backoff to pass, until the host and all that it had have left. */
async function leaves (world: World, watch: () => void = () => {}): Promise<void> {
  for (let visits = 0; visits < 12; visits += 1) {
    await world.visit(watch)
    if (record(world).leftAt !== undefined) return
    world.time += 4000 * 1000
  }
  throw new Error(`it does not leave: ${JSON.stringify(world.state)}`)
}

/** Whether a worker that looks would send somebody there. */
async function isDue (world: World): Promise<boolean> {
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  return (await index.hostsDue()).length > 0
}

test('a host leaves once people have approved: nothing is touched there, and its secret stays', async () => {
  const world = await World.adopted()
  const { connections } = world.host
  approve(world, propose(world))
  expect(await isDue(world)).toBe(true)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'left', unproven: [], leaving: { proposal: 1, by: 'ada (entity-of-ada)', reason: 'sold', order: 0, signedOff: [], leftAt: world.at() } })
  expect(record(world)).toMatchObject({ leave: 1, leftAt: world.at() })
  expect(world.credential.current.fingerprint).toBe(world.first.fingerprint)
  expect(world.host.connections).toBe(connections)
  expect(world.audit.slice(1)).toMatchObject([
    { act: 'leave', target: 'production/web-1', reason: 'sold', detail: 'proposal 1, approved by ada (entity-of-ada)' },
    { act: 'leave', target: formatName(name) },
    { act: 'archive', target: formatName(name), detail: expect.stringContaining('nothing was left to prove') as string }
  ])
  world.order()
  expect(await isDue(world)).toBe(false)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'left', epoch: 1, unproven: [] })
})

test.each<[string, (world: World) => void]>([
  ['nobody has approved', world => { propose(world) }],
  ['was approved as something else', world => { approve(world, propose(world), 'ada', { digest: 'f'.repeat(64) }) }],
  ['was approved too late', world => {
    const leave = propose(world)
    approve(world, leave, 'ada', { at: new Date(Date.parse(leave.expiresAt) + 1).toISOString() })
  }],
  ['has expired', world => { approve(world, propose(world, { expiresAt: new Date(world.time - 1).toISOString() }), 'ada', { at: new Date(world.time - 2).toISOString() }) }],
  ['lives longer than a week', world => { approve(world, propose(world, { expiresAt: new Date(world.time + 8 * 24 * 3600_000).toISOString() })) }],
  ['is of another host', world => { approve(world, propose(world, { host: 'web-2' })) }],
  ['is of another credential', world => { approve(world, propose(world, { credential: { account: 'root', name: 'ssh-key' } })) }],
  ['the record made up', world => {
    propose(world)
    world.zone.putHost({ ...record(world), leave: 1 })
  }],
  ['has one approval of two', world => {
    world.zone.policy = { ...world.zone.policy, leaveApprovals: 2 }
    const leave = propose(world)
    approve(world, leave)
    approve(world, leave)
  }]
])('a leave that %s changes nothing', async (_, given) => {
  const world = await World.adopted()
  given(world)
  expect(await isDue(world)).toBe(false)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', leaving: null })
  expect(record(world).leftAt).toBeUndefined()
  world.order()
  await world.settle()
  expect(world.credential.current.order).toBe(1)
})

test('what orders demand already is carried out first, and what is ordered later is not', async () => {
  const world = await World.adopted()
  world.order()
  approve(world, propose(world))
  world.host.isReachable = false
  await world.visit()
  expect(world.state).toMatchObject({ status: 'rotating', leaving: { order: 1, leftAt: null }, unproven: expect.arrayContaining([world.first.fingerprint]) as string[] })
  world.order()
  world.host.isReachable = true
  await leaves(world)
  expect(world.state).toMatchObject({ status: 'left', epoch: 2, debts: [], unproven: [], leaving: { order: 1, signedOff: [] } })
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
})

test('a host that is gone for good leaves with what people have signed off, and with no more', async () => {
  const world = await World.adopted()
  world.order()
  world.host.isReachable = false
  await world.visit()
  approve(world, propose(world))
  await world.visit()
  const { unproven } = world.state
  expect(unproven).toEqual([world.first.fingerprint, must(world.credential.candidate).fingerprint])
  approve(world, propose(world, { signOff: unproven.slice(0, 1) }))
  await world.visit()
  expect(world.state.status).toBe('rotating')
  approve(world, propose(world, { signOff: [...unproven.slice(1), 'SHA256:of-another'] }), 'bob')
  expect(await isDue(world)).toBe(true)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'left', leaving: { proposal: 3, by: 'bob (entity-of-bob)', signedOff: unproven }, unproven })
  expect(record(world).leftAt).toBe(world.at())
  // Whichever of both is in place there: people can read it.
  expect(must(world.credential.candidate).fingerprint).toBe(unproven[1])
  expect(must(world.audit.at(-1)).detail).toContain(`signed off without a proof: ${unproven.join(', ')}`)
})

test('a hold, and an observation, keep nothing that is signed off', async () => {
  const world = await World.adopted()
  world.order()
  world.host.hostKey = memoryKey().publicKey
  await world.visit()
  expect(world.state.hold?.class).toBe('identity-changed')
  world.zone.policy = { ...world.zone.policy, observe: true }
  approve(world, propose(world, { signOff: world.state.unproven }))
  await leaves(world)
  expect(world.state).toMatchObject({ status: 'left', hold: { class: 'identity-changed' } })
})

test('takes no new credential, and neither does one that stands behind it or is changed through it', async () => {
  const world = await World.adopted()
  const hand = (host: string, through: Through | null = null): void => {
    world.zone.putAdoption({ name: { ...name, host, account: 'new' }, secret: memoryKey(), through, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
  }
  const outcome = (host: string) => world.zone.states.get(`production/${host}/new/ssh-key`)?.lastFailure?.code
  approve(world, propose(world, { credential: own }))
  await world.visit()
  expect([world.state.status, record(world).leave]).toEqual(['left', undefined])
  hand('web-1', own)
  await world.visit()
  expect(outcome('web-1')).toBe('credential/left')
  approve(world, propose(world))
  hand('web-1')
  await world.visit()
  expect(outcome('web-1')).toBe('host/left')
})

describe('what others rely on stays until they have left:', () => {
  const root = { account: 'root', name: 'ssh-key' }

  async function withRoot (changes: { recovery?: Through, rootThrough?: Through }): Promise<World> {
    const world = new World()
    if (changes.recovery !== undefined) world.zone.putHost({ ...record(world), recovery: changes.recovery })
    const key = memoryKey()
    world.host.keys.add(key.publicKey)
    await world.visit()
    world.zone.putAdoption({ name: { ...name, ...root }, secret: key, through: changes.rootThrough ?? null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
    await world.visit()
    return world
  }
  const ofRoot = (world: World): Credential => must(world.zone.credentials.get('production/web-1/root/ssh-key')).value

  test('a jump host', async () => {
    const world = await World.adopted()
    const behind: HostRecord = { ...record(world), id: 'db-1', via: { host: 'web-1', ...own } }
    world.zone.putHost(behind)
    approve(world, propose(world))
    approve(world, propose(world, { credential: own }))
    await world.visit()
    expect(world.state).toMatchObject({ status: 'settled', leaving: null })
    world.zone.putHost({ ...behind, leave: 9, leftAt: world.at() })
    await leaves(world)
    expect(world.state.status).toBe('left')
  })

  test.each<[string, Parameters<typeof withRoot>[0]]>([
    ['a credential that changes another one', { rootThrough: own }],
    ['the recovery credential', { recovery: own }]
  ])('%s, and of a host that leaves it goes last', async (_, changes) => {
    const world = await withRoot(changes)
    expect(ofRoot(world).through).toEqual(changes.rootThrough ?? null)
    approve(world, propose(world, { credential: own }))
    await world.visit()
    expect(world.credential.leaving).toBeNull()
    approve(world, propose(world))
    await leaves(world)
    const order = world.zone.saved.filter(({ leaving }) => leaving?.leftAt != null).map(({ name: { account } }) => account)
    expect(order).toEqual(['root', 'deploy'])
  })
})

test('a worker that dies at any boundary leaves the rest to the next one, and nobody is locked out', async () => {
  async function given (): Promise<World> {
    const world = await World.adopted()
    world.order()
    approve(world, propose(world))
    return world
  }
  const passed: Boundary[] = []
  await (await given()).visit((boundary) => { passed.push(boundary) })
  expect(passed).toEqual(expect.arrayContaining(['before replaceHost', 'before addKey', 'after removeKeys', 'after replaceHost']))
  for (const number of passed.keys()) {
    const world = await given()
    const broken: string[] = []
    let count = 0
    await world.visit(() => {
      broken.push(...world.broken())
      if (count++ === number) throw new Error('killed')
    }).catch(() => {})
    await leaves(world, () => { broken.push(...world.broken()) })
    expect([passed[number], ...broken, ...world.broken()]).toEqual([passed[number]])
    expect(world.credential).toMatchObject({ candidate: null, retired: [], leaving: { order: 1, signedOff: [] } })
    expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
    expect(world.state.status).toBe('left')
  }
})

test('nothing leaves when it can\'t be recorded', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  world.auditFails = true
  await expect(world.visit()).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect([world.credential.leaving, record(world).leave]).toEqual([null, undefined])
})

test('what has left is none of those that are counted', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  await leaves(world)
  const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
  await index.scan()
  expect(index.census()).toMatchObject({ statuses: {}, debts: {}, oldestSecret: null })
})
