import { roles, tokenIdPattern } from '@rekey/domain'
import type { ApiToken } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { exactly, Instant, nameOf, nullable, Text } from './shapes.ts'

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

const TokenShape = exactly({
  id: Type.String({ pattern: tokenIdPattern }),
  name: nameOf('label'),
  role: Type.Enum([...roles]),
  zones: Type.Union([Type.Literal('all'), Type.Array(nameOf('zone'), { minItems: 1 })]),
  hash: Hash,
  previous: nullable(exactly({ hash: Hash, until: Instant })),
  createdAt: Instant,
  createdBy: Text,
  expiresAt: Instant,
  rotatedAt: nullable(Instant),
  revokedAt: nullable(Instant),
  revokedBy: nullable(Text)
})

const token = plainCodec<ApiToken, typeof TokenShape>(TokenShape)

export const tokensPath = ['tokens']

export function tokenPath (id: string): string[] {
  return [...tokensPath, id]
}

export function encodeToken (value: ApiToken): object {
  return token.encode(value, tokenPath(value.id))
}

export function decodeToken (raw: unknown, id: string): ApiToken {
  const path = tokenPath(id)
  const value = token.decode(raw, path)
  checkPlace('id', value.id, id, path)
  return value
}
