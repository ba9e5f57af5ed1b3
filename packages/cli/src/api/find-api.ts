import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ApiAccess } from '@rekey/client'
import { RekeyError, Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import { findStack } from '../stack.ts'
import { UsageError } from '../usage-error.ts'
import { keptLogin } from '../vault/kept-login.ts'
import { asPerson } from './as-person.ts'

/** What the command line says of the API. */
export interface ApiOptions {
  readonly address: string | undefined
  readonly caFile: string | undefined
  readonly tokenFile: string | undefined
  /** Whether the person asks as himself, whatever tokens there are. */
  readonly asPerson: boolean
  readonly stack: string | undefined
}

/**
 * The command line counts, then the environment (REKEY_API_ADDR, REKEY_API_CA_FILE, REKEY_API_TOKEN_FILE), then a local
 * stack. A token goes only to the address that it came with. Where nobody names one, or the person says so, he asks as himself.
 * @returns undefined when none of them names an API
 * @throws UsageError, RekeyError `config/invalid`
 */
export async function findApi (options: ApiOptions, session: Session): Promise<ApiAccess | undefined> {
  const { folder, env } = session
  const found = await findAddress(options, folder, env)
  if (found === undefined) return undefined
  const { url, caFile } = found
  const tokenFile = options.asPerson ? undefined : found.tokenFile
  if (URL.canParse(url) ? new URL(url).protocol !== 'https:' : true) throw new UsageError('the API\'s address begins with https://')
  return {
    url,
    ca: caFile === undefined ? undefined : await textOf(resolve(folder, caFile), 'the CA file'),
    token: tokenFile === undefined ? await ownToken(session) : Secret.of((await textOf(resolve(folder, tokenFile), 'the token file')).trim())
  }
}

async function ownToken (session: Session): Promise<() => Promise<Secret>> {
  const login = await keptLogin(session.env)
  if (login === undefined) throw new UsageError('say --token-file, the file with the token for this API, or log in with rekey login')
  return asPerson(login, session)
}

interface Found {
  readonly url: string
  readonly caFile: string | undefined
  readonly tokenFile: string | undefined
}

async function findAddress ({ address, caFile, tokenFile, stack: named }: ApiOptions, folder: string, env: Readonly<Record<string, string | undefined>>): Promise<Found | undefined> {
  if (address !== undefined) return { url: address, caFile, tokenFile }
  const { REKEY_API_ADDR: url, REKEY_API_CA_FILE: ca, REKEY_API_TOKEN_FILE: token } = env
  if (named === undefined && url !== undefined && url !== '') return { url, caFile: caFile ?? ca, tokenFile: tokenFile ?? token }
  const stack = await findStack(named, folder)
  return stack === undefined ? undefined : { url: stack.api.url, caFile: caFile ?? stack.caFile, tokenFile: tokenFile ?? stack.api.tokenFile }
}

async function textOf (file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${what} ${file} can't be read`)
  }
}
