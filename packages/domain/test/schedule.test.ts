import { describe, expect, test } from '@jest/globals'
import { dueTime, isDue, isOverdue, weekdays, type AgingRules, type Schedule, type Weekday, type Window } from '@rekey/domain'
import fc from 'fast-check'

const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
const people: AgingRules = { longestAgeSeconds: null, overdueAfterSeconds: 600 }
const minute = 60_000
const day = 1440 * minute

/** With half an hour of daylight saving, with none and a strange offset, with a change at midnight, and two more. */
const changes: Record<string, readonly string[]> = {
  'Australia/Lord_Howe': ['2026-04-04T15:00Z', '2026-10-03T15:30Z'],
  'Asia/Kathmandu': ['2026-06-01T00:00Z'],
  'America/Sao_Paulo': ['2018-02-18T02:00Z', '2018-11-04T03:00Z'],
  'America/New_York': ['2026-03-08T07:00Z', '2026-11-01T06:00Z'],
  'Europe/Berlin': ['2026-03-29T01:00Z', '2026-10-25T01:00Z']
}

const anyZone = fc.constantFrom(...Object.keys(changes))
/** A time zone, and a time near one of its changes or anywhere else. */
const anyTime = anyZone.chain(timeZone => fc.record({
  timeZone: fc.constant(timeZone),
  start: fc.tuple(fc.constantFrom(...changes[timeZone] ?? [], '2026-07-15T12:00Z'), fc.integer({ min: -2880, max: 600 })).map(([at, minutes]) => Date.parse(at) + minutes * minute)
}))
const anyMinute = fc.integer({ min: 0, max: 1439 })

const clock = new Map<string, Intl.DateTimeFormat>()

/** What the clocks show, by another way than the product's. */
function shown (at: number, timeZone: string): { date: string, minute: number, weekday: Weekday } {
  const format = clock.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  clock.set(timeZone, format)
  const [date = '', time = ''] = format.format(at).split(' ')
  const [hours, minutes] = time.split(':').map(Number)
  return { date, minute: (hours ?? 0) * 60 + (minutes ?? 0), weekday: weekdays[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? 'mon' }
}

const two = (n: number): string => String(n).padStart(2, '0')
const timeOf = (n: number): string => `${two(Math.floor(n / 60))}:${two(n % 60)}`

const dueOf = (schedule: Schedule, madeAt: number, of = name): number => dueTime({ name: of, madeAt: new Date(madeAt).toISOString() }, { ...people, schedule }, new Date(madeAt))?.dueAt.getTime() ?? NaN

describe('a secret of a cron', () => {
  test('is due once a day at a time of the day, whatever the clocks are changed to', () => {
    fc.assert(fc.property(anyTime, anyMinute, ({ timeZone, start }, target) => {
      const schedule = { cron: `${target % 60} ${Math.floor(target / 60)} * * *`, timeZone }
      const expected: number[] = []
      const seen = new Set<string>()
      let before = shown(Math.floor((start - day) / minute) * minute, timeZone)
      for (let at = Math.floor((start - day) / minute) * minute + minute; at <= start + 3 * day; at += minute) {
        const now = shown(at, timeZone)
        // A time that is skipped comes right after the gap, and one that is repeated the first time.
        const isSkipped = before.minute !== now.minute - 1 && now.minute > target && (before.date === now.date ? before.minute < target : now.minute > 0)
        if ((now.minute === target || isSkipped) && !seen.has(now.date)) {
          seen.add(now.date)
          if (at > start) expected.push(at)
        }
        before = now
      }
      const found: number[] = []
      for (let at = dueOf(schedule, start); at <= start + 3 * day; at = dueOf(schedule, at)) found.push(at)
      expect(found.map(at => new Date(at).toISOString())).toEqual(expected.map(at => new Date(at).toISOString()))
    }), { numRuns: 30 })
  })

  test('is due at the same time however the others of the schedule were asked for', () => {
    const schedule = { cron: '0 2 1 * *', timeZone: 'Europe/Berlin' }
    const from = Date.parse('2026-01-01T00:00Z')
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 400 * 1440 }), { maxLength: 40 }), minutes => {
      for (const one of minutes) expect(dueOf(schedule, from + one * minute)).toBe(dueOf({ ...schedule }, from + one * minute))
    }), { numRuns: 40 })
  })
})

test('what is due and overdue is so from the times on that are told, however often a cron comes', () => {
  const crons = ['* * * * *', '*/7 * * * *', '0 * * * *', '30 2 * * *', '0 5 * * mon', '0 0 1 * *', '0 0 29 2 *']
  fc.assert(fc.property(anyTime, fc.constantFrom(...crons), fc.integer({ min: 0, max: 90 * 1440 }), fc.constantFrom(0, 3600, 86_400), ({ timeZone, start }, cron, age, jitterSeconds) => {
    const rules = { ...people, schedule: { cron, timeZone, jitterSeconds, window: { from: '01:00', to: '04:00' } } }
    const secret = { name, madeAt: new Date(start - age * minute).toISOString() }
    const now = new Date(start + 12_345)
    const { dueAt, overdueAt } = dueTime(secret, rules, now) ?? {}
    const opens = dueTime(secret, { ...rules, schedule: { ...rules.schedule, cron: '* * * * *' } }, now)?.startsAt ?? now
    expect(isOverdue(secret, rules, now)).toBe((overdueAt ?? now) <= now)
    if (isDue(secret, rules, now)) expect((dueAt ?? Infinity) <= now).toBe(true)
    else expect((dueAt ?? Infinity) > now || opens > now).toBe(true)
  }), { numRuns: 150 })
})

