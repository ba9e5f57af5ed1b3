import { leaseStatus, orderAgainstGrant, orderAgainstLease, type Order } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'

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
    leases: leases.filter(lease => leaseStatus(lease, at) === 'live' && orderAgainstLease(lease, orders) !== undefined).length
  }
}
