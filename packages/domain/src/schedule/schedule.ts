import { Cron } from 'croner'
import { RekeyError } from '../errors.ts'

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = typeof weekdays[number]

/** The hours in which a scheduled rotation may begin, by the schedule's time zone. */
export interface Window {
  /** On which it opens. Absent: on each. */
  readonly days?: readonly Weekday[] | undefined
  /** `HH:MM`. */
  readonly from: string
  /** `HH:MM`, exclusive. Not after `from`: on the next day. */
  readonly to: string
}

/** When secrets are replaced by themselves: by exactly one of `cron` and `everySeconds`. */
export interface Schedule {
  /** Five fields, by `timeZone`. A secret is due at the first time after it was made. */
  readonly cron?: string | undefined
  /** The age at which a secret is due. */
  readonly everySeconds?: number | undefined
  /** Of the IANA database. Absent: UTC. */
  readonly timeZone?: string | undefined
  /** Absent: always open. */
  readonly window?: Window | undefined
  /** Days, `YYYY-MM-DD` by `timeZone`, on which no scheduled rotation begins. */
  readonly blackoutDays?: readonly string[] | undefined
  /** Each credential is due later by up to so many seconds, always by the same. */
  readonly jitterSeconds?: number | undefined
}

const day = 24 * 3600

/** What a schedule may look like, for the schemas of the API and of Vault's documents. */
export const scheduleBounds = {
  cron: '^[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}$',
  cronLength: 128,
  everySeconds: { minimum: 10, maximum: 3660 * day },
  timeZone: '^[A-Za-z][A-Za-z0-9_+/-]*$',
  timeZoneLength: 64,
  time: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  date: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  blackoutDays: 366,
  jitterSeconds: { minimum: 0, maximum: 7 * day }
} as const

/**
 * What no schema can tell of a schedule.
 * @throws RekeyError `input/unprocessable`, naming the field inside of the schedule
 */
export function checkSchedule (schedule: Schedule): void {
  const { cron, everySeconds, timeZone } = schedule
  if ((cron === undefined) === (everySeconds === undefined)) throw refusal('everySeconds', 'give exactly one of cron and everySeconds')
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw refusal('timeZone', 'is no time zone of the IANA database, such as Europe/Berlin')
  if (cron !== undefined && cronOf(schedule)?.nextRun() == null) throw refusal('cron', 'is no cron expression of five fields that has a next time')
}

/** Nothing where it can't be read. */
export function cronOf ({ cron, timeZone = 'UTC' }: Schedule): Cron | undefined {
  try {
    return cron === undefined ? undefined : new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true })
  } catch {
    return undefined
  }
}

function isTimeZone (timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function refusal (field: string, message: string): RekeyError {
  return new RekeyError('input/unprocessable', `schedule.${field} ${message}`, { field: `schedule.${field}` })
}
