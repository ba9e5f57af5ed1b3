import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialKind, CredentialState } from '@rekey/domain'
import { formatName, RekeyError } from '@rekey/domain'
import type { Fleet, FleetHost, Lab } from '@rekey/lab'
import { freeSubnet, makeFleet, makeKey, startLab, stopStale } from '@rekey/lab'
import type { ServiceProcess, Stack } from '@rekey/local'
import { ApiClient, startStack, stopStack } from '@rekey/local'
import type { Cpu, Round } from './arithmetic.ts'
import { cpuOf } from './cpu.ts'
import type { FloorTarget } from './floor-process.ts'
import { GrowingFile } from './growing-file.ts'
import { inParallel } from './in-parallel.ts'
import { countRequests } from './vault-requests.ts'
import { visitedHosts } from './worker-log.ts'

const zone = 'bench'
const workerName = `worker-${zone}`
/** Away from the networks of the demo and of the tests. */
const firstSubnet = 90
const lastSubnet = 99
const patience = 300_000

export interface SystemOptions {
  readonly folder: string
  readonly hosts: number
  /** Further hosts whose account has a password instead of a key, with PAM's delays as Debian has them. */
  readonly passwords?: number
  readonly concurrency: number
  readonly profile: boolean
  readonly say: (line: string) => void
}

/** A fleet of hosts that are all alike, or alike but for the kind of their secrets, and a whole Rekey that has adopted them. */
export class System {
  readonly floorTargets: readonly FloorTarget[]
  readonly #lab: Lab
  readonly #stack: Stack
  readonly #worker: ServiceProcess
  readonly #api: ApiClient
  readonly #workerLog: GrowingFile
  readonly #vaultLog: GrowingFile

  private constructor (lab: Lab, stack: Stack, worker: ServiceProcess, api: ApiClient, floorTargets: readonly FloorTarget[]) {
    this.#lab = lab
    this.#stack = stack
    this.#worker = worker
    this.#api = api
    this.floorTargets = floorTargets
    this.#workerLog = new GrowingFile(worker.logFile)
    this.#vaultLog = new GrowingFile(stack.vault.auditFiles[0] ?? '')
  }

  /** Ends what a run has left that was killed. */
  static async clear (folder: string): Promise<void> {
    await stopStack(join(folder, 'stack'))
    await stopStale(join(folder, 'lab'))
    await rm(folder, { recursive: true, force: true })
  }

  /** Ends the hosts of a run that was interrupted. */
  static async abandon (folder: string): Promise<void> {
    await stopStale(join(folder, 'lab'))
  }

  static async start ({ folder, hosts, passwords = 0, concurrency, profile, say }: SystemOptions): Promise<System> {
    await mkdir(folder, { recursive: true })
    const fleet = makeFleet({ zones: { [zone]: hosts + passwords }, subnet: await freeSubnet(firstSubnet, lastSubnet + 1), uniform: true })
    const floorKeys = new Map(fleet.hosts.map(({ name }) => [name, makeKey('ed25519')]))
    const lab = await startLab({
      dir: join(folder, 'lab'),
      hosts: fleet.hosts.map((host, index) => index < hosts ? withLine(host, `${floorKeys.get(host.name)?.publicKey ?? ''} floor\n`) : withPassword(host)),
      say
    })
    let stack: Stack | undefined
    try {
      stack = await startStack({
        dir: join(folder, 'stack'),
        zones: [{ name: zone, allowedNetworks: [fleet.networks[zone] ?? ''] }],
        settings: { REKEY_VISITS: String(concurrency) }
      })
      const worker = profile ? await profiled(stack) : stack.service(workerName)
      if (worker === undefined) throw new RekeyError('stack/failed', 'the worker is gone')
      say(`a whole Rekey up, worker ${worker.pid}`)
      const system = new System(lab, stack, worker, await ApiClient.of(stack), fleet.hosts.map(({ name, address, port }) => ({
        address, port, account: 'deploy', hostKey: lab.host(name).hostKeys[0] ?? '', privateKey: floorKeys.get(name)?.privateKey ?? ''
      })))
      await system.#adopt(fleet, hosts)
      say(`${hosts} ${hosts === 1 ? 'key' : 'keys'}${passwords === 0 ? '' : ` and ${passwords} passwords`} adopted`)
      return system
    } catch (error) {
      await stack?.stop()
      await lab.stop()
      throw error
    }
  }

