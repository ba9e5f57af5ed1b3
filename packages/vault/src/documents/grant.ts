import { riskyContexts, rotateAfters, credentialKinds, longestLeaseSeconds } from '@rekey/domain'
import type { GrantEnd, GrantTerms, LeaseGrant } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec, withDefaults } from './codec.ts'
import { ScopeShape } from './order.ts'
import { Count, exactly, Instant, Line, nameOf, nullable, Ordinal, Text } from './shapes.ts'

const ClaimName = '^[A-Za-z0-9_.:/-]{1,100}$'

/** What terms say that were written before these fields came up. */
export const termsBefore = { approval: false }

/** A grant is for places: what somebody else has is handed to nobody. */
const { burned: _, ...scope } = ScopeShape.properties

export const TermsShape = exactly({
  issuer: Line,
  audience: Line,
  claims: Type.Record(Type.String({ pattern: ClaimName }), Type.Union([Line, Type.Number(), Type.Boolean()]), { maxProperties: 32 }),
  subjectWildcard: Type.Boolean(),
  allow: Type.Array(Type.Enum([...riskyContexts])),
  selector: exactly({ ...scope, kinds: Type.Optional(Type.Array(Type.Enum([...credentialKinds]))) }),
  maxTtlSeconds: Type.Integer({ minimum: 1, maximum: longestLeaseSeconds }),
  maxUses: nullable(Ordinal),
  rotateAfter: Type.Enum([...rotateAfters]),
  approval: Type.Boolean(),
  notBefore: nullable(Instant),
  notAfter: nullable(Instant)
})

const GrantShape = exactly({ ...TermsShape.properties, zone: nameOf('zone'), name: nameOf('grant'), proposal: Ordinal, order: Count, grantedBy: Text, grantedAt: Instant, reason: Line })
const grant = plainCodec<LeaseGrant & GrantTerms, typeof GrantShape>(GrantShape)

const EndShape = exactly({ zone: nameOf('zone'), grant: nameOf('grant'), proposal: Count, by: Text, at: Instant })
const end = plainCodec<GrantEnd, typeof EndShape>(EndShape)

export const grantsPath = ['grants']

export function grantPath (name: string): string[] {
  return [...grantsPath, name]
}

/** Of all ends of grants of that name, or of one. */
export function grantEndPath (name: string, proposal?: number): string[] {
  return ['grant-ends', name, ...proposal === undefined ? [] : [String(proposal)]]
}

export function encodeGrant (value: LeaseGrant): object {
  return grant.encode(value, grantPath(value.name))
}

export function decodeGrant (raw: unknown, zone: string, name: string): LeaseGrant {
  const path = grantPath(name)
  const value = grant.decode(withDefaults(raw, { order: 0, ...termsBefore }), path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('name', value.name, name, path)
  return value
}

export function encodeGrantEnd (value: GrantEnd): object {
  return end.encode(value, grantEndPath(value.grant, value.proposal))
}
