import type { CredentialState } from './state.ts'
import type { Survey, SurveyedAccount } from './survey.ts'
import { canLogIn } from './survey.ts'

/** An account of a host, as far as one credential of it is managed. */
export interface ManagedSecret {
  /** `zone/host/account`. */
  readonly place: string
  readonly isPassword: boolean
  /** Of every secret of it that may open the account now. */
  readonly fingerprints: readonly string[]
}

/** What a state tells of it; nothing when it was refused or has left. */
export function managedBy ({ zone, host, account, kind, status, fingerprint, debts, unproven }: CredentialState | Omit<CredentialState, 'updatedAt'>): ManagedSecret | undefined {
  if (status === 'refused' || status === 'left') return undefined
  const fingerprints = [...new Set([...fingerprint === null ? [] : [fingerprint], ...debts.map((debt) => debt.fingerprint), ...unproven])]
  return { place: `${zone}/${host}/${account}`, isPassword: kind === 'password', fingerprints }
}

/** An account as a survey has found it. */
export interface FoundAccount extends SurveyedAccount {
  /** `zone/host/account`. */
  readonly place: string
}

/** Those of a survey that something opens. */
export function accountsFound ({ zone, host, result }: Survey): FoundAccount[] {
  return (result?.accounts ?? []).filter(canLogIn).map((one) => ({ ...one, place: `${zone}/${host}/${one.account}` }))
}

/** How many accounts are managed, and how many surveys have found that are not. */
export interface AccountCount {
  readonly managed: number
  readonly unmanaged: number
  /** Hosts that a survey has told of. On the others nobody has looked. */
  readonly surveyedHosts: number
}

export function countAccounts (managed: readonly ManagedSecret[], surveys: readonly Survey[]): AccountCount {
  const places = new Set(managed.map(({ place }) => place))
  return {
    managed: places.size,
    unmanaged: surveys.flatMap(accountsFound).filter(({ place }) => !places.has(place)).length,
    surveyedHosts: surveys.filter(({ result }) => result !== null).length
  }
}
