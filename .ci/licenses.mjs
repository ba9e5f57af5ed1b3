// Checks that every npm package that is locked may be used and passed on under permissive terms; prints those that may not.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('..', import.meta.url).pathname
const permissive = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Python-2.0', 'Unlicense', 'CC0-1.0'])
/** Of tools that are not passed on: caniuse-lite is data. */
const forTools = new Set([...permissive, 'CC-BY-4.0'])

/** Names as SPDX has them; npm's old form, a list of objects, means a choice. @returns '' when nothing is said */
function licenseOf (path, entry) {
  if (typeof entry.license === 'string') return entry.license
  const file = join(root, path, 'package.json')
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const said = entry.license ?? manifest.license ?? manifest.licenses ?? ''
  return [said].flat().map(one => typeof one === 'string' ? one : one.type ?? '').join(' OR ')
}

/** Whether an SPDX expression of one level can be met: `A AND B`, `(A OR B)`. */
function isMet (expression, allowed) {
  const plain = expression.replace(/[()]/g, '')
  if (plain.includes(' AND ') && plain.includes(' OR ')) return false
  if (plain.includes(' AND ')) return plain.split(' AND ').every(one => allowed.has(one))
  return plain.split(' OR ').some(one => allowed.has(one))
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const theirs = Object.entries(packages).filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
// Optional ones that were not installed tell no license beyond the lockfile's.
const refused = theirs.map(([path, entry]) => ({ path, isTool: entry.dev === true, license: licenseOf(path, entry) }))
  .filter(({ license, isTool }) => !isMet(license, isTool ? forTools : permissive))
for (const { path, license, isTool } of refused) console.error(`${path}${isTool ? ' (a tool)' : ''}: ${license === '' ? 'no license is said' : license}`)
console.log(`${theirs.length} packages, ${refused.length} not under a permissive license`)
process.exitCode = refused.length === 0 ? 0 : 1
