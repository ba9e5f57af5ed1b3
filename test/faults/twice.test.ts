import type { CredentialKind } from '@rekey/domain'
import { credentialKinds } from '@rekey/domain'
import type { ServiceProcess } from '@rekey/local'
import type { Redis } from 'ioredis'
import type { Boundary } from './harness/boundaries.ts'
import { rotationBoundaries } from './harness/boundaries.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { broken, unsettled } from './harness/invariants.ts'
import { inLanes, Lane } from './harness/lane.ts'
import { visitsOf } from './harness/log.ts'
import { adminOf, forget } from './harness/redis.ts'
import { sampleOf, sampleText } from './harness/sample.ts'
import { soon, System, until } from './harness/system.ts'

/*
 * Two workers at one host at once: the first is held beside an outside effect, the second does everything that is due,
 * then the first one goes on and does its step a second time. Its lock and deadline are so long that nothing but the check-and-set in
 * Vault and the fence on the host stands between them. Where the first one holds the host's own lock, nobody overtakes.
 */

const zones = ['one', 'two', 'three', 'four']
const accounts = { deploy: ['ssh-key'], operator: ['password'] } as const
const boundariesOf = (kind: CredentialKind): readonly Boundary[] => sampleOf(rotationBoundaries[kind].filter(({ isLocked }) => isLocked !== true))
let system: System
let lanes: Lane[]
let redis: Redis
const seconds = new Map<Lane, ServiceProcess>()
const hit = new Set<Boundary>()

beforeAll(async () => {
  system = await System.start(makeFleet(Object.fromEntries(zones.map((zone) => [zone, 1])), [accounts], () => ({ pam: { noDelay: true, faillock: { deny: 3, unlockSeconds: 0 } } })))
  redis = await adminOf(system.stack)
  lanes = await Promise.all(zones.map(async (zone) => await Lane.open(system, zone)))
  await Promise.all(lanes.map(async (lane) => {
    await lane.startWorker({ REKEY_VISITS: '1', REKEY_WAITING_VISITS: '0', REKEY_LOCK_SECONDS: '120', REKEY_STEP_SECONDS: '120' })
    for (const kind of credentialKinds) {
      await system.handOver(lane.account(undefined, kind))
      await system.settled(lane.account(undefined, kind), 0)
    }
    seconds.set(lane, await system.startWorker(lane.zone, {}, `second-${lane.zone}`))
  }))
})

afterAll(async () => {
  process.stdout.write(`\n${sampleText}\n`)
  await Promise.all(lanes.map(async (lane) => await lane.close()))
  redis.disconnect()
  await system.stop()
})

function secondOf (lane: Lane): ServiceProcess {
  const second = seconds.get(lane)
  if (second === undefined) throw new Error('a lane without a second worker')
  return second
}

/** Told by the document, as the state is what is held back. */
async function isSettled (who: Account, order: number): Promise<boolean> {
  const document = await system.document(who)
  return document?.candidate === null && document.retired.length === 0 && document.current.order >= order
}

test.each(credentialKinds)('a worker that is overtaken at any boundary of the rotation of a %s repeats it and changes nothing for the worse', async (kind) => {
  await inLanes(lanes, boundariesOf(kind), async (lane, boundary) => {
    const { step, when, effect } = boundary
    const place = `${step}, ${when}: ${effect}`
    const who = lane.account(undefined, kind)
    const second = secondOf(lane)
    const before = await system.document(who)

    second.kill('SIGSTOP')
    const held = boundary.hold(lane.gates)
    const order = await system.orderFor(who)
    await soon(place, held.reached)
    hit.add(boundary)
    // Only now: a document is settled before the visit to it ends.
    const visits = (await visitsOf(lane.worker)).length
    // The queue forgets who is at the host, as after a FLUSHALL; the second worker is the only one with a hand free.
    await forget(redis, `rekey:visits-${lane.zone}:*`)
    second.kill('SIGCONT')
    const settled = step === 'report'
      ? async () => await until('a settled document', async () => await isSettled(who, order) ? true : undefined)
      : async () => await system.settled(who, order)
    await settled()
    expect([place, ...await broken(system, who)]).toEqual([place])

    held.release()
    await until(`the first worker's visit ends after ${place}`, async () => (await visitsOf(lane.worker)).length > visits ? true : undefined)
    await system.settled(who, order)
    expect([place, ...await unsettled(system, who, order)]).toEqual([place])
    const after = await system.document(who)
    expect([place, after?.epoch]).toEqual([place, (before?.epoch ?? 0) + 1])
    expect([place, after?.history.map(({ epoch }) => epoch)]).toEqual([place, [before?.current.epoch, ...before?.history.map(({ epoch }) => epoch) ?? []].slice(0, 8)])
  })
}, 360_000)

test('every boundary that was to be tried was hit', () => {
  expect(credentialKinds.flatMap(boundariesOf).filter((boundary) => !hit.has(boundary))).toEqual([])
})
