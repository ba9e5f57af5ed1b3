import { Type } from 'typebox'
import { driftAnswers, heartbeatBounds, scheduleBounds, weekdays } from '@rekey/domain'
import { closed } from './fields.ts'

const Time = (what: string) => Type.String({ pattern: scheduleBounds.time, description: `${what}, as HH:MM`, examples: ['22:00'] })

const Days = Type.Unsafe<ReadonlyArray<typeof weekdays[number]>>(Type.Array(
  Type.Enum([...weekdays], { description: `one of ${weekdays.join(', ')}` }),
  { minItems: 1, uniqueItems: true, description: `on which it opens, each once: of ${weekdays.join(', ')}; on each when it is left out` }
))

const Window = Type.Object({
  days: Type.Optional(Days),
  from: Time('when it opens'),
  to: Time('when it closes; on the next day when that is not after `from`')
}, { ...closed, description: 'The hours in which a scheduled rotation may begin; always when it is left out' })

/** As a request gives it and an answer shows it. */
export const Schedule = Type.Object({
  cron: Type.Optional(Type.String({ pattern: scheduleBounds.cron, maxLength: scheduleBounds.cronLength, description: 'minute, hour, day of the month, month and day of the week, with one space between: a secret is due at the first such time after it was made' })),
  everySeconds: Type.Optional(Type.Integer({ ...scheduleBounds.everySeconds, description: 'the age in seconds at which a secret is due, 10 to ten years' })),
  timeZone: Type.Optional(Type.String({ pattern: scheduleBounds.timeZone, maxLength: scheduleBounds.timeZoneLength, description: 'of the IANA database, such as Europe/Berlin; UTC when it is left out' })),
  window: Type.Optional(Window),
  blackoutDays: Type.Optional(Type.Unsafe<readonly string[]>(Type.Array(
    Type.String({ pattern: scheduleBounds.date, description: 'a day as YYYY-MM-DD' }),
    { maxItems: scheduleBounds.blackoutDays, description: 'at most 366 days on which no scheduled rotation begins' }
  ))),
  jitterSeconds: Type.Optional(Type.Integer({ ...scheduleBounds.jitterSeconds, description: 'each credential is due later by up to so many seconds, always by the same: at most a week' }))
}, { ...closed, description: 'When secrets are replaced by themselves: exactly one of `cron` and `everySeconds`' })

export const exampleSchedule = { cron: '0 2 1 * *', timeZone: 'Europe/Berlin', window: { days: ['mon', 'tue', 'wed', 'thu'], from: '22:00', to: '05:00' }, blackoutDays: ['2026-12-24'], jitterSeconds: 3600 }

export const Heartbeat = Type.Object({
  everySeconds: Type.Integer({ ...heartbeatBounds.everySeconds, description: 'seconds from one look to the next, 10 to a year' }),
  onDrift: Type.Enum([...driftAnswers], { description: `what a secret that no longer opens leads to: one of ${driftAnswers.join(', ')}` })
}, { ...closed, description: 'How often it is looked whether a secret still opens its account' })
