import { namePattern } from '@rekey/domain'
import { jumpHosts } from '../jump-hosts.ts'
import type { FieldNames, ProposedCredential, Proposal, RefusedCredential, RefusedProposal } from '../proposal.ts'
import { attempt, malformed, refusal } from '../refusal.ts'
import type { Note } from '../row.ts'
import { readIni } from './ini.ts'
import type { Host } from './inventory.ts'
import { Precedence } from './precedence.ts'
import type { HostVariables } from './variables.ts'
import { readYaml } from './yaml.ts'

const label = new RegExp(namePattern('label'))
const jump = new RegExp(String.raw`(?:^|\s)(?:-J\s*|-o\s*["']?ProxyJump[=\s]\s*)(${jumpHosts.source})`)

/** @throws RekeyError `input/invalid` when it is no inventory of Ansible's */
export function readAnsible (text: string): { readonly proposals: Array<Proposal | RefusedProposal>, readonly notes: Note[] } {
  if (text.startsWith('$ANSIBLE_VAULT;')) throw malformed('the whole file is encrypted with ansible-vault; import what `ansible-vault view` prints for it', 1)
  const { inventory, refused } = isYaml(text) ? readYaml(text) : readIni(text)
  const precedence = new Precedence(inventory)
  const notes: Note[] = []
  const unfit = new Set<string>()
  const proposals = [...inventory.hosts.values()].map(host => {
    const groups = precedence.groupsOf(host)
    for (const group of groups.filter(group => !label.test(labelOf(group)))) unfit.add(group)
    return proposalOf(host, groups, precedence.variablesOf(host), notes)
  })
  if (unfit.size > 0) notes.push({ source: 'line 1', text: `groups whose names no label can have: ${unfit.size}. Their hosts come without that label` })
  return { proposals: [...refused, ...proposals], notes }
}

/** YAML begins with a document's mark, a flow mapping, or a key with nothing behind it; INI has no such line. */
function isYaml (text: string): boolean {
  const first = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).find(line => !/^\s*([#;]|$)/.test(line)) ?? ''
  return /^(---|%YAML\b|\s*\{|plugin\s*:)/.test(first) || /^\s*(["']?)[\w .-]+\1\s*:\s*($|#|\{|[&!])/.test(first)
}

/** A group's label: no key of a person's own begins like that. */
function labelOf (group: string): string {
  return `ansible-group.${group}`
}

function proposalOf (host: Host, groups: readonly string[], variables: HostVariables, notes: Note[]): Proposal | RefusedProposal {
  const { source, name } = host
  // Names there are DNS names or made up like them; ids have neither capitals nor underscores.
  const id = name.toLowerCase().replaceAll('_', '-')
  const read = attempt(() => {
    refuseOtherConnections(variables)
    return { address: variables.text('address') ?? name, port: portOf(variables) }
  })
  if ('refused' in read) return { source, id, refused: read.refused }
  return {
    source,
    zone: undefined,
    id,
    groups,
    ...read.value,
    labels: Object.fromEntries(groups.map(labelOf).filter(key => label.test(key)).map(key => [key, 'true'])),
    hostKeys: undefined,
    firstUse: false,
    knownAs: undefined,
    credentials: credentialsOf(source, variables, viaOf(source, variables, notes)),
    fields: fieldsOf(variables)
  }
}

function fieldsOf (variables: HostVariables): FieldNames {
  return { zone: 'zone', id: 'host', address: variables.nameOf('address'), port: variables.nameOf('port'), labels: 'groups', account: variables.nameOf('user'), name: 'name' }
}

/** @throws RekeyError `input/invalid` */
function refuseOtherConnections (variables: HostVariables): void {
  const connection = variables.text('connection')
  if (connection !== undefined && !/(^|\.)(ssh|smart|paramiko|paramiko_ssh|libssh)$/.test(connection)) {
    throw refusal('is not SSH, and Rekey reaches hosts by nothing else', variables.nameOf('connection'))
  }
}

/** @throws RekeyError `input/invalid` */
function portOf (variables: HostVariables): number {
  const port = variables.text('port') ?? '22'
  return /^\d{1,5}$/.test(port) ? Number(port) : NaN
}

function credentialsOf (source: string, variables: HostVariables, via: string | undefined): Array<ProposedCredential | RefusedCredential> {
  const user = attempt(() => variables.text('user'))
  const account = 'value' in user ? user.value : undefined
  // Where both are there, Ansible takes the key that is written out.
  const meanings = [variables.isSet('key') ? 'key' : 'keyFile', 'password'] as const
  return meanings.flatMap((meaning): Array<ProposedCredential | RefusedCredential> => {
    const field = variables.nameOf(meaning)
    const read = attempt(() => {
      if (meaning !== 'keyFile') return variables.secret(meaning)
      const file = variables.text(meaning)
      return file === undefined ? undefined : { file }
    })
    if ('refused' in read) return [{ source, account, refused: read.refused }]
    if (read.value === undefined) return []
    if ('refused' in user) return [{ source, account, refused: user.refused }]
    return [{ source, account, name: undefined, kind: meaning === 'password' ? 'password' : 'ssh-key', secret: read.value, field, via }]
  })
}

function viaOf (source: string, variables: HostVariables, notes: Note[]): string | undefined {
  const read = attempt(() => variables.text('arguments'))
  const given = 'value' in read ? read.value ?? '' : ''
  const via = jump.exec(given)?.[1]
  if (via === undefined && ('refused' in read || /Proxy(Command|Jump)/i.test(given))) {
    notes.push({ source, text: `${variables.nameOf('arguments')} sends the connection another way, which was left out` })
  }
  return via
}
