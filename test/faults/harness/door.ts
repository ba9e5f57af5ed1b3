import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabHost } from '@rekey/lab'
import ssh2 from 'ssh2'

/**
 * Whether this key opens the account, asked past every gate and with nothing of ours.
 * @throws when the host gave no verdict
 */
export async function opens (host: LabHost, account: string, privateKey: string): Promise<boolean> {
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
        privateKey,
        authHandler: ['publickey']
      })
    })
  } finally {
    client.on('error', () => {})
    client.end()
  }
}

/** The same, asked by the stock OpenSSH client. */
export async function opensForSsh (host: LabHost, account: string, privateKey: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-door-'))
  try {
    await writeFile(join(folder, 'key'), privateKey, { mode: 0o600 })
    await writeFile(join(folder, 'known'), host.hostKeys.map((key) => `[${host.address}]:${host.port} ${key}\n`).join(''))
    const options = ['StrictHostKeyChecking=yes', `UserKnownHostsFile=${join(folder, 'known')}`, 'IdentitiesOnly=yes', 'IdentityAgent=none', 'BatchMode=yes', 'PreferredAuthentications=publickey']
    const args = ['-F', 'none', ...options.flatMap((option) => ['-o', option]), '-i', join(folder, 'key'), '-p', String(host.port), `${account}@${host.address}`, 'echo in']
    return await new Promise((resolve, reject) => {
      execFile('ssh', args, { timeout: 20_000, env: { PATH: '/usr/bin:/bin' } }, (_, stdout, stderr) => {
        if (stdout.trim() === 'in') resolve(true)
        else if (stderr.includes('Permission denied')) resolve(false)
        else reject(new Error(`${host.name} gave ssh no verdict: ${stderr}`))
      })
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
