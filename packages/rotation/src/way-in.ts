import type { StoredSecret } from '@rekey/domain'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** Keys that one connection tries: sshd counts six failures (MaxAuthTries). */
const mostTried = 5
/** A refused password may be an account that is locked for a while by somebody else's failures: time tells. */
const refusalsBeforeHold = 2
/**
 * Until then a host remembers failures (faillock.conf(5), fail_interval), and ours would add up: whoever has changed the
 * password by hand would find the account closed.
 */
const forgottenAfterSeconds = 900

/**
 * The current secret was not accepted: finds out in one connection whether any recorded one is.
 * Nothing is changed; what is found is a hold, because each of these needs a person to look.
 */
export async function currentRefused (turn: Turn): Promise<Setback> {
  const { current, candidate } = turn.credential
  const tried = worthTrying(turn)
  if (tried.length === 0) return noneOpens(turn)
  const { verdicts } = await turn.contact(tried)
  const opened = tried[verdicts.indexOf('accepted')]

  if (opened === current) {
    return { class: 'not-sent', code: 'host/flapping', message: 'The host refused the current secret and then accepted it; nothing was changed, it is tried again.' }
  }
  if (opened !== undefined && opened === candidate) {
    await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time() } })
    return { class: 'applied', code: 'host/candidate-opens', message: 'The current secret is refused and the new one is accepted: it is verified at the next attempt.' }
  }
  if (opened !== undefined) {
    return { class: 'locked-out', code: 'host/restored', hold: 'host-restored', message: `The current secret is refused, but an earlier one (${opened.fingerprint}) opens: the host was restored from a snapshot, or somebody put the old one back.` }
  }
  if (verdicts.some((verdict) => verdict !== 'refused')) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'The host gave no clear answer to the recorded secrets (a second factor, or their method is not on offer); nothing was changed.' }
  }
  return noneOpens(turn)
}

/** One wrong password was shown already, and a second one is all that a strict host forgives. */
function worthTrying ({ credential: { kind, current, candidate, retired, history } }: Turn): StoredSecret[] {
  const unsure = candidate === null ? [] : [candidate]
  if (kind === 'password') return [...unsure, ...retired.slice(-1), ...history].slice(0, 1)
  return [current, ...unsure, ...retired.toReversed(), ...history].slice(0, mostTried)
}

/** No recorded secret is accepted. */
export function noneOpens ({ credential: { kind, failures } }: Turn): Setback {
  if (kind === 'ssh-key') {
    return { class: 'locked-out', code: 'host/locked-out', hold: 'locked-out', message: 'None of the recorded keys that were tried opens the account any more: it was removed on the host, or Vault was restored from a backup that is older than the last rotation. Put the current public key back by hand (`rekey reveal --public`), then clear the hold.' }
  }
  return {
    class: 'locked-out',
    code: 'host/locked-out',
    waitSeconds: forgottenAfterSeconds,
    message: 'The host refuses the recorded passwords: somebody changed the password, or the account is locked by failed attempts (`faillock --user`), expired or barred from SSH. Nothing was changed. Set the current one by hand (`rekey reveal`), or wait until the lock ends.',
    ...(failures >= refusalsBeforeHold ? { hold: 'locked-out' as const } : {})
  }
}
