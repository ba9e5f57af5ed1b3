import { lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { RekeyError, Secret } from '@rekey/domain'
import type { Session } from '../session.ts'
import type { TokenLogin } from './operator-login.ts'

/** What `rekey login` leaves behind until it ends. */
export interface KeptLogin extends TokenLogin {
  /** ISO 8601 */
  readonly endsAt: string
}

type Environment = Session['env']

/** In memory where the system has a folder for that, which it empties at the logout; else below the home folder. */
function fileOf (env: Environment): string {
  return join(env['XDG_RUNTIME_DIR'] ?? env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state'), 'rekey', 'vault-login.json')
}

/** Only this user reads it, mode 0600 in a folder of mode 0700. @returns where it is */
export async function keepLogin ({ token, ...login }: KeptLogin, env: Environment): Promise<string> {
  const file = fileOf(env)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await checkOurs(dirname(file))
  const draft = `${file}.${process.pid}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(JSON.stringify({ ...login, token: token.open() }))
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  return file
}

/** @returns undefined when there is none, or it has ended @throws RekeyError `config/invalid` for a file that others can read or write */
export async function keptLogin (env: Environment): Promise<KeptLogin | undefined> {
  const file = fileOf(env)
  let text
  try {
    text = await readFile(file, 'utf8')
  } catch {
    return undefined
  }
  await checkOurs(file)
  const { vaultAddress, caFile, username, token, endsAt } = parsed(text, file)
  return Date.parse(endsAt) > Date.now() ? { vaultAddress, caFile, username, token: Secret.of(token), endsAt } : undefined
}

export async function forgetLogin (env: Environment): Promise<void> {
  await rm(fileOf(env), { force: true })
}

function parsed (text: string, file: string): Omit<KeptLogin, 'token'> & { readonly token: string } {
  try {
    const kept = JSON.parse(text) as Omit<KeptLogin, 'token'> & { readonly token: string }
    if ([kept.vaultAddress, kept.username, kept.token, kept.endsAt].every(one => typeof one === 'string')) return kept
  } catch { /* the same as another shape */ }
  throw new RekeyError('config/invalid', `${file} is not what rekey login writes: remove it, and log in again`)
}

async function checkOurs (path: string): Promise<void> {
  const { uid, mode } = await lstat(path)
  if (uid === process.geteuid?.() && (mode & 0o077) === 0) return
  throw new RekeyError('config/invalid', `${path} is not yours alone, so no login is kept there: remove it`)
}
