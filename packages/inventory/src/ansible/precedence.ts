import { malformed } from '../refusal.ts'
import type { Host, Inventory } from './inventory.ts'
import { HostVariables, type Variables } from './variables.ts'

/** What holds for each host once groups are taken into account. */
export class Precedence {
  readonly #inventory: Inventory
  readonly #parents: Map<string, string[]>
  /** All groups, each after those that it overrides. */
  readonly #rank: ReadonlyMap<string, number>

  /** @throws RekeyError `input/invalid` when groups hold each other in a circle */
  constructor (inventory: Inventory) {
    const depths = inventory.depths()
    if (depths === undefined) throw malformed('groups hold each other in a circle; take one out of the other')
    this.#inventory = inventory
    this.#parents = inventory.parents()
    // Ansible's own order (inventory/helpers.py): depth, priority, name by code points.
    const ordered = [...inventory.groups.values()]
      .map(({ name, variables }) => ({ name, depth: depths.get(name) ?? 1, priority: priorityOf(variables) }))
      .sort((a, b) => a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : 1))
    this.#rank = new Map(ordered.map(({ name }, rank) => [name, rank]))
  }

  /** All groups of a host, also those that hold its groups, without `all` and `ungrouped`. */
  groupsOf (host: Host): string[] {
    return this.#ancestry(host).filter(name => name !== 'all' && name !== 'ungrouped')
  }

  /** Host over child group over parent over `all`. */
  variablesOf (host: Host): HostVariables {
    const merged: Variables = new Map()
    for (const name of this.#ancestry(host)) {
      for (const [key, value] of this.#inventory.groups.get(name)?.variables ?? []) merged.set(key, value)
    }
    for (const [key, value] of host.variables) merged.set(key, value)
    return new HostVariables(merged)
  }

  #ancestry (host: Host): string[] {
    const found = new Set(['all'])
    const open = [...host.groups]
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (found.has(name)) continue
      found.add(name)
      open.push(...this.#parents.get(name) ?? [])
    }
    return [...found].sort((a, b) => (this.#rank.get(a) ?? 0) - (this.#rank.get(b) ?? 0))
  }
}

function priorityOf (variables: Variables): number {
  const variable = variables.get('ansible_group_priority')
  const priority = variable !== null && variable !== undefined && 'text' in variable ? Number.parseInt(variable.text, 10) : NaN
  return Number.isNaN(priority) ? 1 : priority
}
