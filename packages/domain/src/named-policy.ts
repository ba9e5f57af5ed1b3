import type { CredentialKind } from './credential.ts'
import type { KeyAlgorithm } from './key-algorithm.ts'
import type { Labels } from './labels.ts'
import type { CredentialName } from './names.ts'
import { inScope, type Scope } from './order.ts'

/** Which credentials a policy is for. What is absent restricts nothing; within a list one match is enough. */
export interface Selector extends Scope {
  readonly kinds?: readonly CredentialKind[] | undefined
}

/**
 * A policy that the API may write: how new secrets of some credentials are made. It chooses among strong ones only, and has no
 * word on when a secret is replaced, how long it stays open, or who must approve what: those are the zone's people's.
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
  /** Grows with every change of the zone's named policies. */
  readonly revision: number
  readonly changedBy: string
  readonly changedAt: string
}

/** The policy by which the next secret of a credential is made; none: the zone's own. */
export function winningPolicy (policies: readonly NamedPolicy[], { name, kind }: { readonly name: CredentialName, readonly kind: CredentialKind }, labels: Labels): NamedPolicy | undefined {
  return policies
    .filter(({ selector }) => (selector.kinds?.includes(kind) ?? true) && inScope(selector, name, labels))
    .sort((a, b) => b.priority - a.priority || (a.name < b.name ? -1 : 1))[0]
}

/** Whether it matters to them which labels a host has. */
export function askForLabels (policies: readonly NamedPolicy[]): boolean {
  return policies.some(({ selector }) => selector.labels !== undefined)
}
