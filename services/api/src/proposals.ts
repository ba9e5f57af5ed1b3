import type { Static } from 'typebox'
import { approvalsNeeded, countedApprovals, digestOf, hasExpired, isDecided, isOfHost, type HostRecord, type Proposal } from '@rekey/domain'
import { approveWith } from './approve-with.ts'
import { campaignReader, campaignStatus, campaignTerms } from './campaigns/proposal-view.ts'
import { grantStatus, grantTerms } from './grants.ts'
import type { ApiPorts } from './inventory-port.ts'
import { clearingStatus, clearingTerms } from './clearings.ts'
import { leaveReader, leaveStatus, leaveTerms } from './leaves.ts'
import { readOnce } from './read-once.ts'
import { redirectStatus, redirectTerms } from './redirects.ts'
import { removalStatus, removalTerms } from './removals.ts'
import type { ProposalView } from './schemas/proposal.ts'
import { policyOf } from './zone-policies.ts'

/** Shows proposals as people see them, with what others have said of each. The worker counts for itself. */
export function proposalViewer ({ inventory, now }: ApiPorts): (proposal: Proposal) => Promise<Static<typeof ProposalView>> {
  // Many are of the same few hosts, and all of few zones.
  const recordOf = readOnce(async (zone: string, host: string) => await inventory.host(zone, host))
  const zonePolicyOf = readOnce(async (zone: string) => (await policyOf(inventory, zone)).policy)
  const surveyOf = readOnce(async (zone: string, host: string) => await inventory.survey(zone, host))
  const reader = leaveReader(inventory)
  const runs = campaignReader(inventory)

  return async (proposal) => {
    const { zone, number, reason, proposedBy, proposedAt, expiresAt } = proposal
    const [record, policy, said] = await Promise.all([isOfHost(proposal) ? recordOf(zone, proposal.host) : undefined, zonePolicyOf(zone), inventory.approvals(zone, number)])
    const approvals = countedApprovals(proposal, said)
    const needed = approvalsNeeded(proposal, policy)
    const became = await becameOf(proposal, record)
    const shown = {
      zone,
      number,
      status: statusOf(became, { isDecided: isDecided(proposal, approvals, policy), isExpired: hasExpired(proposal, now()) }),
      reason,
      proposedBy,
      proposedAt,
      expiresAt,
      digest: digestOf(proposal),
      approvals: approvals.map(({ digest: _, ...approval }) => approval),
      approvalsNeeded: needed,
      approveWith: approveWith({ zone, number })
    }
    switch (proposal.kind) {
      case 'redirect': return { ...shown, host: proposal.host, ...redirectTerms(proposal) }
      case 'leave': return { ...shown, host: proposal.host, ...await leaveTerms(reader, proposal, record) }
      case 'clearing': return { ...shown, host: proposal.host, ...await clearingTerms(reader.states, proposal) }
      case 'removal': return { ...shown, host: proposal.host, ...removalTerms(proposal, await surveyOf(zone, proposal.host)) }
      case 'grant': return { ...shown, ...grantTerms(proposal) }
      default: return { ...shown, ...campaignTerms(proposal) }
    }
  }

  async function becameOf (proposal: Proposal, record: HostRecord | undefined): Promise<Parameters<typeof statusOf>[0]> {
    switch (proposal.kind) {
      case 'redirect': return redirectStatus(proposal, record, now())
      case 'leave': return await leaveStatus(reader, proposal, record)
      case 'clearing': return await clearingStatus(reader.states, proposal)
      case 'removal': return removalStatus(proposal, record, await surveyOf(proposal.zone, proposal.host))
      case 'grant': return grantStatus(proposal, (await inventory.grant(proposal.zone, proposal.name))?.grant, now())
      default: return await campaignStatus(runs, proposal)
    }
  }
}

function statusOf (became: 'open' | 'taken-up' | 'carried-out' | 'void', { isDecided, isExpired }: { isDecided: boolean, isExpired: boolean }): Static<typeof ProposalView>['status'] {
  // A later leave of the same place may have been taken up, with or without this one; and a hold may have ended otherwise.
  if (became === 'carried-out' || (became === 'taken-up' && isDecided)) return 'carried-out'
  if (isExpired) return 'expired'
  if (became !== 'open') return 'void'
  return isDecided ? 'approved' : 'proposed'
}
