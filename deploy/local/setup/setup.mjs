// Sets up what COMMAND needs. Stands on nothing but Node.js: it runs before npm ci.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { allowDaemons, clearUp, describeSystem, find, installPackages, missingPackages } from './apt.mjs'
import { makeDebian13 } from './debian-13.mjs'
import { build, installNpmPackages, isInstalled } from './npm.mjs'
import { installVault } from './openbao.mjs'
import { unpackPamModule } from './pam.mjs'
import { installPythonTool } from './python-tools.mjs'
import { root, running, say, SetupError, state } from './say.mjs'

/** An interrupt first lets what runs come to its end, as apt must not be left half way; then all is put back. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    say('Stopping: waiting for what is being installed to come to its end.')
    running.isStopping = true
    for (const child of running.children) child.kill('SIGINT')
    const wait = setInterval(() => {
      if (running.children.size > 0) return
      clearInterval(wait)
      allowDaemons()
      process.exit(130)
    }, 50)
  })
}

function versionOf (program, args, pattern) {
  const file = find(program)
  const run = spawnSync(file, args, { encoding: 'utf8', timeout: 20_000 })
  return pattern.exec(`${run.stdout}${run.stderr}`)?.[1] ?? '(version unknown)'
}

function checkNamespaces () {
  const run = spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '--bind', root, '/mnt'], { encoding: 'utf8' })
  if (run.status !== 0) throw new SetupError(`this system does not let root make a mount namespace, which every server here gets (unshare --mount says: ${run.stderr.trim()}). In a container that takes the capability SYS_ADMIN; a virtual machine has it.`)
}

/** To look and to stop needs no more than the program itself. */
async function setUpLittle () {
  if (existsSync(join(root, 'deploy/local/dist/main.js')) && existsSync(join(root, 'node_modules/@rekey/domain/dist'))) return
  if (!isInstalled()) await installNpmPackages()
  await build()
}

async function setUp () {
  const system = describeSystem()
  await clearUp()
  await installPackages(missingPackages(process.argv[2] === 'test-full'))
  await unpackPamModule()
  checkNamespaces()
  await installNpmPackages()
  const vault = await installVault()
  if (['test', 'test-full', 'fuzz'].includes(process.argv[2])) await installPythonTool('schemathesis')
  if (process.argv[2] === 'test-full') {
    await installPythonTool('ansible')
    await makeDebian13()
  }
  await build()
  say([
    system,
    `Node.js ${process.versions.node}`,
    `${vault.kind === 'bao' ? 'OpenBao' : 'Vault'} ${vault.version}${vault.own ? '' : ` (yours: ${vault.path})`}`,
    `Redis ${versionOf('redis-server', ['--version'], /v=(\S+)/)}`,
    versionOf('ssh', ['-V'], /^(OpenSSH_[^\s,]+)/).replace('_', ' ')
  ].join(', '))
}

mkdirSync(state, { recursive: true })
try {
  await (['down', 'status'].includes(process.argv[2]) ? setUpLittle() : setUp())
} catch (error) {
  process.stderr.write(`rekey: ${error instanceof SetupError ? error.message : error.stack}\n`)
  process.exitCode = 1
}
