import type { StoredSecret } from '@rekey/domain'
import { handleFence } from './fence.ts'
import type { Session } from './ports.ts'
import { barred, neverTaken, put } from './push.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** Puts the candidate in place over a session: a key beside the old one, a password instead of it. @param from what opens the account now */
export async function send (turn: Turn, session: Session, from: StoredSecret): Promise<Setback | undefined> {
  const candidate = { ...turn.candidate(), wasSent: true as const }
  await turn.announce('push', { epoch: candidate.epoch, fingerprint: candidate.fingerprint })
  await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time() } })
  turn.assertMayWrite()
  const change = await turn.sending(() => put(session, turn.credential.name, candidate.epoch, { from, to: candidate }))
  if (change.outcome === 'applied') {
    turn.pushedEpoch = candidate.epoch
    return undefined
  }
  if (change.outcome === 'refused' && change.forGood === true) return neverTaken(turn, from, change.reason)
  await turn.save({ ...turn.credential, candidate })
  if (change.outcome === 'refused' && change.account !== undefined) return barred(change.reason, change.account)
  if (change.outcome === 'refused') {
    return { class: 'refused', code: 'host/refused', message: `The host did not take the new secret: ${change.reason}. Nothing was changed; the old one still opens.` }
  }
  return handleFence(turn, change)
}
