import { malformed, refuseKey } from '../refusal.ts'
import { listMatches } from '../glob.ts'

/** The options that tell how a host is reached. All others are nothing to us. */
const wanted = ['hostname', 'port', 'user', 'identityfile', 'proxyjump', 'proxycommand', 'hostkeyalias'] as const
export type Option = typeof wanted[number]

export interface Setting {
  readonly line: number
  readonly option: Option
  readonly value: string
}

/** `Host` patterns, `Match` criteria that can be decided from the file alone, or others. */
type Condition =
  | { readonly kind: 'host', readonly patterns: readonly string[] }
  | { readonly kind: 'match', readonly criteria: ReadonlyArray<{ readonly about: 'host' | 'originalhost', readonly isNegated: boolean, readonly patterns: readonly string[] }> }
  | { readonly kind: 'undecidable' }

export interface Block {
  readonly line: number
  readonly condition: Condition
  readonly settings: Setting[]
}

export interface Config {
  readonly blocks: readonly Block[]
  /** Lines with `Include`, which are not followed. */
  readonly includes: readonly number[]
}

/** Reads a client's configuration as ssh_config(5) describes it. @throws RekeyError `input/invalid`, naming the line, where ssh would refuse it too */
export function parseConfig (text: string): Config {
  const blocks: Block[] = [{ line: 1, condition: { kind: 'host', patterns: ['*'] }, settings: [] }]
  const includes: number[] = []
  text.split(/\r\n|\r|\n/).forEach((written, index) => {
    const line = index + 1
    refuseKey(written, line)
    const [, keyword = '', rest = ''] = /^\s*"?([A-Za-z0-9]+)"?(?:\s*=\s*|\s+|$)(.*)$/.exec(written) ?? []
    if (keyword === '') {
      if (/^\s*(#|$)/.test(written)) return
      throw malformed('this is no line of an OpenSSH configuration', line)
    }
    const option = keyword.toLowerCase()
    if (option === 'include') includes.push(line)
    else if (option === 'host') blocks.push({ line, condition: { kind: 'host', patterns: argumentsOf(rest, line) }, settings: [] })
    else if (option === 'match') blocks.push({ line, condition: matchOf(argumentsOf(rest, line)), settings: [] })
    else if (isWanted(option)) {
      // A command's quotes are its own shell's.
      const value = option === 'proxycommand' ? rest.trim() : argumentsOf(rest, line)[0] ?? ''
      blocks.at(-1)?.settings.push({ line, option, value })
    }
  })
  return { blocks, includes }
}

function isWanted (option: string): option is Option {
  return (wanted as readonly string[]).includes(option)
}

/** @throws RekeyError `input/invalid` when there are none, or a quote is open */
function argumentsOf (text: string, line: number): string[] {
  const found: string[] = []
  let rest = text.trimStart()
  while (rest !== '' && !rest.startsWith('#')) {
    const [whole, body = ''] = /^((?:\\["'\\]|"(?:\\["\\]|[^"])*"|'(?:\\['\\]|[^'])*'|[^\s"'])+)(?:\s+|$)/.exec(rest) ?? []
    if (whole === undefined) throw malformed('a quote has no other half', line)
    found.push(body.replace(/\\(["'\\])|"((?:\\["\\]|[^"])*)"|'((?:\\['\\]|[^'])*)'/g, (_all, escaped?: string, double?: string, single?: string) =>
      escaped ?? (double ?? single ?? '').replace(/\\(["'\\])/g, '$1')))
    rest = rest.slice(whole.length)
  }
  if (found.length === 0) throw malformed('this option has no value', line)
  return found
}

function matchOf (words: readonly string[]): Condition {
  const criteria: Array<{ about: 'host' | 'originalhost', isNegated: boolean, patterns: string[] }> = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const [, not = '', about = '', equals] = /^(!?)([a-z]+)(?:=(.*))?$/i.exec(word) ?? []
    const kind = about.toLowerCase()
    if (kind === 'all' && not === '') continue
    if (kind !== 'host' && kind !== 'originalhost') return { kind: 'undecidable' }
    if (equals === undefined) at += 1
    const patterns = (equals ?? words[at] ?? '').split(',')
    criteria.push({ about: kind, isNegated: not === '!', patterns })
  }
  return { kind: 'match', criteria }
}

/** What holds for one name on ssh's command line: of each option the first value, of IdentityFile all. */
export function resolve (config: Config, alias: string): ReadonlyMap<Option, readonly Setting[]> {
  const found = new Map<Option, Setting[]>()
  for (const { condition, settings } of config.blocks) {
    if (!holds(condition, alias, () => expand(found.get('hostname')?.[0]?.value ?? '%h', alias) ?? alias)) continue
    for (const setting of settings) {
      // The first of ProxyJump and ProxyCommand rules the other one out.
      const rivals = setting.option === 'proxycommand' ? found.get('proxyjump') : setting.option === 'proxyjump' ? found.get('proxycommand') : undefined
      const before = found.get(setting.option)
      if (before === undefined && rivals === undefined) found.set(setting.option, [setting])
      else if (setting.option === 'identityfile') before?.push(setting)
    }
  }
  return found
}

function holds (condition: Condition, alias: string, hostName: () => string): boolean {
  if (condition.kind === 'undecidable') return false
  if (condition.kind === 'host') return listMatches(condition.patterns, alias)
  return condition.criteria.every(({ about, isNegated, patterns }) => listMatches(patterns, about === 'host' ? hostName() : alias) !== isNegated)
}

/** HostName with its tokens filled in. @returns undefined when it has one that isn't known here */
export function expand (hostName: string, alias: string): string | undefined {
  const filled = hostName.replace(/%[h%]/g, token => token === '%h' ? alias : '%')
  return /%[^h%]|%$/.test(hostName.replaceAll('%%', '')) ? undefined : filled
}
