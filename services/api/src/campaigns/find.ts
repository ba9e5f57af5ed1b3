import { RekeyError, type Campaign, type CampaignRun, type CredentialState, type Proposal, type Steering } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { UnseenState } from '../credential-views.ts'
import { targetsIn, type TargetPorts } from '../orders.ts'
import { zonesFor } from '../zones.ts'

/** A campaign in one zone: what was proposed, and what its worker has made of it. */
export interface ZoneCampaign {
  readonly proposal: Campaign
  readonly run: CampaignRun | undefined
  readonly steerings: readonly Steering[]
}

/** A campaign as far as the caller sees its zones. */
export interface FoundCampaign {
  readonly id: string
  /** By zone; at least one. */
  readonly zones: readonly [ZoneCampaign, ...ZoneCampaign[]]
}

/** All campaigns of these zones, the newest first. */
export async function findCampaigns ({ inventory, zones }: Pick<CallerPorts, 'inventory' | 'zones'>, zone?: string): Promise<FoundCampaign[]> {
  const found = new Map<string, ZoneCampaign[]>()
  const all = await Promise.all(zonesFor(zones, zone).map(async ({ name }) => {
    const proposals = await inventory.proposals(name)
    return { proposals, runs: proposals.some(isCampaign) ? await inventory.campaigns(name) : [] }
  }))
  for (const { proposals, runs } of all) {
    for (const proposal of proposals.filter(isCampaign)) {
      const one = { proposal, run: runs.find(({ campaign }) => campaign === proposal.campaign), steerings: proposals.filter(isSteering).filter(({ campaign }) => campaign === proposal.campaign) }
      const own = found.get(proposal.campaign) ?? []
      // Two requests at once may both have proposed it: the worker takes up one.
      if (own.some(({ proposal: { zone: other } }) => other === proposal.zone)) continue
      found.set(proposal.campaign, [...own, one])
    }
  }
  return [...found].flatMap(([id, [first, ...rest]]) => first === undefined ? [] : [{ id, zones: [first, ...rest] as const }])
    .sort((a, b) => sortKey(a) < sortKey(b) ? -1 : 1)
}

/** The key of lists, the newest first. */
export function sortKey ({ id, zones: [{ proposal }] }: FoundCampaign): string {
  return `${String(Number.MAX_SAFE_INTEGER - Date.parse(proposal.proposedAt)).padStart(16, '0')}/${id}`
}

/** @throws RekeyError `campaign/unknown` */
export async function findCampaign (ports: Pick<CallerPorts, 'inventory' | 'zones'>, id: string): Promise<FoundCampaign> {
  const found = (await findCampaigns(ports)).find(campaign => campaign.id === id)
  if (found === undefined) throw new RekeyError('campaign/unknown', `there is no campaign ${id}; GET /v1/campaigns lists those there are`, { field: 'id' })
  return found
}

/** What a campaign covers in one zone; before it has started, what it would. */
export async function targetsOf (ports: TargetPorts, { proposal: { zone, scope }, run }: ZoneCampaign): Promise<Array<CredentialState | UnseenState>> {
  return await targetsIn(ports, zone, scope, run?.order)
}

function isCampaign (proposal: Proposal): proposal is Campaign {
  return proposal.kind === 'campaign'
}

function isSteering (proposal: Proposal): proposal is Steering {
  return proposal.kind === 'steering'
}
