import type { ApiToken, ApiTokenStatus } from '@rekey/domain'

/** As the API shows it. */
export interface TokenView extends Pick<ApiToken, 'id' | 'name' | 'role' | 'zones' | 'createdAt' | 'createdBy' | 'expiresAt' | 'rotatedAt' | 'revokedAt' | 'revokedBy'> {
  readonly status: ApiTokenStatus
  readonly previousUntil: string | null
}

export interface IssuedToken extends TokenView {
  /** In the clear: it goes to stdout or into a file, and nowhere else. */
  readonly token: string
}
