import { weekdays, type Weekday } from './schedule.ts'

/** What the clocks of a time zone show. */
export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string
  readonly weekday: Weekday
  /** Of the day, 0 to 1439. */
  readonly minute: number
}

/** To make one takes longer than to ask it many times. */
const formats = new Map<string, Intl.DateTimeFormat>()

export function localTime (at: Date, timeZone: string): LocalTime {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'
  })
  formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    weekday: weekdays.find(day => day === part('weekday').toLowerCase()) ?? 'mon',
    minute: Number(part('hour')) * 60 + Number(part('minute'))
  }
}
