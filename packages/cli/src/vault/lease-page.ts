import { requestedNames, requestStatus, type LeaseDecision, type LeaseRequest } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

/** @param words what people have said of it */
export function pageOfLease (request: LeaseRequest, words: readonly LeaseDecision[]): ProposalPage {
  const { zone, id, grant, proposal, ttlSeconds, issuer, subject, claims } = request
  const say = (what: string, text: string): string => `  ${what.padEnd(9)} ${text}`
  return {
    title: `Lease ${id} of ${zone}`,
    lines: [
      ...requestedNames(request).map((name) => say('secret', name)),
      say('for', ttlSeconds === null ? 'as long as the grant allows' : `${ttlSeconds} s, and renewals up to what the grant allows`),
      say('grant', `${grant} (proposal ${proposal})`),
      say('who', `${subject} of ${issuer}`),
      ...Object.entries(claims).map(([claim, value]) => say('claim', `${claim} = ${value}`))
    ],
    warning: 'Whoever asks is handed these secrets by the zone\'s broker as soon as one person has approved.',
    confirmation: { what: 'the grant\'s name', text: grant },
    whyNot: whyNot(request, words)
  }
}

function whyNot (request: LeaseRequest, words: readonly LeaseDecision[]): string | undefined {
  const status = requestStatus(request, words, new Date())
  if (status === 'expired') return `it expired at ${request.expiresAt}`
  return status === 'denied' ? 'somebody has denied it' : undefined
}
