import type { CredentialKind } from '@rekey/domain'
import { isPassword } from '@rekey/domain'
import { memoryKey, memorySecrets } from './memory-host.ts'
import { must, name, World } from './world.ts'

/** What a snapshot of the host has: who may log in, and what the fence has seen. */
function snapshotOf ({ host }: World): () => void {
  const [keys, password, fences] = [[...host.keys], host.password, [...host.fences]]
  return () => {
    host.keys.clear()
    for (const key of keys) host.keys.add(key)
    host.password = password
    host.fences.clear()
    for (const [name, seen] of fences) host.fences.set(name, seen)
  }
}

/** A host whose secret was rotated three times since its snapshot, restored from it and ordered once more. */
async function restored (kind: CredentialKind): Promise<World> {
  const world = await World.adopted(kind)
  world.order()
  await world.settle()
  const restore = snapshotOf(world)
  for (let rotation = 0; rotation < 3; rotation += 1) {
    world.order()
    await world.settle()
  }
  restore()
  world.order()
  return world
}

test.each([4, 3, 2])('a host whose sshd ends a connection at failure %d is brought back by the key that its snapshot has, too', async (maxAuthTries) => {
  const world = await restored('ssh-key')
  world.host.maxAuthTries = maxAuthTries
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', order: 5, hold: null })
  expect(world.credential.history.filter((secret) => world.host.opens(secret))).toEqual([])
})

test.each(['ssh-key', 'password'] as const)('a host that is restored from a snapshot of three rotations ago is brought back with a new %s, and all before it are proven dead anew', async (kind) => {
  const world = await restored(kind)
  world.host.tally = { limit: 3, failures: 0 }
  const { history, current } = world.credential
  const opens = must(history.find((secret) => world.host.opens(secret)))
  for (let visits = 0; visits < 8 && world.state.order < 5; visits += 1) {
    await world.visit()
    expect(world.host.isClosed).toBe(false)
    world.time += 1100_000
    // The host has forgotten the failures by then.
    world.host.tally = { limit: 3, failures: 0 }
  }
  expect(world.state).toMatchObject({ status: 'settled', order: 5, hold: null, debts: [], drift: { opened: opens.fingerprint, endedAt: expect.any(String) as string } })
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
  const proofs = world.credential.history.filter(({ proof }) => proof.newAccepted === world.credential.current.fingerprint).map(({ fingerprint }) => fingerprint)
  expect(proofs).toEqual(expect.arrayContaining([opens.fingerprint, current.fingerprint]))
  expect(world.broken()).toEqual([])
  expect(world.audit).toContainEqual(expect.objectContaining({ act: 'restore', fingerprint: opens.fingerprint }))
})

test('a snapshot that holds two keys leaves none of them open', async () => {
  const world = await restored('ssh-key')
  const [, second] = world.credential.history
  const key = must(second)
  if (isPassword(key)) throw new Error('a key')
  world.host.keys.add(key.publicKey)
  await world.settle()
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
  expect(world.broken()).toEqual([])
})

test.each(['ssh-key', 'password'] as const)('a worker that dies at any boundary of bringing a %s back leaves it to the next one', async (kind) => {
  for (let dies = 1; ; dies += 1) {
    const world = await restored(kind)
    let passed = 0
    // Of a password, the third attempt finds the one that opens.
    for (let attempt = kind === 'password' ? 1 : 3; attempt < 3; attempt += 1) {
      await world.visit()
      world.time += 1100_000
    }
    await world.visit(() => { if (++passed === dies) throw new Error('killed') }).catch(() => {})
    if (passed < dies) break
    world.time += 1100_000
    await world.settle()
    expect([dies, world.isOpenedOnlyBy(world.credential.current), world.state.status]).toEqual([dies, true, 'settled'])
    expect(world.broken()).toEqual([])
  }
})

