import type { Decision } from './decision.ts'
import type { Drift } from './drift.ts'
import type { Failure } from './failure.ts'
import type { ClearedHold, Hold } from './hold.ts'
import type { Leaving } from './leave.ts'
import type { LiveSessions } from './live-sessions.ts'
import type { Lock } from './lock.ts'
import type { LegacyAlgorithm } from './legacy-algorithms.ts'
import type { CredentialName } from './names.ts'
import type { Proof } from './proof.ts'
import type { Secret } from './secret.ts'
import type { Through } from './through.ts'
import type { Via } from './via.ts'

/** Where a credential opens. Bound at adoption, after the host's signature was verified, and again only by a redirect that people have approved. */
export interface Target {
  readonly address: string
  readonly port: number
  /** Pinned host keys, each `type base64` as in a known_hosts line. Never empty. */
  readonly hostKeys: readonly string[]
  readonly account: string
  /** The jump host, from which the address is dialled. Null: the worker dials it. */
  readonly via: Via | null
  /** The host's exceptions from modern algorithms. Absent: none. */
  readonly legacyAlgorithms?: readonly LegacyAlgorithm[]
}

/** An SSH key as it is stored: the private half in OpenSSH format. */
export interface UserKey {
  readonly privateKey: Secret
  /** `type base64`, without a comment. */
  readonly publicKey: string
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string
}

/** A password as it is stored. */
export interface Password {
  readonly password: Secret
  /** `HMAC-SHA256:…`, keyed in Vault: equal passwords have equal ones, and nobody without the key can try guesses against it. */
  readonly fingerprint: string
}

export const credentialKinds = ['ssh-key', 'password'] as const
export type CredentialKind = typeof credentialKinds[number]

/** What opens an account: one value of a credential of either kind. */
export type SecretValue = UserKey | Password

export function isPassword<Value extends object> (value: Value): value is Extract<Value, { readonly password: Secret }> {
  return 'password' in value
}

/** When and under which orders a secret was made. */
export interface Making {
  /** Numbers every secret ever stored for this credential; the host refuses a script that carries a lower one. */
  readonly epoch: number
  /** The highest order number that the secret's maker had read before making it: orders up to it are fulfilled by it. */
  readonly order: number
  /** ISO 8601. For people: no decision depends on it, save the age that a policy sets. */
  readonly madeAt: string
  /** Another place that claimed this key first, `zone/host/account/name`: until it is rotated, the key opens both. */
  readonly sharedWith: string | null
}

export type StoredSecret = SecretValue & Making

/** Stored and read back, not yet proven. `sentAt` is written before each push, and taken back once the host was seen to be without it. */
export type Candidate = StoredSecret & {
  readonly sentAt: string | null
  /** A push of it was begun once: one that was cut off may still arrive, whatever was seen since. Absent: the host never saw it. */
  readonly wasSent?: true
}

/** Should be dead, and is not proven dead: a debt. */
export type RetiredSecret = StoredSecret & {
  /** It was a candidate that the host refused, and never opened the account. */
  readonly wasRefused: boolean
  readonly retiredAt: string
  /** Grace: it stays open until then. */
  readonly notBefore: string
  /** When a script last took a key out of every file, or a password was replaced; only a proof turns that into history. */
  readonly removedAt: string | null
}

/** Proven dead. Kept, bounded, for a host that is restored from a snapshot. */
export type PastSecret = StoredSecret & {
  readonly wasRefused: boolean
  readonly retiredAt: string
  readonly proof: Proof
}

/** The journal of one credential. Every write is a check-and-set, so two workers can't both advance it. */
export interface Credential {
  readonly name: CredentialName
  /** All secrets of a credential are of its kind. */
  readonly kind: CredentialKind
  readonly target: Target
  /** Null: the account changes itself. */
  readonly through: Through | null
  /** Another host, `zone/host`, that claimed one of the pinned host keys first. */
  readonly hostSharedWith: string | null
  /** The secret last proven to open the account. */
  readonly current: StoredSecret
  readonly candidate: Candidate | null
  readonly retired: readonly RetiredSecret[]
  /** Newest first. */
  readonly history: readonly PastSecret[]
  /** The highest epoch ever stored. */
  readonly epoch: number
  /** Candidates in a row that the host itself refused. */
  readonly refusals: number
  readonly hold: Hold | null
  readonly lastClearedHold: ClearedHold | null
  /** Failed attempts in a row, for the backoff. */
  readonly failures: number
  readonly nextAttemptAt: string | null
  readonly lastFailure: Failure | null
  /** Since its secret was made, it was used to recover another credential, or its host was redirected: a successor is owed. */
  readonly burnedAt: string | null
  /** The host's fence was found above Vault's epoch although the current secret still opened: somebody changed it there. */
  readonly fenceTampered: { readonly at: string, readonly seen: number } | null
  /** The last time that the host was found not to take the current secret. */
  readonly drift: Drift | null
  /** It was handed over to be observed: nothing of it is changed until it is released. */
  readonly observe: boolean
  /** A person has said that it is to be observed, and only a person takes that back: no release ends it. */
  readonly observedBy: Decision | null
  /** Null: it stays. */
  readonly leaving: Leaving | null
  /** Of the last campaign that has replaced its secret. */
  readonly sessions: LiveSessions | null
  /** Null: no lockdown has it. Once people have cleared the hold that it ends with, it stays until a new secret opens the account. */
  readonly lock: Lock | null
}

/** A secret as it is handed over. The API can't tell a password's fingerprint: it may not use the key in Vault. */
export type HandedOver = UserKey | Omit<Password, 'fingerprint'>

/** What the API hands over: a secret that is said to open an account. The worker turns it into a credential or refuses it. */
export interface Adoption {
  readonly name: CredentialName
  readonly secret: HandedOver
  readonly through: Through | null
  /** The highest order of the zone when it was asked for. */
  readonly order: number
  readonly askedAt: string
  readonly askedBy: string
  /** Whether the credential is observed from its first day. */
  readonly observe: boolean
}
