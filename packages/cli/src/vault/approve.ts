import { countedApprovals, digestOf, RekeyError, type Approval, type Proposal } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import type { Said } from '../said.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { pageOfLeave } from './leave-page.ts'
import type { ProposalPage } from './proposal-page.ts'
import { pageOfRedirect } from './redirect-page.ts'

/** Which one, and whether the person has looked already. */
export interface Approving {
  readonly zone: string
  readonly number: number
  readonly isSure: boolean
}

/**
 * Shows a proposal as it stands in Vault, whatever the API says of it, and approves of just that.
 * @throws RekeyError `proposal/unknown`, UsageError
 */
export async function approve ({ zone, number, isSure }: Approving, operator: Operator, session: Pick<Session, 'err' | 'ask'>): Promise<Said> {
  const { proposal, record, credentials, approvals } = await operator.proposal(number)
  const page = proposal.kind === 'leave' ? pageOfLeave(proposal, record, credentials) : pageOfRedirect(proposal, record)
  session.err(shown(proposal, page, approvals))
  if (page.whyNot !== undefined) throw new RekeyError('input/invalid', `proposal ${zone}/${number} can't be approved: ${page.whyNot}`)
  if (!isSure) {
    const { what, text } = page.confirmation
    if (await typed(`Type ${what}, ${text}, to approve: `, session) !== text) return { out: 'Nothing was approved.\n', notes: [], code: 1 }
  }
  const counted = countedApprovals(proposal, await operator.approve(proposal))
  return { out: `Approved. Proposal ${zone}/${number} has ${counted.length === 1 ? 'one approval' : `${counted.length} approvals`}; the worker carries it out when there are enough.\n`, notes: [] }
}

function shown (proposal: Proposal, { title, lines, warning }: ProposalPage, approvals: readonly Approval[]): string {
  const { proposedBy, proposedAt, reason, expiresAt } = proposal
  return [
    `${title}, proposed by ${proposedBy} at ${proposedAt}: ${reason}`,
    ...lines,
    `  until     ${expiresAt}`,
    `  digest    ${digestOf(proposal)}`,
    ...countedApprovals(proposal, approvals).map(({ by, entity, at }) => `  approved  by ${by} (${entity}) at ${at}`),
    warning,
    ''
  ].join('\n')
}
