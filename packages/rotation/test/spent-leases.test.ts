import { beforeEach, expect, test } from '@jest/globals'
import type { Lease } from '@rekey/domain'
import { leaseId, RekeyError } from '@rekey/domain'
import { LeaseCleaning, type LeaseAttic } from '../src/spent-leases.ts'
import { World } from './world.ts'

const day = 24 * 3600 * 1000

/** Documents of leases in memory. */
class MemoryAttic implements LeaseAttic {
  readonly world: World
  readonly asked = new Set<string>()
  readonly marks = new Map<string, number>()
  looks = 0

  constructor (world: World) { this.world = world }

  requests = async () => { this.looks += 1; return await Promise.resolve([...this.asked]) }
  removeRequest = async (id: string) => { this.asked.delete(id); await Promise.resolve() }
  removeLease = async ({ id }: Lease) => { this.world.zone.leases.splice(this.world.zone.leases.findIndex((one) => one.id === id), 1); await Promise.resolve() }
  tokenDays = async () => await Promise.resolve([...this.marks].filter(([, count]) => count > 0).map(([one]) => one))
  removeTokens = async (one: string, most: number) => {
    const there = this.marks.get(one) ?? 0
    this.marks.set(one, Math.max(0, there - most))
    return await Promise.resolve(Math.min(there, most))
  }
}

let world: World
let attic: MemoryAttic
let cleaning: LeaseCleaning
let warnings: object[]

beforeEach(async () => {
  world = await World.adopted('ssh-key')
  attic = new MemoryAttic(world)
  warnings = []
  cleaning = newCleaning()
})

function newCleaning (): LeaseCleaning {
  const { journal, audit, now, log } = world.ports()
  return new LeaseCleaning({ journal, attic, audit, now, log: { ...log, warn: (fields) => { warnings.push(fields) } } }, { keptDays: 30, everySeconds: 3600 })
}

const at = (ago: number): string => new Date(world.time - ago).toISOString()
const idAt = (ago: number): string => leaseId({ id: 'a'.repeat(64), issuedAt: at(ago) })

/** One of the present secret that ended so long ago. */
function lease (ago: number, change: Partial<Lease> = {}): Lease {
  const taken = ago + 600_000
  return {
    id: idAt(taken),
    zone: 'production',
    grant: 'shop',
    proposal: 1,
    order: 0,
    secrets: [{ name: world.credential.name, fingerprint: world.first.fingerprint, epoch: 1 }],
    rotateAfter: 'never',
    reason: 'deploy',
    issuer: 'https://ci.example',
    subject: 'job',
    holderHash: '0'.repeat(64),
    takenAt: at(taken),
    endsAt: at(ago),
    endsAtMost: at(ago),
    returnedAt: null,
    documents: 1,
    ...change
  }
}

test('a lease goes thirty days after its end, with its request, and on the record', async () => {
  const [old, young, returned] = [lease(30 * day + 1), lease(30 * day - 1), lease(-day, { returnedAt: at(31 * day) })]
  world.zone.leases.push(old, young, returned)
  attic.asked.add(old.id)
  await cleaning.goOn()
  expect([world.zone.leases, [...attic.asked]]).toEqual([[young], []])
  expect(world.audit.filter(({ act }) => act === 'lease.remove')).toMatchObject([{ detail: expect.stringContaining(old.id) as unknown }, { detail: expect.stringContaining(returned.id) as unknown }])
})

test('a lease after which a successor is owed stays until its secret is proven dead', async () => {
  world.zone.leases.push(lease(40 * day, { rotateAfter: 'lease' }))
  await cleaning.goOn()
  expect(world.zone.leases).toHaveLength(1)
  await world.visit()
  expect(world.credential.current.fingerprint).not.toBe(world.first.fingerprint)
  await newCleaning().goOn()
  expect(world.zone.leases).toEqual([])
})

test('a request of which no lease came goes as late', async () => {
  attic.asked.add(idAt(31 * day)).add(idAt(29 * day))
  await cleaning.goOn()
  expect([...attic.asked]).toEqual([idAt(29 * day)])
})

test('the mark of a used token goes on the second day after the token has expired', async () => {
  const today = new Date(world.time)
  const days = [0, 1, 2, 3].map((ago) => new Date(today.getTime() - ago * day).toISOString().slice(0, 10))
  for (const one of days) attic.marks.set(one, 1)
  await cleaning.goOn()
  await cleaning.goOn()
  await cleaning.goOn()
  expect(await attic.tokenDays()).toEqual(days.slice(0, 2))
})

test('a look takes a hundred at most, goes on at the next one, and rests when nothing is left', async () => {
  world.zone.leases.push(...Array.from({ length: 150 }, () => lease(31 * day)))
  attic.marks.set('2020-01-01', 150)
  const left = async (): Promise<unknown> => { await cleaning.goOn(); return [world.zone.leases.length, attic.marks.get('2020-01-01')] }
  expect([await left(), await left(), await left(), await left()]).toEqual([[50, 50], [0, 0], [0, 0], [0, 0]])
  expect(attic.looks).toBe(3)
})

test('a failure is told, tried again after the rest, and keeps nothing else from being done', async () => {
  attic.requests = async () => await Promise.reject(new RekeyError('vault/forbidden', 'list of lease-requests: the policy of this identity does not allow it'))
  await cleaning.goOn()
  await cleaning.goOn()
  expect(warnings).toEqual([{ event: 'cleaning-failed', code: 'vault/forbidden' }])
})
