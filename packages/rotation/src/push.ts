import type { Candidate, Credential, CredentialName, SecretValue, StoredSecret } from '@rekey/domain'
import { isPassword } from '@rekey/domain'
import type { AccountState, Change, Session, Verdict } from './ports.ts'
import type { Setback } from './setback.ts'
import { demote } from './transitions.ts'
import type { Turn } from './turn.ts'
import { noneOpens } from './locked-out.ts'

/** What a login that looks for the candidate came to. */
export interface Login {
  /** The secret that was accepted. */
  readonly opened: StoredSecret | undefined
  readonly session: Session | undefined
  /** On the candidate. */
  readonly verdict: Verdict
  readonly ranCommand: boolean | undefined
}

/** Sends a secret to the host. Both are of one kind, as all secrets of a credential are. */
export async function put (session: Session, credential: CredentialName, epoch: number, { from, to, orphan = false }: { from: SecretValue, to: SecretValue, orphan?: boolean }): Promise<Change> {
  if (isPassword(from) && isPassword(to)) return session.setPassword({ credential, epoch, from: from.password, to: to.password })
  if (isPassword(from) || isPassword(to)) throw new TypeError('a key is not replaced by a password')
  return session.addKey({ credential, epoch, key: to.publicKey, heir: from.publicKey, orphan })
}

export function isSame (a: SecretValue, b: SecretValue): boolean {
  if (isPassword(a)) return isPassword(b) && a.password.equals(b.password)
  return !isPassword(b) && a.privateKey.equals(b.privateKey)
}

/** A fresh login with what was just pushed. The session that pushed a password stays open: it may be the only way back. */
export async function loginBeside (turn: Turn, candidate: Candidate): Promise<Login> {
  const { verdicts, session, ranCommand } = isPassword(candidate) ? await turn.contactBeside([candidate]) : await turn.contact([candidate])
  const [verdict = 'untried'] = verdicts
  return { opened: verdict === 'accepted' ? candidate : undefined, session, verdict, ranCommand }
}

/** Finds out whether a push whose answer was lost has arrived: a key opens then, and of a password only one of the two does. */
export async function findArrived (turn: Turn, candidate: Candidate, before: StoredSecret = openBefore(turn.credential)): Promise<Login> {
  const shown = isPassword(candidate) ? [before, candidate] : [candidate]
  const { verdicts, session, ranCommand } = await turn.contact(shown)
  return { opened: shown[verdicts.indexOf('accepted')], session, verdict: verdicts.at(-1) ?? 'untried', ranCommand }
}

/** What a password's candidate was to replace: the current secret, or the earlier one that a restored host has. */
function openBefore ({ current, retired, drift }: Credential): StoredSecret {
  return (drift?.endedAt === null ? retired.find(({ fingerprint }) => fingerprint === drift.opened) : undefined) ?? current
}

/**
 * The host will never take the candidate: another one is made, three times at most. Unless it has taken it already, when a
 * push that was cut off arrived late: then what it has seen before is what opens, and nothing keeps it from being verified.
 */
export async function neverTaken (turn: Turn, before: StoredSecret, reason: string): Promise<Setback | undefined> {
  const candidate = turn.candidate()
  const { opened, verdict } = await findArrived(turn, candidate, before)
  if (opened === candidate) return undefined
  if (opened === undefined) {
    return verdict === 'refused'
      ? noneOpens(turn)
      : { class: 'outcome-unknown', code: 'host/no-verdict', message: `The host did not take the new secret: ${reason}. It gave no clear answer to the old one either; nothing was changed.` }
  }
  await turn.save(demote(turn.credential, turn.time()))
  return {
    class: 'refused',
    code: 'host/refused-password',
    message: `The host did not take the new secret: ${reason}. Nothing was changed; the old one still opens, and another one is made.`,
    ...refusedTooOften(turn)
  }
}

/** The account is in a state in which its secret can't be changed: nothing of the candidate's doing, which waits. */
export function barred (reason: string, { code, until }: AccountState): Setback {
  return { class: 'refused', code, message: `Nothing was changed on the host: ${reason}.`, ...(until === undefined ? {} : { waitUntil: until }) }
}

/** A first candidate that the host refuses is replaced, twice at most. */
function refusedTooOften (turn: Turn): Pick<Setback, 'hold'> {
  return turn.credential.refusals > 2 ? { hold: 'refused-twice' } : {}
}

/**
 * A refusal of what was just pushed that the host's count of failures explains: others have closed the account meanwhile,
 * so it says nothing about the candidate, which is looked for once the account is open again.
 */
export async function closedByOthers (turn: Turn): Promise<Setback | undefined> {
  const tally = turn.credential.kind === 'password' ? await turn.tally() : undefined
  if (tally === undefined || tally.failures < tally.limit) return undefined
  return {
    class: 'outcome-unknown',
    code: 'host/tally',
    message: `The host took the new password, but somebody's ${tally.failures} wrong ones have closed the account meanwhile (pam_faillock), so nothing opens it. It goes on when the account is open again (faillock --user, --reset).`
  }
}

/** The host took the candidate and then refused a login with it. What a password's push has replaced is put back. */
export async function unwanted (turn: Turn, candidate: Candidate): Promise<Setback> {
  const { current, retired } = turn.credential
  // After a restore from a snapshot, the session is an earlier secret's.
  const before = [current, ...retired].find((secret) => turn.openedBy(secret) !== undefined) ?? current
  await turn.save(demote(turn.credential, turn.time()))
  const hold = refusedTooOften(turn)
  if (!isPassword(candidate)) {
    return {
      class: 'refused',
      code: 'host/refused-key',
      message: 'The new key is in the account, but the host refuses a login with it; the old key still opens. Look at sshd\'s log on the host (StrictModes, accepted key types).',
      ...hold
    }
  }
  turn.assertMayWrite()
  const session = turn.credential.through === null ? turn.openedBy(before) : await turn.sessionForChange()
  const change = session === undefined || 'class' in session ? undefined : await turn.sending(() => put(session, turn.credential.name, turn.credential.epoch, { from: candidate, to: before }))
  const back = change?.outcome === 'applied' ? 'the old one was put back' : 'the old one could not be put back'
  return {
    class: 'refused',
    code: 'host/refused-password',
    message: `The host changed the password, but a login with the new one is refused; ${back}. Look at the host's PAM configuration: sshd and passwd seem to use different ones.`,
    ...hold
  }
}
