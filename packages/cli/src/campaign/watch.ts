import type { CampaignEvent, CampaignSummary, RekeyClient } from '@rekey/client'
import { RekeyError } from '@rekey/domain'
import { inLines } from '../columns.ts'
import { follow } from '../follow.ts'
import { Progress } from '../progress.ts'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { pageOf, stillUsable } from './show.ts'

export interface WatchFlags {
  readonly timeout?: number
  readonly json?: boolean
}

/** Exit code 1 when only people can let it go on, or it has ended and something is not proven. @throws RekeyError `request/timeout`; what the API refuses */
export async function watchCampaign (api: RekeyClient, { id }: { readonly id: string }, { timeout, json = false }: WatchFlags, session: Session): Promise<Said> {
  const campaign = await watch(api, id, timeout, session)
  const code = campaign.stillUsable === campaign.counts.observed + campaign.counts.left ? 0 : 1
  return { out: json ? asJson(campaign) : inLines(pageOf(campaign)), notes: [], code }
}

async function watch (api: RekeyClient, id: string, seconds: number | undefined, session: Session): Promise<CampaignSummary> {
  const progress = new Progress(session)
  try {
    const campaign = await follow<Exclude<CampaignEvent, { event: 'end' }>, CampaignSummary>({
      stream: since => api.watchCampaign({ id }, since),
      after: ({ data }) => summaryOf(data),
      show: campaign => { progress.show(lineOf(campaign), campaign.counts.total - campaign.stillUsable, campaign.counts.total) },
      isOver: campaign => campaign.done || isStuck(campaign)
    }, seconds, session)
    if (campaign !== undefined) return campaign
  } finally {
    progress.end()
  }
  throw new RekeyError('request/timeout', `campaign ${id} is not done after ${seconds ?? 0} seconds; it goes on: rekey campaign watch ${id}`)
}

/** An event also has targets, of which a watch shows none. */
function summaryOf (told: CampaignSummary): CampaignSummary {
  const { targets: _, ...campaign } = { targets: [], ...told }
  return campaign
}

function lineOf (campaign: CampaignSummary): string {
  return [`still usable by the attacker: ${stillUsable(campaign)}`, ...campaign.zones.map(zone => `${zone.zone} ${zone.status} ${stillUsable(zone)}`)].join(' | ')
}

/** No zone goes on by itself any more. */
function isStuck ({ zones }: CampaignSummary): boolean {
  return zones.every(({ status, counts: { pending, grace, debt } }) => ['expired', 'paused', 'stopped', 'halted', 'done'].includes(status) || (status === 'all-hosts' && pending + grace + debt === 0))
}
