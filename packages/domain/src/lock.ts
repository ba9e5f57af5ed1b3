/** What a lockdown has done with a credential: written before each of its steps goes on. */
export interface Lock {
  readonly campaign: string
  /** That of the campaign. */
  readonly order: number
  readonly begunAt: string
  /** When the host has said that it took it. Null: it has it, or not. */
  readonly lockedAt: string | null
  /** Null: not proven yet. */
  readonly proof: LockProof | null
}

/** One fresh connection in which a random secret was refused, and in the same way all that the credential ever had open. */
export interface LockProof {
  readonly randomRefused: boolean
  /** Fingerprints of what was refused. */
  readonly refused: readonly string[]
  /** Fingerprint of the host's recovery credential, which opened on a connection after that: the way back. */
  readonly recoveryAccepted: string
  readonly at: string
}

/** Whether the lockdown of that order has locked it, and that is proven. */
export function isLockedBy (order: number, { lock }: { readonly lock: Lock | null }): boolean {
  return lock !== null && lock.proof !== null && lock.order >= order
}
