import type { LeasedSecret } from './lease.ts'
import type { LeaseGrant } from './lease-grant.ts'
import type { LeaseRequest } from './lease-request.ts'
import type { Selector } from './named-policy.ts'
import { isBurnedAlone, type Order, type Scope } from './order.ts'

/*
 * A campaign ends what was granted, leased and asked for before its order, as far as it reaches: whoever has stolen a job, its CI or a person's approval
 * gets nothing by it any more. Numbers decide, and no clock. What it can't be sure about it ends.
 */

/** The campaign's order that has ended a grant, if one has: as a whole, if any of it is in the scope. */
export function orderAgainstGrant ({ order, selector }: Pick<LeaseGrant, 'order' | 'selector'>, orders: readonly Order[]): Order | undefined {
  return orders.find((one) => isNewer(one, order) && reaches(one.scope, selector, []))
}

/** The campaign's order that has ended a lease, if one has: as a whole, if one of its secrets is in the scope. */
export function orderAgainstLease ({ order, secrets }: { readonly order: number, readonly secrets: ReadonlyArray<Pick<LeasedSecret, 'name' | 'fingerprint'>> }, orders: readonly Order[]): Order | undefined {
  return orders.find((one) => isNewer(one, order) && secrets.some(({ name: { host, account, name }, fingerprint }) =>
    reaches(one.scope, { hosts: [host], accounts: [account], names: [name] }, [fingerprint])))
}

/**
 * The campaign's order that has ended a request for a lease, if one has: by ending its grant, or as it would have ended the lease.
 * @param grant that it was asked by; undefined where that is there no more
 */
export function orderAgainstRequest ({ order, credentials, fingerprints }: Pick<LeaseRequest, 'order' | 'credentials' | 'fingerprints'>, grant: Pick<LeaseGrant, 'order' | 'selector'> | undefined, orders: readonly Order[]): Order | undefined {
  const secrets = credentials.map((name, index) => ({ name, fingerprint: fingerprints[index] ?? '' }))
  return (grant && orderAgainstGrant(grant, orders)) ?? orderAgainstLease({ order, secrets }, orders)
}

/** Only a campaign ends access; a request that secrets be rotated replaces them. The API may forge one: it may end grants anyway. */
function isNewer ({ proposal, number }: Order, known: number): boolean {
  return proposal !== undefined && known < number
}

/** Whether a scope may have some of it. Labels are left out: they have chosen the hosts, or leave it open. */
function reaches (scope: Scope, { hosts, accounts, names, kinds }: Selector, fingerprints: readonly string[]): boolean {
  if (scope.burned?.some((one) => fingerprints.includes(one)) === true) return true
  return !isBurnedAlone(scope) && meet(scope.hosts, hosts) && meet(scope.accounts, accounts) && meet(scope.names, names) && meet(scope.kinds, kinds)
}

/** A list that is absent restricts nothing. */
function meet (some: readonly string[] | undefined, others: readonly string[] | undefined): boolean {
  return some === undefined || others === undefined || others.some((one) => some.includes(one))
}
