// Installs what is missing and builds. Depends on nothing but Node; quick when there is nothing to do.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { installPackages, isProgram } from './apt.mjs'
import { installOpenBao, mustFetch } from './openbao.mjs'
import { Lacking, repository, run, say, state } from './say.mjs'

function checkMachine () {
  if (process.platform !== 'linux') throw new Lacking(`this runs on Linux, and this is ${process.platform}: the test hosts live in Linux namespaces`)
  if (process.getuid() !== 0) throw new Lacking('root is needed: each process of the stack gets a user id of its own, and test hosts their own namespaces. Run it as root on a machine that is yours')
  for (const program of ['unshare', 'setpriv']) {
    if (!isProgram(program)) throw new Lacking(`${program} is missing: install the Debian package util-linux`)
  }
  const trial = spawnSync('unshare', ['--mount', 'true'], { encoding: 'utf8' })
  if (trial.status !== 0) throw new Lacking(`this machine does not let root make a mount namespace (${(trial.stderr ?? '').trim() || 'unshare --mount failed'}): in a container it needs CAP_SYS_ADMIN`)
}

/** npm packages, as the lock file names them, without running any of their scripts. */
async function installModules () {
  const stamp = join(repository, 'node_modules', '.rekey-stamp')
  const wanted = createHash('sha256').update(readFileSync(join(repository, 'package-lock.json'))).update(process.versions.modules).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  rmSync(stamp, { force: true })
  await run('npm-ci', 'installing npm packages, without their scripts', 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
  writeFileSync(stamp, wanted)
}

try {
  const begun = Date.now()
  checkMachine()
  mkdirSync(state, { recursive: true })
  say('Setting up Rekey')
  await installPackages(mustFetch())
  const vault = await installOpenBao()
  await installModules()
  await run('build', 'building', process.execPath, [join(repository, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  say(`  ready: Node ${process.versions.node}, ${vault.kind === 'bao' ? 'OpenBao' : 'Vault'} ${vault.version}${vault.path.startsWith(state) ? '' : ` (${vault.path})`} in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
} catch (error) {
  process.stderr.write(`\nrekey: ${error instanceof Lacking ? error.message : error.stack}\n`)
  process.exitCode = 1
}
