import { passwordStates, rootRights } from '@rekey/domain'
import type { Survey } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { Count, exactly, Instant, nameOf, nullable, Ordinal, Text } from './shapes.ts'

/** A host told it: of the form of a key, though of any kind. */
const SeenPublicKey = Type.String({ pattern: '^[a-z0-9@.-]{1,64} [A-Za-z0-9+/]{16,16384}={0,2}$' })
const Fingerprint = Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' })

const seenKey = { publicKey: SeenPublicKey, fingerprint: Fingerprint, bits: nullable(Count) }

const AccountShape = exactly({
  account: nameOf('account'),
  uid: Count,
  password: Type.Enum([...passwordStates]),
  passwordChangedOn: nullable(Type.String({ pattern: '^\\d{4,6}-\\d\\d-\\d\\d$' })),
  root: Type.Enum([...rootRights]),
  keys: Type.Array(exactly({ ...seenKey, restricted: Type.Boolean(), since: Instant })),
  authorities: Type.Array(exactly(seenKey)),
  privateKeys: Type.Array(exactly({ fingerprint: Fingerprint, encrypted: Type.Boolean() })),
  since: Instant
})

const ResultShape = exactly({
  by: nameOf('account'),
  asRoot: Type.Boolean(),
  isComplete: Type.Boolean(),
  sshd: exactly({ version: nullable(Text), weak: Type.Array(Text), otherWays: Type.Array(Text) }),
  hostKeys: Type.Array(exactly(seenKey)),
  authorities: Type.Array(exactly(seenKey)),
  accounts: Type.Array(AccountShape)
})

const SurveyShape = exactly({
  zone: nameOf('zone'),
  host: nameOf('host'),
  triedAt: Instant,
  failure: nullable(Text),
  at: nullable(Instant),
  result: nullable(ResultShape),
  removals: Type.Array(exactly({ proposal: Ordinal, at: Instant, refused: nullable(Text) }))
})

const survey = plainCodec<Survey, typeof SurveyShape>(SurveyShape)

export function surveyPath (host: string): string[] {
  return ['surveys', host]
}

/** There for as long as somebody waits for a survey of the host. */
export function surveyRequestPath (host: string): string[] {
  return ['survey-requests', host]
}

export function encodeSurvey (value: Survey): object {
  return survey.encode(value, surveyPath(value.host))
}

export function decodeSurvey (raw: unknown, zone: string, host: string): Survey {
  const path = surveyPath(host)
  const value = survey.decode(raw, path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('host', value.host, host, path)
  return value
}
