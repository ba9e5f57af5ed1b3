import { credentialKinds } from '@rekey/domain'
import { Type } from 'typebox'
import { closed, Host, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'
import { exampleSchedule, Schedule } from './schedule.ts'

export const DueView = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  kind: Type.Enum([...credentialKinds]),
  madeAt: Timestamp,
  policy: nullable(Type.String({ description: 'The policy that decides. Null: the longest age of the zone alone' })),
  schedule: nullable(Schedule),
  by: Type.Enum(['schedule', 'age'], { description: 'What makes it due first: the policy\'s schedule, or the longest age that the zone\'s people have set' }),
  dueAt: { ...Timestamp, description: 'When it is due, whatever its window says' },
  startsAt: nullable({ ...Timestamp, description: 'When its rotation may begin: the first such time from now on, or `dueAt` where it may have begun already. Null: never' }),
  overdueAt: nullable({ ...Timestamp, description: 'From when on it is an alarm that it is still there. Null: never' }),
  overdue: Type.Boolean()
}, closed)

const exampleDue = {
  zone: 'production',
  host: 'web-1',
  account: 'deploy',
  name: 'ssh-key',
  kind: 'ssh-key',
  madeAt: '2026-03-01T09:30:00.000Z',
  policy: 'monthly',
  schedule: exampleSchedule,
  by: 'schedule',
  dueAt: '2026-04-01T00:21:43.512Z',
  startsAt: '2026-04-01T00:21:43.512Z',
  overdueAt: '2026-04-01T01:21:43.512Z',
  overdue: false
}

const Until = Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,3})?Z$', maxLength: 24, description: 'only what may begin by then', examples: ['2026-04-01T00:00:00Z'] })

export const DueQuery = Type.Object({ zone: Type.Optional(Zone), host: Type.Optional(Host), until: Type.Optional(Until), ...pageQuery }, closed)
export const DuePage = pageOfSchema(DueView, exampleDue, 'Credentials by the time at which their rotation begins')
