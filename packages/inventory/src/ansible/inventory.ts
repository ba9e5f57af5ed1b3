import { refusal } from '../refusal.ts'
import { setVariable, type Variables } from './variables.ts'

export interface Group {
  readonly name: string
  readonly children: Set<string>
  readonly variables: Variables
}

export interface Host {
  readonly name: string
  /** Where the file names it first. */
  readonly source: string
  readonly groups: Set<string>
  readonly variables: Variables
}

/** More than any fleet that one inventory describes; a range of a few characters can name more. */
export const mostHosts = 100_000

/** Hosts and groups as both forms of an inventory build them up. */
export class Inventory {
  readonly hosts = new Map<string, Host>()
  readonly groups = new Map<string, Group>()

  constructor () {
    this.group('all')
  }

  group (name: string): Group {
    let group = this.groups.get(name)
    if (group === undefined) this.groups.set(name, group = { name, children: new Set(), variables: new Map() })
    return group
  }

  /** @throws RekeyError `input/invalid` when there are too many */
  host (name: string, source: string, group: string, port: string | undefined): Host {
    let host = this.hosts.get(name)
    if (host === undefined) {
      if (this.hosts.size >= mostHosts) throw refusal(`there are more than ${mostHosts} hosts`, 'hosts')
      this.hosts.set(name, host = { name, source, groups: new Set(), variables: new Map() })
      // A port behind the name counts only where the host is named first, as with Ansible.
      if (port !== undefined) setVariable(host.variables, 'ansible_port', port)
    }
    host.groups.add(this.group(group).name)
    return host
  }

  /** How far each group is from `all`, by its longest way. @returns undefined when groups hold each other in a circle */
  depths (): ReadonlyMap<string, number> | undefined {
    const parents = this.parents()
    const depths = new Map<string, number>()
    const open = new Map([...this.groups.keys()].map(name => [name, parents.get(name)?.length ?? 0]))
    const ready = [...open.keys()].filter(name => open.get(name) === 0)
    for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
      const depth = depths.get(name) ?? (name === 'all' ? 0 : 1)
      depths.set(name, depth)
      for (const child of this.groups.get(name)?.children ?? []) {
        depths.set(child, Math.max(depths.get(child) ?? 1, depth + 1))
        const left = (open.get(child) ?? 0) - 1
        open.set(child, left)
        if (left === 0) ready.push(child)
      }
    }
    return [...open.values()].some(left => left > 0) ? undefined : depths
  }

  /** The groups that hold each group. */
  parents (): Map<string, string[]> {
    const parents = new Map<string, string[]>()
    for (const { name, children } of this.groups.values()) {
      for (const child of children) {
        const holders = parents.get(child)
        if (holders === undefined) parents.set(child, [name])
        else holders.push(name)
      }
    }
    return parents
  }
}
