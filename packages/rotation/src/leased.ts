import type { CredentialName, Lease } from '@rekey/domain'
import { formatName, leaseEnded, leaseStatus } from '@rekey/domain'

/** The leases of a zone by credential, `zone/host/account/name`. */
export type LeasesByCredential = ReadonlyMap<string, readonly Lease[]>

export function byCredential (leases: readonly Lease[]): LeasesByCredential {
  const found = new Map<string, Lease[]>()
  for (const lease of leases) {
    for (const { name } of lease.secrets) {
      const key = formatName(name)
      found.set(key, [...found.get(key) ?? [], lease])
    }
  }
  return found
}

/** A credential as far as it may have been leased. */
interface Leased {
  readonly name: CredentialName
  readonly current: { readonly fingerprint: string }
}

/** What the leases on a secret are asked by. */
interface LeaseFacts {
  readonly leases?: LeasesByCredential
  readonly now: Date
}

/**
 * A successor is owed to the secret that somebody has had by a lease whose grant says so, once that lease and every other one on it has
 * ended: nobody who still holds a lease is left standing.
 */
export function isOwedAfterLease (secret: Leased, facts: LeaseFacts): boolean {
  return leaseEnd(secret, facts) !== undefined
}

/** Since when a successor is owed for that, if it is. ISO 8601. */
export function leaseEnd (secret: Leased, facts: LeaseFacts): string | undefined {
  const own = leasesOn(secret, facts)
  if (!own.some(({ rotateAfter }) => rotateAfter !== 'never') || liveLeases(secret, facts) > 0) return undefined
  return own.map(leaseEnded).sort().at(-1)
}

/** How many have it by a lease now. */
export function liveLeases (secret: Leased, facts: LeaseFacts): number {
  return leasesOn(secret, facts).filter((lease) => leaseStatus(lease, facts.now) === 'live').length
}

function leasesOn ({ name, current }: Leased, { leases }: LeaseFacts): Lease[] {
  const key = formatName(name)
  return (leases?.get(key) ?? []).filter(({ secrets }) => secrets.some((secret) => formatName(secret.name) === key && secret.fingerprint === current.fingerprint))
}
