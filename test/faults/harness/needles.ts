import type { SecretText } from './secret-text.ts'

/** Something that must not be found, in one of the ways in which it could be written. */
export interface Needle {
  /** Whose it is and how it is written. Safe to print. */
  readonly name: string
  readonly bytes: Buffer
}

/** What betrays a secret, in every way in which it could be written. */
export function needlesOf (name: string, secret: SecretText): Needle[] {
  const parts = 'password' in secret ? partsOfPassword(secret.password) : partsOfKey(secret.privateKey)
  return parts.flatMap(({ part, bytes }) => ways(bytes).map(([way, written]) => ({ name: `${name}, ${part}, ${way}`, bytes: written })))
}

interface Part {
  readonly part: string
  readonly bytes: Buffer
}

/** Each half of what no quoting changes: whoever shows a part of a password shows too much. */
function partsOfPassword (password: string): Part[] {
  const run = /[\w.-]{24,}/.exec(password)?.[0]
  if (run === undefined) throw new Error('a password that quoting would hide')
  const half = Math.floor(run.length / 2)
  return [run.slice(0, half), run.slice(half)].map((text, index) => ({ part: `half ${index + 1}`, bytes: Buffer.from(text) }))
}

/**
 * What betrays a private key in OpenSSH's format: each line of it that is its own, and its 32 secret bytes, as they are,
 * in hex, in base64 at each of the three places where a group of three bytes can begin, and percent-encoded.
 * A text that holds the whole key, JSON-escaped or not, holds its lines.
 */
function partsOfKey (privateKey: string): Part[] {
  const lines = privateKey.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  // The first line says only that it is an unencrypted Ed25519 key; the public half's base64 begins elsewhere and looks different.
  const parts: Part[] = lines.slice(1).map((line, index) => ({ part: `line ${index + 2}`, bytes: Buffer.from(line) }))
  parts.push({ part: 'seed', bytes: seedOf(Buffer.from(lines.join(''), 'base64')) })
  return parts
}

/** The secret half stands before its copy of the public half, in a field of 64 bytes (PROTOCOL.key of OpenSSH). */
function seedOf (file: Buffer): Buffer {
  const at = file.indexOf(Buffer.from([0, 0, 0, 64]))
  if (at === -1) throw new Error('not an Ed25519 key in OpenSSH\'s format')
  return file.subarray(at + 4, at + 36)
}

function ways (bytes: Buffer): Array<[string, Buffer]> {
  const text = bytes.toString('latin1')
  const base64 = [0, 1, 2].map((shift) => {
    // Of the groups that begin and end in what stands around, nothing is certain.
    const all = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return all.slice(shift === 0 ? 0 : 4, Math.floor((shift + bytes.length) / 3) * 4)
  })
  const written: Array<[string, string]> = [
    ['raw', text],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ...base64.map((form, shift): [string, string] => [`base64 at ${shift}`, form]),
    ...base64.map((form, shift): [string, string] => [`base64url at ${shift}`, form.replaceAll('+', '-').replaceAll('/', '_')]),
    ...(/^[ -~]*$/.test(text) ? [['percent-encoded', encodeURIComponent(text)] as [string, string]] : [])
  ]
  return written.map(([way, form]) => [way, Buffer.from(form, 'latin1')])
}

/** How many bytes of a needle are looked for first, all needles at once: one by one, thousands in megabytes take minutes. */
const beginning = 4

/** @returns the names of those that are there */
export function find (needles: readonly Needle[], haystacks: readonly Buffer[]): string[] {
  const byBeginning = new Map<number, Needle[]>()
  for (const needle of needles) {
    const key = needle.bytes.readUInt32BE(0)
    byBeginning.set(key, [...byBeginning.get(key) ?? [], needle])
  }
  const found = new Set<Needle>()
  for (const haystack of haystacks) {
    let last = 0
    for (let end = 0; end < haystack.length; end += 1) {
      last = ((last << 8) | (haystack[end] ?? 0)) >>> 0
      const at = end + 1 - beginning
      for (const needle of byBeginning.get(last) ?? []) if (haystack.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found.add(needle)
    }
  }
  return needles.filter((needle) => found.has(needle)).map(({ name }) => name)
}
