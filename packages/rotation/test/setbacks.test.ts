import { formatName, RekeyError, Secret } from '@rekey/domain'
import { highestEpoch } from '@rekey/rotation'
import { memoryKey } from './memory-host.ts'
import { must, name, World } from './world.ts'

const id = 'production/web-1/deploy/ssh-key'

async function ordered (): Promise<World> {
  const world = await World.adopted()
  world.order()
  return world
}

test('an adopted credential is settled, bound to its host, and nothing on the host has changed', async () => {
  const world = await World.adopted()
  expect(world.state).toMatchObject({ status: 'settled', fingerprint: world.first.fingerprint, epoch: 1, sharedWith: [] })
  expect(world.credential.target).toEqual({ address: '127.1.0.1', port: 22, hostKeys: [world.host.hostKey], account: 'deploy', via: null })
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
  expect(world.zone.adoptions.size).toBe(0)
})

test('a key that does not open the account is not adopted, and the state says so', async () => {
  const world = new World()
  world.host.keys.clear()
  await world.visit()
  expect(world.zone.credentials.size).toBe(0)
  expect(world.zone.adoptions.size).toBe(0)
  expect(world.state).toMatchObject({ status: 'refused', lastFailure: { class: 'refused', code: 'host/opens-nothing', step: 'adopt' } })
})

test('an adoption waits for a host that is out of reach, and goes on when it is back', async () => {
  const world = new World()
  world.host.isReachable = false
  expect(await world.visit()).toMatchObject({ adoptionsLeft: 1 })
  expect(world.state).toMatchObject({ status: 'adopting', lastFailure: { class: 'unreachable' } })
  world.host.isReachable = true
  await world.visit()
  expect(world.state.status).toBe('settled')
})

test('a host that shows another key than the pinned one is not adopted', async () => {
  const world = new World()
  world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), trust: { mode: 'pinned', keys: ['ssh-ed25519 b3RoZXI='] } })
  await world.visit()
  expect(world.state).toMatchObject({ status: 'refused', lastFailure: { class: 'identity-changed' } })
})

test('a host that accepts any key is not adopted', async () => {
  const world = new World()
  world.host.acceptsAnything = true
  await world.visit()
  expect(world.state).toMatchObject({ status: 'refused', lastFailure: { code: 'host/accepts-anything' } })
})

test('a secret past the history\'s horizon is gone, also from older versions of the document', async () => {
  const world = await World.adopted()
  world.zone.policy = { ...world.zone.policy, historyLength: 2 }
  const made: string[] = []
  for (let rotations = 0; rotations < 3; rotations += 1) {
    expect(world.zone.horizons.get(id)).toBeUndefined()
    made.push(world.credential.current.fingerprint)
    world.order()
    await world.settle()
  }
  expect(world.credential.history.map(({ fingerprint }) => fingerprint)).toEqual([made[2], made[1]])
  expect(world.zone.horizons.get(id)).toBe(world.zone.credentials.get(id)?.version)
})

test('trust on first use keeps the key that the host has proven to hold', async () => {
  const world = new World()
  world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), trust: { mode: 'first-use' } })
  await world.visit()
  expect(world.credential.target.hostKeys).toEqual([world.host.hostKey])
})

test('a key that another place claimed first is flagged as shared until it is rotated', async () => {
  const world = new World()
  world.zone.claims.owners.set(`user-key ${world.first.fingerprint}`, 'backup/db-1/root/ssh-key')
  await world.visit()
  expect(world.state.sharedWith).toEqual(['backup/db-1/root/ssh-key'])
  world.order()
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', sharedWith: [] })
})

test('a settled rotation shows its proof in the state', async () => {
  const world = await ordered()
  await world.visit()
  const { current } = world.credential
  expect(world.state.rotations).toEqual([expect.objectContaining({
    epoch: 2,
    order: 1,
    oldFingerprint: world.first.fingerprint,
    newFingerprint: current.fingerprint,
    proof: { by: 'publickey', randomRefused: true, oldRefused: [world.first.fingerprint], newAccepted: current.fingerprint, ranCommand: true, at: world.at() }
  })])
})

test('each act is in the audit trail before it happens, and nothing happens when it can\'t be recorded', async () => {
  const world = await ordered()
  world.auditFails = true
  await expect(world.visit()).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
  expect(world.credential.candidate).toBeNull()
  world.auditFails = false
  await world.visit()
  expect(world.audit.map(({ act }) => act)).toEqual(['adopt', 'store', 'push', 'verify', 'remove', 'prove'])
  expect(world.audit.every(({ target }) => target === id)).toBe(true)
})

