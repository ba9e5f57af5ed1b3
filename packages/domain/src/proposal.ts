import { createHash } from 'node:crypto'
import type { Approval } from './approval.ts'
import type { Leave } from './leave.ts'
import type { Policy } from './policy.ts'
import { formatEndpoint } from './redirect.ts'
import type { Redirect } from './redirect.ts'
import { formatThrough } from './through.ts'

/** What the API may ask for and people decide: a numbered document, created once. */
export type Proposal = Redirect | Leave

/** As it is stored: when it was proposed, Vault itself tells. */
export type StoredProposal = Omit<Redirect, 'proposedAt'> | Omit<Leave, 'proposedAt'>
/** Before it has a number. */
export type ProposalDraft = Omit<Redirect, 'proposedAt' | 'number'> | Omit<Leave, 'proposedAt' | 'number'>

/** Hex SHA-256 over all that a person is shown. */
export function digestOf (proposal: StoredProposal): string {
  const { kind, zone, number, host, reason, proposedBy, expiresAt } = proposal
  return createHash('sha256').update(JSON.stringify([kind, zone, number, host, ...termsOf(proposal), reason, proposedBy, expiresAt])).digest('hex')
}

function termsOf (proposal: StoredProposal): unknown[] {
  switch (proposal.kind) {
    case 'redirect': return [proposal.after, formatEndpoint(proposal.from), formatEndpoint(proposal.to)]
    case 'leave': return [proposal.credential && formatThrough(proposal.credential), proposal.signOff]
  }
}

/** The approvals that count: one for each person, of this very text, and in time. */
export function countedApprovals (proposal: Proposal, approvals: readonly Approval[]): Approval[] {
  const digest = digestOf(proposal)
  const counted = approvals.filter((approval) => approval.digest === digest && Date.parse(approval.at) <= Date.parse(proposal.expiresAt))
  return counted.filter(({ entity }, index) => counted.findIndex((one) => one.entity === entity) === index)
}

/** How many people have to approve of it. */
export function approvalsNeeded ({ kind }: Pick<Proposal, 'kind'>, { redirectApprovals, leaveApprovals }: Policy): number {
  return { redirect: redirectApprovals, leave: leaveApprovals }[kind]
}
