import { describe, expect, test } from '@jest/globals'
import { defaultPolicy, digestOfPolicy, guardedFields, guardedOf, policyInForce, unwrittenPolicy, type Approval, type GuardedField, type GuardedPolicy, type Policy, type WordsOnPolicy, type WrittenPolicy } from '../src/index.ts'

const before: Policy = { ...defaultPolicy, redirectApprovals: 3, leaveApprovals: 3, grantApprovals: 3, campaignApprovals: 3, rank: 50, graceSeconds: 3600, longestAgeSeconds: 86_400, passwordLength: 40 }
const writtenAt = '2026-03-01T09:30:00.000Z'
const written = (changes: Partial<Policy>): WrittenPolicy => ({ zone: 'production', version: 7, writtenAt, policy: { ...before, ...changes } })
const silence: WordsOnPolicy = { approvals: [], isAlone: false }

function words (of: WrittenPolicy, people: readonly string[], changes: Partial<Approval> = {}): WordsOnPolicy {
  return { approvals: people.map(by => ({ entity: `entity-of-${by}`, by, digest: digestOfPolicy(of), at: writtenAt, ...changes })), isAlone: false }
}

/** Each field, as it is in force, with what is written in its place: what people have to approve, and what holds at once. */
const table: ReadonlyArray<readonly [GuardedField, { readonly weaker: ReadonlyArray<number | null>, readonly stronger: ReadonlyArray<number | null> }]> = [
  ['redirectApprovals', { weaker: [1, 2], stronger: [3, 4] }],
  ['leaveApprovals', { weaker: [1, 2], stronger: [3, 9] }],
  ['grantApprovals', { weaker: [1, 2], stronger: [3, 9] }],
  ['campaignApprovals', { weaker: [1, 2, 4, 9], stronger: [3] }],
  ['rank', { weaker: [0, 49, 51, 99], stronger: [50] }],
  ['graceSeconds', { weaker: [3601], stronger: [3600, 0] }],
  ['longestAgeSeconds', { weaker: [86_401, null], stronger: [86_400, 10] }],
  ['passwordLength', { weaker: [39, 22], stronger: [40, 128] }]
]

test('the table has each guarded field', () => {
  expect(table.map(([field]) => field)).toEqual(guardedFields)
})

describe.each(table)('%s', (field, { weaker, stronger }) => {
  test.each(weaker)('stays as it is in force when somebody writes %p, and all else holds', (value) => {
    const { policy, waits } = policyInForce(written({ [field]: value, historyLength: 3, observe: true }), guardedOf(before), silence)
    expect(policy).toEqual({ ...before, historyLength: 3, observe: true })
    expect(waits?.changes).toEqual([{ field, inForce: before[field], written: value }])
  })

  test.each(stronger)('holds at once when somebody writes %p', (value) => {
    const changed = written({ [field]: value })
    expect(policyInForce(changed, guardedOf(before), silence)).toEqual({ policy: changed.policy, approvals: [], waits: undefined })
  })
})

test('no longest age is weaker than any, and any is stronger than none', () => {
  const aged = written({ longestAgeSeconds: 10 })
  expect(policyInForce(aged, { ...guardedOf(before), longestAgeSeconds: null }, silence).policy).toEqual(aged.policy)
})

test('one policy can hold in part', () => {
  const { policy, waits } = policyInForce(written({ redirectApprovals: 1, leaveApprovals: 9, graceSeconds: 7200 }), guardedOf(before), silence)
  expect(policy).toEqual({ ...before, leaveApprovals: 9 })
  expect(waits?.changes.map(({ field }) => field)).toEqual(['redirectApprovals', 'graceSeconds'])
})

test('a policy that was deleted or never written counts as the default one', () => {
  expect(policyInForce(unwrittenPolicy('production'), undefined, silence).policy).toEqual(defaultPolicy)
  const { policy, waits } = policyInForce(unwrittenPolicy('production'), guardedOf({ ...defaultPolicy, redirectApprovals: 3 }), words(unwrittenPolicy('production'), ['ada', 'bea', 'cem']))
  expect(policy).toEqual({ ...defaultPolicy, redirectApprovals: 3 })
  expect(waits).toMatchObject({ version: 0, expiresAt: null, approvals: [] })
})

describe('a weaker policy', () => {
  const weaker = written({ redirectApprovals: 1 })
  const holds = (of: WrittenPolicy, said: WordsOnPolicy, noted: GuardedPolicy = guardedOf(before)): boolean => policyInForce(of, noted, said).waits === undefined

  test('holds once as many people have approved as a campaign takes', () => {
    expect([['ada'], ['ada', 'bea'], ['ada', 'bea', 'cem']].map(people => holds(weaker, words(weaker, people)))).toEqual([false, false, true])
    expect(policyInForce(weaker, guardedOf(before), words(weaker, ['ada', 'bea', 'cem']))).toMatchObject({ policy: weaker.policy, approvals: [{ by: 'ada' }, { by: 'bea' }, { by: 'cem' }] })
    expect(policyInForce(weaker, guardedOf(before), words(weaker, ['ada', 'ada'])).waits).toMatchObject({ approvals: [{ by: 'ada' }], approvalsNeeded: 3 })
  })

  test('takes two people where one is enough for a campaign', () => {
    const noted = { ...guardedOf(before), campaignApprovals: 1 }
    const alone = written({ redirectApprovals: 1, campaignApprovals: 1 })
    expect([['ada'], ['ada', 'bea']].map(people => holds(alone, words(alone, people), noted))).toEqual([false, true])
  })

  test('takes as many people as it wants for campaigns itself', () => {
    const four = written({ campaignApprovals: 4 })
    expect([3, 4].map(count => holds(four, words(four, ['ada', 'bea', 'cem', 'dan'].slice(0, count))))).toEqual([false, true])
  })

  test('holds at once where one person alone has ever approved of anything, and where nothing is noted yet', () => {
    expect(holds(weaker, { approvals: [], isAlone: true })).toBe(true)
    expect(policyInForce(weaker, undefined, silence).policy).toEqual(weaker.policy)
  })

  test.each<[string, Partial<WrittenPolicy>]>([
    ['of another version', { version: 8 }],
    ['of another zone', { zone: 'backup' }],
    ['of another document that had the same version', { writtenAt: '2026-03-02T09:30:00.000Z' }],
    ['of other words', { policy: { ...weaker.policy, graceSeconds: 3599 } }]
  ])('does not hold by approvals %s', (_, other) => {
    expect(holds(weaker, words({ ...weaker, ...other }, ['ada', 'bea', 'cem']))).toBe(false)
  })

  test('can be approved for a week', () => {
    const until = policyInForce(weaker, guardedOf(before), silence).waits?.expiresAt ?? ''
    expect(until).toBe('2026-03-08T09:30:00.000Z')
    expect([until, '2026-03-08T09:30:00.001Z'].map(at => holds(weaker, words(weaker, ['ada', 'bea', 'cem'], { at })))).toEqual([true, false])
  })
})
