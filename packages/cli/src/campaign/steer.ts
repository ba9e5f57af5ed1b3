import type { RekeyClient } from '@rekey/client'
import type { CampaignAction } from '@rekey/domain'
import { inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

/** Proposes to hold a campaign, to let it go on or to end it, and says who has to approve what. */
export async function steer (api: RekeyClient, path: { readonly id: string }, body: { readonly action: CampaignAction, readonly reason: string }, json = false): Promise<Said> {
  const campaign = await api.post('/v1/campaigns/{id}/steerings', { path, body })
  if (json) return { out: asJson(campaign), notes: [] }
  const proposed = campaign.zones.flatMap(({ steerings, approvalsNeeded }) => {
    const last = steerings.findLast(({ action }) => action === body.action)
    return last === undefined ? [] : [{ approveWith: last.approveWith, approvalsNeeded }]
  })
  return { out: inLines([`Proposed to ${body.action} the campaign ${campaign.id}. It does so once people have approved, each with a Vault login of his own:`, ...approvalLines(proposed)]), notes: [] }
}

/** What people run, for each zone. */
export function approvalLines (zones: ReadonlyArray<{ readonly approveWith: string, readonly approvalsNeeded: number }>): string[] {
  return zones.map(({ approveWith, approvalsNeeded }) => `  ${approveWith}   (${approvalsNeeded === 1 ? 'one person' : `${approvalsNeeded} people`})`)
}
