import type { CampaignSummary, CampaignView, RekeyClient } from '@rekey/client'
import { formatName } from '@rekey/domain'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'

export async function listCampaigns (api: RekeyClient, { zone, json = false }: { readonly zone?: string, readonly json?: boolean }): Promise<Said> {
  const campaigns = await api.all('/v1/campaigns', { zone })
  if (json) return { out: asJson(campaigns), notes: [] }
  const rows = campaigns.map(({ id, requestedAt, zones, counts, stillUsable, reason }) => [id, requestedAt, zones.map(({ zone, status }) => `${zone}: ${status}`).join(', '), `${stillUsable} of ${counts.total}`, reason])
  return { out: inLines(inColumns([['CAMPAIGN', 'PROPOSED', 'ZONES', 'STILL USABLE', 'REASON'], ...rows])), notes: [] }
}

export interface ShowFlags {
  readonly targets?: boolean
  readonly json?: boolean
}

export async function showCampaign (api: RekeyClient, path: { readonly id: string }, { targets: all = false, json = false }: ShowFlags): Promise<Said> {
  const campaign = await wholeCampaign(api, path)
  if (json) return { out: asJson(campaign), notes: [] }
  const shown = campaign.targets.filter(target => all || !['settled', 'locked'].includes(target.outcome) || target.spared?.why === 'no-recovery')
  const rows = shown.map(target => [formatName(target), target.outcome, target.refusedAt ?? '-', target.hold?.detail ?? target.lastFailure?.message ?? (target.spared?.why === 'no-recovery' ? 'not locked: the host has no recovery credential, so nothing would lead back' : '')])
  return { out: inLines([...pageOf(campaign), ...accessLine(campaign), ...rows.length === 0 ? [] : ['', ...inColumns([['CREDENTIAL', 'OUTCOME', 'OLD REFUSED', 'WHAT IS KNOWN'], ...rows])]]), notes: [] }
}

/** All pages of its targets. */
async function wholeCampaign (api: RekeyClient, path: { readonly id: string }): Promise<CampaignView> {
  const first = await api.get('/v1/campaigns/{id}', { path, query: { limit: '1000' } })
  const targets = [...first.targets]
  for (let cursor = first.next; cursor !== null;) {
    const page = await api.get('/v1/campaigns/{id}', { path, query: { limit: '1000', cursor } })
    targets.push(...page.targets)
    cursor = page.next
  }
  return { ...first, targets, next: null }
}

/** What is known of a campaign as a whole, and of each zone. */
export function pageOf (campaign: CampaignSummary): string[] {
  const { id, requestedBy, requestedAt, reason, deadline, isOverdue, refused, zones } = campaign
  return [
    `${campaign.lockdown ? 'LOCKDOWN, campaign' : 'Campaign'} ${id}, proposed by ${requestedBy} at ${requestedAt}: ${reason}`,
    `Still usable by the attacker: ${stillUsable(campaign)}`,
    `Refused: the first after ${seconds(refused.firstSeconds)}, half after ${seconds(refused.halfSeconds)}, all after ${seconds(refused.allSeconds)}`,
    ...deadline === null ? [] : [`Deadline: ${deadline}${isOverdue ? ', which has passed' : ''}`],
    '',
    ...inColumns([
      ['ZONE', 'STATUS', 'ORDER', 'APPROVALS', 'STILL USABLE', 'NOT PROVEN'],
      ...zones.map(zone => [zone.zone, zone.status, zone.order === null ? '-' : `${zone.zone}/${zone.order}`, approvalsOf(zone), stillUsable(zone), openOnes(zone.counts)])
    ]),
    ...waitsFor(campaign)
  ]
}

/** What of CI's and people's access it has ended, if any. */
export function accessLine ({ ended: { grants, leases, requests } }: Pick<CampaignView, 'ended'>): string[] {
  return grants + leases + requests === 0 ? [] : [`Ended before anything was replaced: grants ${grants}, live leases ${leases}, requests for leases ${requests}`]
}

export function stillUsable ({ stillUsable, counts }: Pick<CampaignSummary, 'stillUsable' | 'counts'>): string {
  return `${stillUsable} of ${counts.total}`
}

export function seconds (count: number | null): string {
  return count === null ? '-' : `${Math.round(count * 10) / 10} s`
}

type Zone = CampaignSummary['zones'][number]

function approvalsOf ({ approvals, approvalsNeeded, breakGlass }: Zone): string {
  return breakGlass === null ? `${approvals.length} of ${approvalsNeeded}` : `${approvals.length}, by break-glass`
}

function openOnes ({ total: _, settled: __, locked: ___, ...others }: CampaignSummary['counts']): string {
  const open = Object.entries(others).filter(([, count]) => count > 0)
  return open.length === 0 ? '-' : open.map(([what, count]) => `${count} ${what}`).join(', ')
}

/** What only people can do now, if anything. */
export function waitsFor ({ id, zones }: CampaignSummary): string[] {
  return zones.flatMap(({ zone, status, approveWith, approvals, approvalsNeeded, breaker, steerings, counts: { held } }) => [
    ...status === 'proposed' ? [`${zone} waits for ${approvalsNeeded - approvals.length} more to approve: ${approveWith}`] : [],
    ...status === 'expired' ? [`${zone}: too few have approved in time; start another one`] : [],
    ...status === 'halted' ? [`${zone}: ${breaker?.reason ?? 'the breaker has stopped the waves'}: rekey campaign resume ${id}, or stop`] : [],
    ...status === 'paused' ? [`${zone} is paused: rekey campaign resume ${id}`] : [],
    ...held > 0 && !['proposed', 'approved', 'expired', 'stopped'].includes(status) ? [`${zone}: ${held} on hold, which a person has to clear: rekey campaign show ${id}`] : [],
    ...steerings.filter(({ isOpen }) => isOpen).map(({ action, reason, approveWith }) => `${zone}: ${action} was proposed (${reason}): ${approveWith}`)
  ])
}
