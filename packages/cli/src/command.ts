import { InvalidArgumentError, Option, type Command, type CommandOptions } from 'commander'
import type { ApiOptions } from './api/find-api.ts'
import type { LoginOptions } from './vault/find-login.ts'
import type { Said } from './said.ts'
import type { Session } from './session.ts'

/** What a command is registered with. */
export interface Registry {
  readonly session: Session
  /** Adds a command, with examples of what a person types; the default one is what its parent does alone. @param name with its arguments, such as `show <host>` */
  readonly command: (parent: Command, name: string, says: { readonly summary: string, readonly description?: string, readonly examples: readonly string[] }, options?: CommandOptions) => Command
  /** What the command does, once its line is read. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- each command has arguments of its own, which its definition names
  readonly act: <Args extends unknown[]>(command: Command, carryOut: (...args: Args) => Promise<Said> | Said) => void
}

/** Options of the API, for the commands that ask it. */
export interface ApiFlags {
  readonly apiAddr?: string
  readonly caFile?: string
  readonly tokenFile?: string
  readonly asPerson?: boolean
  readonly stack?: string
  readonly json?: boolean
}

export function withApi (command: Command): Command {
  return withJson(command)
    .optionsGroup('The API:')
    .option('--api-addr <url>', 'its address, https://…; else REKEY_API_ADDR')
    .option('--ca-file <file>', 'the authority that its certificate is checked with; else REKEY_API_CA_FILE')
    .option('--token-file <file>', 'a file with its token; else REKEY_API_TOKEN_FILE; else you ask as yourself, once rekey login has opened your login')
    .option('--as-person', 'as yourself, whatever tokens there are')
    .option('--stack <dir>', 'takes all of them from a local stack\'s folder; by default the first of .rekey/local and .rekey/demo, here or further up')
}

export function apiOptions ({ apiAddr, caFile, tokenFile, asPerson, stack }: ApiFlags): ApiOptions {
  return { address: apiAddr, caFile, tokenFile, asPerson: asPerson === true, stack }
}

/** Options of a person's Vault login, for the commands that use it. */
export interface VaultFlags {
  readonly vaultAddr?: string
  readonly caFile?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly stack?: string
  readonly json?: boolean
}

export function withVault (command: Command): Command {
  return withLogin(withJson(command))
}

/** The same for a command whose stdout is that of another program. */
export function withLogin (command: Command): Command {
  return command
    .optionsGroup('Your Vault login, when rekey login has not opened it:')
    .option('--vault-addr <url>', 'Vault\'s address, https://…')
    .option('--ca-file <file>', 'the authority that Vault\'s certificate is checked with')
    .option('--username <name>', 'your userpass login')
    .option('--password-file <file>', 'a file with your password; without it you are asked')
    .option('--stack <dir>', 'takes all of them from a local stack\'s folder; by default the first of .rekey/local and .rekey/demo, here or further up, if it is yours or root\'s')
}

export function loginOptions ({ vaultAddr, caFile, username, passwordFile, stack }: VaultFlags): LoginOptions {
  return { vaultAddress: vaultAddr, caFile, username, passwordFile, stack }
}

export function withJson (command: Command): Command {
  return command.option('--json', 'for programs')
}

/** An option that may be given several times. @param choices all that it takes, where that is known */
export function several (flags: string, says: string, choices?: readonly string[]): Option {
  return new Option(flags, says).argParser((text: string, before: readonly string[] | undefined) => {
    if (choices?.includes(text) === false) throw new InvalidArgumentError(`It takes ${choices.join(' or ')}.`)
    return [...before ?? [], text]
  })
}

/** A reader of whole numbers, for an option. */
export function wholeNumber (least: number, most: number): (text: string) => number {
  return text => {
    const number = Number(text)
    if (!/^\d{1,6}$/.test(text) || number < least || number > most) throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
    return number
  }
}
