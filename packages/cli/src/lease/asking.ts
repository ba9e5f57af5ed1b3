import { setTimeout as wait } from 'node:timers/promises'
import { isRekeyError, RekeyError, type Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import type { Broker, LeaseRequest, PendingLease } from './broker.ts'
import type { TakenLease } from './taken-lease.ts'

/** How long to wait, and what ends that. */
export interface Patience {
  readonly seconds: number
  readonly signal: AbortSignal | undefined
  readonly session: Pick<Session, 'err'>
}

/** How often a broker is asked whether a person has decided, and how often that is told. In milliseconds. */
const askAgainMs = 5000
const tellAgainMs = 60_000

/** Where the grant leaves it to a person: says who has to do what, and asks again until he has. @throws RekeyError `lease/unapproved` and what the broker refuses with */
export async function approved (request: LeaseRequest, { seconds, signal, session, ask }: Patience & { readonly ask: (asked: LeaseRequest) => Promise<TakenLease | PendingLease> }): Promise<TakenLease> {
  const begun = Date.now()
  let [asked, told] = [request, -Infinity]
  for (;;) {
    const answer = await ask(asked)
    if (!('approveWith' in answer)) return answer
    asked = { ...request, request: answer.request }
    if (signal?.aborted === true || Date.now() - begun >= seconds * 1000) throw new RekeyError('lease/unapproved', `nobody has decided on this lease yet, and nothing was handed out; until ${answer.expiresAt} another person may: ${answer.approveWith}`)
    if (Date.now() - told >= tellAgainMs) {
      session.err(`rekey: waiting for another person's approval, ${Math.round((Date.now() - begun) / 1000)} s so far; until ${answer.expiresAt}: ${answer.approveWith}\n`)
      told = Date.now()
    }
    await wait(askAgainMs, undefined, signal && { signal }).catch(() => {})
  }
}

/** Asks again with the same token while a credential is being replaced: it is not used up then. */
export async function patiently (broker: Broker, token: Secret, request: LeaseRequest, { seconds, signal, session }: Patience): Promise<TakenLease | PendingLease> {
  const until = Date.now() + seconds * 1000
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await broker.take(token, request)
    } catch (error) {
      if (!isRekeyError(error, 'lease/withheld') || Date.now() >= until || signal?.aborted === true) throw error
      if (isFirst) session.err(`rekey: ${error.message}; asking again for ${seconds} s\n`)
      await wait(1000, undefined, signal && { signal }).catch(() => {})
    }
  }
}