test('a worker whose lease is lost changes nothing on the host', async () => {
  const world = await ordered()
  await expect(world.visit(undefined, () => { throw new RekeyError('lease/lost', 'the lease is lost') })).rejects.toMatchObject({ code: 'lease/lost' })
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
})

test('a host that is out of reach is tried again later, with a growing wait, and the same candidate', async () => {
  const world = await ordered()
  world.host.isReachable = false
  await world.visit()
  const { candidate, nextAttemptAt } = world.credential
  expect(world.state).toMatchObject({ status: 'rotating', lastFailure: { class: 'unreachable', step: 'push' } })
  await world.visit()
  expect(world.credential.failures).toBe(1) // Not before its time.
  world.time = Date.parse(must(nextAttemptAt)) + 1
  await world.visit()
  expect(world.credential.failures).toBe(2)
  expect(Date.parse(must(world.credential.nextAttemptAt)) - world.time).toBeGreaterThanOrEqual(10_000)
  world.host.isReachable = true
  expect((await world.settle()).current.fingerprint).toBe(candidate?.fingerprint)
})

test('an order that comes while a candidate is under way is fulfilled by a further rotation', async () => {
  const world = await ordered()
  world.host.isReachable = false
  await world.visit()
  world.order()
  world.host.isReachable = true
  expect((await world.settle()).current).toMatchObject({ epoch: 3, order: 2 })
})

test('an order that comes during a visit is seen before the visit ends', async () => {
  const world = await ordered()
  let isOrdered = false
  await world.visit((boundary) => {
    if (boundary !== 'before report' || isOrdered) return
    isOrdered = true
    world.order()
  })
  expect(world.credential.current).toMatchObject({ epoch: 3, order: 2 })
})

test('with a grace the old key stays open until its time, and is then removed over a fourth connection', async () => {
  const world = await ordered()
  world.zone.policy = { ...world.zone.policy, graceSeconds: 600 }
  const before = world.host.connections
  await world.visit()
  expect(world.state.status).toBe('grace')
  expect(world.host.opens(world.first)).toBe(true)
  world.time += 601 * 1000
  await world.visit()
  expect(world.state.status).toBe('settled')
  expect(world.host.opens(world.first)).toBe(false)
  expect(world.host.connections - before).toBe(4)
})

test.each(['before', 'after'] as const)('a connection that is dropped %s a push is an unknown outcome, and the same candidate is settled later', async (when) => {
  const world = await ordered()
  await world.visit((boundary) => {
    if (boundary === `${when} addKey`) throw new RekeyError('ssh/dropped', 'the connection ended')
  })
  expect(world.state.lastFailure).toMatchObject({ class: 'outcome-unknown', step: 'push' })
  const { candidate } = world.credential
  expect((await world.settle()).current.fingerprint).toBe(candidate?.fingerprint)
})

test.each(['before', 'after'] as const)('a connection that is dropped %s a removal leaves a debt, which is settled later', async (when) => {
  const world = await ordered()
  await world.visit((boundary) => {
    if (boundary === `${when} removeKeys`) throw new RekeyError('ssh/dropped', 'the connection ended')
  })
  expect(world.state).toMatchObject({ status: 'debt', debts: [{ fingerprint: world.first.fingerprint }], lastFailure: { class: 'outcome-unknown', step: 'remove' } })
  await world.settle()
  expect(world.host.opens(world.first)).toBe(false)
})

test('a time-out during the proof proves nothing: the old key stays a debt', async () => {
  const world = await ordered()
  let contacts = 0
  await world.visit((boundary) => {
    if (boundary === 'after contact' && ++contacts === 3) throw new RekeyError('ssh/timeout', 'no answer')
  })
  expect(world.state).toMatchObject({ status: 'debt', rotations: [] })
  expect(world.credential.history).toEqual([])
})

test('an old key that still opens is a debt until it is refused', async () => {
  const world = await ordered()
  world.host.unseen.add(world.firstKey.publicKey)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'debt', lastFailure: { class: 'applied', code: 'host/old-key-opens' } })
  world.host.unseen.clear()
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', lastFailure: null, rotations: [{ oldFingerprint: world.first.fingerprint }] })
})

