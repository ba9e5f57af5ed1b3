import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newCredential, Secret, type Credential } from '@rekey/domain'
import type { Shell } from './shell.ts'

export const at = '2026-03-01T12:00:00.000Z'
export const key = (word: string) => ({
  privateKey: Secret.of(`-----BEGIN ${word}-----\n${word}\n-----END ${word}-----\n`),
  publicKey: `ssh-ed25519 ${word}`,
  fingerprint: `SHA256:${word}`,
  epoch: 1,
  order: 0,
  madeAt: at,
  sharedWith: null
})
export const credential: Credential = newCredential({
  name: { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' },
  kind: 'ssh-key',
  target: { address: '127.1.0.7', port: 22, hostKeys: ['ssh-ed25519 host'], account: 'deploy', via: null },
  through: null,
  hostSharedWith: null,
  current: key('current'),
  observe: false
})

/** Leaves a local stack behind, in the shell's folder. */
export async function addStack (shell: Shell, name: string, zones: string[], passwordFile?: string): Promise<void> {
  const dir = join(shell.folder, '.rekey', name)
  await mkdir(dir, { recursive: true })
  for (const zone of zones) await writeFile(join(dir, `${zone}-password`), `password-of-${zone}\n`)
  await writeFile(join(dir, 'stack.json'), JSON.stringify({
    vault: { address: `https://127.0.0.1:8200/${name}` },
    caFile: join(dir, 'ca.pem'),
    api: { url: `https://127.0.0.1:8443/${name}`, tokenFile: join(dir, 'admin-token') },
    zones: zones.map(zone => ({ name: zone, operator: { username: `operator-${zone}`, passwordFile: passwordFile ?? join(dir, `${zone}-password`) } }))
  }))
}
