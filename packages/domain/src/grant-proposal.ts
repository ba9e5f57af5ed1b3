import { endsInTime, hasExpired } from './approval.ts'
import type { Proposed } from './approval.ts'
import { formatLabels } from './labels.ts'
import { unsoundness } from './lease-grant.ts'
import type { GrantTerms, LeaseGrant } from './lease-grant.ts'
import type { Selector } from './named-policy.ts'

/** A proposal that jobs of a CI may lease credentials. */
export interface GrantProposal extends Proposed {
  readonly kind: 'grant'
  readonly name: string
  /** The proposal behind the grant of that name when this one was made, 0 for none: whatever comes in between voids it. */
  readonly after: number
  readonly terms: GrantTerms
}

/** Whether it may still be written down. @param present the grant of its name */
export function isGrantOpen (proposal: GrantProposal, present: Pick<LeaseGrant, 'proposal'> | undefined, now: Date): boolean {
  return proposal.after === (present?.proposal ?? 0) && proposal.number > proposal.after && unsoundness(proposal.terms) === undefined && endsInTime(proposal) && !hasExpired(proposal, now)
}

/** All that a grant says: one line each for people, and for comparison. */
export function formatTerms (terms: GrantTerms): Array<readonly [string, string]> {
  const { issuer, audience, claims, subjectWildcard, allow, selector, maxTtlSeconds, maxUses, rotateAfter, approval, notBefore, notAfter } = terms
  return [
    ['issuer', issuer],
    ['audience', audience],
    ...Object.keys(claims).sort().map((claim) => ['claim', `${claim} = ${JSON.stringify(claims[claim])}${subjectWildcard && claim === 'sub' ? ', * for any characters but a colon' : ''}`] as const),
    ['allows', allow.length === 0 ? 'neither pull requests nor forks' : [...allow].sort().join(', ')],
    ['covers', formatSelector(selector)],
    ['at most', `${maxTtlSeconds} s at a time${maxUses === null ? '' : `, ${maxUses} ${maxUses === 1 ? 'time' : 'times'} in all`}`],
    ['rotates', { lease: 'when the last lease ends', use: 'when its one lease ends', never: 'by orders and schedules only' }[rotateAfter]],
    ...approval ? [['approval', 'of a person, for each lease'] as const] : [],
    ['between', `${notBefore ?? 'now'} and ${notAfter ?? 'its end by an operator'}`]
  ]
}

function formatSelector ({ hosts, accounts, names, kinds, labels }: Selector): string {
  const lists = Object.entries({ hosts, accounts, names, kinds }).flatMap(([what, list]) => list === undefined ? [] : [`${what} ${[...list].sort().join(', ')}`])
  const all = [...lists, ...labels === undefined ? [] : [`labels ${formatLabels(labels)}`]]
  return all.length === 0 ? 'EVERY credential of the zone' : all.join('; ')
}
