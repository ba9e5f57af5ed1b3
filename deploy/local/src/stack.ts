import { assertBuilt, hasApp, refreshApp } from './app.ts'
import { ensureCertificates } from './certificates.ts'
import type { Crew } from './crew.ts'
import { stackFailure } from './failure.ts'
import { ownFolder } from './files.ts'
import { identities, uids, redisUsers } from './plan.ts'
import { assertFree } from './ports.ts'
import { ready, sizeOf, type StackProcess } from './processes.ts'
import type { StackRecord } from './record.ts'
import { writeRedisConfig } from './redis.ts'
import { bringRedis, bringVault, startVault } from './servers.ts'
import { entryPoint, isReady, kindOf, saidReady, serviceEnv, writeZones } from './services.ts'
import type { Tools } from './tools.ts'
import { VaultHttp } from './vault-http.ts'
import { makeMissingRoles, policiesDigest, setRights } from './vault-setup.ts'
import { rootByUnsealKey, unseal, writeVaultConfig } from './vault.ts'

/** A running instance of a service. */
export interface ServiceProcess {
  /** The instance's name. */
  readonly name: string
  readonly pid: number
  readonly logFile: string
  readonly auditDir: string
  /** Does nothing when it has ended. */
  kill (signal: NodeJS.Signals): void
  readonly exited: Promise<void>
}

export type StackZone = StackRecord['zones'][number]

/** Where a service's own secrets are, for tests that speak as it. */
export interface ServiceCredentials {
  readonly certificateFile: string
  readonly certificateKeyFile: string
  readonly roleIdFile: string
  readonly secretIdFile: string
  readonly redisUser: string
  readonly redisPasswordFile: string
}

/** A local stack that runs. startStack makes it. */
export class Stack {
  readonly dir: string
  readonly caFile: string
  readonly api: StackRecord['api']
  readonly redis: StackRecord['redis']
  readonly redisAdmin: StackRecord['redisAdmin']
  readonly zones: readonly StackZone[]
  /** Vault's API without a token, and `as` for one with. */
  readonly vaultHttp: VaultHttp
  readonly #crew: Crew
  readonly #tools: Tools
  readonly #ca: string
  readonly #say: (line: string) => void

  constructor (crew: Crew, tools: Tools, ca: string, say: (line: string) => void) {
    const { dir, caFile, api, redis, redisAdmin, zones, vault } = crew.record
    this.dir = dir
    this.caFile = caFile
    this.api = api
    this.redis = redis
    this.redisAdmin = redisAdmin
    this.zones = zones
    this.vaultHttp = new VaultHttp(vault.address, ca)
    this.#crew = crew
    this.#tools = tools
    this.#ca = ca
    this.#say = say
  }

