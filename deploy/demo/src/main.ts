import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { freeSubnet, startLab, stopStale } from '@rekey/lab'
import type { Lab } from '@rekey/lab'
import { ApiClient, startStack, stateRoot, stopStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { checkKeys, doors } from './check-keys.ts'
import { checkPasswords } from './check-passwords.ts'
import { checkBeyond, checkLogs, checkUnique } from './check-rest.ts'
import { holds } from './check.ts'
import type { Check } from './check.ts'
import { playCi } from './ci.ts'
import { playDays } from './days.ts'
import { writeDemoFile } from './demo-file.ts'
import { playEmergency } from './emergency.ts'
import { managed } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import { credentialOf, isKey, isPassword, makeDemoFleet } from './fleet.ts'
import type { DemoFleet } from './fleet.ts'
import { logOfProof } from './host-log.ts'
import type { Logged } from './host-log.ts'
import { StockSsh } from './judges.ts'
import { inLanes } from './lanes.ts'
import { Progress } from './progress.ts'
import { makeSecondDay, playSecondDay } from './second-day.ts'
import { Secrets } from './secrets.ts'
import { adoptFleet, isBeyond, rotateAll } from './story.ts'
import type { Seen } from './story.ts'
import { broken, lineWidth } from './table.ts'
import { beyondTable, hostTable, proofTable, sharedLines } from './tables.ts'

const usage = `npm run demo -- [--keep] [--stop] [--hosts N] [--emergency] [--ci] [--days 3]

  --keep     leave everything running, and write what is needed to reach it to .rekey/demo/demo.json
  --stop     stop what --keep has left running; the next demo does so too, as there is one at a time
  --hosts N  hosts that only keys open, half of them in each zone (8 to 40, default 8); the odd ones come on top
  --emergency  all keys are stolen, and two people revoke them; nothing is kept
  --ci       jobs of a CI lease a key, and lose it; nothing is kept
  --days 3   three days pass by themselves, with their clocks put forward and real hosts; nothing is kept`

const progress = new Progress()
const folder = join(stateRoot, 'demo')
const labFolder = join(folder, 'lab')
const secretsFolder = join(folder, 'keys')
/** How many networks in a row a demo takes at most: four of the fleet, one of the second day. */
const networks = 5
/** Each is a Node.js process of its own, and most of its time is work. */
const revealsAtOnce = 3

async function main (): Promise<number> {
  const { keep, stop, hosts, story } = readArguments()
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
    const passed = await Promise.race([story === undefined ? tell(hosts, keep, running) : tellApart(story, hosts, running), halted])
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
  const subnet = await freeNetworks()
  const fleet = makeDemoFleet(hostCount, subnet)
  const secondDay = makeSecondDay(subnet + 4)

  // OpenSSH as it is where nobody has told it otherwise.
  const hosts = [...fleet.hosts, ...secondDay.hosts].map((host) => ({ ...host, penalties: true }))
  progress.say(`\n1. Real hosts: ${hosts.length} SSH servers, each with its own users, files and host key; port ${fleet.hosts[0]?.port ?? 0} of all`)
  const lab = await startLab({ dir: labFolder, hosts })
  running.push(async () => await lab.stop())
  progress.say(hostTable(hosts))

  progress.say('\n2. Rekey: OpenBao, Redis, the API, and one worker for each of two zones')
  const stack = await startStack({
    dir: folder,
    zones: Object.entries(fleet.networks).map(([name, allowedNetworks]) => ({ name, allowedNetworks: [...allowedNetworks, ...name === 'production' ? [secondDay.network] : []] })),
    detached: keep,
    say: (line) => progress.say(`  ${line}`)
  })
  running.push(async () => await stack.stop())
  const api = await ApiClient.of(stack)
  const secrets = new Secrets(secretsFolder, stack.dir)
  await secrets.prepare()
  running.push(async () => {
    api.close()
    await secrets.remove()
  })

  const count = (of: typeof isKey | typeof isPassword): number => fleet.credentials.filter(of).length
  progress.say(`\n3. Adopt: ${count(isKey)} keys and ${count(isPassword)} passwords that are in use today. Nothing on a host changes`)
  const before = await adoptFleet(api, fleet, lab, progress)
  for (const one of fleet.credentials) await secrets.keepOld(one)
  tellShared(before)

  progress.say('\n4. Rotate all of them: one request to the API, an order in each zone')
  const ordered = performance.now()
  const { credentials, orders } = await rotateAll(api, fleet, progress)
  const seconds = (performance.now() - ordered) / 1000
  const rotated = credentials.filter((one) => !isBeyond(fleet.credentials, one))
  const logged = new Map<string, Logged>()
  for (const one of rotated) logged.set(credentialOf(one), await logOfProof(lab, fleet, one))
  progress.say(`  orders ${orders.map(({ zone, number }) => `${zone}/${number}`).join(' and ')}: ${rotated.length} secrets replaced and proven in ${seconds.toFixed(1)} s

  Random, old, new: which secrets were let in, one after the other. Host's log: whether one process of its SSH server
  wrote the same; Dropbear writes nothing of refused keys, and what su says is in no log of SSH.
`)
  progress.say(proofTable(rotated, logged))
  tellShared(credentials)
  progress.say('\n  What Rekey can\'t manage, it says, and leaves as it is:\n')
  progress.say(beyondTable(credentials.filter((one) => isBeyond(fleet.credentials, one))))

  progress.say('\n5. Believe nobody: ssh, sshpass, su and sudo as Debian ships them, with PAM\'s real delays')
  const ssh = new StockSsh(secretsFolder)
  const checks = await checkAll({ fleet, lab, secrets, ssh, credentials }, logged)
  tellChecks(checks)

  progress.say('\n6. The second day: a jump host, a way in that was lost, a host that was set up anew')
  const later = await playSecondDay({ lab, api, ssh, folder: secretsFolder, stackFolder: stack.dir, say: (line) => progress.say(line) })
  tellChecks(later)
  await secrets.remove()
  if (keep) await leaveRunning(stack, fleet, lab)
  return [...checks, ...later].every(holds)
}

/** Away from the networks of the tests, and of a demo that another checkout runs. */
async function freeNetworks (): Promise<number> {
  return await freeSubnet(40, 80, networks)
}

type Story = 'emergency' | 'ci' | 'days'

/** A story of its own. */
async function tellApart (story: Story, hosts: number, running: Array<() => Promise<void>>): Promise<boolean> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const stage = { folder, subnet: await freeNetworks(), progress, running }
  const stories = {
    emergency: async () => await playEmergency({ ...stage, hosts }),
    ci: async () => await playCi(stage),
    days: async () => await playDays(stage)
  }
  const checks = await stories[story]()
  progress.say('\nBelieve nobody: what stock clients, the hosts and the services say\n')
  tellChecks(checks)
  return checks.every(holds)
}

