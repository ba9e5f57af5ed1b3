import { credentialKinds, formatName, isPassword } from '@rekey/domain'
import type { Campaign, Clearing, CredentialKind, CredentialState, StoredSecret } from '@rekey/domain'
import { DueIndex, lookAtCampaigns } from '@rekey/rotation'
import { approve, id, look, propose, proposed, reachAll, run, steer } from './campaigning.ts'
import { memoryKey } from './memory-host.ts'
import { createMemoryJournal } from './memory-journal.ts'
import { must, name, World } from './world.ts'
import type { Boundary } from './world.ts'

/** A lockdown that two people have approved, and that has reached all hosts. */
async function lockedDown (world: World, changes: Partial<Campaign> = {}): Promise<void> {
  approve(world, propose(world, { lockdown: true, ...changes }))
  await reachAll(world)
}

/** Visits until nothing changes any more, with time for each backoff to pass. */
async function visitAll (world: World): Promise<void> {
  for (let visits = 0; visits < 6; visits += 1) {
    await world.visit()
    world.time += 4000 * 1000
  }
}

function clear (world: World): void {
  const { class: why, since } = must(world.credential.hold)
  const clearing: Clearing = { kind: 'clearing', ...proposed(world), host: name.host, credential: { account: name.account, name: name.name }, hold: { class: why, since }, expiresAt: new Date(world.time + 24 * 3600_000).toISOString() }
  world.zone.proposals.push(clearing)
  approve(world, clearing, ['ada'])
}

const stateOf = (world: World, account: string, own = 'ssh-key'): CredentialState => must(world.zone.states.get(formatName({ ...name, account, name: own })))
const opensRoot = (world: World): boolean => world.host.opens(world.rootCredential.current)

/** All that has ever opened it. */
const everOpened = (world: World): StoredSecret[] => [world.credential.current, ...world.credential.retired, ...world.credential.history]

test('a key whose host counts refusals strictly is proven locked, as are those that it has replaced, with a connection for each', async () => {
  const world = await World.withRecovery()
  world.zone.policy = { ...world.zone.policy, graceSeconds: 86_400 }
  for (let orders = 0; orders < 2; orders += 1) {
    world.order({ accounts: [name.account] })
    await world.visit()
  }
  expect(world.credential.retired).toHaveLength(2)
  world.host.maxAuthTries = 3
  await lockedDown(world)
  await world.visit()
  expect(world.state).toMatchObject({ status: 'held', hold: { class: 'locked-down' }, lastFailure: null })
  expect(world.state.lock?.proof?.refused).toEqual([world.credential.current, ...world.credential.retired].map(({ fingerprint }) => fingerprint))
})

