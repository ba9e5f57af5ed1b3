import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ApiAccess } from '@rekey/client'
import { RekeyError, Secret } from '@rekey/domain'
import { findStack } from '../stack.ts'
import { UsageError } from '../usage-error.ts'

/** What the command line says of the API. */
export interface ApiOptions {
  readonly address: string | undefined
  readonly caFile: string | undefined
  readonly tokenFile: string | undefined
  readonly stack: string | undefined
}

/**
 * The command line counts, then the environment (REKEY_API_ADDR, REKEY_API_CA_FILE, REKEY_API_TOKEN_FILE), then a local
 * stack. A token goes only to the address that it came with.
 * @returns undefined when none of them names an API
 * @throws UsageError, RekeyError `config/invalid`
 */
export async function findApi (options: ApiOptions, folder: string, env: Readonly<Record<string, string | undefined>>): Promise<ApiAccess | undefined> {
  const found = await findAddress(options, folder, env)
  if (found === undefined) return undefined
  const { url, caFile, tokenFile } = found
  if (URL.canParse(url) ? new URL(url).protocol !== 'https:' : true) throw new UsageError('the API\'s address begins with https://')
  if (tokenFile === undefined) throw new UsageError('say --token-file, the file with the token for this API')
  return {
    url,
    ca: caFile === undefined ? undefined : await textOf(resolve(folder, caFile), 'the CA file'),
    token: Secret.of((await textOf(resolve(folder, tokenFile), 'the token file')).trim())
  }
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
