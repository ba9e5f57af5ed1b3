import type { RetiredKey, UserKey } from '@rekey/domain'
import { isRekeyError } from '@rekey/domain'
import type { Contact, Verdict } from './ports.ts'
import type { Setback } from './setback.ts'
import { settle } from './transitions.ts'
import type { Turn } from './turn.ts'
import { currentRefused } from './way-in.ts'

/** Proves that the host refuses these keys while it accepts the current one, and settles them. */
export async function proveDead (turn: Turn, dead: readonly RetiredKey[]): Promise<Setback | undefined> {
  const { current } = turn.credential
  const random = turn.ports.keys.make()
  const { random: randomVerdict, old, last } = await showAll(turn, random, dead)

  if (randomVerdict === 'accepted') {
    return { class: 'applied', code: 'host/accepts-anything', hold: 'accepts-anything', message: 'The host accepted a key that was made up a moment ago: it lets anybody in, and no proof is possible.' }
  }
  const alive = dead.filter((_, index) => old[index] === 'accepted')
  if (alive.length > 0) {
    await turn.save({ ...turn.credential, retired: turn.credential.retired.map((key) => alive.some(({ epoch }) => epoch === key.epoch) ? { ...key, removedAt: null } : key) })
    return { class: 'applied', code: 'host/old-key-opens', message: `The new key opens, and so does an old one (${alive.map((key) => key.fingerprint).join(', ')}) although it is in no authorized_keys file: look for AuthorizedKeysCommand, certificates or another file on the host.` }
  }
  const accepted = last.verdicts.at(-1)
  if (randomVerdict === 'refused' && old.every((verdict) => verdict === 'refused') && accepted === 'refused') return currentRefused(turn)
  if (randomVerdict !== 'refused' || old.some((verdict) => verdict !== 'refused') || accepted !== 'accepted' || last.session === undefined) {
    return { class: 'outcome-unknown', code: 'host/no-verdict', message: 'The host gave no clear answer to the old key (a second factor, or public keys are not on offer), so nothing is proven; it stays a debt.' }
  }
  if (!await last.session.answersNonce()) {
    return { class: 'outcome-unknown', code: 'host/no-commands', message: 'The new key logs in but runs no commands, so nothing is proven; the old one stays a debt.' }
  }
  const known = turn.credential.history.length + dead.length
  await turn.save(settle(turn.credential, dead, {
    randomRefused: true, oldRefused: dead.map((key) => key.fingerprint), newAccepted: current.fingerprint, at: turn.time()
  }, turn.facts))
  if (turn.credential.history.length < known) await turn.forgetOlder()
  return undefined
}

interface Showing {
  random: Verdict
  old: Verdict[]
  last: Contact
}

/**
 * One connection: random, the old ones, the current one, whose success resets sshd's count of failures.
 * A host that counts more strictly ends it in between; then each wrong key gets a connection that ends with the right one.
 */
async function showAll (turn: Turn, random: UserKey, dead: readonly RetiredKey[]): Promise<Showing> {
  const { current } = turn.credential
  try {
    const last = await turn.contact([random, ...dead, current])
    const [randomVerdict = 'untried', ...rest] = last.verdicts
    return { random: randomVerdict, old: rest.slice(0, -1), last }
  } catch (error) {
    if (!isRekeyError(error, 'ssh/dropped')) throw error
  }
  let last = await turn.contact([random, current])
  const showing: Showing = { random: last.verdicts[0] ?? 'untried', old: [], last }
  for (const key of dead) {
    // The current key must have been accepted each time: only then was it the wrong key that was refused.
    if (last.verdicts.at(-1) !== 'accepted') break
    last = await turn.contact([key, current])
    showing.old.push(last.verdicts[0] ?? 'untried')
  }
  while (showing.old.length < dead.length) showing.old.push('untried')
  return { ...showing, last }
}
