import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { makeFleet, startLab, stopStale } from '@rekey/lab'
import type { Fleet, Lab } from '@rekey/lab'
import { ApiClient, startStack, stateRoot, stopStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { checkFleet } from './checks.ts'
import { credentialOf, KeyFolder } from './fleet-keys.ts'
import { Judge } from './judge.ts'
import { Progress } from './progress.ts'
import { adoptFleet, rotateAll } from './story.ts'
import type { Seen } from './story.ts'
import { table } from './table.ts'

const usage = `npm run demo -- [--keep] [--stop] [--hosts N]

  --keep     leave everything running, and write what is needed to reach it to .rekey/demo/demo.json
  --stop     stop what --keep has left running; the next demo does so too, as there is one at a time
  --hosts N  hosts in all, half of them in each zone (8 to 40, default 8)`

const progress = new Progress()
const folder = join(stateRoot, 'demo')
const labFolder = join(folder, 'lab')
const keysFolder = join(folder, 'keys')
/** Away from the networks of the tests, so that both run at the same time. */
const subnet = 40

async function main (): Promise<number> {
  const { keep, stop, hosts } = readArguments()
  const begun = performance.now()
  const ranStill = await stopEarlier()
  if (stop) {
    progress.say(ranStill ? 'The demo is stopped.' : 'No demo was running.')
    return 0
  }
  if (ranStill) progress.say('Stopped the demo that an earlier run had left running.')
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

  const running: Array<() => Promise<void>> = []
  const halted = new Promise<never>((_resolve, reject) => {
    stopping.signal.addEventListener('abort', () => { reject(new RekeyError('input/invalid', 'stopped before the end; what was started is stopped again')) })
  })
  let isKept = false
  try {
    const passed = await Promise.race([tell(hosts, keep, running), halted])
    progress.say(`\n${passed ? 'All checks held' : 'NOT all checks held'}, ${((performance.now() - begun) / 1000).toFixed(0)} s in all.`)
    isKept = keep
    return passed ? 0 : 1
  } finally {
    if (!isKept) for (const end of running.reverse()) await end()
  }
}

async function tell (hostCount: number, keep: boolean, running: Array<() => Promise<void>>): Promise<boolean> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const fleet = makeFleet({ zones: { production: Math.ceil(hostCount / 2), backup: Math.floor(hostCount / 2) }, subnet })

  progress.say(`\n1. Real hosts: ${fleet.hosts.length} sshd daemons, each with its own users, files and host key`)
  const lab = await startLab({ dir: labFolder, hosts: fleet.hosts })
  running.push(async () => await lab.stop())
  progress.say(table(['host', 'address', 'accounts', 'peculiarity'], fleet.hosts.map((host) => [
    `${host.zone}/${host.name}`, `${host.address}:${host.port}`, host.accounts.map(({ name }) => name).join(', '), host.trait
  ])))

  progress.say('\n2. Rekey: OpenBao, Redis, the API, and one worker for each of two zones')
  const stack = await startStack({
    dir: folder,
    zones: Object.entries(fleet.networks).map(([name, network]) => ({ name, allowedNetworks: [network] })),
    detached: keep,
    say: (line) => progress.say(`  ${line}`)
  })
  running.push(async () => await stack.stop())
  const api = await ApiClient.of(stack)
  const keys = new KeyFolder(keysFolder)
  await keys.prepare()
  running.push(async () => {
    api.close()
    await keys.remove()
  })

  progress.say(`\n3. Adopt: ${fleet.keys.length} keys that open accounts today. Nothing on a host changes`)
  const before = await adoptFleet(api, fleet, lab, progress)
  for (const key of fleet.keys) await keys.keepOld(key)
  progress.say(`  ${sharedIn(before)} of ${before.length} credentials share a key with another one`)

  progress.say('\n4. Rotate all of them: one request to the API, an order in each zone')
  const ordered = performance.now()
  const { credentials, orders } = await rotateAll(api, progress)
  const seconds = (performance.now() - ordered) / 1000
  progress.say(`  orders ${orders.map(({ zone, number }) => `${zone}/${number}`).join(' and ')}, settled in ${seconds.toFixed(1)} s`)
  progress.say('\n' + proofTable(credentials))
  progress.say(`  ${sharedIn(credentials)} of ${credentials.length} credentials share a key with another one`)

  progress.say('\n5. Believe nobody: the stock ssh client logs in with every key everywhere')
  for (const key of fleet.keys) await keys.revealNew(credentialOf(key), stack.dir)
  const checks = await checkFleet({ fleet, lab, keys, judge: new Judge(keysFolder), credentials }, progress)
  checks.push({
    what: 'credentials that share a key, after the rotation: none',
    held: sharedIn(credentials) === 0 ? 1 : 0,
    broken: sharedIn(credentials) === 0 ? [] : ['some credentials still share a key']
  })
  for (const { what, held, broken } of checks) {
    progress.say(`  ${broken.length === 0 ? '✓' : '✗'} ${what}: ${held} of ${held + broken.length}`)
    for (const one of broken) progress.say(`      ${one}`)
  }
  if (keep) await writeDemoFile(stack, fleet, lab)
  return checks.every(({ held, broken }) => broken.length === 0 && held > 0)
}

