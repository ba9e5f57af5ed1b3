import { isPassword } from '@rekey/domain'
import { isOwedForDrift } from './aging.ts'
import { isOrdered } from './facts.ts'
import { liveLeases } from './leased.ts'
import { isSame } from './push.ts'
import { rulesFor } from './rules.ts'
import type { Setback } from './setback.ts'
import { newCandidate } from './transitions.ts'
import type { Turn } from './turn.ts'

/** Stored before pushed: the new secret is in Vault, and was read back, before any host sees it. */
export async function store (turn: Turn): Promise<Setback | undefined> {
  const rules = rulesFor(turn.credential, turn.facts)
  const secret = await turn.newSecret(rules)
  const holders = liveLeases(turn.credential, turn.facts)
  const detail = [
    ...isOrdered(turn.credential, turn.facts) ? [] : [isOwedForDrift(turn.credential, turn.facts) ? 'for its drift' : 'for its age'],
    ...holders === 0 ? [] : [`leases that live on the old one: ${holders}, and ${isPassword(secret) ? 'they lose it now' : 'they keep it for its grace'}`],
    ...rules.by === undefined ? [] : [`by the policy ${rules.by.name}, revision ${rules.by.revision}`]
  ].join(', ')
  await turn.announce('store', { epoch: turn.credential.epoch + 1, fingerprint: secret.fingerprint, ...detail !== '' && { detail } })
  const owner = await turn.ports.journal.claim(isPassword(secret) ? 'password' : 'user-key', secret.fingerprint, turn.name)
  if (owner !== turn.name) {
    return { class: 'not-sent', code: 'vault/conflict', message: 'The new secret opens another place already; another one is made at the next attempt.' }
  }
  await turn.save(newCandidate(turn.credential, secret, turn.facts))
  const { candidate } = await turn.readBack()
  if (candidate === null || !isSame(candidate, secret)) {
    return { class: 'not-sent', code: 'vault/conflict', message: 'The new secret was not in Vault when it was read back; nothing was sent to the host.' }
  }
  return undefined
}
