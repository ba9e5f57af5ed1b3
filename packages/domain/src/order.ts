import type { CredentialKind } from './credential.ts'
import { hasLabels, type Labels } from './labels.ts'
import type { CredentialName } from './names.ts'

/** What an order covers inside its zone. A list that is absent restricts nothing; within a list one match is enough. */
export interface Scope {
  readonly hosts?: readonly string[] | undefined
  readonly accounts?: readonly string[] | undefined
  readonly names?: readonly string[] | undefined
  /** All of them must be on the host. */
  readonly labels?: Labels | undefined
  readonly kinds?: readonly CredentialKind[] | undefined
  /** Fingerprints of secrets that somebody else has: each place that one of them may open is covered, whatever else is said. Alone, nothing else is. */
  readonly burned?: readonly string[] | undefined
}

/** A credential as far as a scope asks for it. */
export interface Subject {
  readonly name: CredentialName
  /** Null: not known yet. */
  readonly kind: CredentialKind | null
  /** Of all its secrets that may open the account. */
  readonly fingerprints: readonly string[]
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
  /** The proposal of the campaign that it carries out: then it is a worker's, and a `CampaignRun` names it. */
  readonly proposal?: number
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

/** Whether the lists of names and the labels of a scope have it. */
export function inScope (scope: Scope, name: CredentialName, labels: Labels): boolean {
  return (scope.hosts === undefined || lists(scope.hosts, name.host)) &&
    (scope.accounts?.includes(name.account) ?? true) &&
    (scope.names?.includes(name.name) ?? true) &&
    hasLabels(labels, scope.labels ?? {})
}

/** Whether a scope covers a credential. */
export function covers (scope: Scope, { name, kind, fingerprints }: Subject, labels: Labels): boolean {
  const { burned, kinds } = scope
  if (burned?.some((one) => fingerprints.includes(one)) === true) return true
  return !isBurnedAlone(scope) && (kinds === undefined || kind === null || kinds.includes(kind)) && inScope(scope, name, labels)
}

/** Nothing but fingerprints says what is meant. */
export function isBurnedAlone ({ burned, ...lists }: Scope): boolean {
  return burned !== undefined && Object.values(lists).every((one) => one === undefined)
}

/**
 * The highest number of the orders that cover this credential, or 0. A secret made under a lower number is due.
 * @param last the last one that concerns it
 */
export function highestOrder (orders: readonly Order[], subject: Subject, labels: Labels, last = Infinity): number {
  // From the newest on, so that the scopes of all that went before are not looked at: orders are kept for ever, and asked about often.
  return orders.reduceRight((highest, order) => order.number > highest && order.number <= last && covers(order.scope, subject, labels) ? order.number : highest, 0)
}
