import { canonical, endsInTime, hasExpired, type Campaign, type Proposed, type Steering } from '@rekey/domain'
import type { ProposalPage } from './proposal-page.ts'

/** What is revoked, in the words of the request and as the worker will take it. */
export function pageOfCampaign (campaign: Campaign): ProposalPage {
  const { zone, number, campaign: id, asked, scope, after, waitSeconds, breakerPercent, endsTokens, endsSessions, lockdown = false, deadline } = campaign
  return {
    title: `Campaign ${number} of ${zone}: ${lockdown ? 'LOCKDOWN' : 'revoke all'}`,
    lines: [
      ...lockdown ? ['  LOCKDOWN  access is taken away and nothing replaces it, until people clear the hold of each credential', '            not so what leads back to a host, what others are reached or changed through, and hosts without a recovery credential: that is replaced'] : [],
      `  campaign  ${id}`,
      `  asked     ${asked}`,
      `  scope     ${Object.keys(scope).length === 0 ? `everything in ${zone}` : canonical(scope)}`,
      ...after.length === 0 ? [] : [`  after     ${after.join(', ')}, but for ${waitSeconds} s at most`],
      `  breaker   stops the waves when more than ${breakerPercent} % of the hosts that were tried have failed`,
      `  tokens    ${endsTokens ? 'all of the API end that were made before it' : 'stay as they are'}`,
      `  sessions  ${endsSessions === true ? 'all live logins of the accounts end, but for Rekey\'s own' : 'are counted, and go on'}`,
      ...deadline === null ? [] : [`  deadline  ${deadline}`]
    ],
    warning: lockdown
      ? `Whoever logs in to these accounts in ${zone}, jobs and people alike, is cut off for as long as it lasts. It takes two people, always.`
      : `Every secret that it covers is replaced, and the old ones are removed without grace. Whoever uses one of them in ${zone} is cut off.`,
    confirmation: lockdown ? { what: 'what it is', text: `lockdown ${zone}` } : { what: 'the zone\'s name', text: zone },
    whyNot: whyNot(campaign)
  }
}

export function pageOfSteering (steering: Steering): ProposalPage {
  const { zone, number, campaign, action, lockdown = false } = steering
  return {
    title: `Proposal ${number} of ${zone}: ${action} a ${lockdown ? 'LOCKDOWN' : 'campaign'}`,
    lines: [`  campaign  ${campaign}`],
    warning: {
      pause: 'What is half done is carried to its end, and nothing else begins until people let it go on: what was stolen opens meanwhile.',
      resume: `${lockdown ? 'It takes access away without a replacement, and to go on with that takes two people, always. ' : ''}It goes on, also where so many hosts have failed that it had stopped by itself.`,
      stop: 'It is over for good in this zone: what it has not replaced yet, stays as it is.'
    }[action],
    confirmation: { what: 'what is to happen', text: action },
    whyNot: whyNot(steering)
  }
}

function whyNot (proposal: Proposed): string | undefined {
  if (hasExpired(proposal, new Date())) return `it expired at ${proposal.expiresAt}`
  return endsInTime(proposal) ? undefined : 'it lives too long'
}
