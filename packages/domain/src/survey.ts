import { RekeyError } from './errors.ts'

/** How an account's password stands. `expired`: it opens nothing until it is changed. `unknown`: whoever looked may not see it. */
export const passwordStates = ['set', 'none', 'locked', 'expired', 'unknown'] as const
export type PasswordState = typeof passwordStates[number]

/** Whether an account becomes root by sudo: without a question, with its own password, for single commands only, or not. */
export const rootRights = ['yes', 'with-password', 'some-commands', 'no', 'unknown'] as const
export type RootRight = typeof rootRights[number]

/** A public key as it was found on a host. */
export interface SeenKey {
  /** `type base64`. */
  readonly publicKey: string
  /** `SHA256:…` */
  readonly fingerprint: string
  /** Of RSA; null where the type says all. */
  readonly bits: number | null
}

/** A line of a file of keys that opens an account. */
export interface OpeningKey extends SeenKey {
  /** Its line has options, such as `from=` or `command=`. */
  readonly restricted: boolean
  /** The first survey in a row that has seen it there. ISO 8601. */
  readonly since: string
}

/** The public half of a private key that lies in an account's home folder. */
export interface LyingKey {
  readonly fingerprint: string
  /** Whether a passphrase protects it. */
  readonly encrypted: boolean
}

export interface SurveyedAccount {
  readonly account: string
  readonly uid: number
  readonly password: PasswordState
  /** The day of its last change, `2026-03-01`; null where that is not known. */
  readonly passwordChangedOn: string | null
  readonly root: RootRight
  readonly keys: readonly OpeningKey[]
  /** Certificate authorities whose certificates open it by a line of its own (`cert-authority`). */
  readonly authorities: readonly SeenKey[]
  readonly privateKeys: readonly LyingKey[]
  /** The first survey in a row that has seen it. ISO 8601. */
  readonly since: string
}

/** What is weak in how a host's sshd is set up, as sshd_config(5) names it. */
export interface SshdSettings {
  /** `OpenSSH_9.2p1`; null where that is not known. */
  readonly version: string | null
  /** Such as `permitrootlogin yes`. */
  readonly weak: readonly string[]
  /** Keyword by keyword, the programs and files by which others than listed keys open accounts: `authorizedkeyscommand`, `trustedusercakeys` … */
  readonly otherWays: readonly string[]
}

/** A key taken off a host as people have approved, or why it was not. */
export interface KeyRemovalOutcome {
  readonly proposal: number
  readonly at: string
  /** Null: it is gone, and our own login still works. */
  readonly refused: string | null
}

/** What a look at a host has found. No secret in it; the host wrote it, so it is a claim and decides nothing by itself. */
export interface SurveyResult {
  /** The account that looked. */
  readonly by: string
  /** Whether it looked as root. Else it saw itself only. */
  readonly asRoot: boolean
  /** Whether everything was told: a host may have too much to tell, or something that can't be read. */
  readonly isComplete: boolean
  readonly sshd: SshdSettings
  readonly hostKeys: readonly SeenKey[]
  /** Certificate authorities of the whole host (`TrustedUserCAKeys`). */
  readonly authorities: readonly SeenKey[]
  /** Those that can log in. */
  readonly accounts: readonly SurveyedAccount[]
}

/** How a host was found when it was last looked at. Written by the zone's worker at `surveys/<host>`. */
export interface Survey {
  readonly zone: string
  readonly host: string
  /** When it was last tried. ISO 8601. */
  readonly triedAt: string
  /** Why the last try found nothing; null when it did. */
  readonly failure: string | null
  /** When `result` was taken. */
  readonly at: string | null
  readonly result: SurveyResult | null
  /** The newest last. */
  readonly removals: readonly KeyRemovalOutcome[]
}

/** A host is asked no more often than this, whoever asks. */
export const leastSurveySeconds = 60
/** Once a try has failed: soon enough to notice, and no burden on a host that is off. */
const retrySeconds = 3600

/** Whether a host is to be looked at now. */
export function surveyDue (last: Pick<Survey, 'triedAt' | 'failure'> | undefined, { everySeconds, isAsked, now }: { everySeconds: number | null, isAsked: boolean, now: Date }): boolean {
  if (!isAsked && everySeconds === null) return false
  if (last === undefined) return true
  const age = (now.getTime() - Date.parse(last.triedAt)) / 1000
  if (isAsked) return age >= leastSurveySeconds
  return age >= (last.failure === null ? everySeconds ?? Infinity : Math.min(everySeconds ?? Infinity, retrySeconds))
}

/** Whether a key is too weak to open anything: DSA, and RSA below 3072 bits (NIST SP 800-57, 128 bits of security). */
export function isWeak ({ publicKey, bits }: Pick<SeenKey, 'publicKey' | 'bits'>): boolean {
  return publicKey.startsWith('ssh-dss ') || (publicKey.startsWith('ssh-rsa ') && (bits ?? 0) < 3072)
}

/** Whether anything opens the account: a key, a certificate, a password, or a way that is not known. */
export function canLogIn ({ keys, authorities, password }: SurveyedAccount): boolean {
  return keys.length > 0 || authorities.length > 0 || password !== 'locked'
}

/** What stays of an earlier survey when one is tried anew. */
export function nextSurvey (last: Survey | undefined, place: Pick<Survey, 'zone' | 'host'>, found: SurveyResult | RekeyError, now: Date): Survey {
  const at = now.toISOString()
  const { zone, host } = place
  const removals = last?.removals ?? []
  if (found instanceof RekeyError) return { zone, host, triedAt: at, failure: found.code, at: last?.at ?? null, result: last?.result ?? null, removals }
  return { zone, host, triedAt: at, failure: null, at, result: sinceWhen(found, last?.result ?? null), removals }
}

/** What was there before keeps since when. */
function sinceWhen (result: SurveyResult, before: SurveyResult | null): SurveyResult {
  return {
    ...result,
    accounts: result.accounts.map((account) => {
      const known = before?.accounts.find((one) => one.account === account.account)
      return {
        ...account,
        since: known?.since ?? account.since,
        keys: account.keys.map((key) => ({ ...key, since: known?.keys.find(({ fingerprint }) => fingerprint === key.fingerprint)?.since ?? key.since }))
      }
    })
  }
}
