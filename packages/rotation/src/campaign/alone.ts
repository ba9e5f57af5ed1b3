import type { Approval, Campaign, ErrorCode } from '@rekey/domain'
import { isSingleOperator, takesTwo } from '@rekey/domain'
import type { Look } from './look.ts'

const code: ErrorCode = 'lockdown/needs-two'
/** Once by each process: an adapter keeps proposals, so they are the same objects at each look. */
const told = new WeakSet<Campaign>()

/** Tells that one person alone has begun nothing, where anything else would have begun by his word. */
export function tellAlone (campaign: Campaign, approvals: readonly Approval[], { policy, ports: { log } }: Look): void {
  if (!takesTwo(campaign) || told.has(campaign)) return
  if (!isSingleOperator(policy) && approvals.every(({ breakGlass }) => breakGlass === undefined)) return
  told.add(campaign)
  log.warn({ event: 'lockdown-refused', campaign: campaign.campaign, proposal: campaign.number, code, by: approvals.map(({ by }) => by) }, 'a lockdown takes two people: neither break-glass nor single-operator mode begins one')
}
