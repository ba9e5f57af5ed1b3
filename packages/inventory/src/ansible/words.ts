import { refusal } from '../refusal.ts'

/**
 * The words of a host's line, as Python's shlex splits it with comments: quotes hold words together, and a `#` outside of
 * them ends the line, even inside a word.
 * @throws RekeyError `input/invalid` when a quote or an escape is open at the end
 */
export function shellWords (line: string): string[] {
  const words: string[] = []
  let [word, quote]: [string | undefined, string] = [undefined, '']
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at)
    if (quote === "'" && char !== "'") {
      word = (word ?? '') + char
    } else if (quote === '' && char === '#') {
      break
    } else if (char === '\\') {
      at += 1
      if (at === line.length) throw refusal('ends in the middle of an escape', 'host')
      const next = line.charAt(at)
      word = (word ?? '') + (quote === '"' && next !== '"' && next !== '\\' ? '\\' : '') + next
    } else if (char === quote) {
      quote = ''
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char
      word ??= ''
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else {
      word = (word ?? '') + char
    }
  }
  if (quote !== '') throw refusal('has a quote without its other half', 'host')
  if (word !== undefined) words.push(word)
  return words
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"' }

/** A value of an INI inventory, which Ansible reads as a Python literal where it is one: quotes go, `None` unsets. */
export function pythonValue (text: string): string | null {
  if (text === 'None') return null
  const quoted = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:#.*)?$/.exec(text)
  if (quoted === null) return text
  return (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, (all, char: string) => escapes[char] ?? all)
}
