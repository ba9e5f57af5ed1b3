import { createHash } from 'node:crypto'

/**
 * @param publicKey `type base64`
 * @returns `SHA256:…` as `ssh-keygen -l` prints it
 */
export function fingerprint (publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
  return 'SHA256:' + createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
}
