import type { CredentialKind } from './credential.ts'
import type { Debt } from './debt.ts'
import type { Drift } from './drift.ts'
import type { Failure } from './failure.ts'
import type { Verification } from './heartbeat.ts'
import type { Hold } from './hold.ts'
import type { Leaving } from './leave.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { Lock } from './lock.ts'
import type { SpareReason } from './lockdown.ts'
import type { CredentialName } from './names.ts'
import type { Proof } from './proof.ts'

export interface Rotation {
  readonly epoch: number
  readonly order: number
  readonly oldFingerprint: string
  readonly newFingerprint: string
  readonly startedAt: string
  readonly settledAt: string
  readonly proof: Proof
}

/** For whose sake a credential is observed: its zone's policy, a person, its own document or its host's record. */
export const observers = ['zone', 'person', 'credential', 'host'] as const
export type Observer = typeof observers[number]

/** What would be done next to a credential that is observed. */
export interface Plan {
  /** A step of the rotation. */
  readonly step: string
  /** The order that it would be done for; 0 where its age has come. */
  readonly order: number
}

/**
 * - `adopting`   waits for the worker to log in with the key that was handed over
 * - `refused`    that key was not adopted; the failure says why
 * - `settled`    exactly one secret opens the account, and that is proven
 * - `rotating`   a successor is on its way, or due and not observed
 * - `grace`      the successor is proven; the old one stays open until its time has come
 * - `debt`       a secret that should be dead is not proven dead
 * - `held`       stopped until a person clears the hold
 * - `left`       kept for people to read, and nothing of it is due any more
 */
export const credentialStatuses = ['adopting', 'refused', 'settled', 'rotating', 'grace', 'debt', 'held', 'left'] as const
export type CredentialStatus = typeof credentialStatuses[number]

/** What lists, pages and people see of a credential. Written by the worker, never used for a decision, no secret in it. */
export interface CredentialState {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly name: string
  /** Null until a worker has looked at what was handed over. */
  readonly kind: CredentialKind | null
  /** `account/name` of the credential of the same host that changes this one. */
  readonly through: string | null
  readonly status: CredentialStatus
  readonly fingerprint: string | null
  readonly epoch: number
  /** The highest order that the current secret fulfils. */
  readonly order: number
  /** Pinned host keys as `SHA256:…`. */
  readonly hostKeys: readonly string[]
  readonly madeAt: string | null
  /** When the current secret last opened the account. */
  readonly verifiedAt: string | null
  /** The last heartbeat of the current secret. */
  readonly heartbeat: Verification['heartbeat']
  /** Places that claimed the same key, or this host's key, first: `zone/host/account/name` or `zone/host`. */
  readonly sharedWith: readonly string[]
  /** Secrets that were replaced, or refused by the host. */
  readonly debts: readonly Debt[]
  /** The current secret, where an order wants it replaced or it was used to recover another credential. */
  readonly owed: Debt | null
  readonly hold: Hold | null
  readonly lastFailure: Failure | null
  readonly nextAttemptAt: string | null
  readonly fenceTampered: { readonly at: string, readonly seen: number } | null
  /** The last time that the host was found not to take the current secret. */
  readonly drift: Drift | null
  /** Newest first; as many as the policy keeps history. */
  readonly rotations: readonly Rotation[]
  /** Everything of it is verified, reported and planned, and nothing is changed. */
  readonly observed: boolean
  /** Each of them has to end it. Empty unless it is observed. */
  readonly observers: readonly Observer[]
  /** Null unless it is observed and something would be done. */
  readonly planned: Plan | null
  /** Fingerprints of secrets that should be dead, or may be in place, and that no proof has settled: with these it does not leave unless people sign them off. */
  readonly unproven: readonly string[]
  /** Given when people have approved that it leaves, or it has. */
  readonly leaving: Leaving | null
  /** Who was logged in when a campaign had replaced the secret. */
  readonly sessions: LiveSessions | null
  /** How far a lockdown is with it. */
  readonly lock: Lock | null
  /** Why the lockdown that has reached it has it replaced instead. */
  readonly spared: { readonly campaign: string, readonly order: number, readonly why: SpareReason } | null
  readonly updatedAt: string
}

/** What is known of a credential before a worker has adopted it: its name. */
export function stateBeforeAdoption ({ zone, host, account, name }: CredentialName, kind: CredentialKind | null = null): Omit<CredentialState, 'updatedAt'> {
  return {
    zone,
    host,
    account,
    name,
    kind,
    through: null,
    status: 'adopting',
    fingerprint: null,
    epoch: 0,
    order: 0,
    hostKeys: [],
    madeAt: null,
    verifiedAt: null,
    heartbeat: null,
    sharedWith: [],
    debts: [],
    owed: null,
    hold: null,
    lastFailure: null,
    nextAttemptAt: null,
    fenceTampered: null,
    drift: null,
    rotations: [],
    observed: false,
    observers: [],
    planned: null,
    unproven: [],
    leaving: null,
    sessions: null,
    lock: null,
    spared: null
  }
}
