import { countedApprovals, digestOf, RekeyError, type Approval, type Proposal } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import type { ApproveCommand } from './command-line.ts'
import { pageOfRedirect } from './redirect-page.ts'
import type { Said } from './said.ts'
import { UsageError } from './usage-error.ts'

export interface Asking {
  readonly err: (text: string) => void
  /** A line that the person types. Undefined when nobody is there to answer. */
  readonly ask: ((prompt: string) => Promise<string>) | undefined
}

/** What a person is shown of a proposal before he decides. */
export interface ProposalPage {
  /** `Redirect 7 of production/web-1` */
  readonly title: string
  readonly lines: readonly string[]
  readonly warning: string
  /** What he types, so that he has read at least that. */
  readonly confirmation: { readonly what: string, readonly text: string }
  /** Why it can't be approved any more, if so. */
  readonly whyNot: string | undefined
}

/**
 * Shows a proposal as it stands in Vault, whatever the API says of it, and approves of just that.
 * @throws RekeyError `proposal/unknown`, UsageError
 */
export async function approve ({ zone, number, isSure }: ApproveCommand, operator: Operator, { err, ask }: Asking): Promise<Said> {
  const { proposal, record, approvals } = await operator.proposal(number)
  const page = pageOfRedirect(proposal, record)
  err(shown(proposal, page, approvals))
  if (page.whyNot !== undefined) throw new RekeyError('input/invalid', `proposal ${zone}/${number} can't be approved: ${page.whyNot}`)
  if (!isSure) {
    if (ask === undefined) throw new UsageError('say --yes, as there is no terminal to ask')
    const { what, text } = page.confirmation
    const typed = await ask(`Type ${what}, ${text}, to approve: `)
    if (typed.trim() !== text) return { out: 'Nothing was approved.\n', notes: [], code: 1 }
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
