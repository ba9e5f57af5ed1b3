/** What a caller of the API may do, each with all that stands before it. */
export const roles = ['viewer', 'operator', 'admin'] as const
/**
 * - `viewer`    sees hosts, credentials, orders and redirects
 * - `operator`  adds and labels hosts, proposes redirects, hands secrets over, orders rotations, ends observations
 * - `admin`     writes policies, makes, rotates and revokes tokens
 */
export type Role = typeof roles[number]

export function hasRole (held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed)
}

/** Zones by name, or those that there are now and will be. */
export type ZoneGrant = readonly string[] | 'all'

export function holdsZone (held: ZoneGrant, zone: string): boolean {
  return held === 'all' || held.includes(zone)
}

/** What one holds and can pass on. */
export interface Grant {
  readonly role: Role
  readonly zones: ZoneGrant
}

/** Whether all of a grant is part of another: nobody passes on, sees or ends more than he holds. */
export function coversGrant (held: Grant, other: Grant): boolean {
  const { zones } = other
  return hasRole(held.role, other.role) && (zones === 'all' ? held.zones === 'all' : zones.every(zone => holdsZone(held.zones, zone)))
}

/** Who asks the API. */
export interface Caller extends Grant {
  /** Of the token; undefined for the set-up's own, which is in no Vault. */
  readonly id: string | undefined
  readonly name: string
  /** ISO 8601; undefined: never. */
  readonly expiresAt: string | undefined
}

/** The caller in documents, audit entries and logs: `name/id`, so that no token's name is taken for the set-up's `admin`. */
export function formatCaller ({ id, name }: Pick<Caller, 'id' | 'name'>): string {
  return id === undefined ? name : `${name}/${id}`
}