describe('a window', () => {
  const anyWindow = fc.record({ days: fc.subarray([...weekdays], { minLength: 4 }), from: anyMinute.map(timeOf), to: anyMinute.map(timeOf) })

  function isWithin ({ days = weekdays, from, to }: Window, at: number, timeZone: string): boolean {
    const { minute: now, weekday } = shown(at, timeZone)
    const [a = 0, b = 0] = [from, to].map(text => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))
    const yesterday = weekdays[(weekdays.indexOf(weekday) + 6) % 7] ?? 'mon'
    return a < b ? days.includes(weekday) && a <= now && now < b : (days.includes(weekday) && now >= a) || (days.includes(yesterday) && now < b)
  }

  test('opens at the first minute that it and the blackout days allow, and at none before', () => {
    fc.assert(fc.property(anyTime, anyWindow, fc.boolean(), ({ timeZone, start }, window, isBlack) => {
      const blackoutDays = isBlack ? [shown(start, timeZone).date] : []
      const isOpen = (at: number): boolean => !blackoutDays.includes(shown(at, timeZone).date) && isWithin(window, at, timeZone)
      const rules = { ...people, schedule: { everySeconds: 60, timeZone, window, blackoutDays } }
      const secret = { name, madeAt: new Date(start - minute).toISOString() }
      const opens = dueTime(secret, rules, new Date(start - minute))?.startsAt?.getTime() ?? NaN
      let at = start
      while (!isOpen(at) && at < start + 8 * day) {
        expect(isDue(secret, rules, new Date(at))).toBe(false)
        at = Math.floor(at / minute) * minute + minute
      }
      expect(new Date(opens).toISOString()).toBe(new Date(at).toISOString())
      expect([isDue(secret, rules, new Date(opens)), isOverdue(secret, rules, new Date(opens + 599_000)), isOverdue(secret, rules, new Date(opens + 600_000))]).toEqual([true, false, true])
    }), { numRuns: 40 })
  }, 60_000)

  test('that has closed lets what is due wait for the next one, and what was due in time is not called late by another', () => {
    const rules = { ...people, schedule: { everySeconds: 3600, window: { days: ['mon' as const], from: '01:00', to: '02:00' } } }
    const secret = { name, madeAt: '2026-03-02T00:10:00.000Z' }
    expect(isDue(secret, rules, new Date('2026-03-02T01:30:00Z'))).toBe(true)
    expect(isDue(secret, rules, new Date('2026-03-02T02:00:00Z'))).toBe(false)
    expect(dueTime(secret, rules, new Date('2026-03-02T02:00:00Z'))).toMatchObject({ dueAt: new Date('2026-03-02T01:10:00Z'), startsAt: new Date('2026-03-09T01:00:00Z'), overdueAt: new Date('2026-03-02T01:20:00Z') })
  })

  test('that never opens has nothing begin, but what people bound', () => {
    const schedule = { everySeconds: 60, window: { days: [], from: '01:00', to: '02:00' } }
    const secret = { name, madeAt: '2026-03-02T00:00:00.000Z' }
    expect(dueTime(secret, { ...people, schedule }, new Date('2026-04-01T00:00:00Z'))).toMatchObject({ by: 'schedule', startsAt: null, overdueAt: null })
    const bound = { ...people, schedule, longestAgeSeconds: 86_400 }
    expect(dueTime(secret, bound, new Date('2026-03-02T12:00:00Z'))).toMatchObject({ startsAt: new Date('2026-03-03T00:00:00Z'), overdueAt: new Date('2026-03-03T00:10:00Z') })
    expect([isDue(secret, bound, new Date('2026-03-02T23:59:59Z')), isDue(secret, bound, new Date('2026-03-03T00:00:00Z'))]).toEqual([false, true])
  })
})

test('jitter puts each credential off by something of its own, within its bound', () => {
  const hosts = Array.from({ length: 200 }, (_, n) => ({ ...name, host: `web-${n}` }))
  const at = Date.parse('2026-03-02T00:00Z')
  const waits = hosts.map(of => dueOf({ everySeconds: 60, jitterSeconds: 1000 }, at, of) - at - minute)
  expect(waits.every(wait => wait >= 0 && wait <= 1_000_000)).toBe(true)
  expect(new Set(waits.map(wait => Math.floor(wait / 100_000))).size).toBe(10)
  expect(hosts.map(of => dueOf({ everySeconds: 60, jitterSeconds: 1000 }, at, of) - at - minute)).toEqual(waits)
})

test('what has no schedule and no longest age is never due', () => {
  const secret = { name, madeAt: '1999-01-01T00:00:00.000Z' }
  expect([dueTime(secret, people, new Date()), isDue(secret, people, new Date()), isOverdue(secret, people, new Date())]).toEqual([undefined, false, false])
})
