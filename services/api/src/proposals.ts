import type { Static } from 'typebox'
import { approvalsNeeded, countedApprovals, digestOf, hasExpired, type HostRecord, type Policy, type Proposal } from '@rekey/domain'
import type { ApiPorts } from './inventory-port.ts'
import { leaveStatus, leaveTerms } from './leaves.ts'
import { redirectStatus, redirectTerms } from './redirects.ts'
import type { ProposalView } from './schemas/proposal.ts'

/** Shows proposals as people see them, with what others have said of each. The worker counts for itself. */
export function proposalViewer ({ inventory, now }: ApiPorts): (proposal: Proposal) => Promise<Static<typeof ProposalView>> {
  // Many are of the same few hosts, and all of few zones: each is read once.
  const records = new Map<string, Promise<HostRecord | undefined>>()
  const policies = new Map<string, Promise<Policy>>()

  return async (proposal) => {
    const { zone, number, host, reason, proposedBy, proposedAt, expiresAt } = proposal
    const place = `${zone}/${host}`
    const known = records.get(place) ?? inventory.host(zone, host)
    const rules = policies.get(zone) ?? inventory.policy(zone)
    records.set(place, known)
    policies.set(zone, rules)
    const [record, policy, said] = await Promise.all([known, rules, inventory.approvals(zone, number)])
    const approvals = countedApprovals(proposal, said)
    const needed = approvalsNeeded(proposal, policy)
    const became = proposal.kind === 'leave' ? await leaveStatus(inventory, proposal, record) : redirectStatus(proposal, record, now())
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
    return proposal.kind === 'leave' ? { ...shown, ...await leaveTerms(inventory, proposal, record) } : { ...shown, ...redirectTerms(proposal) }
  }
}

function statusOf (became: 'open' | 'taken-up' | 'carried-out' | 'void', { isDecided, isExpired }: { isDecided: boolean, isExpired: boolean }): Static<typeof ProposalView>['status'] {
  // A later leave of the same place may have been taken up, with or without this one.
  if (became === 'carried-out' || (became === 'taken-up' && isDecided)) return 'carried-out'
  if (isExpired) return 'expired'
  if (became !== 'open') return 'void'
  return isDecided ? 'approved' : 'proposed'
}
