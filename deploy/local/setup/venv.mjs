import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { find, installPackages } from './apt.mjs'
import { failure, logged, root, SetupError, state, step } from './say.mjs'

async function findPython () {
  const usable = () => ['/usr/bin/python3', find('python3')].find(file => file !== undefined && existsSync(file) &&
    spawnSync(file, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0)
  const found = usable()
  if (found !== undefined) return found
  await installPackages(['python3-venv'])
  const installed = usable()
  if (installed === undefined) throw new SetupError('python3 with its venv module is needed: apt-get install python3-venv')
  return installed
}

/** Where the virtual environment of that name is. */
export function venvOf (name) {
  return join(state, 'tools', name)
}

/**
 * Sees to it that a private virtual environment holds just what the requirements in deploy/local/NAME.txt pin, each file checked against its hash.
 * @param what for people @param megabytes of the download @param hint for when it fails @param isThere whether the program is in it
 */
export async function installVenv (name, { what, megabytes, hint, isThere }) {
  const venv = venvOf(name)
  const requirements = join(root, 'deploy/local', `${name}.txt`)
  const stamp = join(venv, '.requirements-sha256')
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && isThere()) return
  const python = await findPython()
  await step(`Installing ${what}, checked against its hashes (a download of ${megabytes} MB)`, async () => {
    rmSync(venv, { recursive: true, force: true })
    mkdirSync(dirname(venv), { recursive: true })
    if (await logged(name, python, ['-m', 'venv', venv]) !== 0) throw failure(name, 'python3 could not make a virtual environment.')
    const code = await logged(name, join(venv, 'bin/python'), [
      '-m', 'pip', 'install', '--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-cache-dir', '--disable-pip-version-check', '-r', requirements
    ], { append: true, env: { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '1' } })
    if (code !== 0) throw failure(name, `pip could not install ${what}. ${hint}`)
    writeFileSync(stamp, wanted)
  })
}
