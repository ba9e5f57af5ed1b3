import { RekeyError } from '@rekey/domain'
import { readText } from '@rekey/http/settings'

/** The set-up's own token, as the API knows it. */
export interface AdminToken {
  /** Hex SHA-256. */
  readonly hash: string
  /** It is refused from then on, ISO 8601; undefined: never. */
  readonly endsAt: string | undefined
}

/** How long a reading of the file is believed, in milliseconds. */
const freshMs = 1000

/**
 * What the file says now: the SHA-256, and behind it when the token ends. Whoever changes the token needs no restart; while the file can't be read, or is half
 * written, what it said last counts.
 * @throws RekeyError `config/invalid` at once, and never later
 */
export function readAdminToken (file: string): () => AdminToken {
  let last = parse(readText(file, 'REKEY_API_TOKEN_HASH_FILE'))
  let readAt = performance.now()
  return () => {
    if (performance.now() - readAt >= freshMs) {
      readAt = performance.now()
      try {
        last = parse(readText(file, 'REKEY_API_TOKEN_HASH_FILE'))
      } catch {}
    }
    return last
  }
}

function parse (text: string): AdminToken {
  const [, hash = '', endsAt] = /^([0-9a-fA-F]{64})(?:\s+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z))?$/.exec(text.trim()) ?? []
  if (hash === '' || (endsAt !== undefined && Number.isNaN(Date.parse(endsAt)))) {
    throw new RekeyError('config/invalid', 'REKEY_API_TOKEN_HASH_FILE does not hold a hex SHA-256 and, behind a space, when the token ends, as 2026-06-01T00:00:00Z')
  }
  return { hash: hash.toLowerCase(), endsAt }
}
