import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { RekeyError, Secret } from '@rekey/domain'
import { UsageError, type LoginOptions } from './command-line.ts'
import type { OperatorLogin } from './operator-login.ts'

export interface Surroundings {
  /** Where relative paths start and local stacks are looked for. */
  readonly folder: string
  /** Asks the person, without echo. Undefined when nobody is there to answer. */
  readonly askPassword: ((prompt: string) => Promise<string>) | undefined
}

/** What stack.json tells of a local stack, as far as a login needs it. */
interface Stack {
  readonly vault: { readonly address: string }
  readonly caFile: string
  readonly zones: ReadonlyArray<{ readonly name: string, readonly operator: { readonly username: string, readonly passwordFile: string } }>
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
    password: passwordFile === undefined ? await asked(username, around) : await passwordFrom(resolve(around.folder, passwordFile))
  }
}

async function asked (username: string, { askPassword }: Surroundings): Promise<Secret> {
  if (askPassword === undefined) throw new UsageError('say --password-file, as there is no terminal to ask for the password')
  return Secret.of(await askPassword(`Vault password of ${username}: `))
}

async function passwordFrom (file: string): Promise<Secret> {
  try {
    return Secret.of((await readFile(file, 'utf8')).replace(/\r?\n$/, ''))
  } catch {
    throw new RekeyError('config/invalid', `the password file ${file} can't be read`)
  }
}

async function findStack (named: string | undefined, folder: string): Promise<Stack | undefined> {
  if (named !== undefined) {
    const stack = await readStack(resolve(folder, named))
    if (stack === undefined) throw new UsageError(`there is no local stack in ${named}: its stack.json can't be read`)
    return stack
  }
  for (let place = resolve(folder); ; place = dirname(place)) {
    const stack = await readStack(join(place, '.rekey', 'local')) ?? await readStack(join(place, '.rekey', 'demo'))
    if (stack !== undefined) return stack
    if (dirname(place) === place) return undefined
  }
}

async function readStack (dir: string): Promise<Stack | undefined> {
  let text: string
  try {
    text = await readFile(join(dir, 'stack.json'), 'utf8')
  } catch {
    return undefined
  }
  try {
    return checkStack(JSON.parse(text))
  } catch {
    throw new RekeyError('config/invalid', `${join(dir, 'stack.json')} is not a stack's record; say --vault-addr, --ca-file and --username`)
  }
}

function checkStack (value: unknown): Stack {
  const stack = value as Stack
  const texts = [stack.vault.address, stack.caFile, ...stack.zones.flatMap(({ name, operator }) => [name, operator.username, operator.passwordFile])]
  if (!texts.every(text => typeof text === 'string')) throw new TypeError('not a stack')
  return stack
}
