import type { Labels } from './labels.ts'
import type { LegacyAlgorithm } from './legacy-algorithms.ts'
import type { Through } from './through.ts'
import type { Via } from './via.ts'

/** How a host's own key becomes pinned. */
export type HostTrust =
  /** Only these keys, each `type base64`. */
  | { readonly mode: 'pinned', readonly keys: readonly string[] }
  /** The key shown at adoption, once the host has proven with a signature that it holds it. */
  | { readonly mode: 'first-use' }

/** A machine reached over SSH, as the inventory proposes it. Its id never changes and is never used again; the rest, only by a redirect. */
export interface HostRecord {
  readonly zone: string
  readonly id: string
  /** An IP address or a DNS name; checked against the zone's networks when it is dialled. */
  readonly address: string
  readonly port: number
  /** Absent: the worker dials the host itself. */
  readonly via?: Via
  /** A credential of this host with root or sudo, which puts a way in back where no recorded secret of another one opens, or a fence that can't be used. */
  readonly recovery?: Through
  /** What is offered to this host beside modern algorithms, and after them. Absent: nothing. */
  readonly legacyAlgorithms?: readonly LegacyAlgorithm[]
  readonly trust: HostTrust
  /** Those that it was added with. What came later is a document of its own, which the API may write: what must not change by itself goes by these. */
  readonly labels: Labels
  /** Whether its credentials are observed until they are released. Whoever creates the record says so, and nobody later. */
  readonly observe: boolean
  readonly createdAt: string
  /** The number of the redirect that changed it last. */
  readonly redirect?: number
  /** The number of the proposal by which it leaves. Absent: it stays. */
  readonly leave?: number
  /** When all its credentials had left. */
  readonly leftAt?: string
}