describe.each(credentialKinds)('a %s', (kind) => {
  test('is locked, live logins end, that is proven, and it is held; the recovery credential is replaced and opens', async () => {
    const world = await World.withRecovery(kind)
    world.host.logins = 2
    const before = world.rootCredential.current.fingerprint
    await lockedDown(world)
    await world.visit()
    expect(world.state).toMatchObject({
      status: 'held',
      hold: { class: 'locked-down' },
      owed: null,
      debts: [],
      lastFailure: null,
      spared: null,
      lock: { campaign: id, order: 1, lockedAt: world.at(), proof: { randomRefused: true, refused: [world.first.fingerprint], recoveryAccepted: before } },
      sessions: { isToEnd: true, found: 2, ended: 2 }
    })
    expect(world.credential.epoch).toBe(2)
    expect(world.host.opens(world.first)).toBe(false)
    expect(world.host.logins).toBe(0)
    expect(world.audit.map(({ act }) => act).filter((act) => ['lock', 'end-sessions', 'prove-locked'].includes(act))).toEqual(['lock', 'end-sessions', 'prove-locked'])
    expect(stateOf(world, 'root')).toMatchObject({ status: 'settled', order: 1, spared: { campaign: id, why: 'recovery' } })
    expect([world.rootCredential.current.fingerprint === before, opensRoot(world)]).toEqual([false, true])
    expect(world.rootCredential.epoch).toBe(2)
    await visitAll(world)
    expect([world.state.status, world.credential.epoch]).toEqual(['held', 2])
  })

  test('comes back by an approved clearing: a new secret opens, and what was locked is proven dead and never opens in between', async () => {
    const world = await World.withRecovery(kind)
    await lockedDown(world)
    await world.visit()
    clear(world)
    const opened: Boundary[] = []
    await world.visit((boundary) => { if (world.host.opens(world.first)) opened.push(boundary) })
    expect(opened).toEqual([])
    expect(world.state).toMatchObject({ status: 'settled', order: 1, hold: null, lock: null, owed: null, spared: null, rotations: [{ oldFingerprint: world.first.fingerprint, proof: { oldRefused: [world.first.fingerprint] } }] })
    expect(world.host.opens(world.credential.current)).toBe(true)
    expect([...world.host.lockedKeys]).toEqual([])
    await reachAll(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', lock: null })
  })

  test('whose worker dies at any boundary of it is locked, proven and comes back, and the recovery credential opens all the while', async () => {
    const passed: Boundary[] = []
    const undisturbed = await World.withRecovery(kind)
    await lockedDown(undisturbed)
    await undisturbed.visit((boundary) => { passed.push(boundary) })
    expect(passed).toContain(kind === 'password' ? 'after lockPassword' : 'after lockKeys')
    expect(passed).toContain('after liveSessions')
    for (const number of passed.keys()) {
      const world = await World.withRecovery(kind)
      await lockedDown(world)
      const shut: Boundary[] = []
      await diesAt(world, number, () => { if (!opensRoot(world) && world.rootCredential.candidate === null) shut.push(passed[number] as Boundary) })
      await visitAll(world)
      expect([passed[number], shut, world.state.hold?.class, world.host.opens(world.first)]).toEqual([passed[number], [], 'locked-down', false])
      clear(world)
      await visitAll(world)
      expect([passed[number], world.state.status, world.host.opens(world.credential.current), world.host.opens(world.first)]).toEqual([passed[number], 'settled', true, false])
    }
  })

  test('whose worker dies at any boundary of the way back comes back', async () => {
    const passed: Boundary[] = []
    const undisturbed = await World.withRecovery(kind)
    await lockedDown(undisturbed)
    await undisturbed.visit()
    clear(undisturbed)
    await undisturbed.visit((boundary) => { passed.push(boundary) })
    for (const number of passed.keys()) {
      const world = await World.withRecovery(kind)
      await lockedDown(world)
      await world.visit()
      clear(world)
      const revived: Boundary[] = []
      await diesAt(world, number, () => { if (world.host.opens(world.first)) revived.push(passed[number] as Boundary) })
      await visitAll(world)
      expect([passed[number], revived, world.state.status, world.state.lock, opensRoot(world)]).toEqual([passed[number], [], 'settled', null, true])
      expect(everOpened(world).filter((secret) => world.host.opens(secret)).map(({ fingerprint }) => fingerprint)).toEqual([world.credential.current.fingerprint])
    }
  })

  test('a successor on its way is given up and locked with the rest', async () => {
    const world = await World.withRecovery(kind)
    world.order({ accounts: [name.account] })
    await diesAfter(world, kind === 'password' ? 'after setPassword' : 'after addKey')
    const { candidate } = world.credential
    world.time += 4000 * 1000
    await lockedDown(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ hold: { class: 'locked-down' }, lock: { proof: { refused: [world.first.fingerprint, must(candidate).fingerprint] } } })
    expect([world.host.opens(world.first), world.host.opens(must(candidate))]).toEqual([false, false])
    clear(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', debts: [] })
  })
})

async function diesAt (world: World, number: number, watch: () => void): Promise<void> {
  let passed = 0
  await dies(world, () => {
    watch()
    passed += 1
    return passed === number + 1
  })
  world.time += 4000 * 1000
}

async function diesAfter (world: World, last: Boundary): Promise<void> {
  await dies(world, (boundary) => boundary === last)
}

async function dies (world: World, isNow: (boundary: Boundary) => boolean): Promise<void> {
  await world.visit((boundary) => { if (isNow(boundary)) throw new Error('killed') }).catch((error: unknown) => {
    if (!(error instanceof Error) || error.message !== 'killed') throw error
  })
}

describe('a lockdown that', () => {
  async function starts (given: (world: World) => void): Promise<boolean> {
    const world = await World.withRecovery()
    given(world)
    for (let looks = 0; looks < 3; looks += 1) await look(world)
    await visitAll(world)
    const began = world.zone.campaigns.has(id)
    expect(world.host.opens(world.first)).toBe(!began)
    return began
  }
  const alone = (world: World): void => { world.zone.policy = { ...world.zone.policy, campaignApprovals: 1 } }

  test.each<[string, (world: World) => void]>([
    ['one person has approved', (world) => { approve(world, propose(world, { lockdown: true }), ['ada']) }],
    ['one person has approved twice', (world) => { approve(world, propose(world, { lockdown: true }), ['ada', 'ada']) }],
    ['one person has broken the glass for', (world) => { approve(world, propose(world, { lockdown: true }), ['ada'], { breakGlass: 'nobody answers' }) }],
    ['a lone administrator has approved, in single-operator mode', (world) => { alone(world); approve(world, propose(world, { lockdown: true }), ['ada']) }],
    ['a lone administrator has broken the glass for', (world) => { alone(world); approve(world, propose(world, { lockdown: true }), ['ada'], { breakGlass: 'nobody answers' }) }],
    ['two have approved as an ordinary campaign', (world) => {
      const { lockdown: _, ...shown } = propose(world, { lockdown: true })
      approve(world, shown)
    }],
    ['two have approved where the policy wants three', (world) => { world.zone.policy = { ...world.zone.policy, campaignApprovals: 3 }; approve(world, propose(world, { lockdown: true })) }]
  ])('%s never begins', async (_, given) => {
    expect(await starts(given)).toBe(false)
  })

  test('two different people have approved begins, also where one of them has broken the glass, and it stands in for nobody', async () => {
    expect(await starts((world) => {
      const campaign = propose(world, { lockdown: true })
      approve(world, campaign, ['ada'], { breakGlass: 'in a hurry' })
      approve(world, campaign, ['bea'])
    })).toBe(true)
  })

  test('one person wants to begin is refused with a code in the log of the worker', async () => {
    const world = await World.withRecovery()
    approve(world, propose(world, { lockdown: true }), ['ada'], { breakGlass: 'nobody answers' })
    const warned: unknown[] = []
    const ports = { ...world.ports(), log: { info () {}, warn: ({ code }: Record<string, unknown>) => { warned.push(code) }, error () {} } }
    await lookAtCampaigns([], ports, new Date(world.time))
    expect(warned).toEqual(['lockdown/needs-two'])
  })

  test('was paused goes on only by two people who were told that it is one; one alone pauses it', async () => {
    const world = await World.withRecovery()
    approve(world, propose(world, { lockdown: true }))
    await look(world)
    await look(world)
    steer(world, 'pause', ['ada'], { breakGlass: 'it locks the wrong ones' }, { lockdown: true })
    await look(world)
    expect(run(world).state).toBe('paused')
    steer(world, 'resume', ['ada'], { breakGlass: 'I am sure' }, { lockdown: true })
    steer(world, 'resume')
    await look(world)
    expect(run(world).state).toBe('paused')
    steer(world, 'resume', ['ada', 'bea'], {}, { lockdown: true })
    await look(world)
    expect(run(world).state).toBe('running')
  })
})

describe('what a lockdown replaces instead', () => {
  async function adopted (world: World, account: string, own: string, changes: { readonly through?: { readonly account: string, readonly name: string } } = {}): Promise<void> {
    const key = memoryKey()
    world.host.keys.add(key.publicKey)
    world.zone.putAdoption({ name: { ...name, account, name: own }, secret: key, through: changes.through ?? null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
    await world.visit()
  }

  test('on a host without a recovery credential is everything, as an exception of its own class that the count of debts has, until the lockdown is stopped', async () => {
    const world = await World.adopted()
    await lockedDown(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', order: 1, lock: null, spared: { why: 'no-recovery' }, owed: { class: 'no-recovery', fingerprint: world.credential.current.fingerprint } })
    expect(world.host.opens(world.credential.current)).toBe(true)
    expect(world.host.opens(world.first)).toBe(false)
    const index = new DueIndex(createMemoryJournal(world.zone), () => new Date(world.time))
    await index.scan()
    expect(index.census().debts).toEqual({ 'no-recovery': 1 })
    steer(world, 'stop', undefined, {}, { lockdown: true })
    await look(world)
    await visitAll(world)
    await index.scan()
    expect(index.census().debts).toEqual({})
  })

  test('where the recovery credential is named and not adopted is the same', async () => {
    const world = new World()
    world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), recovery: { account: 'root', name: 'ssh-key' } })
    await world.visit()
    await lockedDown(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', spared: { why: 'no-recovery' } })
  })

  test('is what other hosts are reached through, as their records say when the wave begins', async () => {
    const world = await World.withRecovery()
    approve(world, propose(world, { lockdown: true }))
    world.zone.putHost({ ...must(world.zone.hosts.get('web-1')), id: 'web-2', via: { host: 'web-1', account: 'deploy', name: 'ssh-key' } })
    await reachAll(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', order: 1, spared: { why: 'jump-host' }, owed: null })
  })

  test('is what another credential is changed through, and its password', async () => {
    const world = await World.withRecovery()
    await adopted(world, 'git', 'ssh-key', { through: { account: 'deploy', name: 'ssh-key' } })
    await lockedDown(world)
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', spared: { why: 'through' } })
    expect(stateOf(world, 'git')).toMatchObject({ hold: { class: 'locked-down' } })
  })

  test('is not what lies outside its scope, nor what is observed', async () => {
    const world = await World.withRecovery()
    await lockedDown(world, { scope: { accounts: ['somebody'] } })
    await visitAll(world)
    expect(world.state).toMatchObject({ status: 'settled', epoch: 1, lock: null, spared: null })
  })
})

test.each<[string, CredentialKind, (world: World) => void, object]>([
  ['the recovery credential does not open', 'ssh-key', (world) => { world.host.keys.delete(must(world.rootCredential.current as { publicKey?: string }).publicKey ?? '') }, { code: 'host/no-way-through' }],
  ['the host refuses the change', 'ssh-key', (world) => { world.host.refusesChanges = 'no space' }, { code: 'host/refused' }]
])('nothing is locked where %s, and that shows', async (_, kind, happen, failure) => {
  const world = await World.withRecovery(kind)
  happen(world)
  await lockedDown(world)
  await world.visit()
  expect(world.state).toMatchObject({ lastFailure: { step: 'lock', ...failure }, hold: null, owed: { fingerprint: world.first.fingerprint } })
  expect(world.host.opens(world.first)).toBe(true)
})

test.each<[string, (world: World) => void, object]>([
  ['the host takes anything', (world) => { world.host.acceptsAnything = true }, { hold: { class: 'accepts-anything' } }],
  ['a key opens although it is locked', (world) => { world.host.unseen.add(world.firstKey.publicKey) }, { hold: null, lastFailure: { code: 'host/old-key-opens' }, lock: { lockedAt: null, proof: null } }]
])('it is not called locked where %s', async (_, happen, expected) => {
  const world = await World.withRecovery()
  await lockedDown(world)
  await world.visit((boundary) => { if (boundary === 'after lockKeys') happen(world) })
  expect(world.state).toMatchObject({ lock: { proof: null }, ...expected })
})

test('a worker that was asleep since before the lockdown brings nothing back', async () => {
  const world = await World.withRecovery()
  world.order({ accounts: [name.account] })
  let slept = false
  await world.visit(async (boundary) => {
    if (boundary !== 'before addKey' || slept) return
    slept = true
    world.time += 4000 * 1000
    await lockedDown(world)
    await visitAll(world)
    expect(world.state.hold).toMatchObject({ class: 'locked-down' })
  })
  const ever = world.zone.saved.filter((one) => one.name.account === name.account).flatMap(({ current, candidate }) => [current, ...candidate === null ? [] : [candidate]])
  expect(ever.filter((secret) => !isPassword(secret) && world.host.opens(secret))).toEqual([])
})
