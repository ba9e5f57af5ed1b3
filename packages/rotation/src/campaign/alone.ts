import type { Campaign, ErrorCode } from '@rekey/domain'
import { countedApprovals, isSingleOperator, takesTwo } from '@rekey/domain'
import type { Look } from './look.ts'

const code: ErrorCode = 'lockdown/needs-two'
/** Once by each process: an adapter keeps proposals, so they are the same objects at each look. */
const told = new WeakSet<Campaign>()

/** Tells that one person alone has begun nothing, where anything else would have begun by his word. */
export async function refuseAlone (campaign: Campaign, { journal, policy, ports: { log } }: Look): Promise<void> {
  if (!takesTwo(campaign) || told.has(campaign)) return
  const approvals = countedApprovals(campaign, await journal.approvals(campaign.number))
  if (!isSingleOperator(policy) && approvals.every(({ breakGlass }) => breakGlass === undefined)) return
  told.add(campaign)
  log.warn({ event: 'lockdown-refused', campaign: campaign.campaign, proposal: campaign.number, code, by: approvals.map(({ by }) => by) }, 'a lockdown takes two people: neither break-glass nor single-operator mode begins one')
}
