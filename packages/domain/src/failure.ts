/** What a failed attempt means for the host; users see which, what is true now, and what to do. */
export const FailureClass = {
  notSent: 'not-sent',
  outcomeUnknown: 'outcome-unknown',
  applied: 'applied',
  refused: 'refused',
  identityChanged: 'identity-changed',
  unreachable: 'unreachable',
  lockedOut: 'locked-out'
} as const
export type FailureClass = typeof FailureClass[keyof typeof FailureClass]

export interface Failure {
  readonly class: FailureClass
  /** The step at which it happened. */
  readonly step: string
  readonly code: string
  /** What is known, and what to do. Safe to show. */
  readonly message: string
  readonly at: string
}
