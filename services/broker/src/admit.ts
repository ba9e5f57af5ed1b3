import { mismatches, orderAgainstGrant, RekeyError, type LeaseGrant, type Mismatch, type Order } from '@rekey/domain'
import type { CiToken } from '@rekey/oidc'
import type { RequestPorts } from './ports.ts'

/** Who asks, and what he may use. */
export interface Admitted {
  readonly token: CiToken
  readonly grants: readonly LeaseGrant[]
  /** As they were before anything was handed out. */
  readonly orders: readonly Order[]
}

/** How long the orders that were read are believed, in milliseconds. */
const freshMs = 250

async function ordersNow ({ store }: RequestPorts): Promise<{ orders: readonly Order[], at: number }> {
  const at = performance.now()
  return { orders: await store.orders(), at }
}

/** A token that may be tried: one of those it matches may be used. The caller is not told what was wrong: the log has it. */
export async function admit (text: string, ports: RequestPorts): Promise<Admitted> {
  const [all, early] = await Promise.all([ports.store.grants(), ordersNow(ports)])
  const token = await verified(text, all, ports)
  const judged = all.filter(({ issuer }) => issuer === token.issuer).map((grant) => ({ grant, found: mismatches(grant, token.claims, ports.now()) }))
  const matching = judged.filter(({ found }) => found.length === 0).map(({ grant }) => grant)
  if (matching.length === 0) throw await denied(token, judged.flatMap(({ grant, found }) => found.map((mismatch) => ({ grant: grant.name, ...mismatch }))), ports)
  // Keys of an issuer may have been fetched meanwhile, and a campaign have begun.
  const orders = performance.now() - early.at < freshMs ? early.orders : (await ordersNow(ports)).orders
  const grants = matching.filter((grant) => orderAgainstGrant(grant, orders) === undefined)
  if (grants.length === 0) throw await cut(token, matching, orders, ports)
  return { token, grants, orders }
}

/** Whoever hears it holds a token that a grant has let in: why it does no more is no secret to him. */
async function cut (token: CiToken, grants: readonly LeaseGrant[], orders: readonly Order[], { audit, log, zone }: RequestPorts): Promise<RekeyError> {
  const found = grants.flatMap((grant) => {
    const order = orderAgainstGrant(grant, orders)
    return order === undefined ? [] : [{ grant: grant.name, order }]
  })
  const detail = found.map(({ grant, order }) => `${grant}: ended by campaign ${order.campaign} (order ${order.number})`).join('; ')
  await audit.record({ act: 'lease.deny', target: zone, actor: actorOf(token), detail: detail.slice(0, 2000) })
  log.warn({ event: 'denied', issuer: token.issuer, subject: token.subject, reasons: found.map(({ grant, order }) => ({ grant, claim: 'campaign', says: order.campaign })) }, 'a campaign has ended the grants of this token')
  return revoked(found.at(-1)?.order, 'nothing was handed out: the grant')
}

/** @param what has ended */
export function revoked (order: Order | undefined, what: string): RekeyError {
  return new RekeyError('lease/revoked', `${what} was ended by campaign ${order?.campaign ?? ''}: ${order?.reason ?? ''}`)
}

async function verified (text: string, grants: readonly LeaseGrant[], { verify, log }: RequestPorts): Promise<CiToken> {
  try {
    return await verify(text, grants)
  } catch (error) {
    if (!(error instanceof RekeyError) || error.code !== 'token/refused') throw error
    log.warn({ event: 'token-refused', claim: error.detail['claim'] }, error.message)
    throw refusedToken()
  }
}

/** Says no more than that. */
export function refusedToken (): RekeyError {
  return new RekeyError('token/refused', 'this token is not accepted; whoever looks after this broker finds the reason in its log, under the request\'s id', { field: 'authorization' })
}

/** On the record and in the log with every reason; to the caller with none. */
export async function denied ({ issuer, subject }: Pick<CiToken, 'issuer' | 'subject'>, reasons: ReadonlyArray<Mismatch & { readonly grant: string }>, { audit, log, zone }: RequestPorts): Promise<RekeyError> {
  const says = reasons.map(({ grant, claim, says }) => `${grant}: ${claim}: ${says}`).join('; ') || 'no grant is left'
  await audit.record({ act: 'lease.deny', target: zone, actor: actorOf({ issuer, subject }), detail: says.slice(0, 2000) })
  log.warn({ event: 'denied', issuer, subject, reasons }, 'no grant lets this token have what it asks for')
  return new RekeyError('lease/refused', 'no grant lets this token have that; whoever looks after this broker finds the reason in its log, under the request\'s id')
}

/** Who it was, in the audit trail: what a token says of itself is kept on one line. */
export function actorOf ({ issuer, subject }: Pick<CiToken, 'issuer' | 'subject'>): string {
  return `${plain(subject)} of ${plain(issuer)}`
}

/** For documents that people read in a terminal. */
export function plain (text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 400)
}