/** The same of an account that is changed through root, which is not rotated. */
async function restoredThroughRoot (): Promise<World> {
  const world = new World()
  const root = memoryKey()
  world.host.keys.add(root.publicKey)
  world.zone.putAdoption({ name: { ...name, account: 'root' }, secret: root, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
  world.zone.putAdoption({ name, secret: world.first, through: { account: 'root', name: 'ssh-key' }, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
  await world.visit()
  const rotate = async () => { world.order({ accounts: ['deploy'] }); await world.settle() }
  await rotate()
  const restore = snapshotOf(world)
  await rotate()
  await rotate()
  restore()
  return world
}

test('a worker that dies at any boundary of bringing back a key that is changed through another one leaves it to the next one', async () => {
  for (let dies = 1; ; dies += 1) {
    const world = await restoredThroughRoot()
    expect(world.credential.through).toEqual({ account: 'root', name: 'ssh-key' })
    world.order({ accounts: ['deploy'] })
    let passed = 0
    await world.visit(() => { if (++passed === dies) throw new Error('killed') }).catch(() => {})
    world.time += 1100_000
    if (passed < dies) break
    await world.settle()
    expect([dies, world.state.status, world.state.order, world.host.opens(world.credential.current)]).toEqual([dies, 'settled', 4, true])
    expect(world.credential.history.filter((secret) => world.host.opens(secret))).toEqual([])
    expect(world.broken()).toEqual([])
  }
})

test('a host that forgot more keys than one connection may try is asked in two, and in no more', async () => {
  const world = await World.adopted()
  for (let rotation = 0; rotation < 8; rotation += 1) { world.order(); await world.settle() }
  world.host.keys.clear()
  const oldest = must(world.credential.history.at(-1))
  if (isPassword(oldest)) throw new Error('a key')
  world.host.keys.add(oldest.publicKey)
  world.order()
  await world.settle()
  expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
  world.host.keys.clear()
  world.order()
  const { connections } = world.host
  await world.visit()
  expect(world.state.hold).toMatchObject({ class: 'locked-out' })
  expect(world.host.connections - connections).toBe(3)
})

test('of passwords each attempt shows another one, with time between, and when none is left it is a hold', async () => {
  const world = await restored('password')
  world.host.password = memorySecrets.password(world.zone.policy)
  world.host.tally = { limit: 3, failures: 0 }
  const tries = world.credential.history.length
  for (let attempt = 1; attempt < tries; attempt += 1) {
    await world.visit()
    expect([attempt, world.credential.hold, world.host.isClosed, world.credential.lastFailure?.code]).toEqual([attempt, null, false, 'host/locked-out'])
    expect(Date.parse(must(world.credential.nextAttemptAt)) - world.time).toBeGreaterThanOrEqual(900_000)
    world.time += 1100_000
    world.host.tally = { limit: 3, failures: 0 }
  }
  await world.visit()
  expect(world.state.hold).toMatchObject({ class: 'locked-out' })
})

test.each<[string, CredentialKind, (world: World) => void]>([
  ['passwords that the host does not take', 'password', (world) => { world.host.refusesPasswords = true }],
  ['keys that the host lets nobody in with', 'ssh-key', (world) => { const add = world.host.keys.add.bind(world.host.keys); world.host.keys.add = (key) => { world.host.unwanted.add(key); return add(key) } }]
])('after fifty refusals of %s over time, the working secret is still there', async (_, kind, refuse) => {
  const world = await World.adopted(kind)
  refuse(world)
  world.order()
  for (let refusals = 0; refusals < 50;) {
    const { epoch } = world.credential
    await world.visit()
    refusals += world.credential.epoch > epoch ? 1 : 0
    // People clear the hold again and again, and change nothing.
    world.zone.putCredential({ ...world.credential, hold: null, nextAttemptAt: null, failures: 0, refusals: 0 })
    world.time += 4000_000
    expect(world.broken()).toEqual([])
    expect(world.host.opens(world.first)).toBe(true)
    expect(world.credential.current.fingerprint).toBe(world.first.fingerprint)
  }
})
