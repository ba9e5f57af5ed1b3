import type { CredentialKind } from './credential.ts'
import type { KeyAlgorithm } from './key-algorithm.ts'
import type { Labels } from './labels.ts'
import type { CredentialName } from './names.ts'
import { inScope, type Scope } from './order.ts'
import type { Schedule } from './schedule/schedule.ts'

/** Which credentials a policy is for. What is absent restricts nothing; within a list one match is enough. */
export type Selector = Omit<Scope, 'burned'>

/** Whether a selector is for a credential. @param labels of its host */
export function selects (selector: Selector, { name, kind }: { readonly name: CredentialName, readonly kind: CredentialKind }, labels: Labels): boolean {
  return (selector.kinds?.includes(kind) ?? true) && inScope(selector, name, labels)
}

export const driftAnswers = ['report', 'rotate'] as const
/** What is done about a secret that no longer opens its account: it is reported, or it is replaced, too. */
export type DriftAnswer = typeof driftAnswers[number]

/** How often it is looked whether a secret still opens its account. */
export interface Heartbeat {
  readonly everySeconds: number
  readonly onDrift: DriftAnswer
}

export const heartbeatBounds = { everySeconds: { minimum: 10, maximum: 366 * 24 * 3600 } } as const

/**
 * A policy that the API may write: how new secrets of some credentials are made, and when. It chooses among strong ones only, and
 * can only bring forward what happens to the old ones: how long these may stay at most, and who must approve what, the zone's people say.
 */
export interface NamedPolicy {
  readonly name: string
  /** The highest one wins; of equal ones the first by name. */
  readonly priority: number
  readonly selector: Selector
  /** Of new keys. Absent: `ed25519`. */
  readonly keyAlgorithm?: KeyAlgorithm | undefined
  /** Of new passwords, in characters. Absent, as the next one: as the zone's people have it. */
  readonly passwordLength?: number | undefined
  readonly passwordSymbols?: string | undefined
  /** When secrets are replaced by themselves. Absent: at the age that the zone's people have set. */
  readonly schedule?: Schedule | undefined
  /** How long a replaced key stays open. It counts up to what the zone's people have. */
  readonly graceSeconds?: number | undefined
  /** Absent: none. */
  readonly heartbeat?: Heartbeat | undefined
  /** Grows with every change of the zone's named policies. */
  readonly revision: number
  readonly changedBy: string
  readonly changedAt: string
}

/** The policy by which the next secret of a credential is made; none: the zone's own. */
export function winningPolicy (policies: readonly NamedPolicy[], credential: { readonly name: CredentialName, readonly kind: CredentialKind }, labels: Labels): NamedPolicy | undefined {
  return policies
    .filter(({ selector }) => selects(selector, credential, labels))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))[0]
}

/** Whether it matters to them which labels a host has. */
export function askForLabels (policies: readonly NamedPolicy[]): boolean {
  return policies.some(({ selector }) => selector.labels !== undefined)
}