/** Everything at once: keys are work for this machine, and wrong passwords only wait. */
async function checkAll (evidence: Evidence, logged: ReadonlyMap<string, Logged>): Promise<Check[]> {
  const all = managed(evidence)
  let revealed = 0
  await inLanes(all, revealsAtOnce, async (one) => {
    await evidence.secrets.revealNew(one)
    progress.count('revealed by the command line', ++revealed, all.length)
  })
  const toLookAt = doors(evidence).length + all.filter(isPassword).length
  let lookedAt = 0
  const looked = (): void => { progress.count('accounts tried with keys, and with passwords', ++lookedAt, toLookAt) }
  const [keys, passwords, beyond, unique] = await Promise.all([checkKeys(evidence, looked), checkPasswords(evidence, looked), checkBeyond(evidence), checkUnique(evidence)])
  return [...keys, ...passwords, ...checkLogs(logged), ...unique, ...beyond]
}

function tellChecks (checks: readonly Check[]): void {
  const width = Math.max(...checks.map(({ judge }) => judge.length))
  for (const [index, one] of checks.entries()) {
    const judge = checks[index - 1]?.judge === one.judge ? '' : one.judge
    progress.say(`  ${judge.padEnd(width)}  ${holds(one) ? '✓' : '✗'} ${one.what}: ${one.held} of ${one.held + one.broken.length}`)
    for (const line of one.broken.flatMap((what) => broken(what, lineWidth - width - 8))) progress.say(`${' '.repeat(width + 8)}${line}`)
  }
}

function tellShared (credentials: readonly Seen[]): void {
  progress.say(`  ${credentials.filter(({ shared }) => shared).length} of ${credentials.length} share their secret with another one`)
  for (const line of sharedLines(credentials)) progress.say(`    ${line}`)
}

async function leaveRunning (stack: Stack, fleet: DemoFleet, lab: Lab): Promise<void> {
  const file = join(folder, 'demo.json')
  await writeDemoFile(file, stack, fleet, lab)
  progress.say(`
Everything is left running. What is needed to reach it: ${file}

  npx rekey reveal production/production-1/deploy/ssh-key
  npx rekey reveal production/production-faillock/app/password
  { printf 'Authorization: Bearer '; cat ${stack.api.tokenFile}; } | curl --cacert ${stack.caFile} -H @- ${stack.api.url}/v1/credentials
  npm run demo -- --stop`)
}

/** Ends what an earlier run has left running: one that was kept, or one that was killed. */
async function stopEarlier (): Promise<boolean> {
  await stopStack(folder)
  const hosts = await stopStale(labFolder)
  await rm(secretsFolder, { recursive: true, force: true })
  return hosts > 0
}

interface Arguments {
  readonly keep: boolean
  readonly stop: boolean
  readonly hosts: number
  /** One that is told instead of the main one. */
  readonly story: Story | undefined
}

function readArguments (): Arguments {
  try {
    const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, stop: { type: 'boolean', default: false }, hosts: { type: 'string', default: '8' }, emergency: { type: 'boolean', default: false }, ci: { type: 'boolean', default: false }, days: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
    if (values.help === true) {
      progress.say(usage)
      process.exit(0)
    }
    const hosts = Number(values.hosts)
    if (!Number.isInteger(hosts) || hosts < 8 || hosts > 40) throw new RekeyError('input/invalid', '--hosts takes a whole number from 8 to 40')
    if (values.days !== undefined && values.days !== '3') throw new RekeyError('input/invalid', '--days takes 3: it is the story of three days')
    const [story, ...more] = [...values.emergency ? ['emergency' as const] : [], ...values.ci ? ['ci' as const] : [], ...values.days === undefined ? [] : ['days' as const]]
    if (story !== undefined && values.keep) throw new RekeyError('input/invalid', '--emergency, --ci and --days leave nothing running: leave --keep out')
    if (more.length > 0) throw new RekeyError('input/invalid', '--emergency, --ci and --days are demos of their own: one at a time')
    return { keep: values.keep, stop: values.stop, hosts, story }
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
