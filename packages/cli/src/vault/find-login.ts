import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RekeyError, Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import { findStack, type Stack } from '../stack.ts'
import { UsageError } from '../usage-error.ts'
import { keptLogin } from './kept-login.ts'
import type { OperatorLogin, PasswordLogin } from './operator-login.ts'

export interface LoginOptions {
  readonly vaultAddress: string | undefined
  readonly caFile: string | undefined
  readonly username: string | undefined
  readonly passwordFile: string | undefined
  readonly stack: string | undefined
}

/**
 * What the options say, the rest from a local stack. The login that `rekey login` has left opens the same Vault for the same person
 * without a password; on its own it stands in for all that nobody has said.
 * @throws UsageError, RekeyError `config/invalid`
 */
export async function findLogin (options: LoginOptions, zone: string, session: Session): Promise<OperatorLogin> {
  const kept = options.passwordFile === undefined ? await keptLogin(session.env) : undefined
  const place = await placeOf(options, zone, session.folder)
  const vaultAddress = place.vaultAddress ?? kept?.vaultAddress
  if (kept !== undefined && kept.vaultAddress === vaultAddress && [undefined, kept.username].includes(place.username)) return { ...kept, zone }
  return { zone, ...await withPassword(options, { ...place, vaultAddress }, session) }
}

/** The same with a password in any case, for `rekey login`. @param zone whose login of a local stack is meant */
export async function findPasswordLogin (options: LoginOptions, zone: string | undefined, session: Session): Promise<PasswordLogin> {
  return await withPassword(options, await placeOf(options, zone, session.folder), session)
}

/** Whose login it is, and where; undefined is what neither the options nor a local stack say. */
interface Place {
  readonly vaultAddress: string | undefined
  readonly username: string | undefined
  readonly zone: string | undefined
  readonly stack: Stack | undefined
  /** The stack's own login of that zone. */
  readonly operator: Stack['zones'][number]['operator'] | undefined
}

async function placeOf (options: LoginOptions, zone: string | undefined, folder: string): Promise<Place> {
  const isComplete = options.vaultAddress !== undefined && options.username !== undefined
  const stack = options.stack === undefined && isComplete ? undefined : await findStack(options.stack, folder)
  const operator = stack?.zones.find(one => one.name === zone)?.operator
  return { vaultAddress: options.vaultAddress ?? stack?.vault.address, username: options.username ?? operator?.username, zone, stack, operator }
}

async function withPassword (options: LoginOptions, { vaultAddress, username, zone, stack, operator }: Place, session: Session): Promise<PasswordLogin> {
  if (vaultAddress === undefined) {
    throw new UsageError('there is no local stack here: say --vault-addr, --ca-file and --username, or --stack DIR')
  }
  if (username === undefined) throw new UsageError(noUsername(stack, zone))
  // The stack's password belongs to the stack's user.
  const passwordFile = options.passwordFile ?? (operator?.username === username ? operator.passwordFile : undefined)
  return {
    vaultAddress,
    caFile: options.caFile === undefined ? stack?.caFile : resolve(session.folder, options.caFile),
    username,
    password: passwordFile === undefined ? await asked(username, vaultAddress, session) : await passwordFrom(resolve(session.folder, passwordFile))
  }
}

function noUsername (stack: Stack | undefined, zone: string | undefined): string {
  if (stack === undefined) return 'say --username'
  const zones = stack.zones.map(one => one.name).join(', ')
  return zone === undefined ? `say --zone, whose login of the local stack you mean: ${zones}` : `the local stack has no zone ${zone}, but ${zones}; say --username for a login of your own`
}

async function asked (username: string, vaultAddress: string, { askPassword }: Session): Promise<Secret> {
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
