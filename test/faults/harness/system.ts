import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialState } from '@rekey/domain'
import type { Lab, LabHost } from '@rekey/lab'
import { startLab } from '@rekey/lab'
import type { ServiceProcess, Stack, VaultHttp } from '@rekey/local'
import { ApiClient, startStack } from '@rekey/local'
import type { Account, Fleet } from './fleet.ts'
import { asPerson } from './logins.ts'
import type { SecretText } from './secret-text.ts'
import { asHandedOver } from './secret-text.ts'

/** Everything quick, so that a fault's consequences show within seconds; looks no closer together, as each costs Vault and the worker 25 ms of CPU. */
export const quick = {
  REKEY_SCAN_SECONDS: '0.5',
  REKEY_FULL_SCAN_SECONDS: '3',
  REKEY_LOCK_SECONDS: '1.5',
  REKEY_BACKOFF_SECONDS: '0.2',
  REKEY_BACKOFF_MOST_SECONDS: '1',
  REKEY_STEP_SECONDS: '15'
}

export type StoredText = SecretText & {
  readonly fingerprint: string
  readonly epoch: number
  readonly order: number
}

/** A credential document as it stands in Vault. */
export interface Document {
  readonly current: StoredText
  readonly candidate: (StoredText & { readonly sentAt: string | null }) | null
  readonly retired: ReadonlyArray<StoredText & { readonly removedAt: string | null }>
  /** Newest first. */
  readonly history: readonly StoredText[]
  readonly epoch: number
  readonly burnedAt: string | null
  readonly hold: { readonly class: string } | null
  readonly lock: { readonly lockedAt: string | null, readonly proof: object | null } | null
  readonly lastFailure: { readonly class: string, readonly code: string, readonly step: string } | null
}

/** A whole Rekey over real hosts: OpenBao, Redis and the API run; workers are started by the test. */
export class System {
  readonly folder: string
  readonly fleet: Fleet
  readonly lab: Lab
  readonly stack: Stack
  readonly api: ApiClient
  readonly #operators: ReadonlyMap<string, VaultHttp>

  private constructor (parts: Pick<System, 'folder' | 'fleet' | 'lab' | 'stack' | 'api'>, operators: ReadonlyMap<string, VaultHttp>) {
    this.folder = parts.folder
    this.fleet = parts.fleet
    this.lab = parts.lab
    this.stack = parts.stack
    this.api = parts.api
    this.#operators = operators
  }

