import type { Adoption, Approval, CampaignRun, Credential, CredentialName, CredentialState, FailureClass, GuardedPolicy, HostCode, HostRecord, KeyAlgorithm, Labels, Lease, LeaseGrant, NamedPolicy, Order, Policy, PolicyInForce, ProofMethod, Proposal, Secret, SecretValue, Survey, SurveyResult, Target, UserKey, Webhook, WebhookEvent } from '@rekey/domain'

/** A document and the version that a check-and-set must name. */
export interface Versioned<T> {
  readonly value: T
  readonly version: number
}

/** A zone's policy in force, and its guarded fields as a worker has noted them last; undefined: none has yet. */
export interface StandingPolicy extends PolicyInForce {
  readonly noted: Versioned<GuardedPolicy> | undefined
}

/** What of a host was released from observation. */
export interface Releases {
  /** The host itself, and with it each credential that is observed for its host's sake. */
  readonly host: boolean
  /** Credentials, as `account/name`. */
  readonly credentials: readonly string[]
}

/** The only truth: one zone's documents in Vault. Every call may throw `vault/*`. */
export interface Journal {
  /** Hosts that have a credential. */
  hosts (): Promise<string[]>
  /** Hosts that have an adoption waiting. */
  hostsAdopting (): Promise<string[]>
  /** @throws RekeyError `vault/malformed`: whether the host is observed can't be told, so nothing is done there */
  host (id: string): Promise<HostRecord | undefined>
  /** All of the zone, but for malformed ones. Asked for only when one is to leave. */
  hostRecords (): Promise<HostRecord[]>
  credentials (host: string): Promise<Array<Versioned<Credential>>>
  credential (name: CredentialName): Promise<Versioned<Credential> | undefined>
  /**
   * Writes when the stored version is still `version` (0: when there is none), and returns the new version.
   * @throws RekeyError `vault/conflict` when somebody else wrote first; `vault/unavailable` when the outcome is unknown
   */
  save (credential: Credential, version: number): Promise<number>
  /** Destroys for good what is stored of a credential below that version: secrets past the history's horizon are in it. */
  destroyVersionsBefore (name: CredentialName, version: number): Promise<void>
  /** What waits for the host, and how many documents could not be read. */
  adoptions (host: string): Promise<{ adoptions: Adoption[], malformed: number }>
  /** Destroys the adoption document with every version of it. */
  dropAdoption (name: CredentialName): Promise<void>
  /** All well-formed orders of the zone up to the first gap in their numbers, ascending. They never change, so an adapter may keep them. */
  orders (): Promise<Order[]>
  /** Places an order that people have approved. @returns false when its number is taken */
  createOrder (order: Order): Promise<boolean>
  /** Campaigns that were started in the zone, whatever became of them. Malformed ones are left out. */
  campaigns (): Promise<Array<Versioned<CampaignRun>>>
  /** @param version 0 when there is none @returns the new version @throws RekeyError `vault/conflict` when somebody else wrote first */
  saveCampaign (run: CampaignRun, version: number): Promise<number>
  /** Whether the API has said that the zones before this one are through. */
  isTurn (campaign: string): Promise<boolean>
  /** The zone's policy in force. @throws RekeyError `vault/malformed`: what people have written can't be told, so nothing is done by it */
  policy (): Promise<Policy>
  /** The same, with what is noted of it, and what waits for people's approval. */
  standingPolicy (): Promise<StandingPolicy>
  /** Notes the guarded fields in force. @param version of what was noted before, 0 when nothing was @throws RekeyError `vault/conflict` when somebody else noted first */
  notePolicy (fields: GuardedPolicy, version: number): Promise<void>
  /** Whether all approvals of the zone, of whatever they were, are one person's at most. Once it is not so, it never is again. */
  isOneAlone (): Promise<boolean>
  /** Policies that the API may write, by name. Malformed ones are left out. */
  namedPolicies (): Promise<NamedPolicy[]>
  /** A host's labels, when they were changed since it was added. */
  labels (host: string): Promise<Labels | undefined>
  /** Hosts that were released from observation, and hosts of which a credential was: found by one list. */
  hostsReleased (): Promise<{ hosts: string[], inPart: string[] }>
  /** They never change and never go, so an adapter may keep them. */
  releases (host: string): Promise<Releases>
  /** Proposals that at least one person has approved, ascending by number. They never change, so an adapter may keep them. */
  proposals (): Promise<Proposal[]>
  approvals (proposal: number): Promise<Approval[]>
  /** Undefined when there was never one of that name, or it is malformed. */
  grant (name: string): Promise<LeaseGrant | undefined>
  /** Writes a grant in place of the one that was seen. @throws RekeyError `vault/conflict` when it is another one by now */
  replaceGrant (next: LeaseGrant, seen: LeaseGrant | undefined): Promise<void>
  /** All that there are documents of, ended ones included. */
  leases (): Promise<Lease[]>
  /** Writes a host's record in place of the one that was seen. @throws RekeyError `vault/conflict` when it is another one by now */
  replaceHost (next: HostRecord, seen: HostRecord): Promise<void>
  /**
   * Claims a fingerprint for an owner, once and for all, across zones.
   * @returns the owner on record: `owner` itself, or who claimed it first
   */
  claim (kind: 'user-key' | 'password' | 'host-key', fingerprint: string, owner: string): Promise<string>
  /** A password's fingerprint, keyed in Vault and the same in all zones. */
  fingerprintOf (password: Secret): Promise<string>
  /** Hosts that somebody has asked to survey. */
  surveysAsked (): Promise<string[]>
  /** Takes the request for a host's survey away, once it was heeded. */
  dropSurveyRequest (host: string): Promise<void>
  /** How a host was found last. A malformed one counts as none. */
  survey (host: string): Promise<Survey | undefined>
  /** Hosts that have been surveyed. */
  hostsSurveyed (): Promise<string[]>
  /** Writes a host's survey in place of the one before. @throws RekeyError `vault/conflict` */
  reportSurvey (survey: Survey): Promise<void>
  state (name: CredentialName): Promise<CredentialState | undefined>
  report (state: CredentialState): Promise<void>
}

