import type { Approval, HostRecord, Redirect } from '@rekey/domain'
import { digestOf, endpointOf } from '@rekey/domain'
import { memoryKey } from './memory-host.ts'
import { World } from './world.ts'

const elsewhere = '127.1.0.9'

function record (world: World): HostRecord {
  const found = world.zone.hosts.get('web-1')
  if (found === undefined) throw new Error('no host')
  return found
}

function propose (world: World, changes: Partial<Redirect> = {}): Redirect {
  const from = endpointOf(record(world))
  const redirect: Redirect = {
    kind: 'redirect',
    zone: 'production',
    number: world.zone.proposals.length + 1,
    host: 'web-1',
    after: record(world).redirect ?? 0,
    from,
    to: { ...from, address: elsewhere },
    reason: 'moved',
    proposedBy: 'admin',
    proposedAt: world.at(),
    expiresAt: new Date(world.time + 3600_000).toISOString(),
    ...changes
  }
  world.zone.proposals.push(redirect)
  return redirect
}

function approve (world: World, redirect: Redirect, by = 'ada', changes: Partial<Approval> = {}): void {
  const approval = { entity: `entity-of-${by}`, by, digest: digestOf(redirect), at: world.at(), ...changes }
  world.zone.approvals.set(redirect.number, [...world.zone.approvals.get(redirect.number) ?? [], approval])
}

/** What nothing but an approved redirect may change. */
function where (world: World): unknown {
  const { address, port, via, hostKeys } = world.credential.target
  return { record: record(world).address, address, port, via, hostKeys }
}

test('an approved redirect changes the record, binds the credential anew, and a rotation proves the new place', async () => {
  const world = await World.adopted()
  const old = world.first.fingerprint
  approve(world, propose(world))
  await world.visit()
  expect(where(world)).toMatchObject({ record: elsewhere, address: elsewhere })
  expect(world.state).toMatchObject({ status: 'settled', hold: null })
  expect(world.credential.history[0]?.fingerprint).toBe(old)
  expect(world.audit.slice(1, 3)).toMatchObject([
    { act: 'redirect', target: 'production/web-1', reason: 'moved', detail: expect.stringContaining('approved by ada (entity-of-ada)') as string },
    { act: 'bind', target: 'production/web-1/deploy/ssh-key' }
  ])
})

test.each<[string, (world: World) => void]>([
  ['nobody has approved', world => { propose(world) }],
  ['was approved as something else', world => { approve(world, propose(world), 'ada', { digest: 'f'.repeat(64) }) }],
  ['was approved too late', world => {
    const redirect = propose(world)
    approve(world, redirect, 'ada', { at: new Date(Date.parse(redirect.expiresAt) + 1).toISOString() })
  }],
  ['has expired', world => { approve(world, propose(world, { expiresAt: new Date(world.time - 1).toISOString() }), 'ada', { at: new Date(world.time - 2).toISOString() }) }],
  ['lives longer than a week', world => { approve(world, propose(world, { expiresAt: new Date(world.time + 8 * 24 * 3600_000).toISOString() })) }],
  ['starts from where the host is not', world => { approve(world, propose(world, { from: { ...endpointOf(record(world)), address: '127.1.0.5' } })) }],
  ['was proposed before another one was carried out', world => { approve(world, propose(world, { after: 7 })) }],
  ['takes a pinned key away', world => { approve(world, propose(world, { to: { ...endpointOf(record(world)), trust: { mode: 'first-use' } } })) }],
  ['is of another host', world => { approve(world, propose(world, { host: 'web-2' })) }],
  ['has one approval of two', world => {
    world.zone.policy = { ...world.zone.policy, redirectApprovals: 2 }
    const redirect = propose(world)
    approve(world, redirect)
    approve(world, redirect)
  }]
])('a redirect that %s changes nothing', async (_, given) => {
  const world = await World.adopted()
  const before = where(world)
  given(world)
  await world.visit()
  expect(where(world)).toEqual(before)
  expect(world.state).toMatchObject({ status: 'settled', rotations: [] })
  expect(world.audit.map(({ act }) => act)).toEqual(['adopt'])
})

test('with two approvals asked for, two persons are enough', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, redirectApprovals: 2 }
  const redirect = propose(world)
  approve(world, redirect)
  approve(world, redirect, 'bob')
  await world.visit()
  expect(where(world)).toMatchObject({ record: elsewhere, address: elsewhere })
})

test('of two that are approved at once, one is carried out and the other is void', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  approve(world, propose(world, { to: { ...endpointOf(record(world)), address: '127.1.0.8' } }))
  await world.settle()
  await world.visit()
  expect(where(world)).toMatchObject({ record: elsewhere, address: elsewhere })
})

test('a host that was reinstalled is held until its new key is approved, and then goes on', async () => {
  const world = await World.adopted()
  world.host.hostKey = memoryKey().publicKey
  world.order()
  await world.visit()
  expect(world.state.hold?.class).toBe('identity-changed')
  const from = endpointOf(record(world))
  approve(world, propose(world, { to: { ...from, trust: { mode: 'pinned', keys: [world.host.hostKey] } }, reason: 'reinstalled' }))
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', hold: null })
  expect(world.credential.target.hostKeys).toEqual([world.host.hostKey])
  expect(world.credential.lastClearedHold).toMatchObject({ class: 'identity-changed', clearedBy: 'ada (entity-of-ada)', reason: 'redirect 1: reinstalled' })
})

test('a record that names a redirect which nobody has approved holds the credential', async () => {
  const world = await World.adopted()
  const redirect = propose(world)
  world.zone.putHost({ ...record(world), address: elsewhere, redirect: redirect.number })
  await world.visit()
  expect(world.state.hold?.class).toBe('record-changed')
  expect(world.credential.target.address).toBe('127.1.0.1')
})

test('a record that names an approved redirect and says something else holds the credential', async () => {
  const world = await World.adopted()
  approve(world, propose(world))
  world.zone.putHost({ ...record(world), address: '127.1.0.66', redirect: 1 })
  await world.visit()
  expect(world.state.hold?.class).toBe('record-changed')
  expect(world.credential.target.address).toBe('127.1.0.1')
})

test.each(['before replaceHost', 'after replaceHost', 'before save', 'after save'] as const)('a worker that dies %s leaves the redirect to the next one', async (boundary) => {
  const world = await World.adopted()
  approve(world, propose(world))
  await expect(world.visit((at) => { if (at === boundary) throw new Error('killed') })).rejects.toThrow()
  await world.settle()
  expect(where(world)).toMatchObject({ record: elsewhere, address: elsewhere })
  expect(world.broken()).toEqual([])
})

test('nothing is redirected when it can\'t be recorded', async () => {
  const world = await World.adopted()
  const before = where(world)
  approve(world, propose(world))
  world.auditFails = true
  await expect(world.visit()).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect(where(world)).toEqual(before)
})
