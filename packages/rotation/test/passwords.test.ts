import { isPassword, RekeyError } from '@rekey/domain'
import { memorySecrets } from './memory-host.ts'
import { MemoryZone } from './memory-journal.ts'
import { World } from './world.ts'

async function ordered (): Promise<World> {
  const world = await World.adopted('password')
  world.order()
  return world
}

test('an adopted password has a keyed fingerprint, and nothing on the host has changed', async () => {
  const world = await World.adopted('password')
  expect(world.state).toMatchObject({ kind: 'password', status: 'settled', fingerprint: MemoryZone.fingerprintOf(passwordOf(world)), epoch: 1 })
  expect(world.isOpenedOnlyBy(world.first)).toBe(true)
})

test('a password that opens another place too is flagged when it is adopted', async () => {
  const world = new World('password')
  world.zone.claims.owners.set(`password ${world.first.fingerprint}`, 'backup/db-1/root/password')
  await world.visit()
  expect(world.state).toMatchObject({ status: 'settled', sharedWith: ['backup/db-1/root/password'] })
})

test('a rotation makes three connections, and its proof says by which method', async () => {
  const world = await ordered()
  const before = world.host.connections
  await world.visit()
  expect(world.host.connections - before).toBe(3)
  expect(world.state).toMatchObject({ status: 'settled', rotations: [{ proof: { by: 'password', oldRefused: [world.first.fingerprint] } }] })
})

test('there is no grace for a password, whose successor has taken its place', async () => {
  const world = await ordered()
  world.zone.policy = { ...world.zone.policy, graceSeconds: 7200 }
  await world.visit()
  expect(world.state.status).toBe('settled')
})

test('a push whose answer is lost is looked for: the old one is tried first, then the new one', async () => {
  for (const [when, connections] of [['before setPassword', 4], ['after setPassword', 3]] as const) {
    const world = await ordered()
    const start = world.host.connections
    await world.visit((boundary) => { if (boundary === when) throw new Error('killed') })
    world.time += 60_000
    await world.settle()
    expect([when, world.host.connections - start - 1]).toEqual([when, connections - 1])
    expect(world.isOpenedOnlyBy(world.credential.current)).toBe(true)
  }
})

test('a password that the host took, and then refuses a login with, is replaced by the old one in the session that is still open', async () => {
  const world = await ordered()
  await world.visit((boundary) => { if (boundary === 'after setPassword') world.host.unwantedPassword = !world.host.unwantedPassword })
  expect(world.state.lastFailure).toMatchObject({ class: 'refused', code: 'host/refused-password', message: expect.stringContaining('was put back') as string })
  expect(world.host.opens(world.first)).toBe(true)
  world.time += 60_000
  await world.settle()
  expect(world.credential.history.map(({ wasRefused }) => wasRefused).sort()).toEqual([false, true])
})

test('an account whose password may not be changed yet is waited for, as long as the host says, and that counts as no failure', async () => {
  const world = await ordered()
  const until = new Date(world.time + 5 * 3_600_000)
  world.host.barred = { code: 'host/too-young', until: until.toISOString() }
  for (let visits = 0; visits < 4; visits += 1) {
    world.zone.putCredential({ ...world.credential, nextAttemptAt: null })
    await world.visit()
    expect(world.state).toMatchObject({ status: 'rotating', hold: null, lastFailure: { class: 'refused', code: 'host/too-young' } })
    expect(world.credential).toMatchObject({ failures: 0, refusals: 0, epoch: 2, candidate: { sentAt: null } })
    expect(Date.parse(world.state.nextAttemptAt ?? '')).toBeGreaterThanOrEqual(until.getTime())
    expect(Date.parse(world.state.nextAttemptAt ?? '')).toBeLessThan(until.getTime() + 600_000)
  }
  // It is the day, and the same candidate goes in.
  world.host.barred = undefined
  world.time = until.getTime() + 600_000
  await world.settle()
  expect(world.state).toMatchObject({ status: 'settled', epoch: 2 })
})