/** How the host answered one secret, in the order in which they were shown. */
export type Verdict =
  /** Looked at and refused: `partialSuccess` was false and the method was still on offer afterwards. */
  | 'refused'
  | 'accepted'
  /** Accepted as one factor of several, or the method was not on offer: proves nothing. */
  | 'unclear'
  /** Not shown, because an earlier one was accepted or the connection could not go on. */
  | 'untried'

export interface Contact {
  /** One for each secret that was to be shown. */
  readonly verdicts: readonly Verdict[]
  /** Present when one was accepted. */
  readonly session?: Session
  /** By which method it was. */
  readonly by?: ProofMethod
  /** Given when it has run a command already. */
  readonly ranCommand?: boolean
  /** The key that the host has proven to hold in this handshake: `type base64`. */
  readonly hostKey: string
}

/** What a script that changes the host reports. */
export type Change =
  | { readonly outcome: 'applied' }
  /** The host has seen a higher epoch than the script carried, and nothing was changed. */
  | { readonly outcome: 'fenced', readonly seen: number }
  /** The host's fence can't be read as a number: tampered with, or damaged. Nothing was changed. */
  | { readonly outcome: 'fence-unreadable' }
  /** Nothing was changed, and the reason says why. Safe to show. `forGood`: the host will never take this secret. */
  | { readonly outcome: 'refused', readonly reason: string, readonly forGood?: true, readonly account?: AccountState }

/** What of an account keeps its secret from being changed. It was found before anything was written. */
export interface AccountState {
  readonly code: HostCode
  /** When it will have passed, where the host tells. */
  readonly until?: string
}

/** The highest epoch a fence holds: 15 digits fit both a shell's `[ -gt ]` and a JavaScript number. */
export const highestEpoch = 999_999_999_999_999

