import type { CredentialKind } from '@rekey/domain'
import { credentialKinds } from '@rekey/domain'
import type { Boundary } from './harness/boundaries.ts'
import { adoptionBoundaries, partOfScript, rotationBoundaries } from './harness/boundaries.ts'
import { opensForSsh } from './harness/door.ts'
import type { Account, Plan } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { broken, onHost, unsettled } from './harness/invariants.ts'
import { inLanes, Lane } from './harness/lane.ts'
import { sampleOf, sampleText } from './harness/sample.ts'
import { markOf } from './harness/secret-text.ts'
import { soon, System, until } from './harness/system.ts'
import { table } from './harness/table.ts'

/*
 * A worker is killed from outside beside every outside effect of an adoption and of a rotation. Gates stop it there;
 * nothing in the worker knows of them. Then another worker is started, and all must be as if nothing had happened.
 * The hosts' PAM is as strict as PAM gets: an account that was closed once would stay closed.
 */

const zones = ['one', 'two', 'three', 'four']
const strict = { noDelay: true, faillock: { deny: 3, unlockSeconds: 0, evenRoot: true }, pwquality: { minlen: 16 }, pwhistory: { remember: 5, enforceForRoot: true } }
/** The first account of a kind is rotated again and again; the others are there to be adopted, each once. */
const rotated = { 'ssh-key': 'deploy', password: 'operator' } as const
const adoptions = { 'ssh-key': sampleOf(adoptionBoundaries['ssh-key']), password: sampleOf(adoptionBoundaries.password) }
const rotations = { 'ssh-key': sampleOf(rotationBoundaries['ssh-key']), password: sampleOf(rotationBoundaries.password) }
const adopted = (kind: CredentialKind): string[] => adoptions[kind].map((_, index) => `${rotated[kind]}-${index}`)
/** Root's password is changed by another program, which asks for no present one. */
const rootBoundaries = rotationBoundaries.password.filter(({ effect }) => /password changed|at work/.test(effect)).map((boundary) => ({ ...boundary }))

/** Of all that a worker says to a host, only a script is so long. */
const loginAndPartOfScript = 3000 + partOfScript

let system: System
let lanes: Lane[]
const hit = new Map<Boundary, number>()

beforeAll(async () => {
  const plan: Plan = { root: ['password'], ...Object.fromEntries(credentialKinds.flatMap((kind) => [rotated[kind], ...adopted(kind)].map((account) => [account, [kind]]))) }
  system = await System.start(makeFleet(Object.fromEntries(zones.map((zone) => [zone, 1])), [plan], () => ({ pam: strict, sshdConfig: ['PermitRootLogin yes'] })))
  lanes = await Promise.all(zones.map(async (zone) => await Lane.open(system, zone)))
  await Promise.all(lanes.map(async (lane) => {
    await lane.startWorker()
    for (const account of [rotated['ssh-key'], rotated.password, 'root']) {
      await system.handOver(lane.account(account))
      await system.settled(lane.account(account), 0)
    }
  }))
})

afterAll(async () => {
  process.stdout.write(`\n${sampleText}\n`)
  for (const kind of credentialKinds) process.stdout.write(table(kind, hit, [...adoptionBoundaries[kind], ...rotationBoundaries[kind]], [...adoptions[kind], ...rotations[kind]]))
  process.stdout.write(table('root\'s password', hit, rootBoundaries))
  await Promise.all(lanes.map(async (lane) => await lane.close()))
  await system.stop()
})

async function killedAt (lane: Lane, boundary: Boundary, who: Account, begin: () => Promise<number>): Promise<void> {
  const place = `${boundary.step}, ${boundary.when}: ${boundary.effect}`
  const before = await system.document(who)
  const begun = performance.now()
  const held = boundary.hold(lane.gates)
  const order = await begin()
  await soon(place, held.reached)
  await lane.killWorker()
  hit.set(boundary, 0)
  if (boundary.onHost !== undefined) {
    const sides = (await onHost(system, who)).map((epoch) => epoch === before?.epoch ? 'old' : 'new')
    expect([place, sides]).toEqual([place, boundary.onHost])
  }
  // What the host was sent, it may still carry out.
  held.release()
  await lane.quiet()
  expect([place, ...await broken(system, who)]).toEqual([place])

  await lane.startWorker()
  await system.settled(who, order)
  expect([place, ...await unsettled(system, who, order)]).toEqual([place])
  hit.set(boundary, (performance.now() - begun) / 1000)
}

async function rotationKilledAt (lane: Lane, boundary: Boundary, who: Account): Promise<void> {
  const before = await system.document(who)
  await killedAt(lane, boundary, who, async () => await system.orderFor(who))
  const after = await system.document(who)
  expect(after?.epoch).toBe((before?.epoch ?? 0) + 1)
  expect(after?.history[0]?.fingerprint).toBe(before?.current.fingerprint)
}

