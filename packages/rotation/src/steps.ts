import { isPassword } from '@rekey/domain'
import type { Outline, Facts } from './facts.ts'
import { isOwed, mayGo, mostRetired } from './facts.ts'
import { handleFence } from './fence.ts'
import { proveDead } from './prove.ts'
import { lookAtSessions } from './live-sessions.ts'
import { lock } from './lockdown/lock.ts'
import { lockdownOver } from './lockdown/over.ts'
import { proveLocked } from './lockdown/prove-locked.ts'
import type { Setback } from './setback.ts'
import { store } from './store.ts'
import { noneOpens } from './locked-out.ts'
import { closedByOthers, findArrived, loginBeside, unwanted } from './push.ts'
import { send } from './send.ts'
import { currentRefused } from './way-in.ts'
import { promote } from './transitions.ts'
import type { Turn } from './turn.ts'

/**
 * One step of a rotation. Whether it is due follows from the credential's document, the orders in force, the policies and
 * the clock, and from nothing else: a worker that restarts in the middle does what one that never stopped would do next.
 */
export interface Step {
  readonly name: string
  readonly due: (credential: Outline, facts: Facts) => boolean
  /** Does it and records it. Returns what stopped it, or nothing. */
  readonly act: (turn: Turn) => Promise<Setback | undefined>
}

/**
 * A rotation, in order: the first step that is due is done and recorded, until none is.
 *
 *     store ─► push ─► verify, promote ─► (grace) ─► remove ─► (sessions) ─► prove, settle
 *
 * Three connections: `push` over the old login, `verify` over a fresh one that `remove` goes on to use, and `prove`.
 * In a campaign, whoever is still logged in is counted in the session that removed, or ended, before anything is proven.
 * A password has one slot: its push is the removal, so the session that pushed stays open until `verify` has logged in.
 *
 * A lockdown takes access away instead, over the host's recovery credential. It ends with a hold; when people clear that, the rotation leads back.
 *
 *     lock ─► end-sessions ─► prove-locked ─► (hold, people clear it) ─► store ─► push …
 */
export const steps: readonly Step[] = [
  {
    name: 'lock',
    due: (credential, facts) => credential.lock?.lockedAt === null || lockdownOver(credential, facts) !== undefined,
    act: lock
  },
  {
    name: 'end-sessions',
    due: ({ lock, sessions }) => isUnproven(lock) && sessions?.at === null,
    act: lookAtSessions
  },
  {
    name: 'prove-locked',
    due: ({ lock }) => isUnproven(lock),
    act: proveLocked
  },
  {
    name: 'store',
    due: (credential, facts) => credential.candidate === null && isOwed(credential, facts) && (credential.retired.length < mostRetired || credential.lock !== null),
    act: store
  },
  {
    name: 'push',
    due: (credential) => credential.candidate !== null && credential.candidate.sentAt === null,
    act: push
  },
  {
    name: 'verify',
    due: (credential) => credential.candidate !== null && credential.candidate.sentAt !== null,
    act: verify
  },
  {
    name: 'remove',
    due: (credential, facts) => credential.lock === null && credential.retired.some((secret) => secret.removedAt === null && mayGo(secret, credential, facts)),
    act: remove
  },
  {
    name: 'sessions',
    due: ({ sessions, candidate, retired, lock }) => lock === null && sessions?.at === null && candidate === null && retired.every(({ removedAt }) => removedAt !== null),
    act: lookAtSessions
  },
  {
    name: 'prove',
    due: ({ retired, lock }) => lock === null && retired.some((secret) => secret.removedAt !== null),
    act: prove
  }
]

/** Whether a lockdown has locked it and that is not proven yet. */
function isUnproven (lock: Outline['lock']): boolean {
  return lock !== null && lock.proof === null
}