test('a second factor is never taken for a refusal or a login', async () => {
  const world = await ordered()
  world.host.wantsMoreFactors = true
  await world.visit()
  expect(world.state).toMatchObject({ status: 'rotating', lastFailure: { class: 'not-sent', code: 'host/more-factors' } })
  expect(world.credential.hold).toBeNull()
  world.host.wantsMoreFactors = false
  await world.settle()
})

test('a host that counts refusals strictly gets one wrong key a connection', async () => {
  const world = await ordered()
  world.host.maxAuthTries = 2
  await world.visit()
  expect(world.state.status).toBe('settled')
  expect(world.state.rotations[0]?.proof.oldRefused).toEqual([world.first.fingerprint])
})

test('a candidate that the host refuses is replaced twice and then held, and the working key is never touched', async () => {
  const world = await ordered()
  const refuseNewKeys = (): void => {
    for (const key of world.host.keys) if (key !== world.firstKey.publicKey) world.host.unwanted.add(key)
  }
  for (let visit = 1; visit <= 6; visit += 1) {
    await world.visit((boundary) => { if (boundary === 'after addKey') refuseNewKeys() })
    expect(world.host.opens(world.first)).toBe(true)
    world.time += 4000 * 1000
  }
  expect(world.state).toMatchObject({ status: 'held', hold: { class: 'refused-twice' } })
  expect(world.credential.retired).toHaveLength(3)

  world.host.unwanted.clear()
  world.zone.putCredential({ ...world.credential, hold: null, refusals: 0, nextAttemptAt: null })
  const credential = await world.settle()
  expect(credential.history).toHaveLength(4)
  expect(world.isOpenedOnlyBy(credential.current)).toBe(true)
  expect(world.state.rotations).toHaveLength(1) // Refused candidates ended nothing.
})

test('a push that the host refuses with a reason changes nothing, and is tried again with the same candidate', async () => {
  const world = await ordered()
  world.host.refusesChanges = 'authorized_keys is a symbolic link'
  await world.visit()
  const { candidate } = world.credential
  expect(world.state.lastFailure).toMatchObject({ class: 'refused', message: expect.stringContaining('symbolic link') as string })
  expect(candidate?.sentAt).toBeNull()
  world.host.refusesChanges = undefined
  expect((await world.settle()).current.fingerprint).toBe(candidate?.fingerprint)
})

test.each([
  ['another identity', (world: World) => { world.zone.putCredential({ ...world.credential, target: { ...world.credential.target, hostKeys: ['ssh-ed25519 b3RoZXI='] } }); world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), trust: { mode: 'pinned', keys: ['ssh-ed25519 b3RoZXI='] } }) }, 'identity-changed'],
  ['no recorded key that opens', (world: World) => { world.host.keys.clear() }, 'locked-out'],
  ['a host record that names another address', (world: World) => { world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), address: '127.1.0.9' }) }, 'record-changed'],
  ['a host record that leads through a jump host', (world: World) => { world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), via: { host: 'jump', account: 'hop', name: 'ssh-key' } }) }, 'record-changed'],
  ['a host record that pins another key', (world: World) => { world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), trust: { mode: 'pinned', keys: ['ssh-ed25519 b3RoZXI='] } }) }, 'record-changed'],
  ['a host that accepts anything', (world: World) => { world.host.acceptsAnything = true }, 'accepts-anything'],
  ['a fence that is no number', (world: World) => { world.host.fences.set(id, 'unreadable') }, 'fence-unusable'],
  ['a fence at the highest number', (world: World) => { world.host.fences.set(id, highestEpoch) }, 'fence-unusable']
])('%s is a hold, and a held credential is left alone', async (_, happen, hold) => {
  const world = await ordered()
  happen(world)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'held', hold: { class: hold } })
  world.time += 24 * 3600 * 1000
  const { connections } = world.host
  await world.visit()
  expect(world.host.connections).toBe(connections)
})

test('a fence above Vault is a finding while the current key still opens, and Vault\'s epoch jumps above it', async () => {
  const world = await ordered()
  world.host.fences.set(id, 700)
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 701, fenceTampered: { seen: 700 } })
  expect(world.host.fences.get(id)).toBe(701)
})

test('an error of Vault ends the visit without a word to the host', async () => {
  const world = await ordered()
  await expect(world.visit((boundary) => {
    if (boundary === 'before save') throw new RekeyError('vault/sealed', 'Vault is sealed')
  })).rejects.toMatchObject({ code: 'vault/sealed' })
  expect([...world.host.keys]).toEqual([world.firstKey.publicKey])
  await world.settle()
})