describe.each(credentialKinds)('a %s', (kind) => {
  test('a worker that is killed at any boundary of an adoption leaves it to the next one', async () => {
    const fresh = new Map(lanes.map((lane) => [lane, adopted(kind)]))
    await inLanes(lanes, adoptions[kind], async (lane, boundary) => {
      const who = lane.account(fresh.get(lane)?.shift())
      await killedAt(lane, boundary, who, async () => {
        await system.handOver(who)
        return 0
      })
      const document = await system.document(who)
      expect(document && markOf(document.current)).toBe(markOf(who.first))
    })
  }, 240_000)

  test('a worker that is killed at any boundary of a rotation leaves it to the next one', async () => {
    await inLanes(lanes, rotations[kind], async (lane, boundary) => {
      await rotationKilledAt(lane, boundary, lane.account(rotated[kind]))
    })
  }, 360_000)

  test('a push that the host carries out only after its worker was killed, and the next one has sent it again, changes nothing for the worse', async () => {
    const [lane] = lanes
    if (lane === undefined) throw new Error('no lane')
    await pushedLate(lane, lane.account(rotated[kind]))
  })

  test('a stock ssh client is let in with the last one and with none before it', async () => {
    for (const lane of lanes) {
      const who = lane.account(rotated[kind])
      const document = await system.document(who)
      if (document === undefined) throw new Error('there is no document')
      expect(await opensForSsh(lane.host, who.account, document.current)).toBe(true)
      for (const dead of document.history.slice(0, 2)) expect(await opensForSsh(lane.host, who.account, dead)).toBe(false)
      expect(await opensForSsh(lane.host, who.account, document.current)).toBe(true)
    }
  })
})

test('a worker that is killed while root\'s password is changed leaves the rotation to the next one', async () => {
  await inLanes(lanes, rootBoundaries, async (lane, boundary) => await rotationKilledAt(lane, boundary, lane.account('root')))
})

test('root\'s password that the host sets only after its worker was killed, and the next one has sent it again, is the right one all the same', async () => {
  const lane = lanes[1]
  if (lane === undefined) throw new Error('no lane')
  await pushedLate(lane, lane.account('root'))
})

/** A script that was wholly sent stays on the host in the middle of its work: a password's in passwd, a key's before the account's lock. */
async function heldOnHost ({ host, gates: { pam } }: Lane, { account, kind }: Account): Promise<{ reached (): Promise<unknown>, release (): Promise<unknown> }> {
  if (kind === 'password') {
    const stop = pam?.stop('changed')
    return { reached: async () => await stop?.reached, release: () => Promise.resolve(stop?.release()) }
  }
  const lock = host.run(`exec 9>>${host.home(account)}/.ssh/.rekey/lock.file; flock 9; touch /tmp/locked; until [ -e /tmp/go ]; do sleep 0.05; done`)
  const runs = async (command: string): Promise<true | undefined> => (await host.run(command)).code === 0 ? true : undefined
  await until('the lock', async () => await runs('[ -e /tmp/locked ]'))
  return {
    reached: async () => await until('the script waits', async () => await runs(`pgrep -u ${account} -x sleep`)),
    release: async () => {
      await host.run('touch /tmp/go')
      await lock
    }
  }
}

/** The host carries out a script, and its copy from the next worker after it, when the first worker is long gone. */
async function pushedLate (lane: Lane, who: Account): Promise<void> {
  // The account's lock is there once something was changed.
  await system.settled(who, await system.orderFor(who))
  const before = (await system.document(who))?.epoch ?? 0
  const held = await heldOnHost(lane, who)
  const order = await system.orderFor(who)
  await soon('the push', held.reached())
  await lane.killWorker()
  expect([await onHost(system, who), ...await broken(system, who)]).toEqual([[before]])

  const { length } = lane.gates.host.connections
  await lane.startWorker()
  await until('the script is sent again', () => Promise.resolve(lane.gates.host.connections.slice(length).some(({ sent }) => sent > loginAndPartOfScript) ? true : undefined))
  await held.release()
  await system.settled(who, order)
  await lane.quiet()
  expect(await unsettled(system, who, order)).toEqual([])
  expect((await system.document(who))?.epoch).toBe(before + 1)
}

test('every boundary that was to be tried was hit', () => {
  const all = [...credentialKinds.flatMap((kind) => [...adoptions[kind], ...rotations[kind]]), ...rootBoundaries]
  expect(all.filter((boundary) => !hit.has(boundary))).toEqual([])
})
