import { createHmac } from 'node:crypto'
import { listMatches } from './glob.ts'
import type { Note } from './row.ts'

interface Line {
  readonly marker: 'revoked' | 'cert-authority' | undefined
  readonly names: readonly string[]
  readonly key: string
}

export interface Known {
  /** Each `type base64`. */
  readonly keys: readonly string[]
  readonly revoked: readonly string[]
  /** Whether only a certificate authority vouches for it, or a key of a kind that Rekey can't pin. */
  readonly byAuthority: boolean
  readonly byOtherKind: boolean
}

/** The kinds of host keys that can be pinned (services/api takes no others). */
const pinnable = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) /

/** A known_hosts file, as sshd(8) describes it. */
export class KnownHosts {
  readonly notes: readonly Note[]
  /** Lines by each plain name; those with patterns and hashes have to be tried one by one. */
  readonly #plain = new Map<string, Line[]>()
  readonly #others: Line[] = []

  constructor (text: string) {
    const notes: Note[] = []
    text.split(/\r\n|\r|\n/).forEach((written, index) => {
      const source = `known_hosts line ${index + 1}`
      if (/^\s*(#|$)/.test(written)) return
      const line = parse(written)
      if (line === undefined) {
        notes.push({ source, text: 'is not a line of known_hosts and was left out' })
        return
      }
      if (line.marker === 'cert-authority') {
        notes.push({ source, text: 'names a certificate authority, which Rekey can\'t pin; hosts that only it vouches for need a line of their own' })
      }
      if (line.names.some(name => /^[|!]|[*?]/.test(name))) this.#others.push(line)
      else for (const name of line.names) this.#add(name, line)
    })
    this.notes = notes
  }

  #add (name: string, line: Line): void {
    const lines = this.#plain.get(name)
    if (lines === undefined) this.#plain.set(name, [line])
    else lines.push(line)
  }

  /** @param knownAs the name to look under, when it isn't the address and port */
  find (address: string, port: number, knownAs?: string): Known {
    const name = (knownAs ?? (port === 22 ? address : `[${address}]:${port}`)).toLowerCase()
    const lines = [...this.#plain.get(name) ?? [], ...this.#others.filter(line => namesIt(line.names, name))]
    const keysOf = (marker: Line['marker']) => lines.filter(line => line.marker === marker).map(line => line.key)
    const all = keysOf(undefined)
    return {
      keys: [...new Set(all.filter(key => pinnable.test(key)))],
      revoked: keysOf('revoked'),
      byAuthority: keysOf('cert-authority').length > 0,
      byOtherKind: all.length > 0
    }
  }
}

function parse (written: string): Line | undefined {
  const words = written.trim().split(/[ \t]+/)
  const marked = /^@(revoked|cert-authority)$/.exec(words[0] ?? '')
  const [names = '', type = '', body = ''] = marked === null ? words : words.slice(1)
  if (!/^[a-z][a-z0-9@.-]{2,63}$/.test(type) || !/^[A-Za-z0-9+/]{16,8192}={0,2}$/.test(body)) return undefined
  // A hash is case-sensitive base64, a name is not.
  return { marker: marked?.[1] as Line['marker'], names: names.startsWith('|') ? [names] : names.toLowerCase().split(','), key: `${type} ${body}` }
}

function namesIt (names: readonly string[], name: string): boolean {
  const [first = ''] = names
  return first.startsWith('|') ? hashMatches(first, name) : listMatches(names, name)
}

/** `|1|salt|hash`, with hash = HMAC-SHA1(salt, name) (OpenSSH's hostfile.c). */
function hashMatches (hashed: string, name: string): boolean {
  const [, version, salt = '', hash = ''] = hashed.split('|')
  return version === '1' && createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}
