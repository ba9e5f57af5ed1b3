import type { Secret } from '@rekey/domain'

/** Where a person logs in, and as whom. */
export interface OperatorLogin {
  readonly zone: string
  readonly vaultAddress: string
  readonly caFile: string | undefined
  readonly username: string
  readonly password: Secret
}
