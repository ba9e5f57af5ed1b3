import { setTimeout as wait } from 'node:timers/promises'
import type { ServiceProcess } from '@rekey/local'
import type { Redis } from 'ioredis'
import { notesSending, partOfScript } from './harness/boundaries.ts'
import { opens, opensForSsh } from './harness/door.ts'
import type { Account, Plan } from './harness/fleet.ts'
import { makeFleet } from './harness/fleet.ts'
import type { GateConnection } from './harness/host-gate.ts'
import { broken, unsettled } from './harness/invariants.ts'
import { Lane } from './harness/lane.ts'
import type { LogLine } from './harness/log.ts'
import { visitsOf } from './harness/log.ts'
import { adminOf, forget } from './harness/redis.ts'
import type { SecretText } from './harness/secret-text.ts'
import type { Document } from './harness/system.ts'
import { soon, System, until } from './harness/system.ts'

/*
 * A worker is stopped (SIGSTOP, as by a frozen machine) with its push on its way, and wakes when the secret that it pushes
 * is long dead. Each test has a host of its own.
 */

const hosts: Readonly<Record<string, Plan>> = {
  'key-fenced': { deploy: ['ssh-key'] },
  'key-unfenced': { deploy: ['ssh-key'] },
  'key-leased': { deploy: ['ssh-key'] },
  'own-fenced': { operator: ['password'] },
  'own-unfenced': { operator: ['password'] },
  'root-fenced': { root: ['password'] },
  'root-unfenced': { root: ['password'] }
}
let system: System
let redis: Redis
let lane: Lane
let who: Account

beforeAll(async () => {
  system = await System.start(makeFleet(Object.fromEntries(Object.keys(hosts).map((zone) => [zone, 1])), Object.values(hosts)))
  redis = await adminOf(system.stack)
})

afterEach(async () => {
  lane.worker.kill('SIGCONT')
  await lane.killWorker()
  await lane.close()
})

afterAll(async () => {
  redis.disconnect()
  await system.stop()
})

async function adoptedIn (zone: string, settings: Record<string, string>): Promise<void> {
  lane = await Lane.open(system, zone)
  who = lane.account()
  await lane.startWorker({ REKEY_VISITS: '1', ...settings })
  await system.handOver(who)
  await system.settled(who, 0)
}

async function read (): Promise<Document> {
  const document = await system.document(who)
  if (document === undefined) throw new Error('there is no document')
  return document
}

/** Stops the worker when it has noted that it sends its secret and begins to: what it says to the host from then on is kept. */
async function asleepBeforePush (): Promise<{ line: GateConnection, wake: () => void }> {
  const noted = lane.gates.vault.stop('after', notesSending)
  await soon('noting that the secret is sent', noted.reached)
  const line = lane.gates.host.newest
  const held = line.hold('client')
  noted.release()
  await soon('the push', held.reached)
  lane.worker.kill('SIGSTOP')
  return {
    line,
    wake () {
      held.release()
      lane.worker.kill('SIGCONT')
    }
  }
}

/** Another worker settles this rotation, and a whole later one. @returns the dead secret that the sleeper pushes */
async function overtaken (order: number): Promise<{ dead: SecretText, second: ServiceProcess }> {
  const sleeping = (await read()).candidate
  if (sleeping === null) throw new Error('there is no candidate')
  await forget(redis, `rekey:visits-${lane.zone}:*`)
  const second = await system.startWorker(lane.zone, {}, `second-${lane.zone}`)
  await system.settled(who, order)
  await system.settled(who, await system.order(lane.zone))
  expect((await read()).history.map(({ epoch }) => epoch)).toEqual([sleeping.epoch, 1])
  expect(await opens(lane.host, who.account, sleeping)).toBe(false)
  return { dead: sleeping, second }
}

/** Of a worker that is asleep: the visit that follows is the one it is at. A document is settled before the visit to it ends. */
async function visitsEnded (): Promise<number> {
  return (await visitsOf(lane.worker)).length
}

/** How the sleeper's own visit ended. */
async function wokenVisit (before: number): Promise<LogLine> {
  return await until('the end of the visit', async () => (await visitsOf(lane.worker))[before])
}