/** One authenticated connection. Every call has a deadline and may throw `ssh/*`; after a throw its outcome is unknown. */
export interface Session {
  /** Runs a command whose answer can't be guessed. @returns whether the account really runs commands */
  answersNonce (): Promise<boolean>
  /** Why a session runs nothing: the account must change its password first. */
  demandsPassword (): Promise<boolean>
  /**
   * Adds a key to the account, under the host's lock and fence. The new line inherits the options of the line that holds
   * `heir`; a key that is there already is left as it is, so that running it twice changes nothing.
   * @param orphan to recover: where no line of `heir` is left, the new one gets `restrict,pty`, as nobody knows its options
   */
  addKey (change: { credential: CredentialName, epoch: number, key: string, heir: string, orphan?: boolean }): Promise<Change>
  /** Takes exactly these keys (`type base64`) out of every file that holds them, under the host's lock and fence. */
  removeKeys (change: { credential: CredentialName, epoch: number, keys: readonly string[] }): Promise<Change>
  /**
   * Changes the password of the credential's account, under the host's lock and fence: as root by `chpasswd`, else by
   * `passwd`, which asks for the present one, on a terminal where it insists on that.
   */
  setPassword (change: { credential: CredentialName, epoch: number, from: Secret, to: Secret }): Promise<Change>
  /**
   * Makes comments of the lines that hold these keys (`type base64`), in every file, under the host's lock and fence: sshd passes them over, and `addKey`
   * inherits from them. What is one already stays as it is.
   */
  lockKeys (change: { credential: CredentialName, epoch: number, keys: readonly string[] }): Promise<Change>
  /** Puts what no password fits in place of the account's password, as root, under the host's lock and fence. Keys of the account open it still. */
  lockPassword (change: { credential: CredentialName, epoch: number }): Promise<Change>
  /** Puts the fence to this epoch where it can't be used, or stands at `highestEpoch`; any other that is above it stays. */
  resetFence (change: { credential: CredentialName, epoch: number }): Promise<Change>
  /**
   * A session of another account on the same connection: as root by `su`, else by `sudo`.
   * @param password the present account's own, for a sudo that asks
   * @returns nothing when the host does not let it
   */
  become (account: string, password?: Secret): Promise<Session | undefined>
  /** Shows passwords of an account to `su`, one by one until one is accepted. Root must become somebody else before: it is not asked. */
  judge (account: string, passwords: readonly Secret[]): Promise<{ readonly verdicts: readonly Verdict[], readonly ranCommand: boolean }>
  /** Whether we are root, and the account's keys lie where it can't write itself. */
  keepsKeysOf (account: string): Promise<boolean>
  /** How the host counts an account's wrong passwords; nothing when it does not, or does not tell. */
  tally (account: string): Promise<Tally | undefined>
  /**
   * Counts the account's live logins but for our own, by whichever secret they were opened, and ends them if that is asked for.
   * @returns nothing when the host shows us none
   */
  liveSessions (account: string, how: { isToEnd: boolean }): Promise<SessionsFound | undefined>
  /**
   * Looks at the host as far as this account sees it, as root at all of it.
   * @param at the time
   * @returns nothing when the account runs no commands, or told nothing that can be read
   */
  survey (at: string): Promise<SurveyResult | undefined>
  close (): Promise<void>
}

export interface SessionsFound {
  readonly found: number
  /** Still there afterwards. */
  readonly left: number
}

/** pam_faillock's. */
export interface Tally {
  /** At so many the account is closed to passwords. */
  readonly limit: number
  readonly failures: number
}

/** How to log in on a jump host: the target as it was bound, and every secret that may open it. */
export interface JumpLogin {
  readonly target: Target
  readonly secrets: readonly SecretValue[]
}

