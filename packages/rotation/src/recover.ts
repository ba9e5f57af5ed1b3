import { formatName, retryConflicts } from '@rekey/domain'
import { put } from './push.ts'
import type { Setback } from './setback.ts'
import { store } from './store.ts'
import type { Turn } from './turn.ts'

/**
 * No recorded secret of an account opens it any more: the host's own recovery credential puts a new one in place, and the
 * rotation goes on from there. Besides that it only resets a fence (`reset-fence.ts`), and it is itself rotated afterwards.
 * @param setback what stopped the turn
 * @returns nothing when the new secret is in place; else what stops it still
 */
export async function recover (turn: Turn, setback: Setback): Promise<Setback | undefined> {
  const { recovery } = turn
  const { name } = turn.credential
  // Whoever is changed through another credential had its help already; and nobody helps himself.
  if (recovery === undefined || turn.credential.through !== null || (recovery.account === name.account && recovery.name === name.name)) return setback
  const helper = formatName({ ...name, ...recovery })
  const session = await turn.wayThrough(recovery).throughAnother()
  if ('class' in session) return { ...setback, message: `${setback.message} The recovery credential did not help: ${session.message}` }
  await turn.announce('recover', { epoch: turn.credential.epoch, fingerprint: turn.credential.current.fingerprint, detail: `by ${helper}` })
  await burn(turn, helper)

  if (turn.credential.candidate === null) {
    const unstored = await store(turn)
    if (unstored !== undefined) return unstored
  }
  const { current } = turn.credential
  const candidate = turn.candidate()
  await turn.save({ ...turn.credential, candidate: { ...candidate, sentAt: turn.time(), wasSent: true } })
  turn.assertMayWrite()
  const change = await turn.sending(() => put(session, name, candidate.epoch, { from: current, to: candidate, orphan: true }))
  if (change.outcome !== 'applied') {
    return { ...setback, message: `${setback.message} The recovery credential did not help: ${change.outcome === 'refused' ? change.reason : 'the fence on the host stands in the way'}.` }
  }
  turn.ports.log.warn({ event: 'recovered', credential: turn.name, by: helper }, 'no recorded secret opened the account; the recovery credential has put a new one in place')
  turn.pushedEpoch = candidate.epoch
  return undefined
}

/** Recorded before it is used: from then on a successor is owed, which its own turn makes, later in the same visit. Whoever writes that document meanwhile is asked again. */
export async function burn (turn: Turn, helper: string): Promise<void> {
  await retryConflicts(async () => {
    const { recovery } = turn
    const stored = recovery && await turn.ports.journal.credential({ ...turn.credential.name, ...recovery })
    if (stored === undefined) throw new Error(`${helper} has gone`)
    const burned = { ...stored.value, burnedAt: stored.value.burnedAt ?? turn.time() }
    if (stored.value.burnedAt === null) await turn.ports.journal.save(burned, stored.version)
    turn.noteSibling(burned)
  })
}
