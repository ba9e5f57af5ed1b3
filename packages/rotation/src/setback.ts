import type { Credential, ErrorCode, FailureClass, HoldClass, HostCode } from '@rekey/domain'
import { driftFrom, RekeyError, thrownAt } from '@rekey/domain'
import { lockoutsOf } from './lockouts.ts'

/** What stopped a step: which of the classes of failure, what is true on the host now, and what to do. */
export interface Setback {
  readonly class: FailureClass
  /** Stable, for programs: an error code, or `host/…` for what the host itself did. */
  readonly code: ErrorCode | HostCode
  /** Safe to show. */
  readonly message: string
  /** Given when only a person can let it go on. */
  readonly hold?: HoldClass
  /** Given when an earlier attempt would do harm. */
  readonly waitSeconds?: number
  /** Given when the host has told when it may be changed: this is no failed attempt, and does not count as one. */
  readonly waitUntil?: string
}

/**
 * What an error of the transport means for the host.
 * @param sending whether a script that changes the host may have been on its way
 * @returns nothing when it concerns more than this credential: then the visit ends, and nothing is written
 */
export function setbackOf (error: unknown, sending: boolean): Setback | undefined {
  const unknown = sending ? 'outcome-unknown' : 'not-sent'
  if (!(error instanceof RekeyError)) return { class: unknown, code: 'internal/error', message: `A fault in Rekey itself, ${thrownAt(error)}; it is tried again later.` }
  const { code, message } = error
  if (error.detail['account'] === 'expired') return { class: unknown, code: 'host/account-expired', message }
  switch (code) {
    case 'ssh/identity-changed':
      return { class: 'identity-changed', code, message, hold: 'identity-changed' }
    case 'ssh/unreachable':
    case 'ssh/no-common-algorithm':
    case 'network/not-allowed':
      return { class: 'unreachable', code, message }
    case 'ssh/dropped':
    case 'ssh/timeout':
    case 'ssh/misbehaved':
      return { class: unknown, code, message }
    case 'key/unreadable':
    case 'vault/malformed':
      return { class: 'not-sent', code, message }
    default:
      return undefined
  }
}

export interface Backoff {
  /** Wait after the first failure, doubled by each further one. */
  readonly firstSeconds: number
  readonly mostSeconds: number
}

/** In between somebody may have changed what is waited for, in milliseconds. */
const longestWait = 24 * 3600 * 1000
/** Many hosts name the same moment, such as the beginning of a day. */
const spreadOfWaits = 600 * 1000

/** The document after a setback: it says what happened, when to try again, and holds where only a person may go on. */
export function withSetback (credential: Credential, setback: Setback, step: string, now: Date, backoff: Backoff): Credential {
  const at = now.toISOString()
  if (setback.waitUntil !== undefined && Date.parse(setback.waitUntil) > now.getTime()) {
    const until = Math.min(Date.parse(setback.waitUntil), now.getTime() + longestWait)
    return {
      ...credential,
      nextAttemptAt: new Date(until + Math.random() * spreadOfWaits).toISOString(),
      lastFailure: { class: setback.class, step, code: setback.code, message: setback.message, at }
    }
  }
  // Whether a recorded secret opens it is a question of its own, and its attempts are counted from the first.
  const failures = setback.class === 'locked-out' ? lockoutsOf(credential) : credential.failures
  const wait = Math.max(setback.waitSeconds ?? 0, Math.min(backoff.firstSeconds * 2 ** Math.min(failures, 30), backoff.mostSeconds))
  return {
    ...credential,
    failures: failures + 1,
    // Spread by up to a fifth, so that hosts that failed together do not come back together.
    nextAttemptAt: new Date(now.getTime() + wait * 1000 * (1 + Math.random() / 5)).toISOString(),
    lastFailure: { class: setback.class, step, code: setback.code, message: setback.message, at },
    drift: setback.class === 'locked-out' ? driftFrom(credential.drift, at) : credential.drift,
    hold: setback.hold === undefined ? credential.hold : { class: setback.hold, since: at, detail: setback.message }
  }
}
