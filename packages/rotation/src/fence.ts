import { highestEpoch } from './ports.ts'
import type { Change } from './ports.ts'
import { resetFence } from './reset-fence.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/** Rotations raise an epoch one by one. A fence further above Vault's than this was not made by any. */
const farthestJump = 1000

/**
 * The host refused a script because of its fence. Either this worker is stale, which Vault tells, or the fence was
 * changed on the host. An account's owner can do that; as long as Vault's current secret still opens, Vault's epoch
 * jumps above the fence and the finding is kept.
 */
export async function handleFence (turn: Turn, change: Exclude<Change, { outcome: 'applied' | 'refused' }>): Promise<Setback | undefined> {
  const ours = turn.credential.epoch
  const known = await turn.readBack()
  if (known.epoch > ours) return undefined // Stale: the loop goes on from what Vault says.

  if (change.outcome === 'fence-unreadable' || change.seen > known.epoch + farthestJump) {
    const unusable: Setback = { class: 'refused', code: 'host/fence-unusable', hold: 'fence-unusable', message: 'The fence in the account\'s .ssh/.rekey holds no number that rotations could have led to: somebody changed it, or Vault was restored from an old backup. Nothing was changed. Remove that file on the host, then clear the hold.' }
    const seen = change.outcome === 'fenced' ? change.seen : undefined
    return seen === undefined || seen === highestEpoch ? await resetFence(turn, unusable, seen) : unusable
  }
  const random = await turn.randomSecret()
  const { verdicts } = await turn.contact([random, known.current])
  if (verdicts[0] !== 'refused' || verdicts[1] !== 'accepted') {
    return { class: 'outcome-unknown', code: 'host/fence-above', message: 'The host has seen a higher epoch than Vault knows, and the current secret was not proven to open; nothing was changed.' }
  }
  const epoch = change.seen + 1
  turn.ports.log.warn({ event: 'fence-tampered', credential: turn.name, seen: change.seen, expected: ours }, 'the fence on the host stood above Vault\'s epoch')
  await turn.save({
    ...known,
    epoch,
    candidate: known.candidate && { ...known.candidate, epoch, sentAt: null },
    fenceTampered: { at: turn.time(), seen: change.seen }
  })
  return undefined
}
