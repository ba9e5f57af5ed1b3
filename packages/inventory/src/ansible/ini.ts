import type { RefusedProposal } from '../proposal.ts'
import { attempt, malformed, refusal, refuseKey } from '../refusal.ts'
import { expandHostPattern } from './host-pattern.ts'
import { Inventory } from './inventory.ts'
import { setVariable } from './variables.ts'
import { pythonValue, shellWords } from './words.ts'

const section = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/

/**
 * Ansible's INI form (its plugin `ini`).
 * @returns the inventory, and the lines that name no host that could be told apart
 * @throws RekeyError `input/invalid` for a section that isn't one: what follows would land in another group
 */
export function readIni (text: string): { readonly inventory: Inventory, readonly refused: RefusedProposal[] } {
  const inventory = new Inventory()
  const refused: RefusedProposal[] = []
  let [group, kind] = ['ungrouped', 'hosts']
  text.split(/\r\n|\r|\n/).forEach((written, index) => {
    const line = written.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return
    // One that is written out as a variable's value is on the line of its variable.
    if (line.startsWith('-')) refuseKey(line, index + 1)
    const header = section.exec(line)
    if (header !== null) {
      [, group = '', kind = 'hosts'] = header
      if (!['hosts', 'children', 'vars'].includes(kind)) throw malformed('a section is [group], [group:children] or [group:vars]', index + 1)
      inventory.group(group)
      return
    }
    if (line.startsWith('[') && line.endsWith(']')) throw malformed('this is no section; write it as [group], without blanks', index + 1)
    const source = `line ${index + 1}`
    const read = attempt(() => readLine(inventory, { group, kind }, line, source))
    if ('refused' in read) refused.push({ source, id: undefined, refused: read.refused })
  })
  return { inventory, refused }
}

interface Section {
  readonly group: string
  /** `hosts`, `children` or `vars`. */
  readonly kind: string
}

/** @throws RekeyError `input/invalid` */
function readLine (inventory: Inventory, { group, kind }: Section, line: string, source: string): void {
  if (kind === 'vars') {
    const at = line.indexOf('=')
    if (at < 0) throw refusal('has to be name=value', 'variable')
    setVariable(inventory.group(group).variables, line.slice(0, at).trim(), pythonValue(line.slice(at + 1).trim()))
  } else if (kind === 'children') {
    const child = /^([^:\]\s]+)\s*(?:#.*)?$/.exec(line)?.[1]
    if (child === undefined) throw refusal('has to be the name of a group', 'children')
    inventory.group(group).children.add(inventory.group(child).name)
  } else {
    readHosts(inventory, group, line, source)
  }
}

/** @throws RekeyError `input/invalid` */
function readHosts (inventory: Inventory, group: string, line: string, source: string): void {
  const [pattern = '', ...settings] = shellWords(line)
  const { names, port } = expandHostPattern(pattern)
  const variables = settings.map(setting => {
    const at = setting.indexOf('=')
    if (at < 0) throw refusal('has something behind the host\'s name that isn\'t name=value; quote values with blanks', 'variable')
    return [setting.slice(0, at), pythonValue(setting.slice(at + 1))] as const
  })
  for (const name of names) {
    const host = inventory.host(name, source, group, port)
    for (const [key, value] of variables) setVariable(host.variables, key, value)
  }
}
