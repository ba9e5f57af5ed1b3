import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RekeyError, Secret } from '@rekey/domain'
import type { LoginOptions } from './command-line.ts'
import { UsageError } from './usage-error.ts'
import type { OperatorLogin } from './operator-login.ts'
import { findStack } from './stack.ts'

export interface Surroundings {
  /** Where relative paths start and local stacks are looked for. */
  readonly folder: string
  /** Asks the person, without echo. Undefined when nobody is there to answer. */
  readonly askPassword: ((prompt: string) => Promise<string>) | undefined
}

/** What the options say, the rest from a local stack, the password last from the person. @throws UsageError, RekeyError `config/invalid` */
export async function findLogin (options: LoginOptions, zone: string, around: Surroundings): Promise<OperatorLogin> {
  const complete = options.vaultAddress !== undefined && options.username !== undefined
  const stack = options.stack === undefined && complete ? undefined : await findStack(options.stack, around.folder)
  const operator = stack?.zones.find(one => one.name === zone)?.operator
  const vaultAddress = options.vaultAddress ?? stack?.vault.address
  const username = options.username ?? operator?.username
  if (vaultAddress === undefined) {
    throw new UsageError('there is no local stack here: say --vault-addr, --ca-file and --username, or --stack DIR')
  }
  if (username === undefined) {
    throw new UsageError(stack === undefined ? 'say --username' : `the local stack has no zone ${zone}, but ${stack.zones.map(one => one.name).join(', ')}; say --username for a login of your own`)
  }
  // The stack's password belongs to the stack's user.
  const passwordFile = options.passwordFile ?? (options.username === undefined ? operator?.passwordFile : undefined)
  return {
    zone,
    vaultAddress,
    caFile: options.caFile === undefined ? stack?.caFile : resolve(around.folder, options.caFile),
    username,
    password: passwordFile === undefined ? await asked(username, vaultAddress, around) : await passwordFrom(resolve(around.folder, passwordFile))
  }
}

async function asked (username: string, vaultAddress: string, { askPassword }: Surroundings): Promise<Secret> {
  if (!URL.canParse(vaultAddress)) throw new UsageError('the address of Vault is not of the form https://host:port')
  if (askPassword === undefined) throw new UsageError('say --password-file, as there is no terminal to ask for the password')
  return Secret.of(await askPassword(`Vault password of ${username} at ${new URL(vaultAddress).origin}: `))
}

async function passwordFrom (file: string): Promise<Secret> {
  try {
    return Secret.of((await readFile(file, 'utf8')).replace(/\r?\n$/, ''))
  } catch {
    throw new RekeyError('config/invalid', `the password file ${file} can't be read`)
  }
}
