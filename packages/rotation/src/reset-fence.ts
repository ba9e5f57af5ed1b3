import { formatName } from '@rekey/domain'
import { burn } from './recover.ts'
import type { Setback } from './setback.ts'
import type { Turn } from './turn.ts'

/**
 * A fence that nothing can be compared with, or with nothing above it, is put back to Vault's epoch by the host's recovery
 * credential. Only while Vault's current secret passes a proof: else Vault may be older than what the host has seen.
 * @param setback what stops the turn without that
 * @param seen the number on the host, if it holds one: a finding
 * @returns nothing when the fence is usable again; else what stops it still
 */
export async function resetFence (turn: Turn, setback: Setback, seen: number | undefined): Promise<Setback | undefined> {
  const { recovery } = turn
  const { name, current, epoch, through } = turn.credential
  // The fence of what is changed through another credential lies where that one acts; and nobody helps himself.
  if (recovery === undefined || through !== null || (recovery.account === name.account && recovery.name === name.name)) return setback
  const { verdicts } = await turn.contact([await turn.randomSecret(), current])
  if (verdicts[0] !== 'refused' || verdicts[1] !== 'accepted') return setback
  const helper = formatName({ ...name, ...recovery })
  const session = await turn.wayThrough(recovery, 'ssh-key').throughAnother()
  if ('class' in session) return { ...setback, message: `${setback.message} The recovery credential did not help: ${session.message}` }

  await turn.announce('reset-fence', { epoch, fingerprint: current.fingerprint, detail: `by ${helper}` })
  await burn(turn, helper)
  if (seen !== undefined) await turn.save({ ...turn.credential, fenceTampered: { at: turn.time(), seen } })
  turn.assertMayWrite()
  const change = await turn.sending(() => session.resetFence({ credential: name, epoch }))
  if (change.outcome !== 'applied') {
    return { ...setback, message: `${setback.message} The recovery credential did not help: ${change.outcome === 'refused' ? change.reason : 'the fence holds another number by now'}.` }
  }
  turn.ports.log.warn({ event: 'fence-reset', credential: turn.name, by: helper }, 'the fence on the host could not be used; the recovery credential has put it back to Vault\'s epoch')
  return undefined
}