/** Puts the candidate in place over a login with the old secret: a key beside the old one, a password instead of it. */
async function push (turn: Turn): Promise<Setback | undefined> {
  const session = await turn.sessionForChange() ?? await currentRefused(turn)
  if (session === undefined || 'class' in session) return session
  const { current, through, kind } = turn.credential
  const setback = await send(turn, session, current)
  if (setback?.code !== 'host/refused' || through === null || kind === 'password') return setback
  // Through another credential nobody has looked whether the current key opens: where the host was restored from a snapshot, its line is gone.
  return (await turn.contact([current])).verdicts[0] === 'refused' ? await currentRefused(turn) : setback
}

/**
 * Logs in with the candidate on a fresh connection; only then does it become the current secret.
 * A refusal after a push of this very visit means that the host does not want it; any other means that the push never
 * arrived, and it is sent again. A password may have been replaced by an earlier visit: then the old one is tried first, and where that is locked neither opens.
 */
async function verify (turn: Turn): Promise<Setback | undefined> {
  const candidate = turn.candidate()
  await turn.announce('verify', { epoch: candidate.epoch, fingerprint: candidate.fingerprint })
  const wasPushed = turn.pushedEpoch === candidate.epoch
  const { opened, session, verdict, ranCommand } = wasPushed ? await loginBeside(turn, candidate) : await findArrived(turn, candidate)
  if ((opened !== undefined && opened !== candidate) || (verdict === 'refused' && !wasPushed && (!isPassword(candidate) || turn.credential.lock !== null))) {
    await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: null } })
    return undefined
  }
  if (verdict === 'refused') return wasPushed ? await closedByOthers(turn) ?? unwanted(turn, candidate) : noneOpens(turn)
  if (session === undefined) {
    return { class: 'outcome-unknown', code: 'host/more-factors', message: 'The new secret alone does not log in: the host asks for more factors, or does not offer its method. The old one was left as it is.' }
  }
  // An account that is changed through another one need not run commands.
  if (turn.credential.through === null && !(ranCommand ?? await session.answersNonce())) {
    if (await session.demandsPassword()) {
      return { class: 'outcome-unknown', code: 'host/expired', message: 'The new secret logs in, but the host demands another password before the account may do anything (chage -l); the old secret was left as it is.' }
    }
    return { class: 'outcome-unknown', code: 'host/no-commands', message: 'The new secret logs in but runs no commands (forced command or no shell); the old one was left as it is.' }
  }
  await turn.save(promote(turn.credential, turn.facts))
  return undefined
}

/** Takes exactly the retired keys out of every file. Never before their successor has logged in, as `verify` saw it do. */
async function remove (turn: Turn): Promise<Setback | undefined> {
  const { retired } = turn.credential
  const session = await turn.sessionForChange() ?? await currentRefused(turn)
  if (session === undefined || 'class' in session) return session
  const going = retired.filter((secret) => secret.removedAt === null && mayGo(secret, turn.credential, turn.facts))
  for (const secret of going) await turn.announce('remove', { epoch: secret.epoch, fingerprint: secret.fingerprint })
  turn.assertMayWrite()
  // The document's epoch is above that of each retired key: from now on the host refuses whoever still wants to push one.
  const change = await turn.sending(() => session.removeKeys({
    credential: turn.credential.name, epoch: turn.credential.epoch, keys: going.flatMap((secret) => isPassword(secret) ? [] : [secret.publicKey])
  }))
  if (change.outcome === 'refused') {
    return { class: 'applied', code: 'host/refused', message: `The new key is in place, but the host did not let the old one be removed: ${change.reason}. The old key may still open.` }
  }
  if (change.outcome !== 'applied') return handleFence(turn, change)
  const removedAt = turn.time()
  await turn.save({ ...turn.credential, retired: retired.map((secret) => going.includes(secret) ? { ...secret, removedAt } : secret) })
  return undefined
}

/** Shows a random secret, the old ones and the new one on a fresh connection; only their refusal and its login settle. */
async function prove (turn: Turn): Promise<Setback | undefined> {
  const gone = turn.credential.retired.filter((secret) => secret.removedAt !== null)
  for (const secret of gone) await turn.announce('prove', { epoch: secret.epoch, fingerprint: secret.fingerprint })
  return proveDead(turn, gone)
}
