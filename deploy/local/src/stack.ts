import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { assertBuilt, refreshApp } from './app.ts'
import { ensureCertificates } from './certificates.ts'
import { stackFailure } from './failure.ts'
import { exists, ownFolder } from './files.ts'
import { inside, layout, type Layout } from './layout.ts'
import { exclusively } from './lock.ts'
import { checkZones, defaultUidBase, identities, newRecord, redisUsers, uids } from './plan.ts'
import { assertFree, choosePorts, type PortChoice } from './ports.ts'
import { adopt, end, launch, ready, sizeOf, type StackProcess } from './processes.ts'
import { readRecord, writeRecord, type StackRecord, type ZoneOptions } from './record.ts'
import { redisAnswers, writeRedisConfig } from './redis.ts'
import { apiReady, entryPoint, makeAdminToken, saidReady, serviceEnv, writeZones } from './services.ts'
import { findTools, type Tools } from './tools.ts'
import { VaultHttp } from './vault-http.ts'
import { awaitVault, initialise, setUpVault, unseal, writeVaultConfig } from './vault.ts'

export interface StackOptions {
  /** The state folder. What is in it is gone on with: a stopped stack starts again with its data. */
  readonly dir: string
  readonly zones: readonly ZoneOptions[]
  /** Absent ones are chosen once and kept. */
  readonly ports?: PortChoice
  /** Whether to start the API and one worker for each zone; they do. */
  readonly services?: boolean
  /** Further REKEY_* for all services. */
  readonly settings?: Readonly<Record<string, string>>
  readonly say?: (line: string) => void
  /** Whether the stack outlives the process that started it. Not by default: a test that is killed leaves nothing behind. */
  readonly detached?: boolean
  readonly uidBase?: number
}

export interface ServiceProcess {
  /** The instance's name. */
  readonly name: string
  readonly pid: number
  readonly logFile: string
  readonly auditDir: string
  kill (signal: NodeJS.Signals): void
  readonly exited: Promise<void>
}

export type StackZone = StackRecord['zones'][number]

/** Where a service's own secrets are, for tests that speak as it. */
export interface ServiceCredentials {
  readonly roleIdFile: string
  readonly secretIdFile: string
  readonly redisUser: string
  readonly redisPasswordFile: string
}

const parts = ['app', 'bin', 'logs', 'audit', 'tls', 'secrets', 'api', 'vault', 'redis']

export class Stack {
  readonly dir: string
  readonly caFile: string
  readonly api: { readonly url: string, readonly tokenFile: string }
  readonly redis: { readonly host: string, readonly port: number }
  readonly redisAdmin: { readonly user: string, readonly passwordFile: string }
  readonly zones: readonly StackZone[]
  readonly #record: StackRecord
  readonly #tools: Tools
  readonly #paths: Layout
  readonly #processes: Map<string, StackProcess>
  readonly #detached: boolean
  readonly #say: (line: string) => void
  readonly #http: VaultHttp
  readonly #startedHere = new Set<string>()
  #saved = Promise.resolve()