describe('what the API hands over is believed of nothing but itself', () => {
  test('an order number above every order there is does not make a key newer than those to come', async () => {
    const world = new World()
    world.order()
    world.zone.putAdoption({ name, secret: world.first, through: null, order: Number.MAX_SAFE_INTEGER, askedAt: world.at(), askedBy: 'ada', observe: false })
    await world.visit()
    world.order()
    await world.settle()
    expect(world.credential.current.order).toBe(2)
    expect(world.host.opens(world.first)).toBe(false)
  })

  test.each([
    ['is no key', { ...memoryKey(), privateKey: Secret.of('x') }],
    ['belongs to another public key', { ...memoryKey(), publicKey: memoryKey().publicKey }],
    ['has another fingerprint', { ...memoryKey(), fingerprint: 'SHA256:of-another' }]
  ])('a private key that %s is refused, and stops nothing else on the host', async (_, secret) => {
    const world = await World.adopted()
    const other = { ...name, account: 'other' }
    world.zone.putAdoption({ name: other, secret, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
    world.order()
    await world.visit()
    expect(world.zone.states.get(formatName(other))).toMatchObject({ status: 'refused', lastFailure: { code: 'key/unreadable' } })
    expect(world.zone.adoptions.size).toBe(0)
    expect(world.state).toMatchObject({ status: 'settled', order: 1 })
  })

  test('a key is not managed under two names of one account: rotated once, it would lock the other out', async () => {
    const world = await World.adopted()
    const second = { ...name, name: 'second' }
    world.zone.putAdoption({ name: second, secret: world.first, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
    await world.visit()
    expect(world.zone.states.get(formatName(second))).toMatchObject({ status: 'refused', lastFailure: { code: 'host/same-secret', message: expect.stringContaining(id) as string } })
  })
})

test('an account that shares its key with another one answers for itself alone', async () => {
  const world = await World.adopted()
  const root = { ...name, account: 'root' }
  world.zone.putAdoption({ name: root, secret: world.first, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
  await world.visit()
  world.order()
  const before = world.host.connections
  world.host.refusesChanges = 'busy'
  await world.visit()
  // One login each: the session of the first account is not taken for the second one's.
  expect(world.host.connections - before).toBe(2)
})

test('an unexpected error stops its own credential, is told as a failure, and nothing else on the host', async () => {
  const world = await World.adopted()
  const other = { ...name, account: 'other' }
  const key = memoryKey()
  world.host.keys.add(key.publicKey)
  world.zone.putAdoption({ name: other, secret: key, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
  await world.visit()
  world.order()
  let isFirst = true
  await world.visit((boundary) => {
    if (boundary !== 'before addKey' || !isFirst) return
    isFirst = false
    throw new RangeError('a secret might stand here')
  })
  const [failed, fine] = [world.state, world.zone.states.get(formatName(other))]
  expect(failed).toMatchObject({ lastFailure: { class: 'outcome-unknown', code: 'internal/error', step: 'push' } })
  expect(failed.lastFailure?.message).not.toContain('might stand')
  expect(fine).toMatchObject({ status: 'settled', order: 1 })
})

test('a fence that no rotation can have raised is not followed: it holds', async () => {
  for (const seen of [highestEpoch - 1, 5000]) {
    const world = await ordered()
    world.host.fences.set(id, seen)
    await world.visit()
    expect(world.state).toMatchObject({ status: 'held', hold: { class: 'fence-unusable' } })
    expect(world.credential.epoch).toBe(2)
  }
})

describe('an order is not kept waiting for a grace', () => {
  const month = 30 * 24 * 3600

  test('a grace that is shortened ends sooner, also for what was retired under the longer one', async () => {
    const world = await ordered()
    world.zone.policy = { ...world.zone.policy, graceSeconds: month }
    await world.visit()
    expect(world.state.status).toBe('grace')
    world.zone.policy = { ...world.zone.policy, graceSeconds: 0 }
    await world.visit()
    expect(world.state.status).toBe('settled')
    expect(world.host.opens(world.first)).toBe(false)
  })

  test('when no more keys fit, the oldest one\'s grace is over and the burned one is replaced', async () => {
    const world = await World.adopted()
    world.zone.policy = { ...world.zone.policy, graceSeconds: month }
    for (let orders = 1; orders <= 5; orders += 1) {
      world.order()
      await world.visit()
      expect(world.credential.current.order).toBe(orders)
    }
    expect(world.credential.retired).toHaveLength(4)
    expect(world.host.opens(world.first)).toBe(false)
  })
})
