import { createHash, randomUUID } from 'node:crypto'
import { canonical, covers, hasLabels, RekeyError, type CredentialName, type CredentialState, type Order, type Scope, type Subject } from '@rekey/domain'
import type { Log } from '@rekey/rotation'
import { zoneStates, type UnseenState } from './credential-views.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { Zone } from './inventory-port.ts'
import { labelledHosts } from './labels.ts'
import { findZone } from './zones.ts'

/** A scope over several zones, as it is asked for. */
export interface WideScope extends Scope {
  readonly zones?: readonly string[] | undefined
  readonly all?: boolean | undefined
}

export interface Targets {
  readonly zone: Zone
  /** What an order would cover there. */
  readonly scope: Scope
  readonly states: ReadonlyArray<CredentialState | UnseenState>
}

/**
 * The credentials that a scope covers, for each zone that has some.
 * @throws RekeyError `input/unprocessable` for a scope that says nothing, `zone/unknown`, `order/matches-nothing`
 */
export async function findTargets (ports: CallerPorts, scope: WideScope): Promise<Targets[]> {
  checkScope(scope)
  const zones = scope.zones?.map(name => findZone(ports.zones, name, 'scope.zones')) ?? ports.zones
  const found = await Promise.all(zones.map(async zone => {
    const own = await scopeIn(ports, zone.name, scope)
    return { zone, scope: own, states: await targetsIn(ports, zone.name, own) }
  }))
  const targets = found.filter(({ states }) => states.length > 0)
  checkMatches(scope, targets)
  return targets
}

/**
 * The zones of a scope that covers everything in them, without a look at what that is: the button for an emergency works at once, however much there is.
 * @throws RekeyError `input/unprocessable` for a scope that says nothing, `zone/unknown`, `order/matches-nothing`
 */
export async function wholeZones ({ zones, inventory }: CallerPorts, scope: WideScope): Promise<Array<Omit<Targets, 'states'>>> {
  checkScope(scope)
  const asked = scope.zones?.map(name => findZone(zones, name, 'scope.zones')) ?? zones
  const found = await Promise.all(asked.map(async zone => ({ zone, scope: {}, isEmpty: !await inventory.hasCredentials(zone.name) })))
  const empty = found.find(({ isEmpty }) => isEmpty)
  if (found.every(({ isEmpty }) => isEmpty)) throw matchesNothing()
  if (scope.zones !== undefined && empty !== undefined) throw leftIdle({ list: 'zones', value: empty.zone.name })
  return found.filter(({ isEmpty }) => !isEmpty)
}

/**
 * What a scope covers in one zone from now on. Labels choose the hosts that have them now, each by its name: whoever may change
 * labels, takes no host out of an order that is there, and brings none into it.
 * @throws RekeyError `input/unprocessable`
 */
async function scopeIn ({ inventory }: CallerPorts, zone: string, { hosts, accounts, names, kinds, burned, labels = {} }: WideScope): Promise<Scope> {
  const narrow = { ...hosts && { hosts }, ...accounts && { accounts }, ...names && { names }, ...kinds && { kinds }, ...burned && { burned } }
  if (Object.keys(labels).length === 0) return narrow
  const chosen = (await labelledHosts(inventory, zone)).filter(host => hasLabels(host.labels, labels) && (hosts?.includes(host.id) ?? true)).map(({ id }) => id)
  if (chosen.length > mostChosen) {
    throw new RekeyError('input/unprocessable', `scope.labels: they choose ${chosen.length} hosts of the zone ${zone}, and an order lists at most ${mostChosen}; order the whole zone, or use narrower labels`, { field: 'scope.labels' })
  }
  return { ...narrow, hosts: chosen }
}

/** The longest names of so many hosts fit into a document of Vault, 1 MiB. */
const mostChosen = 10_000

/** Where targets are looked up. */
export interface TargetPorts extends Pick<CallerPorts, 'inventory'> {
  /** The states of a zone, for who asks for them often: of `readOnce`. */
  readonly statesIn?: (zone: string) => Promise<Array<CredentialState | UnseenState>>
}

