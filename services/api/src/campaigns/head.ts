import { approvalsNeeded, type Campaign, type Policy } from '@rekey/domain'
import { approveWith } from '../approve-with.ts'
import type { FoundCampaign } from './find.ts'

/** What of a campaign stands once it is proposed, whatever becomes of it. */
export function headOf ({ id, zones: [{ proposal: { reason, proposedBy, proposedAt, deadline, asked, lockdown } }] }: FoundCampaign) {
  return { id, kind: 'revoke-all' as const, reason, requestedBy: proposedBy, requestedAt: proposedAt, asked, lockdown: lockdown ?? false, deadline }
}

/** The same of one of its zones. @param policy in force there */
export function zoneHeadOf (proposal: Campaign, policy: Policy) {
  return { zone: proposal.zone, proposal: proposal.number, after: proposal.after, approvalsNeeded: approvalsNeeded(proposal, policy), approveWith: approveWith(proposal) }
}
