/** One fresh connection in which a random key and the old ones were refused and the new one was accepted. */
export interface Proof {
  readonly randomRefused: boolean
  /** Fingerprints of the old keys that were refused. */
  readonly oldRefused: readonly string[]
  /** Fingerprint of the key that was accepted and ran a nonce command. */
  readonly newAccepted: string
  readonly at: string
}
