import type { Secret } from '@rekey/domain'

/** A Vault, and whom a person is there. */
export interface VaultPlace {
  readonly vaultAddress: string
  readonly caFile: string | undefined
  readonly username: string
}

export interface PasswordLogin extends VaultPlace {
  readonly password: Secret
}

/** With what `rekey login` has left. */
export interface TokenLogin extends VaultPlace {
  readonly token: Secret
}

export type OperatorLogin = { readonly zone: string } & (PasswordLogin | TokenLogin)
