import type { ClearedHold, Credential, CredentialName, Secret } from '@rekey/domain'

/** A person's own way into one zone's Vault. Every call may throw `vault/*`. */
export interface Operator {
  credential (name: CredentialName): Promise<Credential | undefined>
  /** Clears the hold and records who did it and why. Undefined when there was none. @throws RekeyError `credential/unknown` */
  clearHold (name: CredentialName, reason: string): Promise<ClearedHold | undefined>
  close (): Promise<void>
}

/** Where a person logs in, and as whom. */
export interface OperatorLogin {
  readonly zone: string
  readonly vaultAddress: string
  readonly caFile: string | undefined
  readonly username: string
  readonly password: Secret
}
