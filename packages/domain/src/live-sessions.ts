/**
 * The live logins of an account whose secret a campaign has replaced. A new secret ends none of them: whoever is in stays in. The host can't tell
 * by which secret one was opened, so all of the account's are counted, but for our own.
 */
export interface LiveSessions {
  readonly campaign: string
  /** Whether people have approved that they end. */
  readonly isToEnd: boolean
  /** When they were looked at; null: not yet. */
  readonly at: string | null
  /** Null: the host did not let us see any. */
  readonly found: number | null
  readonly ended: number
  /** Why not all were seen, or ended. Safe to show. */
  readonly note: string | null
}
