import type { ApiToken } from '@rekey/domain'

/** The tokens of callers. Their secrets are in no store: a token is known by its hash. Every call may throw `vault/*`. */
export interface TokenStore {
  find (id: string): Promise<{ readonly value: ApiToken, readonly version: number } | undefined>
  all (): Promise<ApiToken[]>
  /** Writes when the stored version is still that one; 0 creates. @throws RekeyError `vault/conflict` */
  save (token: ApiToken, version: number): Promise<void>
  /** Removes it with every version of it. */
  erase (id: string): Promise<void>
}
