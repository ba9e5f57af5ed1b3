export const proofMethods = ['publickey', 'password', 'keyboard-interactive', 'su'] as const
export type ProofMethod = typeof proofMethods[number]

/** One fresh connection in which a random secret and the old ones were refused and the new one was accepted. */
export interface Proof {
  /** What judged: the method of the SSH login in which the secrets were shown, or the program on the host that was asked. */
  readonly by: ProofMethod
  readonly randomRefused: boolean
  /** Fingerprints of the old secrets that were refused. */
  readonly oldRefused: readonly string[]
  /** Fingerprint of the secret that was accepted. */
  readonly newAccepted: string
  /** Whether it ran a command whose answer can't be guessed. An account with a forced command or without a shell can't. */
  readonly ranCommand: boolean
  readonly at: string
}
