/** Something that must not be found, in one of the ways in which it could be written. */
export interface Needle {
  /** Whose it is and how it is written. Safe to print. */
  readonly name: string
  readonly bytes: Buffer
}

/**
 * What betrays a private key in OpenSSH's format: each line of it that is its own, and its 32 secret bytes, as they are,
 * in hex, in base64 at each of the three places where a group of three bytes can begin, and percent-encoded.
 * A text that holds the whole key, JSON-escaped or not, holds its lines.
 */
export function needlesOf (name: string, privateKey: string): Needle[] {
  const lines = privateKey.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  // The first line says only that it is an unencrypted Ed25519 key; the public half's base64 begins elsewhere and looks different.
  const parts: Array<{ part: string, bytes: Buffer }> = lines.slice(1).map((line, index) => ({ part: `line ${index + 2}`, bytes: Buffer.from(line) }))
  parts.push({ part: 'seed', bytes: seedOf(Buffer.from(lines.join(''), 'base64')) })
  return parts.flatMap(({ part, bytes }) => ways(bytes).map(([way, written]) => ({ name: `${name}, ${part}, ${way}`, bytes: written })))
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

/** @returns the names of those that are there */
export function find (needles: readonly Needle[], haystacks: readonly Buffer[]): string[] {
  return needles.filter(({ bytes }) => haystacks.some((haystack) => haystack.includes(bytes))).map(({ name }) => name)
}
