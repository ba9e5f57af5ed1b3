/** Who decided something, when, and why. Safe to show. */
export interface Decision {
  readonly by: string
  /** ISO 8601. For people: nothing depends on it. */
  readonly at: string
  readonly reason: string
}