/**
 * The targets of one zone in name order. A refused adoption is none: nothing is known to open there. Nor is what began to leave before.
 * @param number of the order; left out, it is yet to come
 */
export async function targetsIn ({ inventory, statesIn = async of => await zoneStates(inventory, of) }: TargetPorts, zone: string, scope: Scope, number = Infinity): Promise<Array<CredentialState | UnseenState>> {
  // An order of before scopes were resolved goes by the labels that a host was added with, as its worker does.
  const labels = scope.labels === undefined
    ? undefined
    : new Map((await inventory.hosts(zone)).map(host => [host.id, host.labels]))
  return (await statesIn(zone))
    .filter(state => state.status !== 'refused' && (state.leaving === null || state.leaving.order >= number) && covers(scope, subjectOf(state, number), labels?.get(state.host) ?? {}))
}

/** @param number of the order that asks: what was replaced for its sake counts as if it were there */
function subjectOf (state: CredentialState | UnseenState, number: number): Subject {
  const { fingerprint, debts, unproven, rotations, kind } = state
  const replaced = rotations.filter(({ order }) => order >= number).map(({ oldFingerprint }) => oldFingerprint)
  return { name: state, kind, fingerprints: [...fingerprint === null ? [] : [fingerprint], ...debts.map(debt => debt.fingerprint), ...unproven, ...replaced] }
}

function checkScope (scope: WideScope): void {
  const narrow = ['hosts', 'accounts', 'names', 'labels', 'kinds', 'burned'].filter(part => scope[part as keyof WideScope] !== undefined)
  if (scope.all === true && narrow.length > 0) {
    throw new RekeyError('input/unprocessable', `scope: \`all: true\` and ${narrow.join(', ')} contradict each other; leave out one of them`, { field: 'scope.all' })
  }
  if (scope.all !== true && scope.zones === undefined && (narrow.length === 0 || (narrow[0] === 'labels' && narrow.length === 1 && Object.keys(scope.labels ?? {}).length === 0))) {
    throw new RekeyError('input/unprocessable', 'scope: an empty scope would rotate everything; say which zones, hosts, accounts, names or labels, or say `all: true` if everything is meant', { field: 'scope' })
  }
}

/** Whoever lists a host must not believe that it was rotated when nothing of it was: each one listed has to match. */
function checkMatches (scope: WideScope, targets: readonly Targets[]): void {
  const names = targets.flatMap(({ states }) => states)
  const idle = [
    ...unmatched('zones', scope.zones, names, name => name.zone),
    ...unmatched('hosts', scope.hosts, names, name => name.host),
    ...unmatched('accounts', scope.accounts, names, name => name.account),
    ...unmatched('names', scope.names, names, name => name.name)
  ][0]
  if (names.length === 0) throw matchesNothing()
  if (idle !== undefined) throw leftIdle(idle)
}

function matchesNothing (): RekeyError {
  return new RekeyError('order/matches-nothing', 'scope: no credential matches; GET /v1/credentials lists those there are', { field: 'scope' })
}

function leftIdle ({ list, value }: { readonly list: string, readonly value: string }): RekeyError {
  return new RekeyError('order/matches-nothing', `scope.${list}: ${value} has no credential that the rest of the scope covers; correct it or leave it out`, { field: `scope.${list}` })
}

function unmatched (list: string, values: readonly string[] | undefined, names: readonly CredentialName[], part: (name: CredentialName) => string) {
  return (values ?? []).filter(value => !names.some(name => part(name) === value)).map(value => ({ list, value }))
}

/** @throws RekeyError `zone/unknown`, `order/unknown` */
export async function findOrder (ports: CallerPorts, { zone: name, number }: { readonly zone: string, readonly number: string }): Promise<Order> {
  const zone = findZone(ports.zones, name)
  const order = await ports.inventory.order(zone.name, Number(number))
  if (order === undefined) throw new RekeyError('order/unknown', `${zone.name} has no order ${number}; GET /v1/orders lists those there are`, { field: 'number' })
  return order
}

