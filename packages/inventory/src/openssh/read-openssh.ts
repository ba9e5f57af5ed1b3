import { jumpHosts } from '../jump-hosts.ts'
import type { FieldNames, ProposedCredential, Proposal, RefusedCredential, RefusedProposal } from '../proposal.ts'
import { attempt, refusal } from '../refusal.ts'
import type { Note } from '../row.ts'
import { nameIdentities } from './identity-names.ts'
import { expand, parseConfig, resolve, type Config, type Option, type Setting } from './config.ts'

const fields: FieldNames = { zone: 'zone', id: 'Host', address: 'HostName', port: 'Port', labels: 'labels', account: 'User', name: 'IdentityFile' }
const jumpList = new RegExp(`^${jumpHosts.source}$`)

/**
 * A client's configuration: one host for each name without wildcards behind `Host`.
 * @throws RekeyError `input/invalid` when it is no such configuration
 */
export function readOpenSsh (text: string): { readonly proposals: Array<Proposal | RefusedProposal>, readonly notes: Note[] } {
  const config = parseConfig(text)
  const notes = config.blocks.filter(({ condition }) => condition.kind === 'undecidable')
    .map(({ line }): Note => ({ source: `line ${line}`, text: 'Match depends on more than names of hosts; what is below it was left out' }))
  const includes = config.includes.map((line): RefusedProposal =>
    ({ source: `line ${line}`, id: undefined, refused: { field: 'Include', reason: 'is not followed; import that file by itself, or paste it in here' } }))
  const machines = new Machines(notes)
  for (const [alias, line] of aliasesIn(config)) machines.add(hostOf(alias, `line ${line}`, resolve(config, alias), notes))
  return { proposals: [...includes, ...machines.proposals.map(found => 'refused' in found ? found : { ...found, credentials: nameIdentities(found.credentials) })], notes }
}

function aliasesIn (config: Config): Map<string, number> {
  const aliases = new Map<string, number>()
  for (const { condition, line } of config.blocks) {
    for (const name of condition.kind === 'host' ? condition.patterns : []) {
      if (!/[*?!]/.test(name) && !aliases.has(name)) aliases.set(name, line)
    }
  }
  return aliases
}

function hostOf (alias: string, source: string, settings: ReadonlyMap<Option, readonly Setting[]>, notes: Note[]): Proposal | RefusedProposal {
  const first = (option: Option) => settings.get(option)?.[0]?.value
  const id = alias.toLowerCase().replaceAll('_', '-')
  const address = expand(first('hostname') ?? '%h', alias)?.toLowerCase()
  if (address === undefined) return { source, id, refused: { field: 'HostName', reason: 'has a token other than %h; write the name itself' } }
  const port = first('port') ?? '22'
  const jump = first('proxyjump')
  const via = jump !== undefined && jump !== 'none' && jumpList.test(jump) ? jump : undefined
  const isDetour = (jump !== undefined && jump !== 'none' && via === undefined) || (first('proxycommand') ?? 'none') !== 'none'
  if (isDetour) notes.push({ source, text: 'ProxyCommand or ProxyJump sends the connection another way, which was left out' })
  const account = first('user')
  return {
    source,
    zone: undefined,
    id,
    groups: [],
    address,
    port: /^\d{1,5}$/.test(port) ? Number(port) : NaN,
    labels: {},
    hostKeys: undefined,
    firstUse: false,
    knownAs: first('hostkeyalias'),
    credentials: identitiesOf(settings.get('identityfile') ?? [], { h: address, n: alias, p: port, r: account ?? '' }, account, via),
    fields
  }
}

/** ssh tries each identity; each may open the account, so each becomes a credential. */
function identitiesOf (files: readonly Setting[], tokens: Readonly<Record<string, string>>, account: string | undefined, via: string | undefined): Array<ProposedCredential | RefusedCredential> {
  return files.filter(({ value }) => value.toLowerCase() !== 'none').map(({ value, line }) => {
    const source = `line ${line}`
    const file = attempt(() => pathOf(value, tokens))
    if ('refused' in file) return { source, account, refused: file.refused }
    return { source, account, name: undefined, kind: 'ssh-key', secret: { file: file.value }, field: 'IdentityFile', via }
  })
}

/** @throws RekeyError `input/invalid` for what depends on the machine on which ssh runs */
function pathOf (value: string, tokens: Readonly<Record<string, string>>): string {
  if (/\$\{/.test(value)) throw refusal('depends on an environment variable; write the path itself', 'IdentityFile')
  return value.replace(/%(.?)/g, (_all, token: string) => {
    const filled = token === '%' ? '%' : token === 'd' ? '~' : tokens[token]
    if (filled === undefined || filled === '') throw refusal('has a token that depends on the machine; write the path itself', 'IdentityFile')
    return filled
  })
}

/** Several names of one machine make one host: `Host web web-root` with the same address would be two that share a key. */
class Machines {
  readonly proposals: Array<Proposal | RefusedProposal> = []
  readonly #notes: Note[]
  readonly #seen = new Map<string, number>()

  constructor (notes: Note[]) {
    this.#notes = notes
  }

  add (found: Proposal | RefusedProposal): void {
    // Behind different jump hosts, the same private address is another machine.
    const key = 'refused' in found ? undefined : JSON.stringify([found.address, found.port, found.knownAs, found.credentials.map(one => 'via' in one ? one.via : undefined)[0]])
    const place = key === undefined ? undefined : this.#seen.get(key)
    const earlier = place === undefined ? undefined : this.proposals[place]
    if (place === undefined || earlier === undefined || 'refused' in earlier || 'refused' in found) {
      if (key !== undefined) this.#seen.set(key, this.proposals.length)
      this.proposals.push(found)
      return
    }
    this.proposals[place] = { ...earlier, credentials: [...earlier.credentials, ...found.credentials] }
    this.#notes.push({ source: found.source, text: `a name here leads to the same machine as the first name on ${earlier.source}, under which it is imported` })
  }
}
