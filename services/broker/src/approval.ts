import { createHash } from 'node:crypto'
import { askerOf, asksTheSame, countedWords, formatName, leaseId, orderAgainstRequest, requestSeconds, requestStatus, RekeyError, type LeaseDecision, type LeaseRequest, type Order } from '@rekey/domain'
import { actorOf, plain } from './admit.ts'
import type { RequestPorts } from './ports.ts'
import type { Approved, Asking, Taking, Waiting } from './taking.ts'

/*
 * A grant can leave each lease to a person. Then whoever asks gets no secret but the id of his request, and asks again, by the same token or a fresh one, until somebody else
 * has approved of just that with a Vault login of his own: neither the API nor a broker can write such a word.
 */

/**
 * What people say of a lease, which is asked for on the record when that is new. The token stays good.
 * @throws RekeyError `lease/denied`, `lease/request-unknown`, `lease/request-ended`, `audit/unwritable`, `vault/*`
 */
export async function approvalOf (asking: Asking, taking: Taking, ports: RequestPorts): Promise<Waiting | Approved> {
  const { store } = ports
  const id = asking.request ?? idOf(taking)
  const asked = requestNow(id, asking, taking, ports)
  const known = await store.leaseRequest(id)
  if (known === undefined) {
    if (asking.request !== undefined) throw unknownRequest()
    return await ask(asked, taking, ports)
  }
  if (!asksTheSame(known, asked)) throw unknownRequest()
  const [words, lease] = await Promise.all([store.words(id), store.lease(id)])
  if (lease !== undefined) throw requestEnded('its lease was taken already')
  const cut = orderAgainstRequest(known, taking.grant, taking.orders)
  if (cut !== undefined) throw requestEnded(`campaign ${cut.campaign} has ended it: ${cut.reason}`)
  const counted = countedWords(known, words)
  warnOfStrays(known, words.filter((word) => !counted.includes(word)), ports)
  switch (requestStatus(known, words, ports.now())) {
    case 'denied': throw deniedBy(counted)
    case 'expired': throw requestEnded(`it has expired at ${known.expiresAt}`)
    case 'pending': return { waiting: known }
    case 'approved': return { request: known, approvedBy: counted.map(({ by, entity }) => `${by} (${entity})`).join(', ') }
  }
}

/** Follows from the token, so that one who asks again by it asks for the same; it is not the id of the lease that the token gets without approval. */
function idOf ({ token }: Taking): string {
  return leaseId({ ...token, id: createHash('sha256').update(`request ${token.id}`).digest('hex') })
}

function requestNow (id: string, { ttlSeconds, reason }: Asking, { grant, chosen, token, orders }: Taking, { zone, now }: RequestPorts): LeaseRequest {
  return {
    id,
    zone,
    grant: grant.name,
    proposal: grant.proposal,
    credentials: chosen.map(({ credential: { name } }) => name),
    fingerprints: chosen.map(({ credential: { current } }) => current.fingerprint),
    order: newestOf(orders),
    ttlSeconds: ttlSeconds ?? null,
    reason,
    issuer: plain(token.issuer),
    subject: plain(token.subject),
    claims: askerOf(token.claims),
    askedAt: now().toISOString(),
    expiresAt: new Date(now().getTime() + requestSeconds * 1000).toISOString()
  }
}

/** The number of the newest order; 0 where there is none. */
export function newestOf (orders: readonly Order[]): number {
  return orders.at(-1)?.number ?? 0
}

async function ask (request: LeaseRequest, { token }: Taking, { store, audit, log }: RequestPorts): Promise<Waiting> {
  const { id, zone, grant, proposal, credentials, reason, issuer, subject } = request
  for (const name of credentials) {
    await audit.record({ act: 'lease.request', target: formatName(name), reason, actor: actorOf(token), detail: `request ${id} by grant ${grant} (proposal ${proposal}), for a person to approve` })
  }
  if (!await store.ask(request)) throw new RekeyError('vault/conflict', 'the same token asks for this at the same time: ask again')
  log.info({ event: 'lease-asked', request: id, grant, issuer, subject, credentials: credentials.length }, `a lease waits for a person: rekey approve ${zone}/${id}`)
  return { waiting: request }
}

/** Somebody has written a word that counts for nothing: whoever looks after the broker is told why. */
function warnOfStrays (request: LeaseRequest, words: readonly LeaseDecision[], { log }: RequestPorts): void {
  const strays = words.map(({ entity, by }) => ({ entity, by, isOwn: entity === request.subject }))
  if (strays.length > 0) log.warn({ event: 'words-not-counted', request: request.id, strays }, 'words on this request do not count: they are by whoever asks, of something else, or too late')
}

function unknownRequest (): RekeyError {
  return new RekeyError('lease/request-unknown', 'there is no such request of yours for just that: ask anew, without `request`', { field: 'request' })
}

/** @param why for whoever asks */
export function requestEnded (why: string): RekeyError {
  return new RekeyError('lease/request-ended', `this request is over: ${why}; ask anew, with another token and without \`request\``, { field: 'request' })
}

function deniedBy (counted: readonly LeaseDecision[]): RekeyError {
  const { by = '', reason = null } = counted.find(({ verdict }) => verdict === 'denied') ?? {}
  return new RekeyError('lease/denied', `nothing was handed out: ${by} has denied it${reason === null ? '' : `: ${reason}`}`)
}
