import { countedApprovals, digestOf, isOfHost, RekeyError, takesTwo, type Approval, type Credential, type HostRecord, type Proposal } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import { UsageError } from '../usage-error.ts'
import { asJson, declined, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { pageOfClearing } from './clearing-page.ts'
import { pageOfCampaign, pageOfSteering } from './campaign-page.ts'
import { pageOfGrant } from './grant-page.ts'
import { pageOfLeave } from './leave-page.ts'
import type { ProposalPage } from './proposal-page.ts'
import { pageOfRedirect } from './redirect-page.ts'
import { pageOfRemoval } from './removal-page.ts'

/** Which one, and whether the person has looked already. */
export interface Approving {
  readonly zone: string
  readonly number: number
  readonly isSure: boolean
  /** Why he alone has to be enough. Of campaigns only. */
  readonly breakGlass: string | undefined
  readonly json: boolean | undefined
}

/**
 * Shows a proposal as it stands in Vault, whatever the API says of it, and approves of just that.
 * @throws RekeyError `proposal/unknown`, `lockdown/needs-two`, `approval/exists`, UsageError
 */
export async function approve ({ zone, number, isSure, breakGlass, json = false }: Approving, operator: Operator, session: Pick<Session, 'err' | 'ask'>): Promise<Said> {
  const { proposal, record, credentials, approvals } = await operator.proposal(number)
  if (breakGlass !== undefined && isOfHost(proposal)) throw new UsageError('--break-glass is for campaigns only: anything else can wait for the others')
  if (breakGlass !== undefined && takesTwo(proposal)) throw new RekeyError('lockdown/needs-two', 'a lockdown takes two people, so nobody can break the glass for it: approve without --break-glass, and have a second one approve')
  const page = pageOf(proposal, record, credentials)
  session.err(shown(proposal, page, approvals))
  if (page.whyNot !== undefined) throw new RekeyError('input/invalid', `proposal ${zone}/${number} can't be approved: ${page.whyNot}`)
  if (!isSure) {
    const { what, text } = page.confirmation
    if (await typed(`Type ${what}, ${text}, to approve: `, session) !== text) return declined('nothing was approved')
  }
  const counted = countedApprovals(proposal, await operator.approve(proposal, breakGlass))
  if (json) return { out: asJson({ proposal: `${zone}/${number}`, kind: proposal.kind, digest: digestOf(proposal), approvals: counted }), notes: [] }
  const loud = breakGlass === undefined ? '' : ' You alone were enough: that is in the audit journal, and an alarm.'
  return { out: `Approved. Proposal ${zone}/${number} has ${counted.length === 1 ? 'one approval' : `${counted.length} approvals`}; the worker carries it out when there are enough.${loud}\n`, notes: [] }
}

function pageOf (proposal: Proposal, record: HostRecord | undefined, credentials: readonly Credential[]): ProposalPage {
  switch (proposal.kind) {
    case 'redirect': return pageOfRedirect(proposal, record)
    case 'leave': return pageOfLeave(proposal, record, credentials)
    case 'clearing': return pageOfClearing(proposal, credentials)
    case 'removal': return pageOfRemoval(proposal, record, credentials)
    case 'campaign': return pageOfCampaign(proposal)
    case 'steering': return pageOfSteering(proposal)
    case 'grant': return pageOfGrant(proposal)
  }
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
