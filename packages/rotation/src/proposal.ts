import type { Approval, Policy, Proposal } from '@rekey/domain'
import { approvalsNeeded, brokenGlass, countedApprovals, isDecided, isSingleOperator, policyAmong } from '@rekey/domain'
import type { Journal } from './ports.ts'

/** A proposal that enough people have approved, each with a Vault login of his own. */
export interface Granted<Kind extends Proposal> {
  readonly proposal: Kind
  readonly approvals: readonly Approval[]
  /** Why one person was enough; undefined: as many as were asked for have approved. */
  readonly breakGlass: string | undefined
}

/** Where approvals are read, and how many count. */
export interface Counting {
  readonly journal: Journal
  readonly policy: Policy
}

/** What people have approved of, if they are enough. */
export async function granted<Kind extends Proposal> (proposal: Kind, counting: Counting): Promise<Granted<Kind> | undefined> {
  return await grantedBy(proposal, await approvalsThatCount(proposal, counting), counting)
}

export async function approvalsThatCount (proposal: Proposal, { journal }: Pick<Counting, 'journal'>): Promise<Approval[]> {
  return countedApprovals(proposal, await journal.approvals(proposal.number))
}

/** The same as `granted`, by approvals that were read already. */
export async function grantedBy<Kind extends Proposal> (proposal: Kind, approvals: readonly Approval[], { journal, policy: written }: Counting): Promise<Granted<Kind> | undefined> {
  const policy = isSingleOperator(written) && approvals.length === 1 ? policyAmong(written, await journal.isOneAlone()) : written
  if (!isDecided(proposal, approvals, policy)) return undefined
  return { proposal, approvals, breakGlass: approvals.length < approvalsNeeded(proposal, policy) ? brokenGlass(proposal, approvals) : undefined }
}

export function approversOf ({ approvals }: Pick<Granted<Proposal>, 'approvals'>): string {
  return approvals.map(({ by, entity }) => `${by} (${entity})`).join(', ')
}
