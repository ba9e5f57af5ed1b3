import { createHash } from 'node:crypto'
import { formatName, holdsZone, type CredentialState, type ZoneGrant } from '@rekey/domain'
import type { UnseenState } from './credential-views.ts'

export const findingKinds = ['shared-key', 'shared-password', 'shared-host-key'] as const
export type FindingKind = typeof findingKinds[number]

/** Something that is wrong for longer than a moment, as a caller may see it. */
export interface Finding {
  /** The same for as long as it lasts. */
  readonly id: string
  readonly kind: FindingKind
  readonly fingerprint: string
  /** `zone/host/account/name`, or `zone/host` of a host key. */
  readonly places: readonly string[]
  /** Whether there are others, in zones that the caller does not see. */
  readonly elsewhere: boolean
  /** When the second of these places was handed over. Null where that is not known. */
  readonly since: string | null
  readonly endedBy: 'rotation' | 'new-host-key'
  readonly advice: string
}

type State = CredentialState | UnseenState

/** Where one secret opens, or one host key is pinned, each with when it was handed over. */
type Places = Map<string, string | null>

const endings = {
  'shared-key': ['rotation', 'Order the rotation of these places (POST /v1/orders): each gets a key of its own.'],
  'shared-password': ['rotation', 'Order the rotation of these places (POST /v1/orders): each gets a password of its own.'],
  'shared-host-key': ['new-host-key', 'Whoever holds this key can pass for each of these hosts. Give all but one new host keys (ssh-keygen -A, once the old files are away), and propose them (POST /v1/hosts/{zone}/{id}/redirects).']
} as const

/**
 * Secrets that open, and host keys that name, two places.
 * @param states of all zones: that a caller's key opens another zone's host is said, and names of that zone are not
 */
export function findSharing (states: readonly State[], zones: ZoneGrant): Finding[] {
  return findingKinds.flatMap(kind => [...placesBy(kind, states)].flatMap(([fingerprint, places]) => {
    const visible = [...places.keys()].filter(place => holdsZone(zones, place.split('/')[0] ?? '')).sort()
    if (places.size < 2 || visible.length === 0) return []
    const [endedBy, advice] = endings[kind]
    const [, second] = visible.flatMap(place => places.get(place) ?? []).sort()
    return [{ id: idOf(kind, fingerprint), kind, fingerprint, places: visible, elsewhere: visible.length < places.size, since: second ?? null, endedBy, advice }]
  })).sort((a, b) => findingKey(a) < findingKey(b) ? -1 : 1)
}

/** The key of the list. */
export function findingKey ({ kind, id }: Pick<Finding, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}

function idOf (kind: FindingKind, fingerprint: string): string {
  return createHash('sha256').update(`${kind} ${fingerprint}`).digest('hex').slice(0, 16)
}

function placesBy (kind: FindingKind, states: readonly State[]): Map<string, Places> {
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