  /** `pid` is 0 while Vault does not run. */
  get vault (): { readonly address: string, readonly servicesAddress: string, readonly pid: number, readonly auditFiles: readonly string[] } {
    const { address, servicesAddress, auditFiles } = this.#crew.record.vault
    return { address, servicesAddress, auditFiles, pid: this.#crew.alive('vault')?.pid ?? 0 }
  }

  /** @param service `api`, `worker-<zone>` or `broker-<zone>`; of Redis's `admin` what concerns Redis is there */
  credentials (service: string): ServiceCredentials {
    const paths = this.#crew.paths
    return {
      certificateFile: paths.clientCertificate(service),
      certificateKeyFile: paths.clientKey(service),
      roleIdFile: paths.roleId(service),
      secretIdFile: paths.secretId(service),
      redisUser: service,
      redisPasswordFile: paths.redisPassword(service)
    }
  }

  /** For startStack: makes those of these servers that run take up their new certificates. Services of ours do so by themselves. */
  async renew (servers: readonly string[]): Promise<void> {
    if (servers.includes('vault')) this.#crew.alive('vault')?.kill('SIGHUP')
    // It is brought again: its own way, CONFIG SET, would need a connection, which a certificate that has ended does not allow.
    if (servers.includes('redis')) await this.#crew.end('redis')
  }

  /** For startStack: starts what does not run. */
  async bring (services: boolean): Promise<void> {
    const { record } = this.#crew
    const ids = uids(record.uidBase)
    await Promise.all([
      writeVaultConfig(record, this.#tools.vault),
      this.#crew.alive('redis') === undefined ? writeRedisConfig(this.dir, ids.redis, record.ports.redis, redisUsers(record)) : undefined,
      writeZones(record)
    ])
    await allOf([
      this.#bringVault().then(async () => await this.#renewRights()),
      this.#bringRedis(),
      ...services ? [refreshApp(this.#crew.paths.app)] : []
    ])
    record.complete = true
    await this.#crew.save()
    if (!services) return
    await allOf(['api', ...this.zones.map(zone => `worker-${zone.name}`), ...record.brokers ? this.zones.map(zone => `broker-${zone.name}`) : []]
      .filter(name => this.#crew.alive(name) === undefined)
      .map(async name => await this.#startService(name, {}, name)))
  }

  async #bringVault (): Promise<void> {
    const { pid } = await bringVault(this.#crew, this.#tools, this.vaultHttp)
    const { address, program } = this.#crew.record.vault
    this.#say(`Vault   ${address} (${program}, pid ${pid})`)
  }

  /** After an upgrade of Rekey: gives its identities the rights that deploy/vault says by now. */
  async #renewRights (): Promise<void> {
    const { record } = this.#crew
    const digest = await policiesDigest(this.zones.map(zone => zone.name))
    if (record.policies === digest) return
    await this.asRoot(async root => {
      await setRights(root, this.zones, identities(record))
      await makeMissingRoles(root, this.dir, identities(record))
    })
    record.policies = digest
    await this.#crew.save()
    this.#say('Vault   has the policies of this version')
  }

  /**
   * Does something in Vault that nobody else may, and restarts it before and after that. Nobody keeps a root token, but the unseal key
   * lies here; Vault makes a token of it only while its configuration says so, which is for this moment.
   */
  async asRoot (task: (root: VaultHttp) => Promise<void>): Promise<void> {
    const { record, paths } = this.#crew
    const restart = async (rootByUnsealKey: boolean): Promise<void> => {
      await this.#crew.end('vault')
      await writeVaultConfig(record, this.#tools.vault, { rootByUnsealKey })
      await bringVault(this.#crew, this.#tools, this.vaultHttp)
    }
    await restart(true)
    try {
      const root = await rootByUnsealKey(this.vaultHttp, paths.unsealKey)
      await task(root)
      await root.must('POST', 'auth/token/revoke-self')
    } finally {
      await restart(false)
    }
  }

  async #bringRedis (): Promise<void> {
    const process = await bringRedis(this.#crew, this.#tools)
    if (process !== undefined) this.#say(`Redis   ${this.redis.host}:${this.redis.port} (pid ${process.pid})`)
  }

  /**
   * Starts a service, on the build that the others run, and waits until it is ready.
   * @param service `api`, `worker-<zone>` or `broker-<zone>`
   * @param settings further REKEY_* for this one, such as the REKEY_API_PORT of a second API
   * @param as name of the instance, for a second one of the same service
   * @throws RekeyError `stack/failed` with the last lines of its log
   */
  async startService (service: string, settings: Readonly<Record<string, string>> = {}, as: string = service): Promise<ServiceProcess> {
    if (!hasApp(this.#crew.paths.app)) {
      assertBuilt()
      await refreshApp(this.#crew.paths.app)
    }
    return await this.#startService(service, settings, as)
  }

  async #startService (service: string, settings: Readonly<Record<string, string>>, as: string): Promise<ServiceProcess> {
    const { record, paths } = this.#crew
    const ids = uids(record.uidBase)
    const kind = kindOf(service)
    const zone = this.zones.findIndex(one => `${kind}-${one.name}` === service)
    if (kind !== 'api' && zone < 0) throw stackFailure(`${service} is no service of this stack: there are api${this.zones.map(one => `, worker-${one.name}, broker-${one.name}`).join('')}`)
    if (this.#crew.alive(as) !== undefined) throw stackFailure(`${as} runs already`)
    const uid = kind === 'api' ? ids.api : ids[kind](zone)
    await ownFolder(paths.audit(as), uid, 0o700)
    const url = new URL(this.zones[zone]?.broker.url ?? this.api.url)
    url.port = settings[`REKEY_${kind.toUpperCase()}_PORT`] ?? url.port
    if (kind === 'api') await assertFree('the API', Number(url.port), '--port-api')
    if (kind === 'broker') await ensureCertificates(paths, [{ name: service, uid }], [{ service, uid }])
    const before = await sizeOf(paths.log(as))
    const process = await this.#crew.launch({
      name: as,
      service,
      uid,
      program: this.#tools.node,
      args: [entryPoint(service)],
      env: serviceEnv(record, service, as, settings)
    })
    await ready(process, 30, async () => kind === 'worker' ? await saidReady(process.logFile, before) : await isReady(url.origin, this.#ca))
    this.#say(`${{ api: `API     ${url.origin}`, worker: `Worker  ${as}`, broker: `Broker  ${as} ${url.origin}` }[kind]} (pid ${process.pid})`)
    return this.#serviceProcess(process)
  }

  #serviceProcess (process: StackProcess): ServiceProcess {
    return {
      name: process.name,
      pid: process.pid,
      logFile: process.logFile,
      auditDir: this.#crew.paths.audit(process.name),
      kill: signal => process.kill(signal),
      exited: process.exited
    }
  }

  /** @returns undefined when no such instance runs */
  service (name: string): ServiceProcess | undefined {
    const process = this.#crew.alive(name)
    return process === undefined || process.name === 'vault' || process.name === 'redis' ? undefined : this.#serviceProcess(process)
  }

  /** Leaves Vault running and sealed. By a restart, as nobody keeps a token that may seal. */
  async sealVault (): Promise<void> {
    await this.#crew.end('vault')
    await startVault(this.#crew, this.#tools, this.vaultHttp)
  }

  async unsealVault (): Promise<void> {
    const process = this.#crew.alive('vault')
    if (process === undefined) throw stackFailure('Vault does not run')
    await unseal(process, this.vaultHttp, this.#crew.paths.unsealKey)
  }

  /** Stops Vault, starts it again and unseals it. @param signal SIGKILL for a crash */
  async restartVault (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#crew.end('vault', signal)
    await this.#bringVault()
  }

  /** Stops Redis and starts it again with what its append-only file holds. @param signal SIGKILL for a crash */
  async restartRedis (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#crew.end('redis', signal)
    await this.#bringRedis()
  }

  /** Ends every process: the services first, then what they stand on. The folder stays. */
  async stop (): Promise<void> {
    await this.#crew.endAll()
    this.vaultHttp.close()
  }
}

/** Like Promise.all, but waits for all before it throws: what was begun must be known before it is undone. */
async function allOf (work: ReadonlyArray<Promise<unknown>>): Promise<void> {
  for (const one of await Promise.allSettled(work)) if (one.status === 'rejected') throw one.reason
}
