import type { CredentialName } from './names.ts'
import type { RotateAfter } from './lease-grant.ts'

/** One secret that was handed out. */
export interface LeasedSecret {
  readonly name: CredentialName
  readonly fingerprint: string
  readonly epoch: number
}

/** That somebody has secrets until a time: created once, before they leave. */
export interface LeaseTaken {
  readonly kind: 'taken'
  readonly id: string
  readonly zone: string
  readonly grant: string
  /** The proposal that made the grant what it was then. */
  readonly proposal: number
  /** The highest order that the broker had read: a campaign that comes later ends it. 0: none, or not known. */
  readonly order: number
  readonly secrets: readonly LeasedSecret[]
  readonly rotateAfter: RotateAfter
  readonly reason: string
  /** Who has them: issuer and subject of the token. */
  readonly issuer: string
  readonly subject: string
  /** Hex SHA-256 of what the holder shows to renew the lease or to give it back. */
  readonly holderHash: string
  readonly takenAt: string
  readonly endsAt: string
  /** No renewal goes further. */
  readonly endsAtMost: string
}

/** Later documents of the same lease. */
export type LeaseEvent =
  | { readonly kind: 'renewed', readonly at: string, readonly endsAt: string }
  | { readonly kind: 'returned', readonly at: string }

/** A lease as it stands. */
export interface Lease extends Omit<LeaseTaken, 'kind' | 'endsAt'> {
  readonly endsAt: string
  readonly returnedAt: string | null
  /** How many documents it has. */
  readonly documents: number
}

/** @param events in the order of their numbers */
export function leaseOf ({ kind: _, ...taken }: LeaseTaken, events: readonly LeaseEvent[]): Lease {
  const before: Lease = { ...taken, returnedAt: null, documents: 1 + events.length }
  return events.reduce<Lease>((lease, event) => event.kind === 'returned'
    ? { ...lease, returnedAt: lease.returnedAt ?? event.at }
    : { ...lease, endsAt: earlier(event.endsAt, lease.endsAtMost) }, before)
}

function earlier (one: string, other: string): string {
  return Date.parse(one) < Date.parse(other) ? one : other
}

/** `revoked`: a campaign has ended it before its time. */
export const leaseStatuses = ['live', 'returned', 'expired', 'revoked'] as const
export type LeaseStatus = typeof leaseStatuses[number]

export function leaseStatus ({ returnedAt, endsAt }: Pick<Lease, 'returnedAt' | 'endsAt'>, now: Date): Exclude<LeaseStatus, 'revoked'> {
  if (returnedAt !== null) return 'returned'
  return Date.parse(endsAt) <= now.getTime() ? 'expired' : 'live'
}

/** When it ended or will end by itself, ISO 8601. */
export function leaseEnded ({ returnedAt, endsAt }: Pick<Lease, 'returnedAt' | 'endsAt'>): string {
  return returnedAt ?? endsAt
}

const idForm = '[0-9a-z]{9}-[0-9a-f]{24}'
/** As a regular expression source. */
export const leaseIdPattern = `^${idForm}$`

/**
 * Of the lease that a token gets: the same each time, so that its documents, which are created once, are a second wall against a token that comes again. Ids ascend with
 * the time of the token, and can't be guessed without it.
 */
export function leaseId ({ id, issuedAt }: { readonly id: string, readonly issuedAt: string }): string {
  return `${Date.parse(issuedAt).toString(36).padStart(9, '0')}-${id.slice(0, 24)}`
}

/** The time in an id, in milliseconds: of the token by which it was taken or asked for. */
export function leaseTime (id: string): number {
  return parseInt(id.slice(0, 9), 36)
}
