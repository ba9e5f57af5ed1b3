import type { Boundary } from './harness/boundaries.ts'
import { adoptionBoundaries, notesSending, partOfScript, rotationBoundaries } from './harness/boundaries.ts'
import { opensForSsh } from './harness/door.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { broken, keysOn, unsettled } from './harness/invariants.ts'
import { inLanes, Lane } from './harness/lane.ts'
import { soon, System, until } from './harness/system.ts'
import { table } from './harness/table.ts'

/*
 * A worker is killed from outside beside every outside effect of an adoption and of a rotation. Gates stop it there;
 * nothing in the worker knows of them. Then another worker is started, and all must be as if nothing had happened.
 */

const zones = ['one', 'two', 'three', 'four']
/** The first account of a host is rotated again and again; the others are there to be adopted, each once. */
const accounts = ['deploy', ...adoptionBoundaries.map((_, index) => `app-${index}`)]

let system: System
let lanes: Lane[]
const hit = new Map<Boundary, number>()

beforeAll(async () => {
  system = await System.start(makeFleet(Object.fromEntries(zones.map((zone) => [zone, 1])), accounts))
  lanes = await Promise.all(zones.map(async (zone) => await Lane.open(system, zone)))
  await Promise.all(lanes.map(async (lane) => {
    await lane.startWorker()
    await system.handOver(rotated(lane))
    await system.settled(rotated(lane), 0)
  }))
}, 120_000)

afterAll(async () => {
  process.stdout.write(table(hit, [...adoptionBoundaries, ...rotationBoundaries]))
  await Promise.all(lanes.map(async (lane) => await lane.close()))
  await system.stop()
}, 60_000)

const rotated = (lane: Lane): Account => lane.account('deploy')

async function killedAt (lane: Lane, boundary: Boundary, who: Account, begin: () => Promise<number>): Promise<void> {
  const place = `${boundary.when}: ${boundary.effect}`
  const begun = performance.now()
  const held = boundary.hold(lane.gates)
  const order = await begin()
  await soon(place, held.reached)
  await lane.killWorker()
  held.release()
  hit.set(boundary, 0)
  if (boundary.keys !== undefined) expect([place, await keysOn(system, who)]).toEqual([place, boundary.keys])
  expect([place, ...await broken(system, who)]).toEqual([place])

  await lane.startWorker()
  await system.settled(who, order)
  expect([place, ...await unsettled(system, who, order)]).toEqual([place])
  hit.set(boundary, (performance.now() - begun) / 1000)
}

test('a worker that is killed at any boundary of an adoption leaves it to the next one', async () => {
  const fresh = new Map(lanes.map((lane) => [lane, accounts.slice(1)]))
  await inLanes(lanes, adoptionBoundaries, async (lane, boundary) => {
    const who = lane.account(fresh.get(lane)?.shift())
    await killedAt(lane, boundary, who, async () => {
      await system.handOver(who)
      return 0
    })
    expect((await system.document(who))?.current.publicKey).toBe(who.key.publicKey)
  })
}, 120_000)

test.each([...new Set(rotationBoundaries.map(({ step }) => step))])('a worker that is killed at any boundary of %s leaves the rotation to the next one', async (step) => {
  await inLanes(lanes, rotationBoundaries.filter((boundary) => boundary.step === step), async (lane, boundary) => {
    const who = rotated(lane)
    const before = await system.document(who)
    await killedAt(lane, boundary, who, async () => await system.order(lane.zone, { hosts: [who.host], accounts: [who.account] }))
    const after = await system.document(who)
    expect(after?.epoch).toBe((before?.epoch ?? 0) + 1)
    expect(after?.history[0]?.publicKey).toBe(before?.current.publicKey)
  })
}, 120_000)

test('a push that the host carries out only after its worker was killed changes nothing for the worse', async () => {
  const [lane] = lanes
  if (lane === undefined) throw new Error('no lane')
  const who = rotated(lane)
  // Somebody holds the lock of the account, so that the script, wholly sent, waits on the host.
  const lock = lane.host.run(`exec 9>>${lane.host.home(who.account)}/.ssh/.rekey/lock.file; flock 9; until [ -e /tmp/go ]; do sleep 0.05; done`)
  const noted = lane.gates.vault.stop('after', notesSending)
  const order = await system.order(lane.zone, { accounts: [who.account] })
  await soon('noting that the key is sent', noted.reached)
  const line = lane.gates.host.newest
  const sent = line.sent
  noted.release()
  await until('the script is sent', () => Promise.resolve(line.sent - sent > partOfScript ? true : undefined))
  await until('the script waits', async () => (await lane.host.run('pgrep -u deploy sleep')).code === 0 ? true : undefined)
  await lane.killWorker()
  expect([await keysOn(system, who), ...await broken(system, who)]).toEqual([1])

  expect((await lane.host.run('touch /tmp/go')).code).toBe(0)
  await lock
  await until('the key is added', async () => await keysOn(system, who) === 2 ? true : undefined, 10)
  expect(await broken(system, who)).toEqual([])
  await lane.startWorker()
  await system.settled(who, order)
  expect(await unsettled(system, who, order)).toEqual([])
}, 60_000)

test('a stock ssh client is let in with the last key and with none before it', async () => {
  for (const lane of lanes) {
    const who = rotated(lane)
    const document = await system.document(who)
    if (document === undefined) throw new Error('there is no document')
    expect(await opensForSsh(lane.host, who.account, document.current.privateKey)).toBe(true)
    for (const { privateKey } of document.history.slice(0, 3)) expect(await opensForSsh(lane.host, who.account, privateKey)).toBe(false)
  }
}, 60_000)

test('every boundary was hit', () => {
  expect([...adoptionBoundaries, ...rotationBoundaries].filter((boundary) => !hit.has(boundary))).toEqual([])
})
