import type { JsonWebKey } from 'node:crypto'
import { RekeyError } from '@rekey/domain'
import { curves, pointJwk } from './public-key.ts'
import { WireReader, strictBase64, string, uint32 } from './wire.ts'

const magic = 'openssh-key-v1\0'
const mostCharacters = 65_536

/**
 * Finds the one private key in a text that may have come through a clipboard: CRLF, blanks around lines, a note before it.
 * @returns what kind the BEGIN line names, the bytes inside, and the tidy text
 * @throws RekeyError `key/encrypted`, `key/unreadable`
 */
export function readArmour (text: string): { label: string, body: Buffer, pem: string } {
  if (text.length > mostCharacters) throw unreadable('the text is far longer than a private key')
  const tidy = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/).map((line) => line.trim()).join('\n')
  const begins = tidy.match(/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----$/gm) ?? []
  if (begins.length > 1) throw unreadable('the text holds several private keys: hand over one')
  const label = begins[0]?.slice('-----BEGIN '.length, -'-----'.length)
  if (label === undefined) throw unreadable(whatItIsInstead(tidy))
  const start = tidy.indexOf(`-----BEGIN ${label}-----`)
  const end = tidy.indexOf(`-----END ${label}-----`, start)
  if (end === -1) throw unreadable('the private key is cut off: its END line is missing; hand over the whole file')
  const pem = tidy.slice(start, end) + `-----END ${label}-----\n`
  if (label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED/m.test(pem)) throw encrypted()
  const body = strictBase64(pem.split('\n').slice(1, -2).join(''))
  if (body === undefined) throw unreadable('the private key is damaged or cut off: hand over the whole file, from its BEGIN line to its END line')
  return { label, body, pem }
}

/**
 * Reads OpenSSH's own format (PROTOCOL.key).
 * @throws RekeyError `key/encrypted`, `key/unreadable`, `key/weak`; RangeError when it ends too early
 */
export function readOpenSsh (body: Buffer): JsonWebKey {
  const reader = new WireReader(body)
  if (reader.bytes(magic.length).toString('latin1') !== magic) throw new RangeError('not the format that it says')
  const [cipher, kdf] = [reader.text(), reader.text()]
  reader.string()
  if (cipher !== 'none' || kdf !== 'none') throw encrypted()
  if (reader.uint32() !== 1) throw unreadable('the file holds several private keys: hand over one')
  const publicBlob = reader.string()
  const section = new WireReader(reader.string())
  const [check, again] = [section.uint32(), section.uint32()]
  if (reader.left !== 0 || check !== again) throw new RangeError('damaged')
  const type = section.text()
  if (new WireReader(publicBlob).text() !== type) throw new RangeError('two types')
  const jwk = readParts(type, section)
  section.string() // The comment is not kept: it names people and machines.
  for (let pad = 1; section.left > 0; pad += 1) {
    if (section.bytes(1)[0] !== pad) throw new RangeError('damaged padding')
  }
  return jwk
}

function readParts (type: string, section: WireReader): JsonWebKey {
  const curve = curves.find(({ ssh }) => type === `ecdsa-sha2-${ssh}`)
  if (type === 'ssh-ed25519') {
    const x = section.string()
    const d = section.string()
    if (x.length !== 32 || d.length !== 64 || !d.subarray(32).equals(x)) throw new RangeError('halves that differ')
    return { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url'), d: d.subarray(0, 32).toString('base64url') }
  }
  if (type === 'ssh-rsa') {
    const [n, e, d, qi, p, q] = [section.integer(), section.integer(), section.integer(), section.integer(), section.integer(), section.integer()]
    const [dp, dq] = [remainder(d, p), remainder(d, q)]
    return Object.fromEntries([['kty', 'RSA'], ...Object.entries({ n, e, d, p, q, dp, dq, qi }).map(([name, value]) => [name, value.toString('base64url')])]) as JsonWebKey
  }
  if (curve !== undefined) {
    if (section.text() !== curve.ssh) throw new RangeError('two curves')
    const point = section.string()
    const d = section.integer()
    if (point[0] !== 4 || point.length !== 1 + 2 * curve.bytes || d.length > curve.bytes) throw new RangeError('no such point')
    return { ...pointJwk(curve, point), d: Buffer.concat([Buffer.alloc(curve.bytes - d.length), d]).toString('base64url') }
  }
  if (type === 'ssh-dss') throw new RekeyError('key/weak', 'DSA keys are too weak, and current hosts refuse them: put an Ed25519 key on the host and hand that over')
  if (type.startsWith('sk-')) throw new RekeyError('key/weak', 'this key works only with its hardware token in hand: put an Ed25519 key on the host and hand that over')
  throw new RekeyError('key/weak', 'keys of this kind are not accepted: use Ed25519, ECDSA on a NIST curve, or RSA')
}

/** d mod (prime − 1): RSA keys in JWK have it, those in OpenSSH's format don't. */
function remainder (d: Buffer, prime: Buffer): Buffer {
  const value = BigInt(`0x0${d.toString('hex')}`) % (BigInt(`0x0${prime.toString('hex')}`) - 1n)
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** One unencrypted key in OpenSSH's format, as `ssh-keygen` writes it. @param section without its padding */
export function armoured (publicBlob: Buffer, section: Buffer): string {
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - section.length % 8) % 8))
  const body = Buffer.concat([
    Buffer.from(magic, 'latin1'), string('none'), string('none'), string(''), uint32(1),
    string(publicBlob), string(Buffer.concat([section, padding]))
  ])
  const lines = body.toString('base64').match(/.{1,70}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

function whatItIsInstead (text: string): string {
  if (/^(ssh-|ecdsa-|sk-|---- BEGIN SSH2 PUBLIC|-----BEGIN (RSA )?PUBLIC)/m.test(text)) return 'this is a public key: hand over the private one (the file without .pub)'
  if (text.startsWith('PuTTY-User-Key-File')) return 'this is PuTTY\'s format: convert it with `puttygen KEY.ppk -O private-openssh -o KEY`'
  return 'this is not a private key: hand over the whole file, from its BEGIN line to its END line'
}

function encrypted (): RekeyError {
  return new RekeyError('key/encrypted', 'the private key is protected by a passphrase: take it off a copy with `ssh-keygen -p -N "" -f COPY` and hand that over')
}

function unreadable (message: string): RekeyError {
  return new RekeyError('key/unreadable', message)
}
