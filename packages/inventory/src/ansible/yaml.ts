import type { RefusedProposal } from '../proposal.ts'
import { attempt, malformed } from '../refusal.ts'
import { isRecord, YamlText, type YamlPath } from '../yaml-text.ts'
import { expandHostPattern } from './host-pattern.ts'
import { Inventory } from './inventory.ts'
import { setVariable, type Variables } from './variables.ts'

const [deepest, mostGroups] = [100, 100_000]

/**
 * Ansible's YAML form (its plugin `yaml`).
 * @returns the inventory, and what stands where hosts and groups should and is neither
 * @throws RekeyError `input/invalid` when it is no such inventory at all
 */
export function readYaml (text: string): { readonly inventory: Inventory, readonly refused: RefusedProposal[] } {
  const yaml = new YamlText(text, '1.1')
  if (!isRecord(yaml.value)) throw malformed('this is no inventory; at the top stand groups, as in `all:`', 1)
  if ('plugin' in yaml.value || '_meta' in yaml.value) {
    throw malformed('this is not an inventory in YAML; import what `ansible-inventory --list --yaml` prints for it', 1)
  }
  const reader = new Reader(yaml)
  for (const [name, group] of Object.entries(yaml.value)) reader.readGroup(name, group, [name])
  return reader
}

class Reader {
  readonly inventory = new Inventory()
  readonly refused: RefusedProposal[] = []
  readonly #yaml: YamlText
  #groups = 0

  constructor (yaml: YamlText) {
    this.#yaml = yaml
  }

  readGroup (name: string, data: unknown, path: YamlPath): void {
    this.#groups += 1
    // Aliases can make a group hold itself, or a few lines stand for millions.
    if (path.length > deepest || this.#groups > mostGroups) throw malformed('groups are nested without end, or there are too many', this.#yaml.lineOf(path))
    const group = this.inventory.group(name)
    for (const [key, value] of this.#members(data, 'group', path)) {
      const here = [...path, key]
      if (key === 'vars') this.#setAll(group.variables, value, here)
      else if (key === 'hosts') this.#readHosts(name, value, here)
      else if (key === 'children') {
        for (const [child, data] of this.#members(value, 'children', here)) {
          group.children.add(child)
          this.readGroup(child, data, [...here, child])
        }
      }
    }
  }

  #readHosts (group: string, data: unknown, path: YamlPath): void {
    for (const [pattern, variables] of this.#members(data, 'hosts', path)) {
      const here = [...path, pattern]
      const read = attempt(() => {
        const { names, port } = expandHostPattern(pattern)
        return names.map(name => this.inventory.host(name, this.#sourceOf(here), group, port))
      })
      if ('refused' in read) this.#refuse(here, read.refused.reason, read.refused.field)
      else for (const host of read.value) this.#setAll(host.variables, variables, here)
    }
  }

  #setAll (variables: Variables, data: unknown, path: YamlPath): void {
    for (const [name, value] of this.#members(data, 'vars', path)) setVariable(variables, name, value)
  }

  /** A lone name stands for itself with nothing below it. */
  #members (data: unknown, field: string, path: YamlPath): Array<[string, unknown]> {
    if (isRecord(data)) return Object.entries(data)
    if (data === null || data === undefined) return []
    if (typeof data === 'string' && field !== 'vars' && field !== 'group') return [[data, null]]
    this.#refuse(path, 'has to be a mapping of names, each with a colon behind it', field)
    return []
  }

  #refuse (path: YamlPath, reason: string, field: string): void {
    this.refused.push({ source: this.#sourceOf(path), id: undefined, refused: { reason, field } })
  }

  #sourceOf (path: YamlPath): string {
    return `line ${this.#yaml.lineOf(path)}`
  }
}
