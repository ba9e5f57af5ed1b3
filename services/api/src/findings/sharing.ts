import { formatName, type ZoneGrant } from '@rekey/domain'
import { idOf, visibleTo, type Finding, type FindingSource, type State } from './finding.ts'

const kinds = ['shared-key', 'shared-password', 'shared-host-key'] as const
type Kind = typeof kinds[number]

/** Secrets that open, and host keys that name, two places. */
export const sharing: FindingSource = {
  kinds,
  endings: ['rotation', 'new-host-key'],
  find: ({ ports, states }) => findSharing(states, ports.caller.zones)
}

/** Where one secret opens, or one host key is pinned, each with when it was handed over. */
type Places = Map<string, string | null>

const endings = {
  'shared-key': ['rotation', 'Order the rotation of these places (POST /v1/orders): each gets a key of its own.'],
  'shared-password': ['rotation', 'Order the rotation of these places (POST /v1/orders): each gets a password of its own.'],
  'shared-host-key': ['new-host-key', 'Whoever holds this key can pass for each of these hosts. Give all but one new host keys (ssh-keygen -A, once the old files are away), and propose them (POST /v1/hosts/{zone}/{id}/redirects).']
} as const

/** @param states of all zones: that a caller's key opens another zone's host is said, and names of that zone are not */
function findSharing (states: readonly State[], zones: ZoneGrant): Finding[] {
  return kinds.flatMap(kind => [...placesBy(kind, states)].flatMap(([fingerprint, places]) => {
    const visible = visibleTo(zones, places.keys())
    if (places.size < 2 || visible.length === 0) return []
    const [endedBy, advice] = endings[kind]
    const [, second] = visible.flatMap(place => places.get(place) ?? []).sort()
    return [{ id: idOf(kind, fingerprint), kind, fingerprint, places: visible, elsewhere: visible.length < places.size, since: second ?? null, endedBy, advice }]
  }))
}

function placesBy (kind: Kind, states: readonly State[]): Map<string, Places> {
  // A refused secret was never shown to open the account.
  const known = states.filter(({ status }) => status !== 'refused')
  if (kind === 'shared-host-key') return hostKeys(known)
  return secrets(known.filter(state => kind === (state.kind === 'password' ? 'shared-password' : 'shared-key')))
}

/** Also those that should be dead and are not proven dead, and whoever had claimed the current one before, unless his own state tells. */
function secrets (states: readonly State[]): Map<string, Places> {
  const index = new Index()
  const told = new Set(states.filter(({ fingerprint }) => fingerprint !== null).map(formatName))
  for (const state of states) {
    for (const { fingerprint } of state.debts) index.add(fingerprint, formatName(state))
    if (state.fingerprint === null) continue
    index.add(state.fingerprint, formatName(state), state.madeAt)
    for (const place of claimants(state, 4).filter(place => !told.has(place))) index.add(state.fingerprint, place)
  }
  return index.places
}

function hostKeys (states: readonly State[]): Map<string, Places> {
  const index = new Index()
  for (const { zone, host, hostKeys } of states) {
    for (const key of hostKeys) index.add(key, `${zone}/${host}`)
  }
  const told = new Set(states.filter(({ hostKeys }) => hostKeys.length > 0).map(({ zone, host }) => `${zone}/${host}`))
  // Which of several keys a host had claimed before of which no state tells: the first stands for them.
  for (const state of states) {
    const [first] = state.hostKeys
    const unseen = claimants(state, 2).filter(place => !told.has(place))
    if (first !== undefined) for (const place of unseen) index.add(first, place)
  }
  return index.places
}

/** The places of so many parts that claimed its secret, or its host's key, first. */
function claimants ({ sharedWith }: State, parts: 2 | 4): string[] {
  return sharedWith.filter(place => place.split('/').length === parts)
}

class Index {
  readonly places = new Map<string, Places>()

  add (fingerprint: string, place: string, since: string | null = null): void {
    const places = this.places.get(fingerprint) ?? new Map<string, string | null>()
    places.set(place, places.get(place) ?? since)
    this.places.set(fingerprint, places)
  }
}
