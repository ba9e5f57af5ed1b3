import type { Decision } from './decision.ts'

/** That somebody knows of a finding and leaves it as it is. It holds for the finding as it was then. */
export interface Acceptance extends Decision {
  /** Hex SHA-256 of what was accepted: what changes since is not. */
  readonly digest: string
}
