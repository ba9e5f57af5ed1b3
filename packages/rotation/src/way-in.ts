import type { StoredSecret } from '@rekey/domain'
import { inGroups } from './in-groups.ts'
import { forgottenAfterSeconds, noneOpens } from './locked-out.ts'
import { lockoutsOf } from './lockouts.ts'
import type { Contact } from './ports.ts'
import { rollForward } from './restore.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** Keys that one connection tries: sshd counts six failures (MaxAuthTries). */
const mostTried = 5
/** Hardening guides have it count more strictly: at the fourth (CIS benchmarks), which is then not answered. */
const triedAtOnce = [mostTried, 2, 1] as const
/** Connections that try keys one after the other: the fourth that fails in a second is a penalty (PerSourcePenalties), and one has failed. */
const mostConnections = 2

/**
 * The current secret was not accepted: finds out whether any recorded one is. An earlier one that opens leads to a successor that is put in
 * place over it; where none opens, nothing is changed, and a person has to look.
 * @returns nothing when the rotation goes on
 */
export async function currentRefused (turn: Turn): Promise<Setback | undefined> {
  const shown = turn.credential.current
  const { current, candidate, kind } = await turn.readBack()
  if (current.fingerprint !== shown.fingerprint) return await overtaken(turn)
  const { now: tried, later } = worthTrying(turn)
  if (tried.length === 0) return noneOpens(turn)
  const { verdicts, session } = await showKeysInTurn(turn, tried)
  const opened = tried[verdicts.indexOf('accepted')]

  if (opened === current) {
    return { class: 'not-sent', code: 'host/flapping', message: 'The host refused the current secret and then accepted it; nothing was changed, it is tried again.' }
  }
  if (opened !== undefined && opened === candidate) {
    await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time() } })
    return { class: 'applied', code: 'host/candidate-opens', message: 'The current secret is refused and the new one is accepted: it is verified at the next attempt.' }
  }
  if (opened !== undefined && session !== undefined) return await rollForward(turn, opened, session)
  if (verdicts.some((verdict) => verdict !== 'refused')) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'The host gave no clear answer to the recorded secrets (a second factor, or their method is not on offer); nothing was changed.' }
  }
  return noneOpens(turn, kind === 'password' ? later : 0)
}

/**
 * Another worker has replaced the secret while we were on our way with the one before. Nothing is to be guessed: theirs is shown, at which a
 * host forgets the wrong password that it has counted.
 */
async function overtaken (turn: Turn): Promise<Setback | undefined> {
  const { verdicts: [verdict] } = await turn.contact([turn.credential.current])
  if (verdict === 'accepted') return undefined
  return {
    class: 'outcome-unknown',
    code: 'host/no-verdict',
    waitSeconds: forgottenAfterSeconds,
    message: 'Another worker has replaced the secret meanwhile, and the host takes neither that one nor the one before; nothing was changed, and all recorded ones are tried at the next attempt.'
  }
}

/**
 * What may open instead, the likeliest first: a successor whose push may have arrived, what a snapshot may hold, newest first. A candidate that the host has
 * refused never was in use. Of passwords, one more is all that a strict host forgives, so each attempt shows another one.
 */
function worthTrying ({ credential }: Turn): { readonly now: StoredSecret[], readonly later: number } {
  const { kind, current, candidate, retired, history, drift } = credential
  const seen = retired.filter(({ fingerprint }) => drift?.endedAt === null && fingerprint === drift.opened)
  const inUse = history.filter(({ wasRefused }) => !wasRefused)
  const sent = candidate === null || (kind === 'password' && candidate.sentAt === null && candidate.wasSent !== true) ? [] : [candidate]
  const earlier = [...new Set([...seen, ...sent, ...retired.toReversed(), ...inUse])]
  if (kind === 'ssh-key') return { now: [current, ...earlier].slice(0, mostTried * mostConnections), later: 0 }
  const at = earlier.length === 0 ? 0 : lockoutsOf(credential) % earlier.length
  return { now: earlier.slice(at, at + 1), later: Math.max(0, earlier.length - 1 - lockoutsOf(credential)) }
}

/** As many to a connection as sshd takes, until one opens. */
async function showKeysInTurn (turn: Turn, secrets: readonly StoredSecret[]): Promise<Pick<Contact, 'verdicts' | 'session'>> {
  return await inGroups(triedAtOnce, async (size) => await showInGroups(turn, secrets, size))
}

async function showInGroups (turn: Turn, secrets: readonly StoredSecret[], size: number): Promise<Pick<Contact, 'verdicts' | 'session'>> {
  const verdicts: Array<Contact['verdicts'][number]> = []
  for (let at = 0; at < secrets.length; at += size) {
    const contact = await turn.contact(secrets.slice(at, at + size))
    verdicts.push(...contact.verdicts)
    if (contact.session !== undefined) return { verdicts, session: contact.session }
    if (contact.verdicts.some((verdict) => verdict !== 'refused')) break
  }
  return { verdicts }
}
