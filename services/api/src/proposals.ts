import type { Static } from 'typebox'
import { approvalsNeeded, countedApprovals, digestOf, hasExpired, type Proposal } from '@rekey/domain'
import type { ApiPorts } from './inventory-port.ts'
import { leaveReader, leaveStatus, leaveTerms } from './leaves.ts'
import { readOnce } from './read-once.ts'
import { redirectStatus, redirectTerms } from './redirects.ts'
import type { ProposalView } from './schemas/proposal.ts'

/** Shows proposals as people see them, with what others have said of each. The worker counts for itself. */
export function proposalViewer ({ inventory, now }: ApiPorts): (proposal: Proposal) => Promise<Static<typeof ProposalView>> {
  // Many are of the same few hosts, and all of few zones.
  const recordOf = readOnce(async (zone: string, host: string) => await inventory.host(zone, host))
  const policyOf = readOnce(async (zone: string) => await inventory.policy(zone))
  const reader = leaveReader(inventory)

  return async (proposal) => {
    const { zone, number, host, reason, proposedBy, proposedAt, expiresAt } = proposal
    const [record, policy, said] = await Promise.all([recordOf(zone, host), policyOf(zone), inventory.approvals(zone, number)])
    const approvals = countedApprovals(proposal, said)
    const needed = approvalsNeeded(proposal, policy)
    const became = proposal.kind === 'leave' ? await leaveStatus(reader, proposal, record) : redirectStatus(proposal, record, now())
    const isDecided = approvals.length >= needed
    const shown = {
      zone,
      number,
      host,
      status: statusOf(became, { isDecided, isExpired: hasExpired(proposal, now()) }),
      reason,
      proposedBy,
      proposedAt,
      expiresAt,
      digest: digestOf(proposal),
      approvals: approvals.map(({ entity, by, at }) => ({ entity, by, at })),
      approvalsNeeded: needed,
      approveWith: `rekey approve ${zone}/${number}`
    }
    return proposal.kind === 'leave' ? { ...shown, ...await leaveTerms(reader, proposal, record) } : { ...shown, ...redirectTerms(proposal) }
  }
}

function statusOf (became: 'open' | 'taken-up' | 'carried-out' | 'void', { isDecided, isExpired }: { isDecided: boolean, isExpired: boolean }): Static<typeof ProposalView>['status'] {
  // A later leave of the same place may have been taken up, with or without this one.
  if (became === 'carried-out' || (became === 'taken-up' && isDecided)) return 'carried-out'
  if (isExpired) return 'expired'
  if (became !== 'open') return 'void'
  return isDecided ? 'approved' : 'proposed'
}
