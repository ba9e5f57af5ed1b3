import { credentialKinds } from '@rekey/domain'
import type { Boundary } from './harness/boundaries.ts'
import { lockdownBoundaries } from './harness/boundaries.ts'
import { opens, opensForSsh } from './harness/door.ts'
import type { Account } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import { broken, unsettled } from './harness/invariants.ts'
import { inLanes, Lane } from './harness/lane.ts'
import { asPerson } from './harness/logins.ts'
import { sampleOf, sampleText } from './harness/sample.ts'
import { markOf } from './harness/secret-text.ts'
import { soon, System, until } from './harness/system.ts'
import { table } from './harness/table.ts'

/*
 * A worker is killed from outside beside every outside effect of a lockdown, on a host that keeps a recovery credential. At no moment is that one closed, nothing
 * that is called locked opens, and another worker ends it as if nothing had happened.
 */

const zones = ['one', 'two', 'three', 'four']
const recovery = 'root/ssh-key'
const boundaries = { 'ssh-key': sampleOf(lockdownBoundaries['ssh-key']), password: sampleOf(lockdownBoundaries.password) }
/** Each is locked once: any lane may come to need all of them. */
const accounts = { 'ssh-key': boundaries['ssh-key'].map((_, index) => `deploy-${index}`), password: boundaries.password.map((_, index) => `operator-${index}`) }

let system: System
let lanes: Lane[]
const hit = new Map<Boundary, number>()

beforeAll(async () => {
  const plan = { root: ['ssh-key' as const], ...Object.fromEntries(credentialKinds.flatMap((kind) => accounts[kind].map((account) => [account, [kind]]))) }
  system = await System.start(makeFleet(Object.fromEntries(zones.map((zone) => [zone, 1])), [plan]))
  lanes = await Promise.all(zones.map(async (zone) => await Lane.open(system, zone, recovery)))
  await Promise.all(lanes.map(async (lane) => {
    await lane.startWorker()
    await system.handOver(lane.account('root'))
    await system.settled(lane.account('root'), 0)
  }))
})

afterAll(async () => {
  process.stdout.write(`\n${sampleText}\n`)
  for (const kind of credentialKinds) process.stdout.write(table(`lockdown of a ${kind}`, hit, lockdownBoundaries[kind], boundaries[kind]))
  await Promise.all(lanes.map(async (lane) => await lane.close()))
  await system.stop()
})

test.each(credentialKinds)('a worker that is killed at any boundary of a lockdown of a %s leaves it to the next one, and the recovery credential opens all the time', async (kind) => {
  const fresh = new Map(lanes.map((lane) => [lane, [...accounts[kind]]]))
  const campaigns: Array<Awaited<ReturnType<typeof lockDown>>> = []
  await inLanes(lanes, boundaries[kind], async (lane, boundary) => {
    const who = lane.account(fresh.get(lane)?.shift())
    await system.handOver(who)
    await system.settled(who, 0)
    campaigns.push(await killedAt(lane, boundary, who))
  })
  // What people are shown may be half a minute old.
  for (const show of campaigns) await until('the campaign is done', async () => { const { done, stillUsable } = await show(); return done && stillUsable === 0 }, 60, async () => JSON.stringify(await show()))
}, 360_000)

test('every boundary that was to be tried was hit', () => {
  expect(credentialKinds.flatMap((kind) => boundaries[kind]).filter((boundary) => !hit.has(boundary))).toEqual([])
})

async function killedAt (lane: Lane, boundary: Boundary, who: Account): ReturnType<typeof lockDown> {
  const place = `${boundary.step}, ${boundary.when}: ${boundary.effect}`
  const root = lane.account('root')
  const before = await system.document(root)
  const begun = performance.now()
  const held = boundary.hold(lane.gates)
  const campaign = await lockDown(who)
  await soon(place, held.reached)
  await lane.killWorker()
  if (boundary.onHost !== undefined) expect([place, await opens(lane.host, who.account, who.first) ? ['old'] : []]).toEqual([place, boundary.onHost])
  // What the host was sent, it may still carry out.
  held.release()
  await lane.quiet()
  expect([place, ...await wrong(who, root)]).toEqual([place])

  await lane.startWorker()
  await until(`${place}: locked down`, async () => {
    const { burnedAt, retired = [] } = await system.document(root) ?? {}
    return (await system.document(who))?.hold?.class === 'locked-down' && burnedAt === null && retired.length === 0
  }, 45, async () => JSON.stringify([await system.state(who), await system.state(root)]))
  const { hold, lock } = await system.document(who) ?? {}
  expect([place, hold?.class, lock?.proof, await opensForSsh(lane.host, who.account, who.first), ...await wrong(who, root), ...await unsettled(system, root, 0)]).toEqual([place, 'locked-down', expect.anything(), false])
  // It was used, however often, and replaced once.
  expect((await system.document(root))?.epoch).toBe((before?.epoch ?? 0) + 1)
  hit.set(boundary, (performance.now() - begun) / 1000)
  return campaign
}

/** @returns the sentences that are broken: what must hold at every instant of a lockdown */
async function wrong (who: Account, root: Account): Promise<string[]> {
  const document = await system.document(who)
  const isClosed = document?.lock?.lockedAt != null
  const others = who.kind === 'password' ? [] : (await system.lines(who)).filter((line) => !line.includes(markOf(who.first)))
  return [
    ...await broken(system, root),
    ...isClosed && await opens(system.hostOf(who), who.account, who.first) ? ['what is called locked opens'] : [],
    ...JSON.stringify(others) === JSON.stringify(who.foreign) ? [] : [`other people's lines are not as they were: ${JSON.stringify(others)}`]
  ]
}

/** Proposes it, and has two people approve, each with a Vault login of his own. @returns how it stands */
async function lockDown ({ zone, host, account, kind }: Account): Promise<() => Promise<{ readonly done: boolean, readonly stillUsable: number }>> {
  const scope = { zones: [zone], hosts: [host], accounts: [account], kinds: [kind] }
  const { id, zones: [{ proposal } = { proposal: 0 }] } = await system.api.must<{ id: string, zones: Array<{ proposal: number }> }>('POST', '/v1/campaigns', { kind: 'revoke-all', scope, lockdown: true, endsTokens: false, reason: 'somebody is in there' })
  const { digest } = await system.api.must<{ digest: string }>('GET', `/v1/proposals/${zone}/${proposal}`)
  for (const person of [system.operator(zone), await asPerson(system.stack, zone, 'responder')]) {
    const { entity_id: entity, display_name: by } = (await person.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string, display_name: string }
    await person.must('POST', `rekey-${zone}/data/approvals/proposal-${proposal}/${entity}`, { data: { digest, by }, options: { cas: 0 } })
  }
  return async () => await system.api.must('GET', `/v1/campaigns/${id}`)
}
