import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabHost } from '@rekey/lab'
import ssh2 from 'ssh2'
import type { SecretText } from './secret-text.ts'

/**
 * Whether a secret opens an account.
 * @throws when the host gave no verdict
 */
export type Judge = (host: LabHost, account: string, secret: SecretText) => Promise<boolean>

/** Asked past every gate and with nothing of ours. */
export const opens: Judge = async (host, account, secret) => {
  const client = new ssh2.Client()
  try {
    return await new Promise((resolve, reject) => {
      client.on('ready', () => resolve(true))
      client.on('error', (error: Error & { level?: string }) => {
        if (error.level === 'client-authentication') resolve(false)
        else reject(new Error(`${host.name} gave no verdict: ${error.message}`))
      })
      client.on('close', () => reject(new Error(`${host.name} closed the connection`)))
      client.connect({
        host: host.address,
        port: host.port,
        username: account,
        readyTimeout: 20_000,
        hostVerifier: (shown: Buffer) => host.hostKeys.some((key) => key.split(' ')[1] === shown.toString('base64')),
        ...'password' in secret ? { password: secret.password, authHandler: ['password'] } : { privateKey: secret.privateKey, authHandler: ['publickey'] }
      })
    })
  } finally {
    client.on('error', () => {})
    client.end()
  }
}

/** Asked by the stock OpenSSH client, which sshpass types a password for. */
export const opensForSsh: Judge = async (host, account, secret) => {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-door-'))
  try {
    const file = join(folder, 'secret')
    await writeFile(file, 'password' in secret ? `${secret.password}\n` : secret.privateKey, { mode: 0o600 })
    await writeFile(join(folder, 'known'), host.hostKeys.map((key) => `[${host.address}]:${host.port} ${key}\n`).join(''))
    const [program, own] = 'password' in secret
      ? ['sshpass', ['-f', file, 'ssh', ...options(['NumberOfPasswordPrompts=1', 'PubkeyAuthentication=no', 'PreferredAuthentications=password'])]] as const
      : ['ssh', [...options(['BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'PreferredAuthentications=publickey']), '-i', file]] as const
    const common = ['-F', 'none', ...options(['StrictHostKeyChecking=yes', `UserKnownHostsFile=${join(folder, 'known')}`]), '-p', String(host.port), `${account}@${host.address}`, 'echo in']
    return await new Promise((resolve, reject) => {
      execFile(program, [...own, ...common], { timeout: 20_000, env: { PATH: '/usr/bin:/bin' } }, (_, stdout, stderr) => {
        if (stdout.trim() === 'in') resolve(true)
        else if (stderr.includes('Permission denied')) resolve(false)
        else reject(new Error(`${host.name} gave ssh no verdict: ${stderr}`))
      })
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

function options (all: readonly string[]): string[] {
  return all.flatMap((option) => ['-o', option])
}
