import { hasLabels, type Labels } from './labels.ts'
import type { CredentialName } from './names.ts'

/** What an order covers inside its zone. A list that is absent restricts nothing; within a list one match is enough. */
export interface Scope {
  readonly hosts?: readonly string[] | undefined
  readonly accounts?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  /** All of them must be on the host. */
  readonly labels?: Labels | undefined
}

/** A numbered, create-only document of one zone that says: rotate this scope. */
export interface Order {
  readonly zone: string
  /** 1, 2, 3 … without a gap, per zone. */
  readonly number: number
  /** Shared by the orders of several zones that belong together. */
  readonly campaign: string
  readonly scope: Scope
  /** The scope as it was asked for, where labels have chosen the hosts of `scope`. For people: nothing goes by it. */
  readonly asked?: Scope
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAt: string
  /** The span of the request that placed it, as W3C's Trace Context writes it; absent where that was not traced. Nothing depends on it. */
  readonly traceparent?: string | undefined
}

/** A list of hosts may be as long as its zone is wide, and each host of the zone is looked for in it. */
const hostSets = new WeakMap<readonly string[], ReadonlySet<string>>()

function lists (hosts: readonly string[], host: string): boolean {
  const set = hostSets.get(hosts) ?? new Set(hosts)
  hostSets.set(hosts, set)
  return set.has(host)
}

export function inScope (scope: Scope, name: CredentialName, labels: Labels): boolean {
  return (scope.hosts === undefined || lists(scope.hosts, name.host)) &&
    (scope.accounts?.includes(name.account) ?? true) &&
    (scope.names?.includes(name.name) ?? true) &&
    hasLabels(labels, scope.labels ?? {})
}

/**
 * The highest number of the orders that cover this credential, or 0. A secret made under a lower number is due.
 * @param last the last one that concerns it
 */
export function highestOrder (orders: readonly Order[], name: CredentialName, labels: Labels, last = Infinity): number {
  // From the newest on, so that the scopes of all that went before are not looked at: orders are kept for ever, and asked about often.
  return orders.reduceRight((highest, order) => order.number > highest && order.number <= last && inScope(order.scope, name, labels) ? order.number : highest, 0)
}
