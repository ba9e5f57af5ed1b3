import { accessSync, constants, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { failure, logged, root, say, SetupError, step } from './say.mjs'

const system = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** @returns the program's path, or undefined; sbin is looked at even where PATH leaves it out */
export function find (program) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), ...system]) {
    if (folder === '') continue
    const file = join(folder, program)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch { /* the next one */ }
  }
  return undefined
}

/** What every command needs, and what the full test needs on top; each line is a package and the program that shows it. */
const lists = { common: 'packages.txt', full: 'packages-full.txt' }

function listed (list) {
  return readFileSync(join(root, 'deploy/local', list), 'utf8').split('\n')
    .map(line => line.replace(/#.*/, '').trim()).filter(line => line !== '')
    .map(line => line.split(/\s+/))
}

/** @param isFull whether for the full test */
export function missingPackages (isFull) {
  const wanted = isFull ? [lists.common, lists.full] : [lists.common]
  return [...new Set(wanted.flatMap(listed).filter(([, program]) => find(program) === undefined).map(([name]) => name))]
}

// Debian asks this program before it starts a daemon on installing or upgrading: 101 means no, invoke-rc.d(8).
const policy = '/usr/sbin/policy-rc.d'
const kept = '/usr/sbin/policy-rc.d.kept-by-rekey'
const mark = '# Rekey put this here for the time of an installation; it may be removed.'
const deny = `#!/bin/sh\n${mark}\nexit 101\n`

function isOurs () {
  return existsSync(policy) && readFileSync(policy, 'utf8').includes(mark)
}

const daemons = { 'redis-server': 'redis-server', 'openssh-server': 'ssh' }
let brought = []

/** Undoes `forbidDaemons`. A daemon that was not started now would still be at the next boot: those that we brought are switched off there too. */
export function allowDaemons () {
  for (const name of brought) {
    spawnSync('deb-systemd-helper', ['disable', `${name}.service`], { stdio: 'ignore' })
    spawnSync('update-rc.d', [name, 'disable'], { stdio: 'ignore' })
  }
  brought = []
  if (isOurs()) rmSync(policy)
  if (existsSync(kept) && !existsSync(policy)) renameSync(kept, policy)
}

/** Undoes it after an earlier run that was killed, once the apt that it left behind has ended: that is when the lock is free. */
export async function clearUp () {
  if (!isOurs() && !existsSync(kept)) return
  await logged('apt', 'apt-get', ['install', '-y', '-o', 'DPkg::Lock::Timeout=600'], { env: { DEBIAN_FRONTEND: 'noninteractive' } })
  allowDaemons()
}

/** Sees to it that no daemon is started by an installation. One who says no already is left where he is. */
function forbidDaemons (packages) {
  brought = packages.flatMap(name => daemons[name] ?? [])
  if (existsSync(policy)) {
    if (spawnSync(policy, ['redis-server', 'start'], { stdio: 'ignore' }).status === 101) return
    renameSync(policy, kept)
  }
  writeFileSync(policy, deny, { mode: 0o755 })
}

const aptEnv = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' }

/** Fetches the archive's lists of packages anew. */
export async function refreshLists () {
  await logged('apt', 'apt-get', ['update', '-o', 'DPkg::Lock::Timeout=300'], { env: aptEnv, append: true })
}

/** Installs Debian packages. Starts no daemon, opens no port, and leaves policy-rc.d as it was. */
export async function installPackages (names) {
  if (names.length === 0) return
  if (find('apt-get') === undefined) throw new SetupError(`these Debian packages are missing, and there is no apt-get here to install them: ${names.join(', ')}. The set-up is made for Debian 13 and 12; elsewhere install what they hold by hand.`)
  const install = async append => await logged('apt', 'apt-get', ['install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...names], { env: aptEnv, append })
  await step(`Installing Debian packages: ${names.join(', ')} (no daemon is started)`, async () => {
    forbidDaemons(names)
    try {
      const lists = '/var/lib/apt/lists'
      const fresh = existsSync(lists) && readdirSync(lists).some(name => name.includes('_Packages'))
      let code = fresh ? await install(false) : 1
      if (code !== 0) {
        // No lists of packages, or older ones than the archive's.
        await refreshLists()
        code = await install(true)
      }
      if (code !== 0) throw failure('apt', `apt-get could not install ${names.join(', ')}.`)
    } finally {
      allowDaemons()
    }
  })
  const still = missingPackages(true).filter(name => names.includes(name))
  if (still.length > 0) throw new SetupError(`installed, and yet not to be found: the programs of ${still.join(', ')}`)
}

export function describeSystem () {
  let text = ''
  try {
    text = readFileSync('/etc/os-release', 'utf8')
  } catch { /* said below */ }
  const field = name => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(text)?.[1] ?? ''
  const id = `${field('ID')} ${field('ID_LIKE')}`
  if (!/\b(debian|ubuntu)\b/.test(id)) say(`Note: this is ${field('PRETTY_NAME') || 'an unknown system'}; the set-up is made for Debian 13 and 12, and tried on nothing else.`)
  return field('PRETTY_NAME').replace(/^Debian GNU\/Linux/, 'Debian')
}