  /** Use startStack. */
  constructor (record: StackRecord, tools: Tools, ca: string, options: Pick<StackOptions, 'detached' | 'say'>) {
    this.dir = record.dir
    this.caFile = record.caFile
    this.api = record.api
    this.redis = record.redis
    this.redisAdmin = record.redisAdmin
    this.zones = record.zones
    this.#record = record
    this.#tools = tools
    this.#paths = layout(record.dir)
    this.#detached = options.detached ?? false
    this.#say = options.say ?? (() => {})
    this.#http = new VaultHttp(record.vault.address, ca)
    this.#processes = new Map(record.processes.flatMap(known => {
      const found = adopt(known)
      return found === undefined ? [] : [[known.name, found]]
    }))
  }

  get vault (): { readonly address: string, readonly pid: number, readonly auditFiles: readonly string[] } {
    const { address, auditFiles } = this.#record.vault
    return { address, auditFiles, pid: this.#alive('vault')?.pid ?? 0 }
  }

  /** Vault's API without a token. */
  get vaultHttp (): VaultHttp {
    return this.#http
  }

  /** @param service `api` or `worker-<zone>` */
  credentials (service: string): ServiceCredentials {
    return {
      roleIdFile: this.#paths.roleId(service),
      secretIdFile: this.#paths.secretId(service),
      redisUser: service,
      redisPasswordFile: this.#paths.redisPassword(service)
    }
  }

  #alive (name: string): StackProcess | undefined {
    const process = this.#processes.get(name)
    return process?.isAlive() === true ? process : undefined
  }

  async #save (): Promise<void> {
    this.#record.processes = [...this.#processes.values()].filter(one => one.isAlive())
      .map(({ name, service, pid, startedAt, boot, uid, logFile }) => ({ name, service, pid, startedAt, boot, uid, logFile }))
    const snapshot = structuredClone(this.#record)
    this.#saved = this.#saved.then(async () => await writeRecord(snapshot))
    await this.#saved
  }

  async #launch (request: { name: string, service: string, uid: number, program: string, args: readonly string[], env?: Record<string, string> }): Promise<StackProcess> {
    const process = await launch({ env: {}, ...request, dir: this.dir, detached: this.#detached })
    this.#processes.set(request.name, process)
    this.#startedHere.add(request.name)
    await this.#save()
    return process
  }

  /** Starts Vault if it does not run. @returns the process and its health */
  async #startVault (): Promise<{ process: StackProcess, health: number }> {
    let process = this.#alive('vault')
    if (process === undefined) {
      await assertFree('Vault', this.#record.ports.vault, '--port-vault')
      process = await this.#launch({
        name: 'vault',
        service: 'vault',
        uid: uids(this.#record.uidBase).vault,
        program: this.#tools.vault.path,
        args: ['server', `-config=${layout(inside).vaultConfig}`]
      })
    }
    return { process, health: await awaitVault(process, this.#http) }
  }

  async #bringVault (): Promise<void> {
    const { process, health } = await this.#startVault()
    if (health === 501) {
      const token = await initialise(this.#http, this.#paths.unsealKey)
      await unseal(process, this.#http, this.#paths.unsealKey)
      const root = this.#http.as(token)
      await setUpVault(root, this.dir, this.zones, identities(this.#record), this.#tools.vault)
      await root.must('POST', 'auth/token/revoke-self')
    } else if (health === 503) {
      await unseal(process, this.#http, this.#paths.unsealKey)
    }
    this.#say(`Vault   ${this.#record.vault.address} (${this.#record.vault.program}, pid ${process.pid})`)
  }

  async #bringRedis (): Promise<void> {
    if (this.#alive('redis') !== undefined) return
    await assertFree('Redis', this.#record.ports.redis, '--port-redis')
    const process = await this.#launch({
      name: 'redis',
      service: 'redis',
      uid: uids(this.#record.uidBase).redis,
      program: this.#tools.redis,
      args: [layout(inside).redisConfig]
    })
    await ready(process, 30, async () => await redisAnswers(this.redis.port))
    this.#say(`Redis   ${this.redis.host}:${this.redis.port} (pid ${process.pid})`)
  }

  /** For startStack: prepares the folder, and starts what does not run. */
  async bring (services: boolean): Promise<void> {
    const ids = uids(this.#record.uidBase)
    await Promise.all([
      writeVaultConfig(this.dir, ids.vault, this.#record.ports, this.#tools.vault),
      this.#alive('redis') === undefined ? writeRedisConfig(this.dir, ids.redis, this.#record.ports.redis, redisUsers(this.#record)) : undefined,
      writeZones(this.#record)
    ])
    const started = await Promise.allSettled([
      this.#bringVault(),
      this.#bringRedis(),
      Promise.resolve().then(() => { if (services) refreshApp(this.#paths.app) })
    ])
    for (const one of started) if (one.status === 'rejected') throw one.reason
    this.#record.complete = true
    await this.#save()
    if (!services) return
    const wanted = ['api', ...this.zones.map(zone => `worker-${zone.name}`)].filter(name => this.#alive(name) === undefined)
    const ups = await Promise.allSettled(wanted.map(async name => await this.startService(name)))
    for (const one of ups) if (one.status === 'rejected') throw one.reason
  }

  /**
   * Starts a service and waits until it is ready.
   * @param service `api` or `worker-<zone>`
   * @param settings further REKEY_* for this one
   * @param as name of the instance, for a second worker of the same zone
   * @throws RekeyError `stack/failed` with the last lines of its log
   */
  async startService (service: string, settings: Readonly<Record<string, string>> = {}, as: string = service): Promise<ServiceProcess> {
    const ids = uids(this.#record.uidBase)
    const zone = this.zones.findIndex(one => `worker-${one.name}` === service)
    if (service !== 'api' && zone < 0) throw stackFailure(`${service} is no service of this stack: there are api${this.zones.map(one => `, worker-${one.name}`).join('')}`)
    if (this.#alive(as) !== undefined) throw stackFailure(`${as} runs already`)
    const uid = service === 'api' ? ids.api : ids.worker(zone)
    await ownFolder(this.#paths.audit(as), uid, 0o700)
    if (service === 'api') await assertFree('the API', this.#record.ports.api, '--port-api')
    const before = await sizeOf(this.#paths.log(as))
    const process = await this.#launch({
      name: as,
      service,
      uid,
      program: this.#tools.node,
      args: [entryPoint(service)],
      env: serviceEnv(this.#record, service, as, settings)
    })
    const ca = await readFile(this.caFile, 'utf8')
    await ready(process, 30, async () => service === 'api' ? await apiReady(this.api.url, ca) : await saidReady(process.logFile, before))
    this.#say(`${service === 'api' ? `API     ${this.api.url}` : `Worker  ${as}`} (pid ${process.pid})`)
    return this.#serviceProcess(process)
  }

  #serviceProcess (process: StackProcess): ServiceProcess {
    return {
      name: process.name,
      pid: process.pid,
      logFile: process.logFile,
      auditDir: this.#paths.audit(process.name),
      kill: signal => process.kill(signal),
      exited: process.exited
    }
  }

  /** @returns undefined when no such instance runs */
  service (name: string): ServiceProcess | undefined {
    const process = this.#alive(name)
    return process === undefined || process.name === 'vault' || process.name === 'redis' ? undefined : this.#serviceProcess(process)
  }

  async #endOne (name: string, signal: NodeJS.Signals): Promise<void> {
    const process = this.#alive(name)
    if (process === undefined) return
    if (signal !== 'SIGTERM') process.kill(signal)
    await end(process)
  }

  /** Leaves Vault running and sealed. By a restart, as nobody keeps a token that may seal. */
  async sealVault (): Promise<void> {
    await this.#endOne('vault', 'SIGTERM')
    await this.#startVault()
  }

  async unsealVault (): Promise<void> {
    const process = this.#alive('vault')
    if (process === undefined) throw stackFailure('Vault does not run')
    await unseal(process, this.#http, this.#paths.unsealKey)
  }

  /** Stops Vault, starts it again and unseals it. @param signal SIGKILL for a crash */
  async restartVault (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#endOne('vault', signal)
    await this.#bringVault()
  }

  /** Stops Redis and starts it again with what its append-only file holds. @param signal SIGKILL for a crash */
  async restartRedis (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#endOne('redis', signal)
    await this.#bringRedis()
  }

  /** Ends every process: the services first, then what they stand on. The folder stays. */
  async stop (): Promise<void> {
    await this.#end([...this.#processes.values()])
  }

  /** Ends what this object started, and leaves what it found running. */
  async abandon (): Promise<void> {
    await this.#end([...this.#processes.values()].filter(one => this.#startedHere.has(one.name)))
  }

  async #end (all: readonly StackProcess[]): Promise<void> {
    const base = all.filter(one => one.name === 'vault' || one.name === 'redis')
    await Promise.all(all.filter(one => !base.includes(one)).map(async one => await end(one)))
    await Promise.all(base.map(async one => await end(one)))
    for (const { name } of all) this.#processes.delete(name)
    this.#http.close()
    await this.#save()
  }
}

async function prepareFolder (record: StackRecord): Promise<void> {
  const ids = uids(record.uidBase)
  const paths = layout(record.dir)
  for (const [folder, mode] of [[paths.app, 0o755], [paths.programs, 0o755], [paths.logs, 0o750], [join(record.dir, 'audit'), 0o755], [paths.tls, 0o755], [paths.secrets, 0o711]] as const) {
    await ownFolder(folder, 0, mode)
  }
  for (const { service, uid } of identities(record)) await ownFolder(paths.secretsOf(service), uid, 0o700)
  await ownFolder(paths.secretsOf('admin'), 0, 0o700)
  await ensureCertificates(paths, [{ name: 'vault', uid: ids.vault }, { name: 'api', uid: ids.api }])
  if (!await exists(paths.adminToken)) await makeAdminToken(record.dir, ids.api)
}

/** The stack that is in the folder, or the plan of a new one. */
async function recordFor (options: StackOptions, tools: Tools): Promise<StackRecord> {
  const dir = resolve(options.dir)
  const known = await readRecord(dir)
  if (known?.complete === true) {
    const names = (zones: readonly ZoneOptions[]) => zones.map(zone => zone.name).join(', ')
    if (names(known.zones) !== names(options.zones)) {
      throw stackFailure(`the stack in ${dir} has the zones ${names(known.zones)}, and not ${names(options.zones)}: use another folder, or stop it and remove this one`)
    }
    for (const [name, port] of Object.entries(options.ports ?? {})) {
      if (known.ports[name as keyof PortChoice] !== port) throw stackFailure(`the stack in ${dir} was set up with another port for ${name}: use another folder, or stop it and remove this one`)
    }
    return {
      ...known,
      settings: { ...options.settings },
      zones: known.zones.map((zone, index) => ({ ...zone, allowedNetworks: options.zones[index]?.allowedNetworks ?? zone.allowedNetworks }))
    }
  }
  if (known !== undefined) {
    // Set-up was cut short: Vault may hold anything, and its root token is lost.
    for (const process of known.processes) await end(adopt(process) ?? { ...process, exited: Promise.resolve(), isAlive: () => false, kill: () => {} })
    for (const part of parts) await rm(join(dir, part), { recursive: true, force: true })
  }
  for (const part of parts) {
    if (await exists(join(dir, part))) throw stackFailure(`${dir} holds ${part}/ and no stack.json that this version reads: use another folder, or remove this one`)
  }
  return newRecord({
    dir,
    uidBase: options.uidBase ?? defaultUidBase,
    ports: await choosePorts(options.ports ?? {}),
    zones: options.zones,
    settings: options.settings ?? {},
    program: tools.vault
  })
}

/**
 * Starts a whole Rekey on this machine, or what of it does not run: OpenBao, Redis, the API and a worker for each zone.
 * Each process has a user id of its own. On a failure everything that this call started is stopped again.
 * @throws RekeyError `stack/failed` saying what is lacking, or with the last lines of the log of what did not start
 */
export async function startStack (options: StackOptions): Promise<Stack> {
  if (process.getuid?.() !== 0) throw stackFailure('the stack gives each process a user id of its own, which needs root')
  checkZones(options.zones)
  const tools = await findTools()
  const services = options.services ?? true
  if (services) assertBuilt()
  await ownFolder(resolve(options.dir), 0, 0o755)
  return await exclusively(layout(resolve(options.dir)).lock, 120, async () => {
    const record = await recordFor(options, tools)
    await writeRecord(record)
    await prepareFolder(record)
    const stack = new Stack(record, tools, await readFile(record.caFile, 'utf8'), options)
    try {
      await stack.bring(services)
      return stack
    } catch (error) {
      await stack.abandon()
      throw error
    }
  })
}

/** Ends every process of the stack in that folder, whoever started it. @returns whether there is a stack */
export async function stopStack (dir: string): Promise<boolean> {
  const record = await readRecord(resolve(dir))
  if (record === undefined) return false
  const ca = await readFile(record.caFile, 'utf8').catch(() => '')
  await new Stack(record, await findTools(), ca, {}).stop()
  return true
}
