import { DebtClass } from '@rekey/domain'
import { Type } from 'typebox'
import { debtEnds } from '../debts.ts'
import { closed, Fingerprint, Host, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'
import { Failure } from './credential.ts'

const classes = Object.values(DebtClass)

const DebtView = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  fingerprint: Fingerprint,
  isCurrent: Type.Boolean({ description: 'Whether it is what opens the account today: an order wants it replaced. Else it was replaced, or refused by the host, and may still open' }),
  class: Type.String({ enum: classes, description: 'Why it is not proven dead yet. Further classes will come' }),
  since: Timestamp,
  notBefore: Timestamp,
  lastFailure: nullable(Failure),
  nextAttemptAt: nullable(Timestamp),
  endedBy: Type.String({ enum: [...debtEnds], description: 'What would end it' }),
  advice: Type.String({ description: 'The same, for people' })
}, closed)

const exampleDebt = {
  zone: 'production',
  host: 'web-1',
  account: 'deploy',
  name: 'ssh-key',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
  isCurrent: false,
  class: 'unreachable',
  since: '2026-03-01T09:31:00.000Z',
  notBefore: '2026-03-01T09:31:00.000Z',
  lastFailure: { class: 'unreachable', step: 'prove', code: 'ssh/unreachable', message: 'no connection to 10.20.0.7 port 22: it refused', at: '2026-03-01T09:31:02.000Z' },
  nextAttemptAt: '2026-03-01T09:36:02.000Z',
  endedBy: 'host',
  advice: 'The host has to be reached again. A worker tries by itself, less and less often.'
}

export const DebtQuery = Type.Object({
  zone: Type.Optional(Zone),
  host: Type.Optional(Host),
  class: Type.Optional(Type.String({ enum: classes, description: `one of ${classes.join(', ')}` })),
  ...pageQuery
}, closed)
export const DebtPage = pageOfSchema(DebtView, exampleDebt, 'Debts by zone, host, account and name')
