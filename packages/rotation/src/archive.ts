import { hasLeft, siblingsRelyingOn } from '@rekey/domain'
import type { Facts, Outline } from './facts.ts'
import { unprovenOf } from './facts.ts'
import type { Step } from './steps.ts'
import type { Turn } from './turn.ts'

/**
 * The last step of a credential that leaves: it owes nothing any more, and nobody on its host relies on it. Nothing is changed there and
 * no secret is dropped, so a hold, an observation or a wait does not stand in the way.
 */
export const archive: Step = {
  name: 'archive',
  due: (credential, facts) => credential.leaving !== null && !hasLeft(credential) &&
    owedBy(credential, facts).length === 0 && siblingsRelyingOn(credential.name, facts.siblings, facts.recovery).length === 0,
  act: keep
}

/** What has to be proven dead, or signed off by people, before it has left. */
function owedBy (credential: Outline, facts: Facts): string[] {
  return unprovenOf(credential, facts).filter((fingerprint) => credential.leaving?.signedOff.includes(fingerprint) !== true)
}

async function keep (turn: Turn): Promise<undefined> {
  const { credential } = turn
  const { leaving, current, epoch } = credential
  if (leaving === null) throw new Error('a step was due for a credential that stays')
  const signedOff = unprovenOf(credential, turn.facts)
  const debts = signedOff.length === 0 ? 'nothing was left to prove' : `signed off without a proof: ${signedOff.join(', ')}`
  await turn.announce('archive', { epoch, fingerprint: current.fingerprint, detail: `by proposal ${leaving.proposal}, approved by ${leaving.by}; ${debts}` })
  await turn.save({ ...credential, leaving: { ...leaving, signedOff, leftAt: turn.time() } })
}
