/** A string, or one of the signs that make the structure; everything else of JSON says nothing of keys. */
const signs = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/**
 * Whether an object of the text names a key twice: parsers differ in which of the two they take (RFC 8259, 4).
 * @param text well-formed JSON
 */
export function repeatsKeys (text: string): boolean {
  const open: Array<Set<string> | undefined> = []
  let last: string | undefined
  for (const [sign] of text.matchAll(signs)) {
    if (sign === '{') open.push(new Set())
    else if (sign === '[') open.push(undefined)
    else if (sign === '}' || sign === ']') open.pop()
    else if (sign === ':' && last !== undefined) {
      const keys = open.at(-1)
      if (keys?.has(last) === true) return true
      keys?.add(last)
    }
    last = sign.startsWith('"') ? JSON.parse(sign) as string : undefined
  }
  return false
}