function proofTable (credentials: readonly Seen[]): string {
  const short = (fingerprint: string): string => fingerprint.slice(0, 15) + '…'
  return table(['credential', 'old key', 'new key', 'random', 'old', 'new', 'seconds'], credentials.map((one) => {
    const rotation = one.rotations[0]
    if (rotation === undefined) return [credentialOf(one), 'not rotated']
    const { proof, startedAt, settledAt } = rotation
    return [
      credentialOf(one),
      short(rotation.oldFingerprint),
      short(rotation.newFingerprint),
      proof.randomRefused ? 'refused' : 'NOT REFUSED',
      proof.oldRefused.includes(rotation.oldFingerprint) ? 'refused' : 'NOT REFUSED',
      proof.newAccepted === one.fingerprint ? 'accepted' : 'NOT ACCEPTED',
      ((Date.parse(settledAt) - Date.parse(startedAt)) / 1000).toFixed(2)
    ]
  }))
}

function sharedIn (credentials: readonly Seen[]): number {
  return credentials.filter(({ shared }) => shared).length
}

async function writeDemoFile (stack: Stack, fleet: Fleet, lab: Lab): Promise<void> {
  const file = join(folder, 'demo.json')
  await writeFile(file, JSON.stringify({
    api: stack.api.url,
    caFile: stack.caFile,
    adminTokenFile: stack.api.tokenFile,
    vault: { address: stack.vault.address, operators: stack.zones.map(({ name, operator }) => ({ zone: name, ...operator })) },
    redis: stack.redis,
    zones: stack.zones.map(({ name, mount, allowedNetworks }) => ({ name, mount, allowedNetworks })),
    hosts: fleet.hosts.map(({ zone, name, address, port, accounts }) => ({
      zone, id: name, address, port, hostKeys: lab.host(name).hostKeys, accounts: accounts.map((account) => account.name)
    }))
  }, null, 2) + '\n')
  await chmod(file, 0o600)
  progress.say(`
Everything is left running. What is needed to reach it: ${file}

  npx rekey reveal production/production-1/deploy/ssh-key
  { printf 'Authorization: Bearer '; cat ${stack.api.tokenFile}; } | curl --cacert ${stack.caFile} -H @- ${stack.api.url}/v1/credentials
  npm run demo -- --stop`)
}

/** Ends what an earlier run has left running: one that was kept, or one that was killed. */
async function stopEarlier (): Promise<boolean> {
  await stopStack(folder)
  const hosts = await stopStale(labFolder)
  await new KeyFolder(keysFolder).remove()
  return hosts > 0
}

function readArguments (): { keep: boolean, stop: boolean, hosts: number } {
  try {
    const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, stop: { type: 'boolean', default: false }, hosts: { type: 'string', default: '8' }, help: { type: 'boolean', short: 'h' } } })
    if (values.help === true) {
      progress.say(usage)
      process.exit(0)
    }
    const hosts = Number(values.hosts)
    if (!Number.isInteger(hosts) || hosts < 8 || hosts > 40) throw new RekeyError('input/invalid', '--hosts takes a whole number from 8 to 40')
    return { keep: values.keep, stop: values.stop, hosts }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : ''}\n\n${usage}\n`)
    process.exit(2)
  }
}

process.exitCode = await main().catch((error: unknown) => {
  progress.say(`\nThe demo failed: ${error instanceof Error ? error.message : 'for an unknown reason'}`)
  if (!isRekeyError(error) && error instanceof Error) progress.say(error.stack ?? '')
  return 1
})
