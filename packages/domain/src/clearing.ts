import type { ProposedOfHost } from './approval.ts'
import { endsInTime, hasExpired } from './approval.ts'
import type { Credential } from './credential.ts'
import type { Decision } from './decision.ts'
import type { Hold } from './hold.ts'
import type { Through } from './through.ts'

/** A proposal that a hold is cleared: this very one, so that an old approval ends none that came later. */
export interface Clearing extends ProposedOfHost {
  readonly kind: 'clearing'
  readonly host: string
  readonly credential: Through
  readonly hold: Pick<Hold, 'class' | 'since'>
}

/** Whether it may still clear what holds the credential now. */
export function isClearingOpen (clearing: Clearing, hold: Hold | null, now: Date): boolean {
  return isSameHold(clearing.hold, hold) && endsInTime(clearing) && !hasExpired(clearing, now)
}

export function isSameHold (one: Pick<Hold, 'class' | 'since'>, other: Hold | null): boolean {
  return other !== null && one.class === other.class && one.since === other.since
}

/** The document without its hold: it is tried again at once, as if it had never failed. @returns nothing when it has none */
export function clearedBy ({ by, at, reason }: Decision, { hold, ...rest }: Credential): Credential | undefined {
  if (hold === null) return undefined
  return { ...rest, hold: null, lastClearedHold: { ...hold, clearedAt: at, clearedBy: by, reason }, failures: 0, refusals: 0, nextAttemptAt: null }
}
