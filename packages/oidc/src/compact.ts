import { repeatsKeys } from './repeated-keys.ts'
import { refusal } from './refusal.ts'

/** A token as it was sent, of which nothing is verified yet. */
export interface UnverifiedToken {
  readonly text: string
  readonly issuer: string
}

/** Tokens of CI systems have 1 to 3 KiB. */
const longest = 8192

/** Asymmetric ones only: with a public key as the secret of an HMAC, anybody could sign. */
export const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** Whatever else a header names could lead the verification elsewhere, such as to a key that comes with the token. */
const headerFields = new Set(['alg', 'kid', 'typ', 'x5t', 'x5t#S256'])

/**
 * Reads a token's form, before any key is looked for: JSON Web Signature in compact form (RFC 7515), whose header says no more than it must.
 * @throws RekeyError `token/refused`
 */
export function readCompact (text: string): UnverifiedToken {
  if (text.length > longest) throw refusal('form', `it is longer than ${longest} characters`)
  const [header, payload, signature, ...rest] = text.split('.')
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) throw refusal('form', 'it is not a signed token of three parts')
  bytesOf(signature, 'signature')
  checkHeader(readPart(header, 'header'))
  const { iss } = readPart(payload, 'payload')
  if (typeof iss !== 'string' || iss === '') throw refusal('iss', 'it names no issuer')
  return { text, issuer: iss }
}

function checkHeader (header: Record<string, unknown>): void {
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw refusal('alg', `it is not signed by one of ${algorithms.join(', ')}`)
  if (typeof kid !== 'string' || kid === '' || kid.length > 256) throw refusal('kid', 'its header names no key')
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) throw refusal('typ', 'its type is another than JWT')
  const foreign = Object.keys(header).find((field) => !headerFields.has(field))
  if (foreign !== undefined) throw refusal('header', 'its header has a field that is not looked at here, such as one with a key')
}

function readPart (part: string, name: string): Record<string, unknown> {
  const bytes = bytesOf(part, name)
  const text = bytes.toString('utf8')
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refusal('form', `its ${name} is no JSON object`)
  if (!bytes.equals(Buffer.from(text))) throw refusal('form', `its ${name} is not UTF-8`)
  if (repeatsKeys(text)) throw refusal('form', `its ${name} names a field twice`)
  return value as Record<string, unknown>
}

/** There is only one way to write the same bytes: Buffer alone passes over what is none of base64url. */
function bytesOf (part: string, name: string): Buffer {
  const bytes = Buffer.from(part, 'base64url')
  if (part === '' || bytes.toString('base64url') !== part) throw refusal('form', `its ${name} is not base64url`)
  return bytes
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
