import { createHash } from 'node:crypto'
import { approvalsOf, type Approval } from './approval.ts'
import type { Clearing } from './clearing.ts'
import type { Campaign, CampaignAction, Steering } from './campaign.ts'
import { formatTerms } from './grant-proposal.ts'
import type { GrantProposal } from './grant-proposal.ts'
import type { Leave } from './leave.ts'
import type { Policy } from './policy.ts'
import { formatEndpoint } from './redirect.ts'
import type { Redirect } from './redirect.ts'
import type { Removal } from './removal.ts'
import { formatThrough } from './through.ts'

/** A proposal of one host. */
export type HostProposal = Redirect | Leave | Clearing | Removal

/** What the API may ask for and people decide: a numbered document, created once. */
export type Proposal = HostProposal | Campaign | Steering | GrantProposal

type Without<Kinds, Fields extends string> = Kinds extends unknown ? Omit<Kinds, Fields> : never

/** As it is stored: when it was proposed, Vault itself tells. */
export type StoredProposal = Without<Proposal, 'proposedAt'>
/** Before it has a number. */
export type ProposalDraft = Without<Proposal, 'proposedAt' | 'number'>

export function isOfHost (proposal: Proposal): proposal is HostProposal {
  return 'host' in proposal
}

/** Hex SHA-256 over all that a person is shown. */
export function digestOf (proposal: StoredProposal): string {
  const { kind, zone, number, reason, proposedBy, expiresAt } = proposal
  return createHash('sha256').update(JSON.stringify([kind, zone, number, ...termsOf(proposal), reason, proposedBy, expiresAt])).digest('hex')
}

function termsOf (proposal: StoredProposal): unknown[] {
  switch (proposal.kind) {
    case 'redirect': return [proposal.host, proposal.after, formatEndpoint(proposal.from), formatEndpoint(proposal.to)]
    case 'leave': return [proposal.host, proposal.credential && formatThrough(proposal.credential), proposal.signOff]
    case 'clearing': return [proposal.host, formatThrough(proposal.credential), proposal.hold.class, proposal.hold.since]
    case 'removal': return [proposal.host, proposal.account, proposal.publicKey]
    case 'campaign': return [
      proposal.campaign, canonical(proposal.scope), proposal.asked, proposal.after, proposal.waitSeconds, proposal.breakerPercent, proposal.endsTokens, proposal.deadline,
      proposal.endsSessions ?? false,
      // Nothing where there is none: what people have approved before there were lockdowns, stays approved.
      ...proposal.lockdown === true ? ['lockdown'] : []
    ]
    case 'grant': return [proposal.name, proposal.after, formatTerms(proposal.terms)]
    case 'steering': return [proposal.campaign, proposal.action, ...proposal.lockdown === true ? ['lockdown'] : []]
  }
}

/** JSON with sorted keys: equal values give equal text. */
export function canonical (value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1))
    : part)
}

/** The approvals that count for it. */
export function countedApprovals (proposal: Proposal, approvals: readonly Approval[]): Approval[] {
  return approvalsOf(approvals, { digest: digestOf(proposal), expiresAt: proposal.expiresAt })
}

/**
 * The policy as it counts. People may write that one of them is enough for campaigns: single-operator mode, for a lone administrator. It has ended for good
 * once a second one has approved of anything in the zone: nobody, and no process, may take an approval away.
 * @param isAlone whether all approvals of the zone, of whatever they were, are one person's at most
 */
export function policyAmong (policy: Policy, isAlone: boolean): Policy {
  return isSingleOperator(policy) && !isAlone ? { ...policy, campaignApprovals: 2 } : policy
}

export function isSingleOperator ({ campaignApprovals }: Policy): boolean {
  return campaignApprovals === 1
}

/** What of a proposal says how many people it takes. */
export type Weighed = Pick<Proposal, 'kind'> & { readonly lockdown?: true, readonly action?: CampaignAction }

/**
 * Whether it takes two people, whatever the policy says and whatever one of them says: to strip access without a replacement, and to go on with that. To
 * hold it or to end it locks nobody out, so that is as with any campaign.
 */
export function takesTwo ({ kind, lockdown, action }: Weighed): boolean {
  return lockdown === true && (kind === 'campaign' || (kind === 'steering' && action === 'resume'))
}

/** How many people have to approve of it. To clear a hold or to remove a key asks for as many as a redirect does. */
export function approvalsNeeded (weighed: Weighed, { redirectApprovals, leaveApprovals, campaignApprovals, grantApprovals }: Policy): number {
  const campaigning = takesTwo(weighed) ? Math.max(2, campaignApprovals) : campaignApprovals
  return { redirect: redirectApprovals, leave: leaveApprovals, clearing: redirectApprovals, removal: redirectApprovals, campaign: campaigning, steering: campaigning, grant: grantApprovals }[weighed.kind]
}

/** Whether it is decided: enough people have approved, or of a campaign one who broke the glass. */
export function isDecided (proposal: Proposal, counted: readonly Approval[], policy: Policy): boolean {
  return counted.length >= approvalsNeeded(proposal, policy) || brokenGlass(proposal, counted) !== undefined
}

/** The approval of a person who stands in for all others, and why. Of nothing but campaigns, and never of what takes two. */
export function brokenGlass (weighed: Weighed, counted: readonly Approval[]): string | undefined {
  if (takesTwo(weighed) || (weighed.kind !== 'campaign' && weighed.kind !== 'steering')) return undefined
  return counted.find(({ breakGlass }) => breakGlass !== undefined)?.breakGlass
}
