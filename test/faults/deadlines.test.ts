import { setTimeout as wait } from 'node:timers/promises'
import type { Boundary } from './harness/boundaries.ts'
import { rotationBoundaries as boundaries } from './harness/boundaries.ts'
import { makeFleet } from './harness/fleet.ts'
import { unsettled } from './harness/invariants.ts'
import { inLanes, Lane } from './harness/lane.ts'
import { visitsOf } from './harness/log.ts'
import { sampleOf, sampleText } from './harness/sample.ts'
import { soon, System, until } from './harness/system.ts'

/*
 * Nothing is killed here: an answer does not come. The worker gives up when its deadline is over, without knowing whether
 * the thing was done, and goes on by itself. Then the network delivers, late, what it had kept.
 */

const zones = ['one', 'two', 'three', 'four']
let system: System
let lanes: Lane[]
const hit = new Set<Boundary>()
const rotationBoundaries = sampleOf(boundaries['ssh-key'])

beforeAll(async () => {
  system = await System.start(makeFleet(Object.fromEntries(zones.map((zone) => [zone, 1]))), { REKEY_STEP_SECONDS: '2' })
  lanes = await Promise.all(zones.map(async (zone) => await Lane.open(system, zone)))
  await Promise.all(lanes.map(async (lane) => {
    lane.gates.vault.deliversLate = true
    await lane.startWorker()
    await system.handOver(lane.account())
    await system.settled(lane.account(), 0)
  }))
})

afterAll(async () => {
  process.stdout.write(`\n${sampleText}\n`)
  await Promise.all(lanes.map(async (lane) => await lane.close()))
  await system.stop()
})

test('a worker that gets no answer, at any boundary of a rotation, gives up and settles it all the same', async () => {
  await inLanes(lanes, rotationBoundaries, async (lane, boundary) => {
    const place = `${boundary.step}, ${boundary.when}: ${boundary.effect}`
    const who = lane.account()
    const held = boundary.hold(lane.gates)
    const order = await system.order(lane.zone)
    await soon(place, held.reached)
    hit.add(boundary)
    // Only now: a document is settled before the visit to it ends.
    const visits = (await visitsOf(lane.worker)).length
    await until(`giving up at ${place}`, async () => (await visitsOf(lane.worker)).length > visits ? true : undefined)
    await system.settled(who, order)
    expect([place, ...await unsettled(system, who, order)]).toEqual([place])

    const last = await system.order(lane.zone)
    await system.settled(who, last)
    held.release()
    await wait(100)
    expect([place, ...await unsettled(system, who, last)]).toEqual([place])
  })
  expect(rotationBoundaries.filter((boundary) => !hit.has(boundary))).toEqual([])
}, 180_000)