/** Stops it with a lock that outlasts everything: only what is on the host stands in its way. */
async function wakesAfterALaterRotation (zone: string, meanwhile: (home: string) => Promise<void> = () => Promise.resolve()): Promise<{ dead: SecretText }> {
  await adoptedIn(zone, { REKEY_LOCK_SECONDS: '600', REKEY_STEP_SECONDS: '120' })
  const order = await system.order(zone)
  const sleeper = await asleepBeforePush()
  const visits = await visitsEnded()
  const { dead, second } = await overtaken(order)
  // Nobody else is to repair what the sleeper breaks.
  second.kill('SIGKILL')
  await second.exited
  await meanwhile(lane.host.home(who.account))
  const sent = sleeper.line.sent
  sleeper.wake()
  expect(await wokenVisit(visits)).toEqual(expect.objectContaining({ event: 'visited' }))
  // It did send its whole script: what stopped it, if anything, is on the host.
  expect(sleeper.line.sent - sent).toBeGreaterThan(partOfScript)
  return { dead }
}

/** Were the first key's line gone, the push would find no line to take the options from and stop for that reason. */
async function putBackFirst (home: string): Promise<void> {
  if ('password' in who.first) throw new Error('not a key')
  await lane.host.run(`cat >>${home}/.ssh/authorized_keys`, `${who.first.publicKey} put back\n`)
}

async function removeFence (home: string): Promise<void> {
  expect((await lane.host.run(`ls ${home}/.ssh/.rekey/${who.kind} && rm -r ${home}/.ssh/.rekey`)).code).toBe(0)
}

async function staysDead (dead: SecretText): Promise<void> {
  expect(await opens(lane.host, who.account, dead)).toBe(false)
  expect(await opensForSsh(lane.host, who.account, dead)).toBe(false)
  expect((await read()).epoch).toBe(3)
}

test('a worker that wakes after a whole later rotation is stopped by the fence: the dead key stays dead', async () => {
  const { dead } = await wakesAfterALaterRotation('key-fenced', putBackFirst)
  await staysDead(dead)
  expect(await broken(system, who)).toEqual(['epoch 1 is called dead and opens'])
})

test('without the fence the same worker brings the dead key back to life, and this test can tell', async () => {
  const { dead } = await wakesAfterALaterRotation('key-unfenced', async (home) => {
    await putBackFirst(home)
    await removeFence(home)
  })
  expect(await opens(lane.host, who.account, dead)).toBe(true)
  expect(await broken(system, who)).toEqual(['epoch 2 is called dead and opens', 'epoch 1 is called dead and opens'])
})

test.each([
  ['an ordinary account\'s', 'own-fenced', 'the fence', undefined],
  ['an ordinary account\'s', 'own-unfenced', 'the present password alone, the fence being gone', removeFence],
  ['root\'s', 'root-fenced', 'the fence', undefined]
])('%s dead password (%s) stays dead: the woken worker is stopped by %s', async (_, zone, __, meanwhile) => {
  const { dead } = await wakesAfterALaterRotation(zone, meanwhile)
  await staysDead(dead)
  expect(await unsettled(system, who, 2)).toEqual([])
})

test('without the fence the same worker sets root\'s dead password again, and this test can tell', async () => {
  const { dead } = await wakesAfterALaterRotation('root-unfenced', removeFence)
  expect(await opensForSsh(lane.host, who.account, dead)).toBe(true)
  expect(await broken(system, who)).toEqual(['not one recorded password opens, but these epochs: ', 'epoch 2 is called dead and opens'])
})

test('a worker that slept longer than its lock sends nothing to the host, and the rotation settles later', async () => {
  await adoptedIn('key-leased', { REKEY_LOCK_SECONDS: '0.9' })
  const order = await system.order(lane.zone)
  // The answer that it waits for comes while it sleeps: when it wakes, the push is the very next thing.
  const noted = lane.gates.vault.stop('after', notesSending)
  await soon('noting that the secret is sent', noted.reached)
  lane.worker.kill('SIGSTOP')
  const visits = await visitsEnded()
  noted.release()
  await wait(2000)
  const line = lane.gates.host.newest
  const sent = line.sent
  lane.worker.kill('SIGCONT')

  expect(await wokenVisit(visits)).toMatchObject({ event: 'visit-failed', code: 'lease/lost' })
  // What it says to the host is goodbye.
  expect(line.sent - sent).toBeLessThan(200)
  await system.settled(who, order)
  expect(await unsettled(system, who, order)).toEqual([])
})
