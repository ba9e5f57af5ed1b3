import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RekeyError, Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import { tokenVariable } from './token-variable.ts'

export interface TokenOptions {
  /** `-` is standard input. */
  readonly tokenFile: string | undefined
  /** For whom GitHub signs the token that is asked for. */
  readonly audience: string
}

/**
 * The job's own token, that its CI has signed for it: from a file, from the variable that GitLab puts it into, or asked of GitHub.
 * @returns undefined where no job runs
 * @throws RekeyError `config/invalid`, `api/unavailable`
 */
export async function ciToken ({ tokenFile, audience }: TokenOptions, session: Pick<Session, 'env' | 'folder' | 'input' | 'openApi'>): Promise<Secret | undefined> {
  const { env } = session
  if (tokenFile !== undefined) return token(tokenFile === '-' ? await session.input() : await textOf(resolve(session.folder, tokenFile)))
  const given = env[tokenVariable]
  if (given !== undefined && given !== '') return token(given)
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: asking } = env
  if (url !== undefined && asking !== undefined) return await fromGitHub(url, Secret.of(asking), audience, session)
  return undefined
}

/** As a job of GitHub asks for it: by a token that is good for no more than asking. */
async function fromGitHub (url: string, asking: Secret, audience: string, { openApi }: Pick<Session, 'openApi'>): Promise<Secret> {
  if (!URL.canParse(url)) throw new RekeyError('config/invalid', 'ACTIONS_ID_TOKEN_REQUEST_URL is no address')
  const place = new URL(url)
  place.searchParams.set('audience', audience)
  const connection = openApi({ url: place.origin, ca: undefined, token: asking, peer: 'issuer of tokens' })
  try {
    const { status, body } = await connection.send('GET', place.pathname + place.search, undefined, { accept: 'application/json; api-version=2.0' })
    const { value } = (body ?? {}) as { readonly value?: unknown }
    if (status !== 200 || typeof value !== 'string') throw new RekeyError('api/unavailable', `GitHub gave this job no token: it answered ${status}. Has the job the permission id-token: write?`)
    return token(value)
  } finally {
    connection.close()
  }
}

function token (text: string): Secret {
  const trimmed = text.trim()
  if (!/^[!-~]{1,8192}$/.test(trimmed)) throw new RekeyError('config/invalid', 'the job\'s token is not one line of visible characters')
  return Secret.of(trimmed)
}

async function textOf (file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `the token file ${file} can't be read`)
  }
}
