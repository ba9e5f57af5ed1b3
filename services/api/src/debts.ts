import { formatName, type CredentialName, type CredentialState, type Debt, type DebtClass } from '@rekey/domain'
import type { UnseenState } from './credential-views.ts'

export const debtEnds = ['time', 'worker', 'release', 'clearing', 'host', 'stop'] as const

/** A secret that should be dead and is not proven dead, as a caller sees it. */
export interface DebtView extends CredentialName, Debt, Pick<CredentialState, 'lastFailure' | 'nextAttemptAt'> {
  /** It opens the account today: an order wants it replaced. */
  readonly isCurrent: boolean
  readonly endedBy: typeof debtEnds[number]
  readonly advice: string
}

const itself = 'A worker tries by itself, less and less often.'
const endings: Readonly<Record<DebtClass, readonly [typeof debtEnds[number], string]>> = {
  grace: ['time', 'It stays open until `notBefore`, as the policy of its zone says; then it is removed and proven dead by itself.'],
  waiting: ['worker', 'A worker comes to it by itself.'],
  observed: ['release', 'Nothing of it is changed while it is observed: release it (POST /v1/credentials/{zone}/{host}/{account}/{name}/manage), or whatever `observers` of the credential names.'],
  held: ['clearing', 'Put right what the credential\'s `hold` names, and clear it (POST /v1/credentials/{zone}/{host}/{account}/{name}/clear, or rekey hold clear).'],
  'no-recovery': ['stop', 'A lockdown has replaced it and could not lock it, as its host has no recovery credential: it opens, with a fresh secret. Look to the host by hand; when that is how it is to be, stop the campaign.'],
  unreachable: ['host', `The host has to be reached again. ${itself}`],
  'not-sent': ['host', `Nothing was changed on the host; \`lastFailure\` says why. ${itself}`],
  'outcome-unknown': ['host', `The host gave no answer that proves anything; \`lastFailure\` says why. ${itself}`],
  applied: ['host', `Its successor is in place and it may still open; \`lastFailure\` says why. ${itself}`],
  refused: ['host', `The host does not take the change; \`lastFailure\` says why. ${itself}`],
  'identity-changed': ['host', 'The host has to show the host key that is pinned, or people approve another one (POST /v1/hosts/{zone}/{id}/redirects).'],
  'locked-out': ['host', `No recorded secret opens the account; \`lastFailure\` says what to do. ${itself}`]
}

/** What it owes. What has left owes nothing: people have signed that off. */
export function debtViews (state: CredentialState | UnseenState): DebtView[] {
  if (state.status === 'left') return []
  const { zone, host, account, name, lastFailure, nextAttemptAt, debts, owed } = state
  return [...owed === null ? [] : [{ ...owed, isCurrent: true }], ...debts.map((debt) => ({ ...debt, isCurrent: false }))].map((debt) => {
    const [endedBy, advice] = endings[debt.class]
    return { zone, host, account, name, ...debt, lastFailure, nextAttemptAt, endedBy, advice }
  })
}

/** The key of the list. */
export function debtKey (debt: DebtView): string {
  return `${formatName(debt)}/${debt.fingerprint}`
}
