import { checkSchedule, driftAnswers, heartbeatBounds, isRekeyError, keyAlgorithms, longestGraceSeconds, RekeyError, scheduleBounds, weekdays } from '@rekey/domain'
import type { NamedPolicy, Schedule } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { ScopeShape } from './order.ts'
import { Count, exactly, Instant, nameOf, PasswordRules, Text } from './shapes.ts'

/** All of them in one document: whoever makes a secret reads it, and a revision is of the whole. */
export const namedPoliciesPath = ['policies', 'named']

/** The stored form: each entry is looked at by itself, so that a malformed one stops no other. */
export type StoredPolicies = Readonly<Record<string, object>>

/** Each look of a worker asks of each credential which of them is for it. */
export const mostPolicies = 200

const FolderShape = exactly({ policies: Type.Record(nameOf('policy'), Type.Object({}), { maxProperties: mostPolicies }) })
const folder = plainCodec<{ readonly policies: StoredPolicies }, typeof FolderShape>(FolderShape)

const Time = Type.String({ pattern: scheduleBounds.time })

const ScheduleShape = exactly({
  cron: Type.Optional(Type.String({ pattern: scheduleBounds.cron, maxLength: scheduleBounds.cronLength })),
  everySeconds: Type.Optional(Type.Integer(scheduleBounds.everySeconds)),
  timeZone: Type.Optional(Type.String({ pattern: scheduleBounds.timeZone, maxLength: scheduleBounds.timeZoneLength })),
  window: Type.Optional(exactly({ days: Type.Optional(Type.Array(Type.Enum([...weekdays]))), from: Time, to: Time })),
  blackoutDays: Type.Optional(Type.Array(Type.String({ pattern: scheduleBounds.date }), { maxItems: scheduleBounds.blackoutDays })),
  jitterSeconds: Type.Optional(Type.Integer(scheduleBounds.jitterSeconds))
})

const { burned: _, ...selector } = ScopeShape.properties

const NamedPolicyShape = exactly({
  name: nameOf('policy'),
  priority: Type.Integer({ minimum: 0, maximum: 1000 }),
  selector: exactly(selector),
  keyAlgorithm: Type.Optional(Type.Enum([...keyAlgorithms])),
  passwordLength: Type.Optional(PasswordRules.passwordLength),
  passwordSymbols: Type.Optional(PasswordRules.passwordSymbols),
  schedule: Type.Optional(ScheduleShape),
  graceSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: longestGraceSeconds })),
  heartbeat: Type.Optional(exactly({ everySeconds: Type.Integer(heartbeatBounds.everySeconds), onDrift: Type.Enum([...driftAnswers]) })),
  revision: Count,
  changedBy: Text,
  changedAt: Instant
})
const entry = plainCodec<NamedPolicy, typeof NamedPolicyShape>(NamedPolicyShape)

export function decodeFolder (raw: unknown): StoredPolicies {
  return folder.decode(raw, namedPoliciesPath).policies
}

export function encodeFolder (policies: StoredPolicies): object {
  return folder.encode({ policies }, namedPoliciesPath)
}

export function encodeNamedPolicy (policy: NamedPolicy): object {
  return entry.encode(policy, [...namedPoliciesPath, policy.name])
}

export function decodeNamedPolicy (raw: unknown, name: string): NamedPolicy {
  const path = [...namedPoliciesPath, name]
  const value = entry.decode(raw, path)
  checkPlace('name', value.name, name, path)
  if (value.schedule !== undefined) demandSchedule(value.schedule, path)
  return value
}

/** @throws RekeyError `vault/malformed` */
function demandSchedule (schedule: Schedule, path: readonly string[]): void {
  try {
    checkSchedule(schedule)
  } catch (error) {
    if (!isRekeyError(error, 'input/unprocessable')) throw error
    const where = path.join('/')
    throw new RekeyError('vault/malformed', `the document ${where} is malformed: ${error.message}`, { path: where, field: String(error.detail['field']) })
  }
}
