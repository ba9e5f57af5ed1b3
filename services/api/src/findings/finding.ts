import { createHash } from 'node:crypto'
import { holdsZone, type CredentialState, type Survey, type ZoneGrant } from '@rekey/domain'
import type { CallerPorts } from '../caller-ports.ts'
import type { UnseenState } from '../credential-views.ts'

/** Something that is wrong for longer than a moment, as a caller may see it. */
export interface Finding {
  /** The same for as long as it lasts: of `idOf`. */
  readonly id: string
  readonly kind: string
  /** Of the key or password that it is about; absent where it is about none. */
  readonly fingerprint?: string
  /** What it touches in the caller's zones: `zone/host/account/name`, `zone/host/account`, or `zone/host`. */
  readonly places: readonly string[]
  /** Whether there are others, in zones that the caller does not see. */
  readonly elsewhere: boolean
  /** Null where that is not known. */
  readonly since: string | null
  /** One of its source's endings. */
  readonly endedBy: string
  /** What it is in this very case, for people; absent where its kind says all. */
  readonly detail?: string
  /** How to end it, for people. */
  readonly advice: string
}

export type State = CredentialState | UnseenState

/** What findings are made of. */
export interface Fleet {
  readonly ports: CallerPorts
  /** Of all zones, those too that the caller does not see: a finding must name none of their places. */
  readonly states: readonly State[]
  /** Of all zones, as the states. */
  readonly surveys: readonly Survey[]
}

/** One file of this folder each: what it looks for, and how. */
export interface FindingSource {
  readonly kinds: readonly string[]
  /** What may end its findings. */
  readonly endings: readonly string[]
  /** Those that the caller may see. */
  readonly find: (fleet: Fleet) => Promise<readonly Finding[]> | readonly Finding[]
}

/** The id of a finding by its kind and by what makes it another one. */
export function idOf (kind: string, about: string): string {
  return createHash('sha256').update(`${kind} ${about}`).digest('hex').slice(0, 16)
}

/** Those places that lie in the caller's zones, in order. */
export function visibleTo (zones: ZoneGrant, places: Iterable<string>): string[] {
  return [...places].filter(place => holdsZone(zones, place.split('/')[0] ?? '')).sort()
}
