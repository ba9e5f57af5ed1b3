import { FailureClass, HoldClass, legacyAlgorithms, namePattern, passwordBounds, proofMethods, uuidPattern } from '@rekey/domain'
import type { NameKind } from '@rekey/domain'
import { Type } from 'typebox'
import type { TProperties, TSchema } from 'typebox'

/** An object with these fields and no other. */
export function exactly<Fields extends TProperties> (fields: Fields) {
  return Type.Object(fields, { additionalProperties: false })
}

export function nullable<Schema extends TSchema> (schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

export function oneOf<Values extends Record<string, string>> (values: Values) {
  return Type.Enum(Object.values(values) as Array<Values[keyof Values]>)
}

export function nameOf (kind: NameKind) {
  return Type.String({ pattern: namePattern(kind) })
}

export const Text = Type.String()
/*
 * A stolen API may write what it likes, and a person reads it in a terminal before he approves: nothing in it may move the cursor, turn the
 * direction of writing, or hide.
 */
export const visible = '^[^\\u0000-\\u001f\\u007f-\\u009f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]*$'
export const Line = Type.String({ minLength: 1, maxLength: 500, pattern: visible })
export const Instant = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' })
/** W3C Trace Context, version 00. */
export const Traceparent = Type.String({ pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' })
export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** The number of an order or of a proposal. */
export const Ordinal = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** Of a key as `ssh-keygen -l` prints it, or of a password, keyed in Vault. */
export const Fingerprint = Type.String({ pattern: '^[A-Z0-9-]{1,16}:[A-Za-z0-9+/=]{1,128}$' })
export const CampaignId = Type.String({ pattern: uuidPattern })
export const Port = Type.Integer({ minimum: 1, maximum: 65535 })
/** `type base64`, as in an authorized_keys or known_hosts line, without options and comment. */
export const PublicKey = Type.String({ pattern: '^[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}$' })
export const Labels = Type.Record(nameOf('label'), Type.String())

export const CredentialNameShape = exactly({
  zone: nameOf('zone'),
  host: nameOf('host'),
  account: nameOf('account'),
  name: nameOf('credential')
})

export const DecisionShape = exactly({ by: Text, at: Instant, reason: Text })
export const LeavingShape = exactly({ ...DecisionShape.properties, proposal: Ordinal, order: Count, signedOff: Type.Array(Text), leftAt: nullable(Instant) })
export const LiveSessionsShape = exactly({ campaign: CampaignId, isToEnd: Type.Boolean(), at: nullable(Instant), found: nullable(Count), ended: Count, note: nullable(Text) })
export const LockShape = exactly({
  campaign: CampaignId,
  order: Ordinal,
  begunAt: Instant,
  lockedAt: nullable(Instant),
  proof: nullable(exactly({ randomRefused: Type.Boolean(), refused: Type.Array(Text), recoveryAccepted: Text, at: Instant }))
})
export const ThroughShape = exactly({ account: nameOf('account'), name: nameOf('credential') })
export const ViaShape = exactly({ host: nameOf('host'), account: nameOf('account'), name: nameOf('credential') })

export const LegacyAlgorithmsShape = Type.Array(Type.Enum([...legacyAlgorithms]), { minItems: 1 })

export const HoldShape = exactly({ class: oneOf(HoldClass), since: Instant, detail: Text })

export const DriftShape = exactly({ since: Instant, opened: nullable(Text), endedAt: nullable(Instant) })

export const FailureShape = exactly({ class: oneOf(FailureClass), step: Text, code: Text, message: Text, at: Instant })

export const ProofShape = exactly({ by: Type.Enum([...proofMethods]), randomRefused: Type.Boolean(), oldRefused: Type.Array(Text), newAccepted: Text, ranCommand: Type.Boolean(), at: Instant })

export const FenceTamperedShape = nullable(exactly({ at: Instant, seen: Count }))

export const PasswordRules = {
  passwordLength: Type.Integer({ minimum: passwordBounds.shortest, maximum: passwordBounds.longest }),
  passwordSymbols: Type.String({ pattern: passwordBounds.symbols })
}

export const PasswordFields = { password: Type.String({ minLength: 1 }), fingerprint: Text }
export const UserKeyFields = { privateKey: Type.String({ minLength: 1 }), publicKey: PublicKey, fingerprint: Text }
