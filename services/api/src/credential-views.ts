import { formatName, holdsZone, nextHeartbeat, stateBeforeAdoption, type CredentialName, type CredentialState, type NamedPolicy, type ZoneGrant } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { Inventory } from './inventory-port.ts'

/** A credential as clients see it: its state and, over all zones, who else has its key. */
export interface CredentialView extends Omit<CredentialState, 'updatedAt'> {
  readonly shared: boolean
  /** Null while no worker has reported on it. */
  readonly updatedAt: string | null
}

/** Every credential of a zone that is managed, waits for adoption or was refused, in name order. */
export async function zoneStates (inventory: Inventory, zone: string): Promise<Array<CredentialState | UnseenState>> {
  const present = new Map((await inventory.credentialNames(zone)).map(name => [formatName(name), name]))
  const states = new Map<string, CredentialState | UnseenState>()
  for await (const state of inventory.states(zone)) {
    states.set(formatName(state), present.has(formatName(state)) ? askedAgain(state) : state)
  }
  for (const [text, name] of present) {
    if (!states.has(text)) states.set(text, unseen(name))
  }
  return [...states.values()].sort(byName)
}

/** The same of all zones, in the order of lists: whether a key opens a second place is asked of each. */
export async function everyState ({ inventory, everyZone }: CallerPorts): Promise<Array<CredentialState | UnseenState>> {
  return (await Promise.all(everyZone.map(async zone => await zoneStates(inventory, zone)))).flat()
}

/** One credential, or undefined when there is none. */
export async function credentialState (inventory: Inventory, name: CredentialName): Promise<CredentialState | UnseenState | undefined> {
  // In this order: a refusal is reported before the adoption goes, so whatever became of it is seen.
  const exists = await inventory.credentialExists(name)
  const state = await inventory.state(name)
  if (state === undefined) return exists ? unseen(name) : undefined
  return exists ? askedAgain(state) : state
}

export type UnseenState = Omit<CredentialState, 'updatedAt'> & { readonly updatedAt: null }

/** What is known of a credential on which no worker has reported yet. */
function unseen (name: CredentialName): UnseenState {
  return { ...stateBeforeAdoption(name), updatedAt: null }
}

/** A refused adoption leaves only its state behind: when a document exists all the same, a key was handed over again. */
function askedAgain (state: CredentialState): CredentialState {
  return state.status === 'refused' ? { ...state, status: 'adopting' } : state
}

function byName (a: CredentialName, b: CredentialName): number {
  return formatName(a) < formatName(b) ? -1 : 1
}

/** Where each key opens, over all zones. */
export type KeyIndex = ReadonlyMap<string, readonly string[]>

export function indexStates (states: ReadonlyArray<CredentialState | UnseenState>): KeyIndex {
  const index = new Map<string, string[]>()
  for (const state of states) addTo(index, state)
  return index
}

function addTo (index: Map<string, string[]>, state: CredentialState | UnseenState): void {
  // A refused key was never shown to open the account.
  if (state.fingerprint === null || state.status === 'refused') return
  // What is not proven dead, opens.
  for (const fingerprint of [state.fingerprint, ...state.debts.map(debt => debt.fingerprint)]) {
    const places = index.get(fingerprint) ?? []
    places.push(formatName(state))
    index.set(fingerprint, places)
  }
}

/**
 * The worker saw who had claimed a key before; the index also tells the first one that others came after.
 * @param zones of the caller: that a key opens another place is said of his credential, and names of other zones are not
 */
export function credentialView (state: CredentialState | UnseenState, keys: KeyIndex, zones: ZoneGrant): CredentialView {
  const own = formatName(state)
  const equal = state.fingerprint === null || state.status === 'refused' ? [] : keys.get(state.fingerprint) ?? []
  const sharedWith = [...new Set([...state.sharedWith, ...equal])].filter(place => place !== own).sort()
  return { ...state, shared: sharedWith.length > 0, sharedWith: sharedWith.filter(place => holdsZone(zones, place.split('/')[0] ?? '')) }
}

/** What follows from the policy that decides of a credential. */
export function byPolicy (state: Omit<CredentialState, 'updatedAt'>, policy: NamedPolicy | undefined): { readonly policy: string | null, readonly nextHeartbeatAt: string | null } {
  const { verifiedAt, heartbeat } = state
  // As the worker has it: no heartbeat where something else has its turn, and after a refusal none until a successor is proven.
  const mayBeat = (state.status === 'settled' || state.status === 'grace') && state.leaving === null && (state.drift === null || state.drift.endedAt !== null)
  const next = policy?.heartbeat === undefined || verifiedAt === null || !mayBeat ? null : nextHeartbeat(state, { verifiedAt, heartbeat }, policy.heartbeat.everySeconds)
  return { policy: policy?.name ?? null, nextHeartbeatAt: next?.toISOString() ?? null }
}
