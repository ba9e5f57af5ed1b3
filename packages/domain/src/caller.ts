/**
 * What a caller of the API may do. Each holds what it is made of, and a route names the least that it needs:
 * - `viewer`     sees hosts, credentials, orders and proposals
 * - `operator`   adds and labels hosts, proposes redirects, hands secrets over, orders rotations, ends observations
 * - `responder`  burns many credentials at once
 * - `approver`   decides on what was proposed. He does that in Vault, with a login of his own: the API shows it to him
 * - `auditor`    reads the audit trail
 * - `admin`      writes policies, makes, rotates and revokes tokens
 */
export const roles = ['viewer', 'operator', 'responder', 'approver', 'auditor', 'admin'] as const
export type Role = typeof roles[number]

/** What each role holds, itself among it. */
const held: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer'],
  operator: ['viewer', 'operator'],
  responder: ['viewer', 'operator', 'responder'],
  approver: ['viewer', 'approver'],
  auditor: ['viewer', 'auditor'],
  // Whoever makes tokens could make one of each.
  admin: roles
}

export function holdsRole (role: Role, needed: Role): boolean {
  return held[role].includes(needed)
}

/** Zones by name, or those that there are now and will be. */
export type ZoneGrant = readonly string[] | 'all'

export function holdsZone (held: ZoneGrant, zone: string): boolean {
  return held === 'all' || held.includes(zone)
}

/** A role in zones: what one holds and can pass on. */
export interface Grant {
  readonly role: Role
  readonly zones: ZoneGrant
}

/** Who asks the API. */
export interface Caller {
  /** Of the token, or of a person's entity in Vault; undefined for the set-up's own token, which is in no Vault. */
  readonly id: string | undefined
  readonly name: string
  /** A token has one; a person may have another role in each zone. */
  readonly grants: readonly Grant[]
  /** What he makes ends no later, ISO 8601; undefined: no end of his own. */
  readonly expiresAt: string | undefined
}

/** A caller as far as he acts in a role. */
export interface Acting extends Caller {
  /** Where he has it. */
  readonly zones: ZoneGrant
}

export function actingAs (caller: Caller, needed: Role): Acting {
  const grants = caller.grants.filter(({ role }) => holdsRole(role, needed))
  return { ...caller, grants, zones: grants.some(({ zones }) => zones === 'all') ? 'all' : [...new Set(grants.flatMap(({ zones }) => zones))] }
}

/** Whether all of a grant is part of what is held: nobody passes on, sees or ends more than he holds. */
export function coversGrant (held: readonly Grant[], { role, zones }: Grant): boolean {
  const ofRole = held.filter(one => holdsRole(one.role, role))
  return zones === 'all' ? ofRole.some(one => one.zones === 'all') : zones.every(zone => ofRole.some(one => holdsZone(one.zones, zone)))
}

/** The caller in documents, audit entries and logs: `name/id`, so that no token's or person's name is taken for the set-up's `admin`. */
export function formatCaller ({ id, name }: Pick<Caller, 'id' | 'name'>): string {
  return id === undefined ? name : `${name}/${id}`
}
