/** What passwords may be made like: 22 letters and digits have 130 bits; no prompt is known to take less than 128 characters. */
export const passwordBounds = {
  shortest: 22,
  longest: 128,
  /** What no shell, prompt, chpasswd line or URL takes for something else. */
  symbols: '^[-_.+=@%^,/~]*$'
} as const

/** How the secrets of a zone are made and retired. Lives at `policies/default` of the zone's mount. */
export interface Policy {
  /** How long a replaced key stays open after its successor was proven, in seconds. */
  readonly graceSeconds: number
  /** Proven-dead secrets that are kept for a host restored from a snapshot. */
  readonly historyLength: number
  /** Of new passwords, in characters. */
  readonly passwordLength: number
  /** Which characters besides letters and digits new passwords have, at least one of each kind; empty for none. */
  readonly passwordSymbols: string
  /** Whether the whole zone is observed. No release ends that: people write policies, and no process does. */
  readonly observe: boolean
  /** How many people must approve a redirect. */
  readonly redirectApprovals: number
  /** How many people must approve that a host or a credential leaves. */
  readonly leaveApprovals: number
}

export const defaultPolicy: Policy = { graceSeconds: 0, historyLength: 8, passwordLength: 24, passwordSymbols: '-_.', observe: false, redirectApprovals: 1, leaveApprovals: 1 }
