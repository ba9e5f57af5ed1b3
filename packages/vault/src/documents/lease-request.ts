import { leaseIdPattern, longestLeaseSeconds, requestDigest, verdicts } from '@rekey/domain'
import type { LeaseDecision, LeaseRequest } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { Count, CredentialNameShape, exactly, Instant, Line, nameOf, nullable, Ordinal, Text } from './shapes.ts'

/** A token has 8 KiB, and so has all that it says. */
const Said = Type.String({ maxLength: 65_536, pattern: '^[\\u0020-\\u007e]*$' })

const RequestShape = exactly({
  id: Type.String({ pattern: leaseIdPattern }),
  zone: nameOf('zone'),
  grant: nameOf('grant'),
  proposal: Ordinal,
  credentials: Type.Array(CredentialNameShape, { minItems: 1 }),
  fingerprints: Type.Array(Text),
  order: Count,
  ttlSeconds: nullable(Type.Integer({ minimum: 1, maximum: longestLeaseSeconds })),
  reason: Line,
  issuer: Line,
  subject: Line,
  claims: Type.Record(Said, Said),
  askedAt: Instant,
  expiresAt: Instant
})
const request = plainCodec<LeaseRequest, typeof RequestShape>(RequestShape)

const DecisionShape = exactly({ verdict: Type.Enum([...verdicts]), reason: nullable(Line), digest: Type.String({ pattern: '^[0-9a-f]{64}$' }), by: Line })
const decision = plainCodec<Omit<LeaseDecision, 'entity' | 'at'>, typeof DecisionShape>(DecisionShape)

export const leaseRequestsPath = ['lease-requests']

export function leaseRequestPath (id: string): string[] {
  return [...leaseRequestsPath, id]
}

/** Of one request, or of one person on it. Vault's policy lets a person write only under the id of his own entity. */
export function leaseDecisionPath (id: string, entity?: string): string[] {
  return ['lease-decisions', id, ...entity === undefined ? [] : [entity]]
}

export function encodeLeaseRequest (value: LeaseRequest): object {
  return request.encode(value, leaseRequestPath(value.id))
}

export function decodeLeaseRequest (raw: unknown, zone: string, id: string): LeaseRequest {
  const path = leaseRequestPath(id)
  const value = request.decode(withDefaults(raw, { fingerprints: [], order: 0 }), path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('id', value.id, id, path)
  return value
}

export function encodeLeaseDecision (of: LeaseRequest, entity: string, said: Pick<LeaseDecision, 'verdict' | 'reason' | 'by'>): object {
  return decision.encode({ ...said, digest: requestDigest(of) }, leaseDecisionPath(of.id, entity))
}

export function decodeLeaseDecision ({ data, createdAt }: { data: unknown, createdAt: string }, id: string, entity: string): LeaseDecision {
  return { ...decision.decode(data, leaseDecisionPath(id, entity)), entity, at: createdAt }
}