  /** Orders the rotation of everything and waits, without asking for anything meanwhile, until all of it is settled. */
  async rotateAll (): Promise<Omit<Round, 'floorSeconds' | 'cpu'> & { cpu: Omit<Cpu, 'floorHosts'>, secondsOf: (kind: CredentialKind) => number }> {
    const connectionsBefore = await this.#connections()
    const cpuBefore = await this.#cpu()
    await Promise.all([this.#workerLog.mark(), this.#vaultLog.mark()])
    const begun = Date.now()
    const { orders: [order] } = await this.#api.must<{ orders: Array<{ number: number }> }>('POST', '/v1/orders', { scope: { all: true }, reason: 'bench' })
    if (order === undefined) throw new RekeyError('order/matches-nothing', 'the order covers nothing')
    // The worker's log file tells, and reading it costs the worker nothing; only then the API is asked.
    await this.#until('visited', 100, async () => visitedHosts(await this.#workerLog.lines()).size)
    await this.#until('settled', 1000, async () => (await this.#api.must<{ counts: { settled: number } }>('GET', `/v1/orders/${zone}/${order.number}`)).counts.settled)
    const cpuAfter = await this.#cpu()
    const { writes, reads, byKind } = countRequests(await this.#vaultLog.lines(), `rekey-${workerName}`)
    const connections = await this.#connections() - connectionsBefore
    const settled = await this.#settledAt(order.number)
    const settledAt = settled.map(({ at }) => at)
    const secondsOf = (kind: CredentialKind): number => (Math.max(...settled.filter((one) => one.kind === kind).map(({ at }) => at)) - begun) / 1000
    return {
      rotationSeconds: (Math.max(...settledAt) - begun) / 1000,
      secondsOf,
      settled: settledAt.length,
      connections,
      vaultWrites: writes,
      vaultReads: reads,
      vaultRequests: byKind,
      cpu: {
        hosts: cpuAfter.hosts - cpuBefore.hosts,
        vault: cpuAfter.vault - cpuBefore.vault,
        worker: cpuAfter.worker - cpuBefore.worker
      }
    }
  }

  /** Of every sshd, with all that ran below it and has ended. */
  async hostsCpu (): Promise<number> {
    return await cpuOf(this.#lab.hosts.map(({ pid }) => pid))
  }

  async #cpu (): Promise<Omit<Cpu, 'floorHosts'>> {
    const [hosts, vault, worker] = await Promise.all([
      this.hostsCpu(), cpuOf([this.#stack.vault.pid]), cpuOf([this.#worker.pid])
    ])
    return { hosts, vault, worker }
  }

  /** The most memory that the worker had so far (VmHWM of proc(5)), in MiB. */
  async workerMemory (): Promise<number> {
    const status = await readFile(`/proc/${this.#worker.pid}/status`, 'utf8')
    return Math.round(Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024)
  }

  /** @returns where the worker's profiles lie, if it was told to write any */
  async stop (): Promise<string> {
    this.#api.close()
    await this.#stack.stop()
    await this.#lab.stop()
    return this.#worker.auditDir
  }

  async #adopt (fleet: Fleet, keys: number): Promise<void> {
    await inParallel(fleet.hosts, 8, async ({ name, address, port }) => {
      await this.#api.must('POST', '/v1/hosts', { zone, id: name, address, port, hostKeys: this.#lab.host(name).hostKeys })
    })
    await inParallel([...fleet.keys.entries()], 8, async ([index, { host, account, privateKey }]) => {
      await this.#api.must('POST', '/v1/credentials', { zone, host, account, ...(index < keys ? { privateKey } : { password: passwordOf(host) }) })
    })
    await this.#until('adopted', 500, async () => (await this.#api.all<CredentialState>('/v1/credentials')).filter(({ status }) => status === 'settled').length)
  }

  async #connections (): Promise<number> {
    const all = await Promise.all(this.#lab.hosts.map(async (host) => (await host.connections()).length))
    return all.reduce((total, count) => total + count, 0)
  }

  /** When each credential's rotation under this order was proven, in milliseconds. */
  async #settledAt (order: number): Promise<Array<{ kind: CredentialKind | null, at: number }>> {
    const times: Array<{ kind: CredentialKind | null, at: number }> = []
    await inParallel(await this.#api.all<CredentialState>('/v1/credentials'), 8, async (listed) => {
      const { rotations, kind } = await this.#api.must<CredentialState>('GET', `/v1/credentials/${formatName(listed)}`)
      const rotation = rotations.find((one) => one.order === order)
      if (rotation === undefined) throw new RekeyError('internal/error', `${formatName(listed)} counts as settled without a rotation under order ${order}`)
      times.push({ kind, at: Date.parse(rotation.settledAt) })
    })
    return times
  }

  async #until (what: string, pauseMs: number, count: () => Promise<number>): Promise<void> {
    const of = this.floorTargets.length
    let done = 0
    for (const end = Date.now() + patience; Date.now() < end;) {
      done = await count()
      if (done >= of) return
      await wait(pauseMs)
    }
    throw new RekeyError('stack/failed', `only ${done} of ${of} hosts were ${what} within ${patience / 1000} s; the worker's log is ${this.#worker.logFile}`)
  }
}

const passwordOf = (host: string): string => `present of ${host}`

function withPassword (host: FleetHost): FleetHost {
  return { ...host, accounts: host.accounts.map(({ name }) => ({ name, password: passwordOf(host.name) })) }
}

function withLine (host: FleetHost, line: string): FleetHost {
  return { ...host, accounts: host.accounts.map((account) => ({ ...account, authorizedKeys: `${account.authorizedKeys ?? ''}${line}` })) }
}

/** What the worker runs before its own program, to profile itself: Node.js takes no --cpu-prof from an environment. */
const profiler = `import { Session } from 'node:inspector'
import { writeFileSync } from 'node:fs'
const session = new Session()
session.connect()
session.post('Profiler.enable')
session.post('Profiler.start')
process.on('exit', () => session.post('Profiler.stop', (_error, { profile }) => {
  writeFileSync(process.env.REKEY_AUDIT_DIR + '/worker.cpuprofile', JSON.stringify(profile))
}))
`

/** Starts the worker anew, profiled. It may write to its audit folder only. */
async function profiled (stack: Stack): Promise<ServiceProcess> {
  const plain = stack.service(workerName)
  plain?.kill('SIGTERM')
  await plain?.exited
  await writeFile(join(stack.dir, 'profiler.mjs'), profiler, { mode: 0o644 })
  // A stack's processes see its folder as /mnt.
  return await stack.startService(workerName, { NODE_OPTIONS: '--import /mnt/profiler.mjs' })
}
