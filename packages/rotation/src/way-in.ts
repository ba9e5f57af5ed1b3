import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** Keys of the past that are tried when the current one is refused; with it and a candidate they stay below MaxAuthTries. */
const pastTried = 3

/**
 * The current secret was not accepted: finds out in one connection whether any recorded one is.
 * Nothing is changed; what is found is a hold, because each of these needs a person to look.
 */
export async function currentRefused (turn: Turn): Promise<Setback> {
  const { current, candidate, retired, history } = turn.credential
  const tried = [current, ...(candidate === null ? [] : [candidate]), ...retired.slice(-1), ...history.slice(0, pastTried)].slice(0, 5)
  const { verdicts } = await turn.contact(tried)
  const opened = tried[verdicts.indexOf('accepted')]

  if (opened === current) {
    return { class: 'not-sent', code: 'host/flapping', message: 'The host refused the current key and then accepted it; nothing was changed, it is tried again.' }
  }
  if (opened !== undefined && opened === candidate) {
    await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time() } })
    return { class: 'applied', code: 'host/candidate-opens', message: 'The current key is refused and the new one is accepted: it is verified at the next attempt.' }
  }
  if (opened !== undefined) {
    return { class: 'locked-out', code: 'host/restored', hold: 'host-restored', message: `The current key is refused, but an earlier one (${opened.fingerprint}) opens: the host was restored from a snapshot, or somebody put the old key back.` }
  }
  if (verdicts.some((verdict) => verdict !== 'refused')) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'The host gave no clear answer to the recorded keys (a second factor, or public keys are not on offer); nothing was changed.' }
  }
  return { class: 'locked-out', code: 'host/locked-out', hold: 'locked-out', message: 'No recorded key opens the account any more: it was removed on the host, or Vault was restored from a backup that is older than the last rotation. Put the current public key back by hand (`rekey reveal --public`), then clear the hold.' }
}
