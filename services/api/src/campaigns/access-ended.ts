import { leaseStatus, orderAgainstGrant, orderAgainstLease, orderAgainstRequest, requestStatus, type Lease, type Order } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { KnownRequest } from '../inventory-port.ts'
import { grantOf, isUndone } from '../lease-requests.ts'
import type { FoundCampaign } from './find.ts'

/** What of CI's access a campaign ends in a zone, before it rotates anything. */
export interface AccessEnded {
  readonly grants: number
  readonly leases: number
  /** For leases that nobody had decided, or that were approved and not fetched. */
  readonly requests: number
}

/** @param order the campaign's, or the one that it would have @param at when it begins */
export async function accessEndedBy ({ inventory }: Pick<CallerPorts, 'inventory'>, zone: string, order: Pick<Order, 'scope' | 'number'>, at: Date): Promise<AccessEnded> {
  const [grants, leases, requests] = await Promise.all([inventory.grants(zone), inventory.leases(zone), inventory.leaseRequests(zone)])
  const orders = [{ ...order, proposal: 1 } as Order]
  const standing = grants.filter(({ hasEnded }) => !hasEnded)
  const taken = new Set(leases.filter(({ takenAt }) => Date.parse(takenAt) <= at.getTime()).map(({ id }) => id))
  return {
    grants: standing.filter(({ grant }) => orderAgainstGrant(grant, orders) !== undefined).length,
    leases: leases.filter(lease => wasLive(lease, at) && orderAgainstLease(lease, orders) !== undefined).length,
    requests: requests.filter(known => wasOpen(known, at) && !taken.has(known.request.id) && orderAgainstRequest(known.request, grantOf(known.request, standing)?.grant, orders) !== undefined).length
  }
}

/** The same of a campaign, over its zones, by what is there still: a grant that people have given anew since counts no more. */
export async function accessEndedIn (ports: Pick<CallerPorts, 'inventory'>, { zones }: FoundCampaign): Promise<AccessEnded> {
  const each = await Promise.all(zones.map(async ({ proposal: { zone, scope }, run }) => run && await accessEndedBy(ports, zone, { scope, number: run.order }, new Date(run.startedAt))))
  return each.reduce<AccessEnded>((sum, one) => ({ grants: sum.grants + (one?.grants ?? 0), leases: sum.leases + (one?.leases ?? 0), requests: sum.requests + (one?.requests ?? 0) }), { grants: 0, leases: 0, requests: 0 })
}

/** What was given back later was live then. */
function wasLive (lease: Lease, at: Date): boolean {
  const isReturned = lease.returnedAt !== null && Date.parse(lease.returnedAt) <= at.getTime()
  return leaseStatus({ ...lease, returnedAt: isReturned ? lease.returnedAt : null }, at) === 'live'
}

/** What was said later does not count yet. */
function wasOpen ({ request, words }: KnownRequest, at: Date): boolean {
  if (Date.parse(request.askedAt) > at.getTime()) return false
  return isUndone(requestStatus(request, words.filter(word => Date.parse(word.at) <= at.getTime()), at))
}
