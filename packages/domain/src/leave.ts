import { endsInTime, hasExpired } from './approval.ts'
import type { ProposedOfHost } from './approval.ts'
import type { Decision } from './decision.ts'
import type { HostRecord } from './host.ts'
import type { Through } from './through.ts'
import { formatThrough } from './through.ts'

/** A proposal that a credential, or a host with everything that it has, leaves Rekey. */
export interface Leave extends ProposedOfHost {
  readonly kind: 'leave'
  readonly host: string
  /** Null: the host with all of them. */
  readonly credential: Through | null
  /** Fingerprints of secrets that are not proven dead and need not be any more: the host is gone for good. */
  readonly signOff: readonly string[]
}

/** What people have decided of a credential that leaves, as it stands in its document. `at` is when a worker took it up. */
export interface Leaving extends Decision {
  readonly proposal: number
  /** The highest order of the zone then: the credential owes that one and those before it, and none that came later. */
  readonly order: number
  /** Fingerprints of secrets that need not be proven dead; once it has left, those that were not. */
  readonly signedOff: readonly string[]
  /** Since then nothing of it is due: its document is only kept. */
  readonly leftAt: string | null
}

/** Whether it may still be taken up. A later one adds to what an earlier one has signed off. */
export function isLeaveOpen (leave: Leave, { taken, leftAt }: { taken: number | undefined, leftAt: string | null | undefined }, now: Date): boolean {
  return typeof leftAt !== 'string' && leave.number > (taken ?? 0) && endsInTime(leave) && !hasExpired(leave, now)
}

export function hasLeft ({ leaving }: { readonly leaving: Leaving | null }): boolean {
  return typeof leaving?.leftAt === 'string'
}

/** A credential as far as others of its host rely on it. */
export interface Sibling {
  readonly account: string
  readonly name: string
  readonly through: Through | null
}

/** Hosts that stay and are reached through a host that would leave, or through that credential of it. */
export function hostsBehind ({ host, credential }: Pick<Leave, 'host' | 'credential'>, records: readonly HostRecord[]): HostRecord[] {
  return records.filter(({ id, via, leftAt }) => leftAt === undefined && id !== host && via?.host === host && (credential === null || isSame(via, credential)))
}

/**
 * Credentials of a host that are changed through one of it, or that it gives a way in again.
 * @param siblings those that have not left
 * @param recovery the host's recovery credential
 */
export function siblingsRelyingOn (credential: Through, siblings: readonly Sibling[], recovery: Through | undefined): Sibling[] {
  return siblings.filter((one) => !isSame(one, credential) &&
    (one.through === null ? recovery !== undefined && isSame(recovery, credential) : isSame(one.through, credential)))
}

function isSame (one: Through, other: Through): boolean {
  return formatThrough(one) === formatThrough(other)
}
