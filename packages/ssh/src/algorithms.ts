import type { LegacyAlgorithm } from '@rekey/domain'
import { isLegacyAlgorithm, legacyAlgorithms, legacyCatalogue } from '@rekey/domain'
import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, NegotiatedAlgorithms, ServerHostKeyAlgorithm } from 'ssh2'
import { typeOf } from './public-key.ts'

/** What we offer, each list preferred first. */
export interface Offered {
  readonly kex: KexAlgorithm[]
  readonly serverHostKey: ServerHostKeyAlgorithm[]
  readonly cipher: CipherAlgorithm[]
  readonly hmac: MacAlgorithm[]
}

/** What we speak with every host. No SHA-1 anywhere, no CBC, no compression; OpenSSH has had the rest since 7.2 (2016), Dropbear since 2020. */
const modern = {
  // P-256 first: OpenSSL has it in assembler, so a login costs host and worker together a tenth less than with Curve25519.
  kex: [
    'ecdh-sha2-nistp256', 'curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256', 'diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512'
  ],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512']
} as const

/** Preferred first. An RSA key signs with SHA-2 (RFC 8332). */
const hostKeyAlgorithms: ReadonlyArray<{ type: string, algorithms: ServerHostKeyAlgorithm[] }> = [
  { type: 'ssh-ed25519', algorithms: ['ssh-ed25519'] },
  { type: 'ecdsa-sha2-nistp256', algorithms: ['ecdsa-sha2-nistp256'] },
  { type: 'ecdsa-sha2-nistp384', algorithms: ['ecdsa-sha2-nistp384'] },
  { type: 'ecdsa-sha2-nistp521', algorithms: ['ecdsa-sha2-nistp521'] },
  { type: 'ssh-rsa', algorithms: ['rsa-sha2-512', 'rsa-sha2-256'] }
]

/**
 * What we offer a host: modern algorithms, and last its exceptions.
 * A host has keys of several types and shows the first that we ask for, so only the pinned types are asked for.
 * @param pinned each `type base64`; none means any
 */
export function offeredTo ({ pinned, exceptions }: { pinned: readonly string[], exceptions: readonly LegacyAlgorithm[] }): Offered {
  const excepted = <Name extends LegacyAlgorithm>(kind: string): Name[] => legacyAlgorithms.filter((name): name is Name => exceptions.includes(name) && legacyCatalogue[name].kind === kind)
  const types = new Set(pinned.map(typeOf))
  const isAsked = (type: string): boolean => types.size === 0 || types.has(type)
  return {
    kex: [...modern.kex, ...excepted<'diffie-hellman-group14-sha1'>('kex')],
    serverHostKey: [...hostKeyAlgorithms.filter(({ type }) => isAsked(type)).flatMap(({ algorithms }) => algorithms), ...isAsked('ssh-rsa') ? excepted<'ssh-rsa'>('signature') : []],
    cipher: [...modern.cipher, ...excepted<'aes256-cbc' | 'aes192-cbc' | 'aes128-cbc'>('cipher')],
    hmac: [...modern.hmac, ...excepted<'hmac-sha1'>('mac')]
  }
}

/** Which exceptions a handshake came down to. */
export function legacyIn ({ kex, serverHostKey, cs, sc }: NegotiatedAlgorithms): LegacyAlgorithm[] {
  const agreed = [kex, serverHostKey, cs.cipher, sc.cipher, cs.mac, sc.mac]
  return [...new Set<string>(agreed)].filter(isLegacyAlgorithm)
}
