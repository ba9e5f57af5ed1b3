import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2'
import { typeOf } from './public-key.ts'

/** What we speak. No SHA-1 anywhere, no CBC, no compression; OpenSSH has had the rest since 7.2 (2016), Dropbear since 2020. */
export function modern (): Algorithms {
  return {
    // P-256 first: OpenSSL has it in assembler, so a login costs host and worker together a tenth less than with Curve25519.
    kex: [
      'ecdh-sha2-nistp256', 'curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'
    ],
    cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none']
  }
}

/** Preferred first. An RSA key signs with SHA-2 (RFC 8332). */
const hostKeyAlgorithms: ReadonlyArray<{ type: string, algorithms: ServerHostKeyAlgorithm[] }> = [
  { type: 'ssh-ed25519', algorithms: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521'] },
  { type: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256'] }
]

/**
 * What we ask the host to identify itself with. A host has keys of several types and shows the first that we ask for, so
 * only the pinned types are asked for.
 * @param pinned each `type base64`; none means any
 */
export function hostKeyAlgorithmsFor (pinned: readonly string[]): ServerHostKeyAlgorithm[] {
  const types = new Set(pinned.map(typeOf))
  return hostKeyAlgorithms.filter(({ type }) => types.size === 0 || types.has(type)).flatMap(({ algorithms }) => algorithms)
}
