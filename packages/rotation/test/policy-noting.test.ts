import { beforeEach, describe, expect, test } from '@jest/globals'
import { defaultPolicy, guardedOf, RekeyError, type Policy } from '@rekey/domain'
import type { AuditEntry } from '../src/index.ts'
import { PolicyNoting } from '../src/index.ts'
import { createMemoryJournal, MemoryZone, type JournalHooks } from './memory-journal.ts'

let zone: MemoryZone
let recorded: AuditEntry[]
let warned: string[]
let isDiskFull: boolean
beforeEach(() => {
  zone = new MemoryZone('production')
  recorded = []
  warned = []
  isDiskFull = false
})

function worker (hooks: JournalHooks = {}): PolicyNoting {
  return new PolicyNoting(zone.name, {
    journal: createMemoryJournal(zone, hooks),
    audit: {
      async record (entry) {
        if (isDiskFull) throw new RekeyError('audit/unwritable', 'no space left')
        recorded.push(entry)
        await Promise.resolve()
      }
    },
    log: { info () {}, warn (_, message) { warned.push(message) }, error () {} }
  })
}

const write = (changes: Partial<Policy>): void => { zone.putPolicy({ ...defaultPolicy, ...changes }) }

/** Two people have approved of something in the zone. */
function haveColleagues (): void {
  zone.approvals.set(1, ['ada', 'bea'].map(by => ({ entity: `entity-of-${by}`, by, digest: '', at: new Date().toISOString() })))
}

function approve (by: string): void {
  const { waits } = zone.standingPolicy()
  const said = { entity: `entity-of-${by}`, by, digest: waits?.digest ?? '', at: new Date().toISOString() }
  zone.policyApprovals.set(zone.policyVersion, [...zone.policyApprovals.get(zone.policyVersion) ?? [], said])
}

test('what a new zone has is noted once, on the record', async () => {
  await worker().goOn()
  await worker().goOn()
  expect(zone.noted).toEqual({ value: guardedOf(defaultPolicy), version: 1 })
  expect(recorded).toEqual([{ act: 'policy', target: 'production', detail: expect.stringMatching(/^in force as it was found: redirectApprovals 1, .*longestAgeSeconds null/) as unknown }])
})

test('what makes something stronger is noted at once, so that nobody takes it back alone', async () => {
  haveColleagues()
  await worker().goOn()
  write({ redirectApprovals: 2, graceSeconds: 0 })
  await worker().goOn()
  expect(zone.noted).toMatchObject({ value: { redirectApprovals: 2 }, version: 2 })
  write({ redirectApprovals: 1, leaveApprovals: 2 })
  await worker().goOn()
  expect(zone.noted).toMatchObject({ value: { redirectApprovals: 2, leaveApprovals: 2 }, version: 3 })
  expect(recorded.slice(1).map(({ detail }) => detail)).toEqual(['in force: redirectApprovals 1 → 2', 'in force: leaveApprovals 1 → 2'])
})

test('that something waits is told once', async () => {
  haveColleagues()
  const one = worker()
  await one.goOn()
  write({ graceSeconds: 60 })
  await one.goOn()
  await one.goOn()
  expect(warned).toEqual([expect.stringContaining('graceSeconds 0 → 60')])
  expect([zone.noted?.version, recorded.length]).toEqual([1, 1])
  write({ graceSeconds: 61 })
  await one.goOn()
  expect(warned).toHaveLength(2)
})

test('what people have approved is noted with their names, and asks for their approval again once it was taken back', async () => {
  haveColleagues()
  await worker().goOn()
  write({ graceSeconds: 60 })
  approve('ada')
  approve('bea')
  await worker().goOn()
  expect(zone.noted).toMatchObject({ value: { graceSeconds: 60 }, version: 2 })
  expect(recorded.at(-1)?.detail).toBe('in force: graceSeconds 0 → 60; approved by ada (entity-of-ada), bea (entity-of-bea)')
  write({})
  await worker().goOn()
  write({ graceSeconds: 60 })
  await worker().goOn()
  expect(zone.noted).toMatchObject({ value: { graceSeconds: 0 }, version: 3 })
})

test('what a lone administrator writes is noted, also where it is weaker', async () => {
  write({ redirectApprovals: 2 })
  await worker().goOn()
  write({})
  await worker().goOn()
  expect(zone.noted).toEqual({ value: guardedOf(defaultPolicy), version: 2 })
})

describe('two workers', () => {
  test.each([['make the same of it', undefined], ['read different policies', 3]])('that %s do not undo each other', async (_, later) => {
    haveColleagues()
    await worker().goOn()
    write({ redirectApprovals: 2 })
    const slow = worker({
      async before (call) {
        if (call !== 'notePolicy') return
        if (later !== undefined) write({ redirectApprovals: later })
        await worker().goOn()
      }
    })
    await slow.goOn()
    expect(zone.noted).toMatchObject({ value: { redirectApprovals: later ?? 2 }, version: 2 })
  })
})

test.each(['before', 'after'] as const)('a worker that is killed %s it notes leaves nothing to repair', async (when) => {
  haveColleagues()
  await worker().goOn()
  write({ redirectApprovals: 2 })
  await expect(worker({ [when]: (call: string) => { if (call === 'notePolicy') throw new Error('killed') } }).goOn()).rejects.toThrow('killed')
  expect(zone.standingPolicy().policy.redirectApprovals).toBe(2)
  await worker().goOn()
  expect(zone.noted).toMatchObject({ value: { redirectApprovals: 2 }, version: 2 })
})

test('what can\'t be recorded is not noted', async () => {
  isDiskFull = true
  await expect(worker().goOn()).rejects.toMatchObject({ code: 'audit/unwritable' })
  expect(zone.noted).toBeUndefined()
})
