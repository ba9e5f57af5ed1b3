import { Secret } from '@rekey/domain'
import { refusal } from '../refusal.ts'
import { vaulted } from '../yaml-text.ts'

/**
 * The variables that tell how Ansible's ssh plugin reaches a host, by what they say. Where it knows several names for the
 * same, the last that is set counts, as it does there. All other variables are dropped where they are read.
 */
export const names = {
  address: ['ansible_host', 'ansible_ssh_host'],
  port: ['ansible_port', 'ansible_ssh_port'],
  user: ['ansible_user', 'ansible_ssh_user'],
  password: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
  key: ['ansible_private_key', 'ansible_ssh_private_key'],
  keyFile: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
  connection: ['ansible_connection'],
  arguments: ['ansible_ssh_args', 'ansible_ssh_extra_args', 'ansible_ssh_common_args'],
  priority: ['ansible_group_priority']
} as const
export type Meaning = keyof typeof names

const secretNames = new Set<string>([...names.password, ...names.key])
const known = new Set<string>(Object.values(names).flat())

/** One value: text, a secret from the moment it is read, or why neither can be had. Null unsets what a group said. */
export type Variable = { readonly text: string } | { readonly secret: Secret } | { readonly refused: string } | null
export type Variables = Map<string, Variable>

/** Takes one variable over, when it is one that matters. */
export function setVariable (variables: Variables, name: string, value: unknown): void {
  if (known.has(name)) variables.set(name, variableOf(name, value))
}

function variableOf (name: string, value: unknown): Variable {
  if (value === null || value === undefined) return null
  if (value === vaulted) return { refused: vaultReason }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return { refused: 'has to be text' }
  const text = String(value)
  if (/^\s*(!vault|\$ANSIBLE_VAULT;)/.test(text)) return { refused: vaultReason }
  if (/\{\{|\{%|\{#/.test(text)) return { refused: 'is a Jinja template, and Rekey evaluates none; write the value itself' }
  return secretNames.has(name) ? { secret: Secret.of(text) } : { text }
}

const vaultReason = 'is encrypted with ansible-vault, which Rekey doesn\'t open; put the value itself into a copy that only you can read, or for a key name its file'

/** The variables of one host after precedence, by what they mean. */
export class HostVariables {
  readonly #variables: ReadonlyMap<string, Variable>

  constructor (variables: ReadonlyMap<string, Variable>) {
    this.#variables = variables
  }

  /** The name under which it is set, or its usual one. */
  nameOf (meaning: Meaning): string {
    return this.#find(meaning)?.[0] ?? (meaning === 'keyFile' ? 'ansible_ssh_private_key_file' : names[meaning][0])
  }

  isSet (meaning: Meaning): boolean {
    return this.#find(meaning) !== undefined
  }

  /** @throws RekeyError `input/invalid` when it is a template or encrypted */
  text (meaning: Meaning): string | undefined {
    const variable = this.#find(meaning)?.[1]
    if (variable === undefined) return undefined
    if ('refused' in variable) throw refusal(variable.refused, this.nameOf(meaning))
    return 'text' in variable ? variable.text : undefined
  }

  /** @throws RekeyError `input/invalid` when it is a template or encrypted */
  secret (meaning: 'password' | 'key'): Secret | undefined {
    const variable = this.#find(meaning)?.[1]
    if (variable === undefined) return undefined
    if ('refused' in variable) throw refusal(variable.refused, this.nameOf(meaning))
    return 'secret' in variable ? variable.secret : undefined
  }

  #find (meaning: Meaning): readonly [string, Exclude<Variable, null>] | undefined {
    for (const name of names[meaning].toReversed()) {
      const variable = this.#variables.get(name)
      if (variable !== null && variable !== undefined) return [name, variable]
    }
    return undefined
  }
}
