import { refusal } from '../refusal.ts'
import { mostHosts } from './inventory.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * What stands where a host is named: `web-1`, `web[01:20].example.com`, `web-1:2222`, `[2001:db8::7]:2222`.
 * @throws RekeyError `input/invalid`
 */
export function expandHostPattern (text: string): { readonly names: string[], readonly port: string | undefined } {
  if (text.length > 1024) throw refusal('is too long for a host or a range of hosts', 'host')
  const { pattern, port } = splitPort(text)
  const names = expand(pattern)
  if (pattern === '' || names.some(name => name.endsWith(':') || /[\s/]/.test(name))) throw refusal('is not the name of a host', 'host')
  return { names, port }
}

/** A port comes behind a name with no other colon outside of brackets, or behind brackets around everything. */
function splitPort (text: string): { pattern: string, port: string | undefined } {
  const bracketed = /^\[([^\]]*:[^\]]*:[^\]]*|[^\]:]*)\]:(\d+)$/.exec(text)
  if (bracketed !== null) return { pattern: bracketed[1] ?? '', port: bracketed[2] }
  const plain = /^((?:[^[\]:]|\[[^\]]*\])+):(\d+)$/.exec(text)
  return plain === null ? { pattern: text, port: undefined } : { pattern: plain[1] ?? '', port: plain[2] }
}

/** @throws RekeyError `input/invalid` for a range that isn't one, or that is endless for practical purposes */
function expand (pattern: string): string[] {
  let names = ['']
  for (const part of pattern.split(/(\[[^\]]*\])/)) {
    const steps = part.startsWith('[') && part.endsWith(']') ? range(part.slice(1, -1)) : [part]
    if (steps.length === 1 && /[[\]]/.test(steps[0] ?? '')) throw refusal('has a bracket without its other half', 'host')
    if (names.length * steps.length > mostHosts) throw refusal(`is a range of more than ${mostHosts} hosts`, 'host')
    names = names.flatMap(name => steps.map(step => name + step))
  }
  return names
}

/** `01:20`, `a:f`, each with an optional step. */
function range (text: string): string[] {
  const [, from = '', to = '', by = '1'] = /^([0-9]*|[A-Za-z]):([0-9]+|[A-Za-z])(?::([0-9]+))?$/.exec(text) ?? []
  const step = Number(by)
  const alphabetic = letters.includes(to) && letters.includes(from) && from !== ''
  const [first, last] = alphabetic ? [letters.indexOf(from), letters.indexOf(to)] : [Number(from), Number(to)]
  if (to === '' || step < 1 || !(first <= last)) throw refusal('has a range that isn\'t one; write it as [01:20], [a:f] or [1:9:2]', 'host')
  const padded = !alphabetic && from.startsWith('0') && from.length > 1
  if (padded && from.length !== to.length) throw refusal('has a range whose ends differ in length; write it as [01:20]', 'host')
  if ((last - first) / step >= mostHosts) throw refusal(`is a range of more than ${mostHosts} hosts`, 'host')
  const steps: string[] = []
  for (let at = first; at <= last; at += step) steps.push(alphabetic ? letters.charAt(at) : String(at).padStart(padded ? from.length : 0, '0'))
  return steps
}
