// Debian packages, installed so that no daemon starts and no port opens: not now, and not at the next boot.
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { Lacking, run, say } from './say.mjs'

/** What must be there, and the package that brings it. All are in Debian's main archive. */
const needed = [
  { program: 'redis-server', package: 'redis-server' },
  { program: 'sshd', package: 'openssh-server' },
  { program: 'ssh', package: 'openssh-client' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'mount', package: 'mount' },
  { program: 'chpasswd', package: 'passwd' },
  { program: 'busybox', package: 'busybox' }
]
const services = { 'redis-server': 'redis-server', 'openssh-server': 'ssh' }

const path = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`

export function isProgram (name) {
  return path.split(':').some((folder) => {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })
}

/** The first Python that can make a virtual environment. */
export function findPython () {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0)
}

/** @param needsPython whether a virtual environment is to be made */
export async function installPackages (needsPython) {
  const missing = needed.filter(({ program }) => !isProgram(program)).map((one) => one.package)
  if (needsPython && findPython() === undefined) missing.push('python3-venv')
  if (missing.length === 0) return
  if (!isProgram('apt-get')) throw new Lacking(`this needs ${missing.join(', ')}, and apt-get is not here to install them: on another system than Debian install them by hand`)
  say(`Debian packages that are missing: ${missing.join(', ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', PATH: path }
  const allowServices = forbidServices()
  try {
    const install = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', 'install', ...missing]
    await run('apt-update', 'reading Debian\'s package lists', 'apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', 'update'], { env: environment })
    await run('apt-install', `installing ${missing.join(' ')}; no daemon is started`, 'apt-get', install, { env: environment })
  } finally {
    allowServices()
  }
  // We came with them, so they must not come up by themselves after a reboot either.
  for (const name of missing) {
    const service = services[name]
    if (service !== undefined && isProgram('systemctl')) spawnSync('systemctl', ['disable', '--quiet', service], { stdio: 'ignore', env: environment })
  }
}

/**
 * Debian's own switch: package scripts ask /usr/sbin/policy-rc.d before they start a daemon, and 101 forbids it.
 * One that is there and forbids it already is kept; another one is put back afterwards.
 */
function forbidServices () {
  const file = '/usr/sbin/policy-rc.d'
  const saved = `${file}.before-rekey`
  if (existsSync(saved)) renameSync(saved, file) // An earlier run was killed before it could.
  if (existsSync(file)) {
    if (spawnSync(file, ['redis-server', 'start'], { stdio: 'ignore' }).status === 101) return () => {}
    renameSync(file, saved)
  }
  writeFileSync(file, '#!/bin/sh\n# Placed by Rekey\'s set-up while it installs packages.\nexit 101\n', { mode: 0o755 })
  let isPlaced = true
  const restore = () => {
    if (!isPlaced) return
    isPlaced = false
    rmSync(file, { force: true })
    if (existsSync(saved)) renameSync(saved, file)
  }
  process.once('exit', restore)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
  return restore
}

/** @returns what a program says of its version, or undefined when it can't be run */
export function versionOf (program, args = ['version']) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 }).trim().split('\n')[0]
  } catch {
    return undefined
  }
}
