import { createPublicKey } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { RekeyError } from '@rekey/domain'
import { WireReader, integer, strictBase64, string } from './wire.ts'

/** Smaller ones are in reach of an attacker with time (NIST SP 800-131A). */
const leastRsaBits = 2048
/** OpenSSH's own limit (SSHBUF_MAX_BIGNUM); larger ones cost their checker seconds. */
const mostRsaBits = 16_384

/** Curves by the names that SSH (RFC 5656) and JWK (RFC 7518) give them. */
export const curves = [
  { ssh: 'nistp256', jwk: 'P-256', bytes: 32 },
  { ssh: 'nistp384', jwk: 'P-384', bytes: 48 },
  { ssh: 'nistp521', jwk: 'P-521', bytes: 66 }
] as const

/** What a line of a file of keys may hold, whatever its kind: one that we would never add may have to go. Nothing in it needs quoting in a shell. */
export const listedKeyPattern = /^(ssh|ecdsa|sk)-[a-z0-9@.-]{1,60} [A-Za-z0-9+/]{1,16384}={0,2}$/

/** The same of those that we add. */
export const publicKeyPattern = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{1,8192}={0,2}$/

/**
 * Reads a public key as it stands in a known_hosts or `.pub` file after the host name: `type base64 [comment]`.
 * @returns `type base64`, the one spelling of this key
 * @throws RekeyError `key/unreadable`, `key/weak`
 */
export function parsePublicKey (text: string): string {
  const words = text.trim().split(/[ \t]+/)
  if (text.length > 16_384 || /[\r\n]/.test(text.trim())) {
    throw new RekeyError('key/unreadable', 'this is not one public key: give one line, `type base64`')
  }
  const [type = '', body = ''] = words
  const kind = kindOf(type)
  if (kind === undefined) throw refusedType(type, words)
  const blob = strictBase64(body)
  if (blob === undefined) throw new RekeyError('key/unreadable', 'the public key is not complete base64: copy the whole line')
  const canonical = `${type} ${readBlob(type, blob).toString('base64')}`
  if (canonical !== `${type} ${body}`) {
    throw new RekeyError('key/unreadable', 'the public key is not in its canonical form: copy it from the .pub file that ssh-keygen wrote')
  }
  return canonical
}

/** @returns the type of a well-formed `type base64` line */
export function typeOf (publicKey: string): string {
  return publicKey.slice(0, publicKey.indexOf(' '))
}

/** The blob in RFC 4253 form, rebuilt from its parts. */
function readBlob (type: string, blob: Buffer): Buffer {
  let rebuilt: Buffer | undefined
  try {
    const reader = new WireReader(blob)
    if (reader.text() === type) {
      const { jwk, parts } = readParts(type, reader)
      const { asymmetricKeyDetails } = createPublicKey({ key: jwk, format: 'jwk' })
      const bits = asymmetricKeyDetails?.modulusLength
      if (bits !== undefined) checkRsa(bits)
      if (reader.left === 0) rebuilt = Buffer.concat([string(type), ...parts])
    }
  } catch (error) {
    if (error instanceof RekeyError) throw error
  }
  if (rebuilt === undefined) throw new RekeyError('key/unreadable', 'the public key is damaged or cut off: copy the whole line')
  return rebuilt
}

function readParts (type: string, reader: WireReader): { jwk: JsonWebKey, parts: Buffer[] } {
  if (type === 'ssh-ed25519') {
    const point = reader.string()
    return { jwk: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, parts: [string(point)] }
  }
  if (type === 'ssh-rsa') {
    const [e, n] = [reader.integer(), reader.integer()]
    return { jwk: { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }, parts: [integer(e), integer(n)] }
  }
  const curve = curves.find(({ ssh }) => type === `ecdsa-sha2-${ssh}`)
  const named = reader.text()
  const point = reader.string()
  if (curve === undefined || named !== curve.ssh || point[0] !== 4 || point.length !== 1 + 2 * curve.bytes) throw new RangeError('no such point')
  return { jwk: pointJwk(curve, point), parts: [string(curve.ssh), string(point)] }
}

/** @param point uncompressed: 4, x, y */
export function pointJwk (curve: typeof curves[number], point: Buffer): JsonWebKey {
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)]
  return { kty: 'EC', crv: curve.jwk, x: x.toString('base64url'), y: y.toString('base64url') }
}

/** @throws RekeyError `key/weak` */
export function checkRsa (bits: number): void {
  if (bits >= leastRsaBits && bits <= mostRsaBits) return
  throw new RekeyError('key/weak', `an RSA key of ${bits} bits is too ${bits < leastRsaBits ? 'weak' : 'long'}: use Ed25519, or RSA of ${leastRsaBits} to ${mostRsaBits} bits`)
}

function kindOf (type: string): string | undefined {
  return ['ssh-ed25519', 'ssh-rsa', ...curves.map(({ ssh }) => `ecdsa-sha2-${ssh}`)].find((known) => known === type)
}

function refusedType (type: string, words: readonly string[]): RekeyError {
  if (type === 'ssh-dss') return new RekeyError('key/weak', 'DSA keys are too weak: use the host\'s Ed25519, ECDSA or RSA key')
  if (/^(sk-|ssh-|ecdsa-)/.test(type)) return new RekeyError('key/weak', 'keys of this kind are not accepted: use an Ed25519, ECDSA or RSA key')
  if (words.slice(1, 3).some((word) => kindOf(word) !== undefined)) {
    return new RekeyError('key/unreadable', 'leave out what stands before the key\'s type: give `type base64`')
  }
  return new RekeyError('key/unreadable', 'this is not a public key: give `type base64`, as `ssh-keyscan` prints it after the host name')
}
