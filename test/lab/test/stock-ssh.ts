import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandResult, LabHost } from '../src/index.ts'

/** A folder that only root may enter, as /root is: homes inside a lab must be reachable all the same. */
export async function closedFolder (): Promise<{ path: string, remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'rekey-lab-'))
  await chmod(path, 0o700)
  return { path, remove: async () => await rm(path, { recursive: true, force: true }) }
}

export async function execute (program: string, args: readonly string[], env: Record<string, string> = {}, input = ''): Promise<CommandResult> {
  return await new Promise((resolve) => {
    const child = execFile(program, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 255), stdout, stderr })
    })
    // A command that does not read its input is no failure.
    child.stdin?.on('error', () => undefined).end(input)
  })
}

export interface Login {
  readonly account: string
  readonly privateKey?: string
  /** After the key, where both are given. What the host says when it asks is found on stderr. */
  readonly password?: string
  /** Absent: `password`. */
  readonly passwordMethod?: 'password' | 'keyboard-interactive'
  /** More options, as ssh takes them. */
  readonly options?: readonly string[]
  /** What known_hosts says of the host. Absent: the truth. */
  readonly pinned?: string
}

let logins = 0

/** Logs in with Debian's own `ssh` under strict host key checking and runs one command. */
export async function ssh (folder: string, host: LabHost, login: Login, command: string, input = ''): Promise<CommandResult> {
  const file = join(folder, `login-${++logins}`)
  await writeFile(`${file}.known`, `[${host.address}]:${host.port} ${login.pinned ?? host.hostKeys[0] ?? ''}\n`)
  const options = ['-F', 'none', '-p', String(host.port), '-o', `UserKnownHostsFile=${file}.known`, '-o', 'StrictHostKeyChecking=yes',
    '-o', 'NumberOfPasswordPrompts=1', '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none', ...login.options ?? []]
  const methods: string[] = []
  const env: Record<string, string> = {}
  if (login.privateKey !== undefined) {
    await writeFile(`${file}.id`, login.privateKey, { mode: 0o600 })
    methods.push('publickey')
    options.push('-i', `${file}.id`)
  }
  if (login.password !== undefined) {
    await writeFile(`${file}.askpass`, '#!/bin/sh\nprintf "%s\\n" "$1" >&2\nprintf "%s\\n" "$LAB_PASSWORD"\n', { mode: 0o700 })
    methods.push(login.passwordMethod ?? 'password')
    Object.assign(env, { SSH_ASKPASS: `${file}.askpass`, SSH_ASKPASS_REQUIRE: 'force', LAB_PASSWORD: login.password })
  } else {
    options.push('-o', 'BatchMode=yes')
  }
  options.push('-o', `PreferredAuthentications=${methods.join(',')}`, '-o', `PubkeyAuthentication=${login.privateKey === undefined ? 'no' : 'yes'}`)
  return await execute('ssh', [...options, `${login.account}@${host.address}`, command], env, input)
}
