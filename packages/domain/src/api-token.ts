import type { Caller, Grant } from './caller.ts'

/** A token of the API as Vault keeps it: what it may do, and hashes instead of secrets. */
export interface ApiToken extends Grant {
  /** Part of the token itself, and no secret. */
  readonly id: string
  readonly name: string
  /** Hex SHA-256 of the whole token. */
  readonly hash: string
  /** The one before a rotation, while both are taken. */
  readonly previous: { readonly hash: string, readonly until: string } | null
  readonly createdAt: string
  readonly createdBy: string
  readonly expiresAt: string
  readonly rotatedAt: string | null
  readonly revokedAt: string | null
  readonly revokedBy: string | null
}

export type ApiTokenStatus = 'active' | 'expired' | 'revoked'

export function tokenStatus (token: Pick<ApiToken, 'expiresAt' | 'revokedAt'>, now: Date): ApiTokenStatus {
  if (token.revokedAt !== null) return 'revoked'
  return Date.parse(token.expiresAt) <= now.getTime() ? 'expired' : 'active'
}

/** When it ended, or undefined while it is active. */
export function tokenEnd (token: Pick<ApiToken, 'expiresAt' | 'revokedAt'>, now: Date): string | undefined {
  return tokenStatus(token, now) === 'active' ? undefined : token.revokedAt ?? token.expiresAt
}

/** Hashes of the tokens that are taken for it now. */
export function hashesOf ({ hash, previous }: Pick<ApiToken, 'hash' | 'previous'>, now: Date): string[] {
  return previous === null || Date.parse(previous.until) <= now.getTime() ? [hash] : [hash, previous.hash]
}

export function callerOf ({ id, name, role, zones, expiresAt }: ApiToken): Caller {
  return { id, name, grants: [{ role, zones }], expiresAt }
}

const idPattern = '[0-9a-f]{16}'
/** `rekey_`, the id, and 256 random bits: fixed in length, so that scanners for secrets find it. */
const form = new RegExp(`^rekey_(${idPattern})_[A-Za-z0-9_-]{43}$`)

/** As a regular expression source for API schemas. */
export const tokenIdPattern = `^${idPattern}$`

export function formatToken (id: string, secret: Uint8Array): string {
  return `rekey_${id}_${Buffer.from(secret).toString('base64url')}`
}

/** The id in a token, or undefined when the text is none. */
export function tokenIdOf (text: string): string | undefined {
  return form.exec(text)?.[1]
}
