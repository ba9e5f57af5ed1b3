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
  /** How many people must approve that jobs of a CI may lease credentials. */
  readonly grantApprovals: number
  /** The age at which a secret is replaced, whatever a named policy says. Null: at none. */
  readonly longestAgeSeconds: number | null
  /** How long a secret may stay once it is due, before that is an alarm. */
  readonly overdueAfterSeconds: number
  /** Hosts that are visited at the same time for the sake of schedules and ages. Orders don't wait for that. */
  readonly scheduledConcurrency: number
  /** Hosts whose visits begin for that in a minute. */
  readonly scheduledPerMinute: number
  /** How often each host is surveyed. Null: only when somebody asks. */
  readonly surveyEverySeconds: number | null
  /** How many people must approve that a campaign starts, pauses, goes on or stops. 1: single-operator mode. */
  readonly campaignApprovals: number
  /** Of campaigns over several zones, those with a lower one begin first. */
  readonly rank: number
}

export const longestGraceSeconds = 365 * 24 * 3600

export const defaultPolicy: Policy = {
  graceSeconds: 0,
  historyLength: 8,
  passwordLength: 24,
  passwordSymbols: '-_.',
  observe: false,
  redirectApprovals: 1,
  leaveApprovals: 1,
  grantApprovals: 1,
  longestAgeSeconds: null,
  overdueAfterSeconds: 3600,
  scheduledConcurrency: 4,
  scheduledPerMinute: 60,
  surveyEverySeconds: null,
  campaignApprovals: 2,
  rank: 50
}
