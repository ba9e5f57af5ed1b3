import { leaseStatus, orderAgainstGrant, orderAgainstLease, type Lease, type Order } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { FoundCampaign } from './find.ts'

/** What of CI's access a campaign ends in a zone, before it rotates anything. */
export interface AccessEnded {
  readonly grants: number
  readonly leases: number
}

/** @param order the campaign's, or the one that it would have @param at when it begins */
export async function accessEndedBy ({ inventory }: Pick<CallerPorts, 'inventory'>, zone: string, order: Pick<Order, 'scope' | 'number'>, at: Date): Promise<AccessEnded> {
  const [grants, leases] = await Promise.all([inventory.grants(zone), inventory.leases(zone)])
  const orders = [{ ...order, proposal: 1 } as Order]
  return {
    grants: grants.filter(({ grant, hasEnded }) => !hasEnded && orderAgainstGrant(grant, orders) !== undefined).length,
    leases: leases.filter(lease => wasLive(lease, at) && orderAgainstLease(lease, orders) !== undefined).length
  }
}

/** The same of a campaign, over its zones, by what is there still: a grant that people have given anew since counts no more. */
export async function accessEndedIn (ports: Pick<CallerPorts, 'inventory'>, { zones }: FoundCampaign): Promise<AccessEnded> {
  const each = await Promise.all(zones.map(async ({ proposal: { zone, scope }, run }) => run && await accessEndedBy(ports, zone, { scope, number: run.order }, new Date(run.startedAt))))
  return each.reduce<AccessEnded>((sum, one) => ({ grants: sum.grants + (one?.grants ?? 0), leases: sum.leases + (one?.leases ?? 0) }), { grants: 0, leases: 0 })
}

/** What was given back later was live then. */
function wasLive (lease: Lease, at: Date): boolean {
  const isReturned = lease.returnedAt !== null && Date.parse(lease.returnedAt) <= at.getTime()
  return leaseStatus({ ...lease, returnedAt: isReturned ? lease.returnedAt : null }, at) === 'live'
}