test('a day that is far off is not waited for blindly, and one that has passed is no reason to hurry', async () => {
  const world = await ordered()
  world.host.barred = { code: 'host/too-young', until: '2999-01-01T00:00:00.000Z' }
  await world.visit()
  expect(Date.parse(world.state.nextAttemptAt ?? '') - world.time).toBeLessThan(86_400_000 + 600_000)
  world.host.barred = { code: 'host/too-young', until: '2000-01-01T00:00:00.000Z' }
  world.zone.putCredential({ ...world.credential, nextAttemptAt: null })
  await world.visit()
  expect(Date.parse(world.state.nextAttemptAt ?? '')).toBeGreaterThan(world.time)
  expect(world.credential.failures).toBe(1)
})

test('a push that the host refuses because an earlier copy of it has arrived late is a push that has arrived', async () => {
  const world = await ordered()
  // As root's chpasswd, which asks for no present one.
  world.host.asksForPredecessor = false
  world.host.remembersPasswords = true
  await world.visit((boundary) => { if (boundary === 'before setPassword') world.host.password = candidateOf(world) })
  expect(world.state.status).toBe('settled')
  expect(world.credential).toMatchObject({ epoch: 2, current: { epoch: 2 } })
})

test('a refused password is tried once more over time, and only the third refusal holds: the account may be locked for a while', async () => {
  const world = await ordered()
  const changed = memorySecrets.password(world.zone.policy)
  world.host.password = changed
  for (const status of ['rotating', 'rotating', 'held']) {
    await world.visit()
    expect(world.state).toMatchObject({ status, lastFailure: { class: 'locked-out', code: 'host/locked-out' } })
    world.time += 4000 * 1000
  }
  expect(world.host.password).toBe(changed)
})

test('an sshd that drops the proof after as many failures as the host forgives does not get the account closed by the next try', async () => {
  const world = await ordered()
  world.host.maxAuthTries = 2
  world.host.tally = { limit: 3, failures: 0 }
  await world.visit()
  expect(world.state.status).toBe('settled')
  expect(world.host.tally).toEqual({ limit: 3, failures: 0 })
})

test('an account that others get closed right after the push keeps the new password, which is looked for until it is open again', async () => {
  const world = await ordered()
  world.host.tally = { limit: 3, failures: 0 }
  await world.visit((boundary) => { if (boundary === 'after setPassword') world.host.tally = { limit: 3, failures: 3 } })
  expect(world.state).toMatchObject({ status: 'rotating', lastFailure: { class: 'outcome-unknown', code: 'host/tally' } })
  const { candidate } = world.credential
  world.host.tally = { limit: 3, failures: 0 }
  expect((await world.settle()).current.fingerprint).toBe(candidate?.fingerprint)
})

test.each([
  ['before the push', false],
  ['between the push and a proof that was interrupted', true]
])('the search for a password that somebody changed by hand %s does not close the account to him', async (_, isPushed) => {
  const world = await ordered()
  world.host.tally = { limit: 3, failures: 0 }
  if (isPushed) {
    let contacts = 0
    await world.visit((boundary) => {
      if (boundary === 'before contact' && ++contacts === 3) throw new RekeyError('ssh/timeout', 'no answer')
    })
    world.time += 60_000
  }
  world.host.password = memorySecrets.password(world.zone.policy)
  await world.visit()
  expect(world.state).toMatchObject({ hold: null, lastFailure: { code: 'host/locked-out' } })
  expect(world.host.isClosed).toBe(false)
  expect(Date.parse(world.credential.nextAttemptAt ?? '') - world.time).toBeGreaterThanOrEqual(900_000)
})

test('an old password that opens beside the new one stays a debt, and the failure says where to look', async () => {
  const world = await ordered()
  const opens = world.host.opens.bind(world.host)
  world.host.opens = (secret) => opens(secret) || secret.fingerprint === world.first.fingerprint
  await world.visit()
  expect(world.state).toMatchObject({ status: 'debt', lastFailure: { class: 'applied', code: 'host/old-password-opens' } })
})

function passwordOf (world: World) {
  if (!isPassword(world.first)) throw new Error('not a password')
  return world.first.password
}

function candidateOf (world: World) {
  const { candidate } = world.credential
  if (candidate === null || !isPassword(candidate)) throw new Error('no candidate')
  return candidate.password
}