/** Labels say more to people than the hosts that they have chosen. */
export function asAsked ({ asked, ...order }: Order): Order {
  return { ...order, scope: asked ?? order.scope }
}

export interface OrderInput {
  readonly scope: WideScope
  readonly reason: string
  readonly requestedBy: string
  readonly idempotencyKey: string | undefined
}

export interface PlacedOrders {
  readonly campaign: string
  readonly orders: ReadonlyArray<{ readonly zone: string, readonly number: number, readonly targets: number, readonly observed: number }>
  /** Whether an earlier request with the same key had placed them. */
  readonly repeated: boolean
}

/**
 * Creates one order per zone that the scope touches, then asks for visits to the hosts.
 * A queue that is away delays, but loses nothing: workers find orders in Vault.
 * @throws RekeyError `order/matches-nothing`, `idempotency/mismatch`, `audit/unwritable`, `vault/*`
 */
export async function placeOrders (ports: CallerPorts, input: OrderInput, log: Log): Promise<PlacedOrders> {
  const request = {
    key: input.idempotencyKey === undefined ? randomUUID() : ownKey(ports, input.idempotencyKey),
    digest: createHash('sha256').update(canonical({ scope: input.scope, reason: input.reason })).digest('hex'),
    reason: input.reason,
    requestedBy: input.requestedBy,
    requestedAt: ports.now().toISOString(),
    traceparent: ports.traceparent
  }
  if (input.idempotencyKey !== undefined) {
    const earlier = await ports.inventory.resumeOrders(request)
    if (earlier !== undefined) return await answer(ports, earlier, true)
  }

  const targets = await findTargets(ports, input.scope)
  const asked = zoneScope(input.scope)
  for (const { zone, states } of targets) {
    await ports.audit.record({ act: 'order.create', target: zone.name, reason: input.reason, detail: `${states.length} targets, scope ${canonical(asked)}` })
  }
  const orders = await ports.inventory.createOrders(request, targets.map(({ zone, scope }) => ({ zone: zone.name, scope, ...asked.labels && { asked } })))
  await Promise.all(targets.map(({ zone, states }) => requestVisits(zone, states.map(state => state.host), log)))
  return {
    campaign: orders[0]?.campaign ?? '',
    orders: orders.map(order => placedOrder(order, targets.find(({ zone }) => zone.name === order.zone)?.states ?? [])),
    repeated: false
  }
}

/** A key counts for its caller alone: another one's would tell what he has ordered. It holds no space. */
export function ownKey ({ caller }: CallerPorts, key: string): string {
  return caller.id === undefined ? key : `${caller.id} ${key}`
}

async function answer (ports: CallerPorts, orders: readonly Order[], repeated: boolean): Promise<PlacedOrders> {
  const counted = await Promise.all(orders.map(async order => placedOrder(order, await targetsIn(ports, order.zone, order.scope, order.number))))
  return { campaign: orders[0]?.campaign ?? '', orders: counted, repeated }
}

function placedOrder ({ zone, number }: Order, states: Targets['states']): PlacedOrders['orders'][number] {
  return { zone, number, targets: states.length, observed: states.filter(({ observed }) => observed).length }
}

/** Asks for visits. Without Redis the workers' own scan finds the work, so a failure is only told to the log. */
export async function requestVisits (zone: Zone, hosts: readonly string[], log: Log): Promise<void> {
  try {
    await zone.queue.request([...new Set(hosts)])
  } catch (error) {
    log.warn({ event: 'queue-away', zone: zone.name, code: error instanceof RekeyError ? error.code : 'internal/error' }, 'visits were not queued; the workers find them in Vault')
  }
}

function zoneScope (scope: WideScope): Scope {
  return {
    ...(scope.hosts === undefined ? {} : { hosts: scope.hosts }),
    ...(scope.accounts === undefined ? {} : { accounts: scope.accounts }),
    ...(scope.names === undefined ? {} : { names: scope.names }),
    ...(scope.labels === undefined ? {} : { labels: scope.labels })
  }
}
