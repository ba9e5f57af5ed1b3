import type { Clearing, Proposal } from '@rekey/domain'
import { clearedBy, formatThrough, hasLeft, isClearingOpen } from '@rekey/domain'
import type { Outline } from './facts.ts'
import { approversOf, granted } from './proposal.ts'
import type { Counting, Granted } from './proposal.ts'
import type { Turn } from './turn.ts'

/*
 * A hold is where a worker must not go on by its own judgement, so it does not go on by the API's either: the API proposes to clear a hold
 * that it names by class and time, and the worker counts who has approved of just that one.
 */

/** Whether a hold among these waits to be cleared. */
export async function clearingWaits (outlines: readonly Outline[], proposals: readonly Proposal[], asked: Counting & { readonly now: Date }): Promise<boolean> {
  for (const outline of outlines) {
    if (await nextOf(outline, proposals, asked) !== undefined) return true
  }
  return false
}

/** Clears the hold of a credential, if people have approved. */
export async function heedClearing (turn: Turn, proposals: readonly Proposal[]): Promise<void> {
  const { credential, facts, ports: { journal } } = turn
  const found = await nextOf(credential, proposals, { journal, policy: facts.policy, now: facts.now })
  if (found === undefined) return
  const { number, reason, hold } = found.proposal
  const by = approversOf(found)
  await turn.announce('clear', { epoch: credential.epoch, fingerprint: credential.current.fingerprint, detail: `hold ${hold.class} since ${hold.since}, by proposal ${number}, approved by ${by}` })
  const cleared = clearedBy({ by, at: turn.time(), reason: `proposal ${number}: ${reason}` }, credential)
  if (cleared !== undefined) await turn.saveUnlessBeaten(cleared)
}

async function nextOf (outline: Outline, proposals: readonly Proposal[], { now, ...counting }: Counting & { readonly now: Date }): Promise<Granted<Clearing> | undefined> {
  const { name, hold } = outline
  if (hold === null || hasLeft(outline)) return undefined
  for (const proposal of proposals) {
    if (proposal.kind !== 'clearing' || proposal.host !== name.host || formatThrough(proposal.credential) !== formatThrough(name) || !isClearingOpen(proposal, hold, now)) continue
    const found = await granted(proposal, counting)
    if (found !== undefined) return found
  }
  return undefined
}
