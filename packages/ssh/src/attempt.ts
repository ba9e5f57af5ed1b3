import type { ProofMethod } from '@rekey/domain'
import type { AnyAuthMethod } from 'ssh2'

/** One secret on the table of one login. */
export interface Attempt {
  readonly method: ProofMethod
  /** What ssh2 is to do. */
  auth (username: string): AnyAuthMethod
  /** The host has got to see it. */
  readonly isShown: boolean
  /** The host has got what only who holds the secret can give: without that, letting us in means nothing. */
  readonly isProven: boolean
  /** The host looked at it, and we would not go on. */
  readonly isDeclined: boolean
  /** The same secret in another way, where the one before has not told all: for what ssh2 has skipped, or the host has refused. */
  readonly another?: Attempt | undefined
}
