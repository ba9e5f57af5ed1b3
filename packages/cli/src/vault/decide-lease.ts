import { countedWords, requestDigest, RekeyError, type LeaseDecision, type LeaseRequest } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import { asJson, declined, type Said } from '../said.ts'
import type { Session } from '../session.ts'
import { typed } from '../typed.ts'
import { pageOfLease } from './lease-page.ts'
import type { ProposalPage } from './proposal-page.ts'

/** Which request, and whether the person has looked already. */
export interface DecidingLease {
  readonly zone: string
  readonly id: string
  readonly isSure: boolean
  readonly json: boolean | undefined
}

/**
 * Shows a request for a lease as it stands in Vault, and approves of just that.
 * @throws RekeyError `lease/request-unknown`, `vault/forbidden` on his own, UsageError
 */
export async function approveLease ({ zone, id, isSure, json = false }: DecidingLease, operator: Operator, session: Pick<Session, 'err' | 'ask'>): Promise<Said> {
  const { request, page } = await show(id, operator, session)
  if (page.whyNot !== undefined) throw new RekeyError('input/invalid', `the lease ${zone}/${id} can't be approved: ${page.whyNot}`)
  if (!isSure) {
    const { what, text } = page.confirmation
    if (await typed(`Type ${what}, ${text}, to approve: `, session) !== text) return declined('nothing was approved')
  }
  const words = countedWords(request, await operator.decide(request, { verdict: 'approved', reason: null }))
  if (words.some(({ verdict }) => verdict === 'denied')) throw new RekeyError('input/invalid', `the lease ${zone}/${id} is denied, whoever approves of it`)
  if (json) return asDocument(request, words)
  return { out: `Approved. Whoever asked gets the lease ${zone}/${id} when he asks again, until ${request.expiresAt}.\n`, notes: [] }
}

/** The same, to deny it: for good, whoever has approved of it. A lease that was taken already is not ended by it. @throws RekeyError `lease/request-unknown`, `vault/forbidden` on his own */
export async function denyLease ({ zone, id, reason, json = false }: Omit<DecidingLease, 'isSure'> & { readonly reason: string }, operator: Operator, session: Pick<Session, 'err'>): Promise<Said> {
  const { request } = await show(id, operator, session)
  const words = countedWords(request, await operator.decide(request, { verdict: 'denied', reason }))
  if (!words.some(({ verdict }) => verdict === 'denied')) throw new RekeyError('input/invalid', `the lease ${zone}/${id} is not denied: you have approved of it before, or it has expired`)
  if (json) return asDocument(request, words)
  return { out: `Denied. Nobody gets the lease ${zone}/${id}.\n`, notes: [] }
}

function asDocument (request: LeaseRequest, words: readonly LeaseDecision[]): Said {
  return { out: asJson({ lease: `${request.zone}/${request.id}`, digest: requestDigest(request), words }), notes: [] }
}

async function show (id: string, operator: Operator, session: Pick<Session, 'err'>): Promise<{ request: LeaseRequest, page: ProposalPage }> {
  const { request, words } = await operator.leaseRequest(id)
  const page = pageOfLease(request, words)
  session.err([
    `${page.title}, asked for at ${request.askedAt}: ${request.reason}`,
    ...page.lines,
    `  until     ${request.expiresAt}`,
    `  digest    ${requestDigest(request)}`,
    ...countedWords(request, words).map(wordLine),
    page.warning,
    ''
  ].join('\n'))
  return { request, page }
}

function wordLine ({ verdict, by, entity, at, reason }: LeaseDecision): string {
  return `  ${verdict.padEnd(9)} by ${by} (${entity}) at ${at}${reason === null ? '' : `: ${reason}`}`
}
