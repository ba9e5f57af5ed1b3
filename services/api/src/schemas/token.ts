import { Type } from 'typebox'
import { roles, tokenIdPattern, type ApiTokenStatus, type Role, type ZoneGrant } from '@rekey/domain'
import { closed, nameField, nullable, pageOfSchema, pageQuery, Timestamp, Zone } from './fields.ts'

const RoleField = Type.Unsafe<Role>(Type.String({
  enum: [...roles],
  description: 'viewer (sees hosts, credentials, orders and proposals), operator (also adds hosts, proposes redirects, hands secrets over, orders rotations, ends observations), responder (also burns many credentials at once), approver (a viewer who decides in Vault), auditor (a viewer who reads the audit trail) or admin (all of that; writes policies, makes, rotates and revokes tokens)'
}))

const Zones = Type.Unsafe<ZoneGrant>(Type.Union([
  Type.Array(Zone, { minItems: 1, maxItems: 100, uniqueItems: true, description: '1 to 100 zones, each once; or "all", those that there will be included' }),
  Type.Literal('all')
]))

const ExpiresAt = Type.String({
  pattern: '^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$',
  description: 'a time in UTC, such as 2026-09-01T00:00:00Z, at most 365 days from now and not after the end of the token that asks'
})

export const NewToken = Type.Object({
  name: nameField('label', 'ci-deploy', 'What the token is for; it stands in the audit trail'),
  role: RoleField,
  zones: Zones,
  expiresAt: Type.Optional(ExpiresAt)
}, {
  ...closed,
  description: 'Without `expiresAt` it lives 90 days, or as long as the token that asks if that ends before.',
  examples: [
    { name: 'ci-deploy', role: 'operator', zones: ['production'] },
    { name: 'dashboard', role: 'viewer', zones: 'all', expiresAt: '2026-09-01T00:00:00Z' }
  ]
})

export const RotateToken = Type.Object({
  overlapSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400, description: 'a whole number of seconds up to 86400 for which the old secret is taken too; 0 when it is left out: it ends at once' })),
  expiresAt: Type.Optional(ExpiresAt)
}, {
  ...closed,
  description: 'Without `expiresAt` it ends when it would have ended.',
  examples: [{}, { overlapSeconds: 3600, expiresAt: '2026-09-01T00:00:00Z' }]
})

export const TokenParams = Type.Object({ id: Type.String({ pattern: tokenIdPattern, description: '16 hex digits, the first part of the token after `rekey_`', examples: ['3f9c0a52d1e84b77'] }) }, closed)
export const TokenQuery = Type.Object(pageQuery, closed)

const view = {
  id: Type.String(),
  name: Type.String(),
  role: RoleField,
  zones: Zones,
  status: Type.Unsafe<ApiTokenStatus>(Type.String({ enum: ['active', 'expired', 'revoked'] })),
  createdAt: Timestamp,
  createdBy: Type.String({ description: 'The token that made it, as `name/id`; `admin` is the one of the set-up' }),
  expiresAt: Timestamp,
  rotatedAt: nullable(Timestamp),
  previousUntil: nullable(Type.String({ format: 'date-time', description: 'Until then the secret before the last rotation is taken too' })),
  revokedAt: nullable(Timestamp),
  revokedBy: nullable(Type.String())
}

const exampleToken = {
  id: '3f9c0a52d1e84b77',
  name: 'ci-deploy',
  role: 'operator',
  zones: ['production'],
  status: 'active',
  createdAt: '2026-03-01T09:30:00.000Z',
  createdBy: 'admin',
  expiresAt: '2026-05-30T09:30:00.000Z',
  rotatedAt: null,
  previousUntil: null,
  revokedAt: null,
  revokedBy: null
}

export const TokenView = Type.Object(view, { ...closed, description: 'A token without its secret', examples: [exampleToken] })
export const TokenPage = pageOfSchema(TokenView, exampleToken, 'Tokens by the time they were made')

export const IssuedToken = Type.Object({
  ...view,
  token: Type.String({ readOnly: true, description: 'The token itself: `rekey_`, its id, and 256 random bits. It is shown here and never again' })
}, { ...closed, description: 'The token, this once', examples: [{ ...exampleToken, token: 'rekey_3f9c0a52d1e84b77_(43 characters, shown once)' }] })
