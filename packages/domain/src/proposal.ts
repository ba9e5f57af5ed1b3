import { createHash } from 'node:crypto'
import type { Approval } from './approval.ts'
import type { Policy } from './policy.ts'
import { formatEndpoint } from './redirect.ts'
import type { Redirect } from './redirect.ts'

/** What the API may ask for and people decide: a numbered document, created once. */
export type Proposal = Redirect

/** As it is stored: when it was proposed, Vault itself tells. */
export type StoredProposal = Omit<Redirect, 'proposedAt'>
/** Before it has a number. */
export type ProposalDraft = Omit<Redirect, 'proposedAt' | 'number'>

/** Hex SHA-256 over all that a person is shown. */
export function digestOf (proposal: StoredProposal): string {
  const { kind, zone, number, host, reason, proposedBy, expiresAt } = proposal
  return createHash('sha256').update(JSON.stringify([kind, zone, number, host, ...termsOf(proposal), reason, proposedBy, expiresAt])).digest('hex')
}

function termsOf ({ after, from, to }: StoredProposal): unknown[] {
  return [after, formatEndpoint(from), formatEndpoint(to)]
}

/** The approvals that count: one for each person, of this very text, and in time. */
export function countedApprovals (proposal: Proposal, approvals: readonly Approval[]): Approval[] {
  const digest = digestOf(proposal)
  const counted = approvals.filter((approval) => approval.digest === digest && Date.parse(approval.at) <= Date.parse(proposal.expiresAt))
  return counted.filter(({ entity }, index) => counted.findIndex((one) => one.entity === entity) === index)
}

/** How many people have to approve of it. */
export function approvalsNeeded (_proposal: Proposal, { redirectApprovals }: Policy): number {
  return redirectApprovals
}
