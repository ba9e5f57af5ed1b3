import type { Approval, Policy, Proposal } from '@rekey/domain'
import { approvalsNeeded, countedApprovals } from '@rekey/domain'
import type { Journal } from './ports.ts'

/** A proposal that enough people have approved, each with a Vault login of his own. */
export interface Granted<Kind extends Proposal> {
  readonly proposal: Kind
  readonly approvals: readonly Approval[]
}

/** Where approvals are read, and how many count. */
export interface Counting {
  readonly journal: Journal
  readonly policy: Policy
}

/** What people have approved of, if they are enough. */
export async function granted<Kind extends Proposal> (proposal: Kind, { journal, policy }: Counting): Promise<Granted<Kind> | undefined> {
  const approvals = countedApprovals(proposal, await journal.approvals(proposal.number))
  return approvals.length < approvalsNeeded(proposal, policy) ? undefined : { proposal, approvals }
}

export function approversOf ({ approvals }: Granted<Proposal>): string {
  return approvals.map(({ by, entity }) => `${by} (${entity})`).join(', ')
}
