import { createHash, createPrivateKey, generateKeyPairSync, randomInt, type JsonWebKey } from 'node:crypto'

/** `rsa-1024` is as weak as those that old fleets have. */
export type KeyType = 'ed25519' | 'rsa-1024' | 'rsa-3072' | 'ecdsa-p256'

export interface KeyPair {
  /** OpenSSH private key file, unencrypted. */
  readonly privateKey: string
  /** `type base64`, as in an authorized_keys line without options and comment. */
  readonly publicKey: string
  /** `SHA256:…`, as sshd logs it. */
  readonly fingerprint: string
}

function uint32 (value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function string (value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** RFC 4251 mpint of a positive number: no leading zeros, but one when the first bit is set. */
function mpint (value: Buffer): Buffer {
  let start = 0
  while (start < value.length - 1 && value[start] === 0) start++
  const trimmed = value.subarray(start)
  return string((trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed)
}

function part (jwk: JsonWebKey, name: keyof JsonWebKey): Buffer {
  const value = jwk[name]
  if (typeof value !== 'string') throw new TypeError(`the generated key lacks ${String(name)}`)
  return Buffer.from(value, 'base64url')
}

/** As bytes: a KeyObject that was generated must not be exported, or Node.js 20 may wait for itself (packages/ssh/src/private-key.ts tells why). */
const publicKeyEncoding = { type: 'spki', format: 'der' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'der' } as const

function exported ({ privateKey: key }: { readonly privateKey: Buffer }): JsonWebKey {
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
}

/** The fields of one key in wire format: what the public blob holds after the type, and what the private section holds. */
function encode (type: KeyType): { name: string, open: Buffer, closed: Buffer } {
  if (type === 'ed25519') {
    const jwk = exported(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }))
    const open = string(part(jwk, 'x'))
    return { name: 'ssh-ed25519', open, closed: Buffer.concat([open, string(Buffer.concat([part(jwk, 'd'), part(jwk, 'x')]))]) }
  }
  if (type === 'ecdsa-p256') {
    const jwk = exported(generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding, privateKeyEncoding }))
    const open = Buffer.concat([string('nistp256'), string(Buffer.concat([Buffer.of(4), part(jwk, 'x'), part(jwk, 'y')]))])
    return { name: 'ecdsa-sha2-nistp256', open, closed: Buffer.concat([open, mpint(part(jwk, 'd'))]) }
  }
  const jwk = exported(generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)), publicKeyEncoding, privateKeyEncoding }))
  const number = (name: keyof JsonWebKey): Buffer => mpint(part(jwk, name))
  return {
    name: 'ssh-rsa',
    open: Buffer.concat([number('e'), number('n')]),
    closed: Buffer.concat([number('n'), number('e'), number('d'), number('qi'), number('p'), number('q')])
  }
}

/**
 * A fresh key pair, written in OpenSSH's own format (PROTOCOL.key) from node:crypto's numbers.
 * ssh2's generator is not used: 8 of 2,000 of its Ed25519 keys were malformed (it drops a leading zero byte of the public half).
 */
export function makeKey (type: KeyType = 'ed25519', comment = ''): KeyPair {
  const { name, open, closed } = encode(type)
  const blob = Buffer.concat([string(name), open])
  const check = uint32(randomInt(2 ** 32))
  let section = Buffer.concat([check, check, string(name), closed, string(comment)])
  const padding = (8 - section.length % 8) % 8
  section = Buffer.concat([section, Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, padding))])
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'), string('none'), string('none'), string(''), uint32(1), string(blob), string(section)
  ])
  const lines = file.toString('base64').match(/.{1,70}/g) ?? []
  return {
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
    publicKey: `${name} ${blob.toString('base64')}`,
    fingerprint: fingerprint(`${name} ${blob.toString('base64')}`)
  }
}

/** `SHA256:…` of a public key given as `type base64`. */
export function fingerprint (publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** `type base64` of an unencrypted OpenSSH private key file: the public blob stands in front of the private section. */
export function publicKeyOf (privateKey: string): string {
  const file = Buffer.from(privateKey.replace(/-----[A-Z ]+-----/g, ''), 'base64')
  let at = 'openssh-key-v1\0'.length
  const next = (): Buffer => {
    const length = file.readUInt32BE(at)
    at += 4 + length
    return file.subarray(at - length, at)
  }
  if (!file.subarray(0, at).equals(Buffer.from('openssh-key-v1\0')) || next().toString() !== 'none') {
    throw new TypeError('not an unencrypted OpenSSH private key')
  }
  next()
  next()
  at += 4
  const blob = next()
  return `${blob.subarray(4, 4 + blob.readUInt32BE(0)).toString()} ${blob.toString('base64')}`
}
