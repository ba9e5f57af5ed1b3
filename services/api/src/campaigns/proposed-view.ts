import type { Static } from 'typebox'
import type { CallerPorts } from '../caller-ports.ts'
import type { CampaignProposed } from '../schemas/campaign-proposed.ts'
import { policyOf } from '../zone-policies.ts'
import type { FoundCampaign } from './find.ts'
import { headOf, zoneHeadOf } from './head.ts'

/** What is known of a campaign without a look at what it covers. */
export async function proposedOf ({ inventory }: Pick<CallerPorts, 'inventory'>, campaign: FoundCampaign): Promise<Static<typeof CampaignProposed>> {
  return {
    ...headOf(campaign),
    zones: await Promise.all(campaign.zones.map(async ({ proposal }) => ({
      ...zoneHeadOf(proposal, (await policyOf(inventory, proposal.zone)).policy),
      expiresAt: proposal.expiresAt
    })))
  }
}
