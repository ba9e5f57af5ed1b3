import type { CampaignRun, Proposal, Steering } from '@rekey/domain'
import { endsInTime, hasExpired } from '@rekey/domain'
import type { Granted } from '../proposal.ts'
import { granted } from '../proposal.ts'
import { announce } from './announce.ts'
import type { Look } from './look.ts'

/** What people have approved last of a campaign that goes on. One that was stopped stays so, and a lockdown goes on by no proposal that keeps quiet of what it is. */
export async function waitingSteering (run: CampaignRun, proposals: readonly Proposal[], look: Look): Promise<Granted<Steering> | undefined> {
  if (run.state === 'stopped') return undefined
  const open = proposals.filter((proposal): proposal is Steering => proposal.kind === 'steering' && proposal.campaign === run.campaign &&
    proposal.number > run.steering && (run.lockdown === undefined || proposal.lockdown === true || proposal.action !== 'resume') && endsInTime(proposal) && !hasExpired(proposal, look.now))
  for (const proposal of open.toReversed()) {
    const found = await granted(proposal, look)
    if (found !== undefined) return found
  }
  return undefined
}

/** A resume also lets the waves go on that the breaker has stopped: people have looked. */
export async function steer (run: CampaignRun, found: Granted<Steering>, { now, ports }: Look): Promise<CampaignRun> {
  const { proposal: { number, action, campaign } } = found
  await announce(found, { act: `campaign-${action}`, done: 'steered' }, ports)
  ports.log.warn({ event: 'campaign-steered', campaign, action }, `people have approved: ${action}`)
  const steered = { ...run, steering: number, ...found.breakGlass !== undefined && { steeredAlone: [...run.steeredAlone ?? [], { proposal: number, action, at: now.toISOString(), reason: found.breakGlass }] } }
  switch (action) {
    case 'pause': return { ...steered, state: 'paused' }
    case 'stop': return { ...steered, state: 'stopped' }
    case 'resume': return { ...steered, state: 'running', ...run.breaker !== null && { breaker: null, isBreakerOff: true, waveAt: now.toISOString() } }
  }
}
