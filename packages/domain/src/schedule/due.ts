import type { CredentialName } from '../names.ts'
import type { Policy } from '../policy.ts'
import { shareOf } from './jitter.ts'
import { cronOf, type Schedule } from './schedule.ts'
import { remembered, type Next } from './stretches.ts'
import { minuteMs, nextOpening, isOpen as isOpenAt } from './window.ts'

/** A secret that opens an account, and since when. */
export interface AgingSecret {
  readonly name: CredentialName
  /** ISO 8601. */
  readonly madeAt: string
}

/** By which rules it ages: a schedule, and what the zone's people have set. */
export interface AgingRules extends Pick<Policy, 'longestAgeSeconds' | 'overdueAfterSeconds'> {
  readonly schedule?: Schedule | undefined
}

/** When a secret is to be replaced by itself. */
export interface DueTime {
  readonly by: 'schedule' | 'age'
  readonly dueAt: Date
  /** When that may begin, for the window: the first such time from now on, or `dueAt` where it may have begun already. Null: never. */
  readonly startsAt: Date | null
  /** From then on it is an alarm that it is still there. Null: never. */
  readonly overdueAt: Date | null
}

/** Whether a secret's rotation is to begin now, with no order for it. */
export function isDue (secret: AgingSecret, rules: AgingRules, now: Date): boolean {
  const { schedule } = rules
  if (reaches(now, ageEnd(secret, rules))) return true
  return schedule !== undefined && timesOf(schedule).isOpen(now.getTime()) && someTime(secret, schedule, now, due => due <= now.getTime())
}

/** Whether a secret is still there though it should have been replaced. */
export function isOverdue (secret: AgingSecret, rules: AgingRules, now: Date): boolean {
  const { schedule, overdueAfterSeconds } = rules
  const latest = now.getTime() - overdueAfterSeconds * 1000
  if (reaches(new Date(latest), ageEnd(secret, rules))) return true
  return schedule !== undefined && someTime(secret, schedule, now, due => reaches(new Date(latest), timesOf(schedule).opening(due)))
}

/** An hour, a day, and a month with some. In milliseconds. */
const spans = [3_600_000, 86_400_000, 32 * 86_400_000]

/**
 * Whether that holds of the first time at which a schedule has a secret due. What holds of a later time must hold of all before it. So secrets that are older
 * than an hour, a day or a month share the answer for a time since then, and only the rest are looked at one by one: nobody who writes a cron of each minute
 * keeps a worker busy with ten thousand of them.
 */
function someTime ({ name, madeAt }: AgingSecret, schedule: Schedule, now: Date, holds: (due: number) => boolean): boolean {
  const made = Date.parse(madeAt)
  const wait = jitterOf(name, schedule)
  const starts = spans.map(span => now.getTime() - now.getTime() % minuteMs - span).filter(start => start > made)
  return [...starts, made].some(start => {
    const next = timeAfter(start, schedule)
    return next !== null && holds(next + wait)
  })
}

/** @returns nothing for one that is replaced by orders only */
export function dueTime (secret: AgingSecret, rules: AgingRules, now: Date): DueTime | undefined {
  const scheduled = scheduledTime(secret, rules.schedule)
  const aged = ageEnd(secret, rules)
  const due = earliest(scheduled, aged)
  if (due === null) return undefined
  const starts = earliest(scheduled === null || rules.schedule === undefined ? null : startOf(scheduled, rules.schedule, now.getTime()), aged)
  return { by: due === aged ? 'age' : 'schedule', dueAt: new Date(due), startsAt: dateOf(starts), overdueAt: dateOf(overdueTime(secret, rules)) }
}

function overdueTime (secret: AgingSecret, rules: AgingRules): number | null {
  const scheduled = scheduledTime(secret, rules.schedule)
  const first = scheduled === null || rules.schedule === undefined ? null : timesOf(rules.schedule).opening(scheduled)
  const latest = earliest(first, ageEnd(secret, rules))
  return latest === null ? null : latest + rules.overdueAfterSeconds * 1000
}

function startOf (due: number, schedule: Schedule, now: number): number | null {
  const { isOpen, opening } = timesOf(schedule)
  return due <= now && isOpen(now) ? due : opening(Math.max(due, now))
}

function ageEnd ({ madeAt }: AgingSecret, { longestAgeSeconds }: AgingRules): number | null {
  return longestAgeSeconds === null ? null : Date.parse(madeAt) + longestAgeSeconds * 1000
}

/** When a schedule has it due, whatever its window says. */
function scheduledTime ({ name, madeAt }: AgingSecret, schedule: Schedule | undefined): number | null {
  if (schedule === undefined) return null
  const due = timeAfter(Date.parse(madeAt), schedule)
  return due === null ? null : due + jitterOf(name, schedule)
}

function timeAfter (made: number, schedule: Schedule): number | null {
  return schedule.everySeconds === undefined ? timesOf(schedule).cron(made) : made + schedule.everySeconds * 1000
}

/** In milliseconds. */
function jitterOf (name: CredentialName, { jitterSeconds = 0 }: Schedule): number {
  return jitterSeconds === 0 ? 0 : Math.floor(shareOf(name) * jitterSeconds * 1000)
}

interface Times {
  readonly isOpen: (at: number) => boolean
  readonly cron: Next
  readonly opening: Next
}

const known = new WeakMap<Schedule, Times>()

function timesOf (schedule: Schedule): Times {
  const found = known.get(schedule)
  if (found !== undefined) return found
  const cron = cronOf(schedule)
  const isOpen = rememberedMinute(at => isOpenAt(schedule, new Date(at)))
  // What is open now is not remembered: only a stretch that is closed has one answer.
  const closed = remembered(from => nextOpening(schedule, from))
  const times: Times = {
    isOpen,
    cron: remembered(after => cron?.nextRun(new Date(after))?.getTime() ?? null),
    opening: from => isOpen(from) ? from : closed(from)
  }
  known.set(schedule, times)
  return times
}

/** The same for the whole of a minute, about which a look at many secrets asks again and again. */
function rememberedMinute (answer: (at: number) => boolean): (at: number) => boolean {
  let last: { readonly minute: number, readonly is: boolean } | undefined
  return (at) => {
    const minute = Math.floor(at / minuteMs)
    if (last?.minute !== minute) last = { minute, is: answer(at) }
    return last.is
  }
}

function reaches (now: Date, time: number | null): boolean {
  return time !== null && time <= now.getTime()
}

function earliest (...times: ReadonlyArray<number | null>): number | null {
  return times.reduce((first, time) => first === null || (time !== null && time < first) ? time : first, null)
}

function dateOf (time: number | null): Date | null {
  return time === null ? null : new Date(time)
}
