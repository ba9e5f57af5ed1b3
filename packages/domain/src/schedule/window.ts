import { localTime } from './local-time.ts'
import { weekdays, type Schedule, type Weekday, type Window } from './schedule.ts'

export const minuteMs = 60_000
const minutesOfDay = 1440
/** Blackout days are a year at most. */
const horizonMs = 400 * minutesOfDay * minuteMs

/** Whether a scheduled rotation may begin at this time. */
export function isOpen ({ timeZone = 'UTC', window, blackoutDays = [] }: Schedule, at: Date): boolean {
  if (window === undefined && blackoutDays.length === 0) return true
  const { date, weekday, minute } = localTime(at, timeZone)
  return !blackoutDays.includes(date) && (window === undefined || isWithin(window, weekday, minute))
}

function isWithin ({ days = weekdays, from, to }: Window, weekday: Weekday, minute: number): boolean {
  const [opens, closes] = [minuteOf(from), minuteOf(to)]
  if (opens < closes) return days.includes(weekday) && minute >= opens && minute < closes
  return minute >= opens ? days.includes(weekday) : minute < closes && days.includes(dayBefore(weekday))
}

/** The first time from `from` on at which it is open, in milliseconds; null when there is none within a year. */
export function nextOpening (schedule: Schedule, from: number): number | null {
  const { timeZone = 'UTC', window } = schedule
  // It opens at the window's time, or when a day begins on which it may be open.
  const edges = [...window === undefined ? [] : [minuteOf(window.from)], minutesOfDay].sort((a, b) => a - b)
  for (let at = from; at < from + horizonMs;) {
    if (isOpen(schedule, new Date(at))) return at
    const { minute } = localTime(new Date(at), timeZone)
    const edge = edges.find(one => one > minute) ?? minutesOfDay
    const whole = Math.floor(at / minuteMs) * minuteMs
    const next = whole + (edge - minute) * minuteMs
    // Where the clocks are changed in between, it is looked at minute by minute.
    at = localTime(new Date(next), timeZone).minute === edge % minutesOfDay ? next : whole + minuteMs
  }
  return null
}

function minuteOf (time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

function dayBefore (weekday: Weekday): Weekday {
  return weekdays[(weekdays.indexOf(weekday) + 6) % 7] ?? weekday
}
