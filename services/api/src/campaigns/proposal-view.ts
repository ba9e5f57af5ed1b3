import type { Static } from 'typebox'
import type { Campaign, CampaignRun, Steering } from '@rekey/domain'
import type { Inventory } from '../inventory-port.ts'
import { readOnce } from '../read-once.ts'
import type { CampaignProposalView, SteeringView } from '../schemas/proposal.ts'

/** For as long as one answer is made. */
export function campaignReader (inventory: Inventory): (zone: string) => Promise<CampaignRun[]> {
  return readOnce(async (zone: string) => await inventory.campaigns(zone))
}

/** What of a proposal that concerns a campaign is shown besides what every proposal says. */
export function campaignTerms (proposal: Campaign | Steering): Omit<Terms<typeof CampaignProposalView>, Said> | Omit<Terms<typeof SteeringView>, Said> {
  if (proposal.kind === 'steering') return { kind: 'steering', campaign: proposal.campaign, action: proposal.action, lockdown: proposal.lockdown ?? false }
  const { kind, campaign, asked, scope, after, waitSeconds, breakerPercent, endsTokens, endsSessions = false, lockdown = false, deadline } = proposal
  return { kind, campaign, asked, scope, after, waitSeconds, breakerPercent, endsTokens, endsSessions, lockdown, deadline }
}

type Terms<View extends typeof CampaignProposalView | typeof SteeringView> = Static<View>
type Said = 'zone' | 'number' | 'status' | 'reason' | 'proposedBy' | 'proposedAt' | 'expiresAt' | 'digest' | 'approvals' | 'approvalsNeeded' | 'approveWith'

/** What became of it, unless it has expired. */
export async function campaignStatus (runs: (zone: string) => Promise<CampaignRun[]>, proposal: Campaign | Steering): Promise<'open' | 'carried-out' | 'void'> {
  const run = (await runs(proposal.zone)).find(({ campaign }) => campaign === proposal.campaign)
  if (proposal.kind === 'campaign') return run === undefined ? 'open' : run.proposal === proposal.number ? 'carried-out' : 'void'
  if (run === undefined || run.steering < proposal.number) return run?.state === 'stopped' ? 'void' : 'open'
  return run.steering === proposal.number ? 'carried-out' : 'void'
}
