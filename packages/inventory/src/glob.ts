/**
 * OpenSSH's patterns (ssh_config(5), PATTERNS): `*` and `?`, and no other. Written out rather than turned into a regular
 * expression, since a pattern of many stars would then take exponential time.
 */
export function globMatches (pattern: string, text: string): boolean {
  let [at, seen, star, resume] = [0, 0, -1, 0]
  while (seen < text.length) {
    if (pattern[at] === '*') {
      [star, resume] = [at, seen]
      at += 1
    } else if (pattern[at] === '?' || pattern[at] === text[seen]) {
      at += 1
      seen += 1
    } else if (star >= 0) {
      resume += 1
      ;[at, seen] = [star + 1, resume]
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

/** A list of patterns holds when one of them matches and none that begins with `!` does. */
export function listMatches (patterns: readonly string[], text: string): boolean {
  let isAllowed = false
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (globMatches(pattern.slice(1), text)) return false
    } else {
      isAllowed ||= globMatches(pattern, text)
    }
  }
  return isAllowed
}
