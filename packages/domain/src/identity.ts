import { roles, type Grant, type Role } from './caller.ts'
import { namePattern } from './names.ts'

/** A person as Vault vouches for him, for a few minutes. */
export interface Identity {
  /** The id of his entity in Vault. */
  readonly entity: string
  /** The entity's name, for people to read. */
  readonly name: string
  /** Names of the groups that he is in, by himself or through another group. */
  readonly groups: readonly string[]
  /** ISO 8601 */
  readonly expiresAt: string
}

/** `rekey-operator-production`; `rekey-auditor` for all zones. No role's name has a hyphen, a zone's may. */
const form = new RegExp(`^rekey-(${roles.join('|')})(?:-(.+))?$`)
const zoneForm = new RegExp(namePattern('zone'))

/** What the members of a group of that name hold; undefined of a group that is none of Rekey's. */
export function grantOf (group: string): Grant | undefined {
  const [, role, zone] = form.exec(group) ?? []
  if (role === undefined) return undefined
  if (zone === undefined) return { role: role as Role, zones: 'all' }
  return zoneForm.test(zone) ? { role: role as Role, zones: [zone] } : undefined
}

/** The group that gives a role in a zone, or in all. */
export function groupOf (role: Role, zone?: string): string {
  return zone === undefined ? `rekey-${role}` : `rekey-${role}-${zone}`
}
