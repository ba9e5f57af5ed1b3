import type { Acceptance } from '@rekey/domain'
import { Type } from 'typebox'
import { plainCodec } from './codec.ts'
import { DecisionShape, exactly } from './shapes.ts'

const AcceptanceShape = exactly({ ...DecisionShape.properties, digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) })
const AcceptancesShape = Type.Record(Type.String({ pattern: '^[0-9a-f]{16}$' }), AcceptanceShape, { additionalProperties: false })

const acceptances = plainCodec<Record<string, Acceptance>, typeof AcceptancesShape>(AcceptancesShape)

/** All of a zone in one document: they are read together, and are few. */
export const acceptancesPath = ['acceptances', 'findings']

export function encodeAcceptances (value: Readonly<Record<string, Acceptance>>): object {
  return acceptances.encode(value, acceptancesPath)
}

/** By the id of the finding. */
export function decodeAcceptances (raw: unknown): Record<string, Acceptance> {
  return acceptances.decode(raw, acceptancesPath)
}