/** The way to hosts. One connection to a host at a time: close a session before the next contact, save one that has changed a password. */
export interface HostAccess {
  /**
   * One fresh connection: verifies the host key, then shows the secrets, all of one kind, one by one until one is accepted.
   * @param target `hostKeys` empty means: take the key that the host proves to hold (adoption by first use)
   * @throws RekeyError `ssh/unreachable`, `ssh/no-common-algorithm`, `ssh/dropped`, `ssh/timeout`, `ssh/identity-changed`, `ssh/misbehaved`, `network/not-allowed`
   */
  contact (target: Target, secrets: readonly SecretValue[]): Promise<Contact>
}

export interface SecretMaker {
  /** The whole key of a private half; nothing when the text is none. */
  read (privateKey: Secret): UserKey | undefined
  /** A new key. One of RSA takes a second of a processor, beside what else is done. */
  key (algorithm: KeyAlgorithm): Promise<UserKey>
  /** A new password by the policy's rules: 128 bits at least, of characters that no program takes for something else. */
  password (rules: Pick<Policy, 'passwordLength' | 'passwordSymbols'>): Secret
}

/** One line of the audit trail, written before the act. No secret in it. */
export interface AuditEntry {
  readonly act: string
  readonly target: string
  readonly reason?: string
  readonly epoch?: number
  readonly fingerprint?: string
  readonly detail?: string
  /** Who asked for it over the API: a token as `name/id`, or the set-up's `admin`. */
  readonly actor?: string
  /** The address that he asked from. */
  readonly source?: string
  /** Of the request, as its answer has it. */
  readonly requestId?: string
  /** How it ended; absent: it is about to be done. */
  readonly outcome?: 'done' | 'refused' | 'failed' | 'stopped'
}

export interface AuditTrail {
  /** Returns once the entry is on disk. @throws RekeyError `audit/unwritable`, and then the act must not happen */
  record (entry: AuditEntry): Promise<void>
}

/** The worker's own right to change a host, on its own monotonic clock. */
export interface VisitLease {
  /** @throws RekeyError `lease/lost` */
  assertHeld (): void
}

export interface Log {
  info (fields: Record<string, unknown>, message: string): void
  warn (fields: Record<string, unknown>, message: string): void
  error (fields: Record<string, unknown>, message: string): void
}

/** What a step is about to do. */
export interface StepBegin {
  readonly step: string
  /** `zone/host/account/name`. */
  readonly credential: string
  /** What made it due; absent where that was no order. */
  readonly order?: Order | undefined
}

/** @param stopped absent: the step was taken. Its class is absent where the host had no part in it: another worker was faster. */
export type StepEnd = (stopped?: { readonly class?: FailureClass, readonly code: string }) => void

/** Who is told of each step, to measure or to trace it. It must neither throw nor wait. */
export interface Meter {
  /** @returns whom to tell that it ended; of one that ends the whole visit, nobody is told */
  step (begin: StepBegin): StepEnd
}

/** Everything a visit needs from outside. */
export interface Ports {
  readonly journal: Journal
  readonly hosts: HostAccess
  readonly secrets: SecretMaker
  readonly audit: AuditTrail
  readonly now: () => Date
  readonly log: Log
  readonly meter?: Meter
}

/** The queue of visits of one zone: an index of what is due, never the truth. */
export interface VisitQueue {
  /** Asks for a visit to each host; one that is queued already stays one. @throws RekeyError `queue/unavailable` */
  request (hosts: readonly string[]): Promise<void>
}

/** Whom a zone's people want to be told, and what each was told. Every call may throw `vault/*`. */
export interface ConsumerBook {
  /** Malformed ones are left out. */
  webhooks (): Promise<Webhook[]>
  /** Ids of the events that it was told. @param about a credential, or a campaign by its id */
  told (webhook: string, about: CredentialName | string): Promise<Versioned<readonly string[]>>
  /** @returns the new version @throws RekeyError `vault/conflict` when another worker has told it meanwhile */
  saveTold (webhook: string, about: CredentialName | string, ids: readonly string[], version: number): Promise<number>
}

/** The way to those who are told. */
export interface Messenger {
  /** Returns once the receiver has taken it. @throws RekeyError `webhook/failed` */
  send (webhook: Webhook, event: WebhookEvent): Promise<void>
}
