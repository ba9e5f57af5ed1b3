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

export async function execute (program: string, args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  return await new Promise((resolve) => {
    execFile(program, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 255), stdout, stderr })
    })
  })
}

export interface Login {
  readonly account: string
  readonly privateKey?: string
  readonly password?: string
  /** What known_hosts says of the host. Absent: the truth. */
  readonly pinned?: string
}

/** Logs in with Debian's own `ssh` under strict host key checking and runs one command. */
export async function ssh (folder: string, host: LabHost, login: Login, command: string): Promise<CommandResult> {
  const known = join(folder, 'known_hosts')
  await writeFile(known, `[${host.address}]:${host.port} ${login.pinned ?? host.hostKeys[0] ?? ''}\n`)
  const options = ['-F', 'none', '-p', String(host.port), '-o', `UserKnownHostsFile=${known}`, '-o', 'StrictHostKeyChecking=yes',
    '-o', 'NumberOfPasswordPrompts=1', '-o', 'IdentitiesOnly=yes', '-o', 'IdentityAgent=none']
  const env: Record<string, string> = {}
  if (login.privateKey !== undefined) {
    const file = join(folder, 'id')
    await writeFile(file, login.privateKey, { mode: 0o600 })
    options.push('-i', file, '-o', 'PreferredAuthentications=publickey', '-o', 'BatchMode=yes')
  }
  if (login.password !== undefined) {
    const file = join(folder, 'askpass')
    await writeFile(file, '#!/bin/sh\nprintf "%s\\n" "$LAB_PASSWORD"\n', { mode: 0o700 })
    options.push('-o', 'PreferredAuthentications=password', '-o', 'PubkeyAuthentication=no')
    Object.assign(env, { SSH_ASKPASS: file, SSH_ASKPASS_REQUIRE: 'force', LAB_PASSWORD: login.password })
  }
  return await execute('ssh', [...options, `${login.account}@${host.address}`, command], env)
}