  static async start (fleet: Fleet, settings: Readonly<Record<string, string>> = {}): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'rekey-faults-'))
    const zones = [...new Set(fleet.hosts.map(({ zone }) => zone))].map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] }))
    const lab = await startLab({ dir: join(folder, 'lab'), hosts: fleet.hosts })
    let stack: Stack | undefined
    try {
      stack = await startStack({ dir: join(folder, 'stack'), zones, services: false, settings: { ...quick, ...settings } })
      await stack.startService('api')
      const operators = new Map<string, VaultHttp>()
      for (const { name } of zones) operators.set(name, await asPerson(stack, name))
      return new System({ folder, fleet, lab, stack, api: await ApiClient.of(stack) }, operators)
    } catch (error) {
      await stack?.stop()
      await lab.stop()
      await rm(folder, { recursive: true, force: true })
      throw error
    }
  }

  async stop (): Promise<void> {
    this.api.close()
    await this.stack.stop()
    await this.lab.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** @param settings further ones, such as a gate's address @param as the instance's name, for a second worker of a zone */
  async startWorker (zone: string, settings: Record<string, string> = {}, as?: string): Promise<ServiceProcess> {
    return await this.stack.startService(`worker-${zone}`, settings, as)
  }

  /** Tells the inventory of a host. @param at a gate in front of it @param recovery its recovery credential, as `account/name` */
  async addHost (name: string, at: { address: string, port: number } = this.lab.host(name), recovery?: string): Promise<void> {
    const zone = this.fleet.hosts.find((host) => host.name === name)?.zone
    await this.api.must('POST', '/v1/hosts', { zone, id: name, address: at.address, port: at.port, hostKeys: this.lab.host(name).hostKeys, ...recovery !== undefined && { recovery } })
  }

  async handOver ({ zone, host, account, first }: Account): Promise<void> {
    await this.api.must('POST', '/v1/credentials', { zone, host, account, ...asHandedOver(first) })
  }

  /** Adds all hosts and hands over all secrets, and waits until a worker has adopted them. */
  async adoptAll (): Promise<void> {
    for (const { name } of this.fleet.hosts) await this.addHost(name)
    for (const account of this.fleet.accounts) await this.handOver(account)
    await this.allSettled(0)
  }

  /** Orders a rotation. @returns the order's number */
  async order (zone: string, scope: Readonly<Record<string, readonly string[]>> = {}): Promise<number> {
    const { orders } = await this.api.must<{ orders: Array<{ number: number }> }>('POST', '/v1/orders', { scope: { zones: [zone], ...scope }, reason: 'fault test' })
    return orders[0]?.number ?? 0
  }

  /** Orders a rotation of one credential. @returns the order's number */
  async orderFor ({ zone, host, account, kind }: Account): Promise<number> {
    return await this.order(zone, { hosts: [host], accounts: [account], names: [kind] })
  }

  async state ({ zone, host, account, kind }: Account): Promise<CredentialState> {
    return await this.api.must<CredentialState>('GET', `/v1/credentials/${zone}/${host}/${account}/${kind}`)
  }

  /** Waits until the credential is settled with a secret that fulfils the order. */
  async settled (account: Account, order: number, seconds = 45): Promise<CredentialState> {
    return await until(`${account.host}/${account.account}/${account.kind} settled under order ${order}`, async () => {
      const state = await this.state(account)
      return state.status === 'settled' && state.order >= order ? state : undefined
    }, seconds, async () => JSON.stringify(await this.state(account)))
  }

  /** The same for the whole fleet, by the list that people see. */
  async allSettled (order: number, seconds = 90): Promise<void> {
    let open: CredentialState[] = []
    await until(`the whole fleet settled under order ${order}`, async () => {
      const all = await this.api.all<CredentialState>('/v1/credentials')
      open = all.filter((state) => state.status !== 'settled' || state.order < order)
      return all.length === this.fleet.accounts.length && open.length === 0 ? true : undefined
    }, seconds, () => JSON.stringify(open))
  }

  /** The credential document, read with the login of the zone's operator; undefined before adoption. */
  async document ({ zone, host, account, kind }: Account): Promise<Document | undefined> {
    const reply = await this.operator(zone).send('GET', `rekey-${zone}/data/credentials/${host}/${account}/${kind}`)
    if (reply.status === 404) return undefined
    return (reply.body as { data: { data: Document } }).data.data
  }

  /** Sets the policy of a zone, as its people may. */
  async setPolicy (zone: string, policy: object): Promise<void> {
    const path = `rekey-${zone}/data/policies/default`
    const known = await this.operator(zone).send('GET', path)
    const version = (known.body as { data?: { metadata?: { version?: number } } }).data?.metadata?.version ?? 0
    await this.operator(zone).must('POST', path, { options: { cas: version }, data: policy })
  }

  /** Vault with the login of the zone's operator. */
  operator (zone: string): VaultHttp {
    const operator = this.#operators.get(zone)
    if (operator === undefined) throw new Error(`there is no zone ${zone}`)
    return operator
  }

  hostOf ({ host }: Account): LabHost {
    return this.lab.host(host)
  }

  /** The lines of the account's authorized_keys. */
  async lines (account: Account): Promise<string[]> {
    const host = this.hostOf(account)
    return (await host.read(`${host.home(account.account)}/.ssh/authorized_keys`)).replace(/\n$/, '').split('\n')
  }
}

/** Seconds are those of a machine that has nothing else to do; another one may take so many times as long. */
const patience = 3

/** Looks until there is something, or until what is asked is true: ten times a second, and less often the longer it takes. @param now what to say when there never is */
export async function until<T> (what: string, look: () => Promise<T | undefined | false>, seconds = 30, now: () => Promise<string> | string = () => ''): Promise<T> {
  const start = performance.now()
  for (let waited = 0; waited < patience * seconds * 1000; waited = performance.now() - start) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(Math.min(100 + waited / 20, 1000))
  }
  throw new Error(`waited ${patience * seconds} s in vain for: ${what}. ${await now()}`)
}

/** What must come within a time. */
export async function soon<T> (what: string, promise: Promise<T>, seconds = 30): Promise<T> {
  const late = new AbortController()
  const alarm = wait(patience * seconds * 1000, undefined, { signal: late.signal }).then(() => { throw new Error(`never came to: ${what}`) })
  try {
    return await Promise.race([promise, alarm])
  } finally {
    late.abort()
    alarm.catch(() => {})
  }
}
