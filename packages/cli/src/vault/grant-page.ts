import { formatTerms, hasExpired, unsoundness, type GrantProposal } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

export function pageOfGrant (proposal: GrantProposal): ProposalPage {
  const { zone, number, name, terms } = proposal
  return {
    title: `Grant ${name}, proposal ${number} of ${zone}`,
    lines: formatTerms(terms).map(([what, says]) => `  ${what.padEnd(9)} ${says}`),
    warning: 'Jobs that show such a token are handed these secrets by the zone\'s broker, without anybody being asked again.',
    confirmation: { what: 'the grant\'s name', text: name },
    whyNot: whyNot(proposal)
  }
}

function whyNot (proposal: GrantProposal): string | undefined {
  const unsound = unsoundness(proposal.terms)
  if (unsound !== undefined) return `${unsound.field}: ${unsound.says}`
  return hasExpired(proposal, new Date()) ? 'it has expired' : undefined
}
