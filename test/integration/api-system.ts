import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CredentialState } from '@rekey/domain'
import { freeSubnet, makeKey, startLab } from '@rekey/lab'
import type { HostSpec, KeyPair, Lab } from '@rekey/lab'
import { startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { quick, until } from '../faults/harness/system.ts'
import { DocumentedApi } from './documented-api.ts'

/** An account of the lab and the key that opens it in the beginning. */
export interface Place {
  readonly zone: string
  readonly host: string
  readonly account: string
  readonly key: KeyPair
}

export type View = CredentialState & { readonly shared: boolean, readonly nextHeartbeatAt: string | null }

export interface OrderView {
  readonly done: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly targets: ReadonlyArray<{ readonly zone: string, readonly host: string, readonly account: string, readonly outcome: string, readonly fingerprint: string }>
  readonly next: string | null
}

const hostsOf = { production: ['web-1', 'web-2'], backup: ['store-1', 'store-2'] } as const

/** Two zones with two real hosts each, and a whole Rekey that knows nothing of them yet. */
export class ApiSystem {
  readonly subnet: number
  readonly places: readonly Place[]
  readonly lab: Lab
  readonly stack: Stack
  readonly api: DocumentedApi
  readonly #folder: string

  private constructor (parts: Pick<ApiSystem, 'subnet' | 'places' | 'lab' | 'stack' | 'api'>, folder: string) {
    this.subnet = parts.subnet
    this.places = parts.places
    this.lab = parts.lab
    this.stack = parts.stack
    this.api = parts.api
    this.#folder = folder
  }

  /** @param firstSubnet of the four in which it looks for a free one: a file of tests has four of its own */
  static async start (firstSubnet: number, settings: Readonly<Record<string, string>> = {}): Promise<ApiSystem> {
    const subnet = await freeSubnet(firstSubnet, firstSubnet + 4)
    const template = makeKey()
    const places = Object.entries(hostsOf).flatMap(([zone, hosts]) => hosts.flatMap(host => ['deploy', 'app'].map(account => ({
      zone,
      host,
      account,
      // Cloned over the border of the zones.
      key: account === 'app' && ['web-2', 'store-1'].includes(host) ? template : makeKey()
    }))))
    const hosts = [...new Set(places.map(({ host }) => host))].map((name, index): HostSpec => ({
      name,
      address: `127.1.${subnet}.${index + 1}`,
      accounts: places.filter(({ host }) => host === name).map(({ account, key }) => ({ name: account, authorizedKeys: `${key.publicKey} ${account}@${name}\n` }))
    }))
    const folder = await mkdtemp(join(tmpdir(), 'rekey-api-'))
    const lab = await startLab({ dir: join(folder, 'lab'), hosts })
    let stack: Stack | undefined
    try {
      stack = await startStack({
        dir: join(folder, 'stack'),
        settings: { ...quick, ...settings },
        zones: [
          { name: 'production', allowedNetworks: [`127.1.${subnet}.0/24`] },
          // Its people allowed far too much.
          { name: 'backup', allowedNetworks: ['127.0.0.0/8', '169.254.0.0/16'] }
        ]
      })
      return new ApiSystem({ subnet, places, lab, stack, api: await DocumentedApi.of(stack) }, folder)
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
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** The account, as `web-1/deploy`. */
  place (name: string): Place {
    const found = this.places.find(({ host, account }) => `${host}/${account}` === name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }

  /** The request that adds a lab's host, with its pinned keys. */
  newHost (name: string) {
    const { address, port, hostKeys } = this.lab.host(name)
    return { zone: this.places.find(({ host }) => host === name)?.zone ?? '', id: name, address, port, hostKeys }
  }

  /** The request that hands the account's key over. */
  newCredential ({ zone, host, account, key }: Place) {
    return { zone, host, account, privateKey: key.privateKey }
  }

  /** Adds hosts and hands keys over, and waits until they are adopted. */
  async adopt (...names: string[]): Promise<void> {
    const places = names.map(name => this.place(name))
    for (const host of new Set(places.map(({ host }) => host))) await this.#must('/v1/hosts', this.newHost(host))
    for (const place of places) await this.#must('/v1/credentials', this.newCredential(place))
    for (const place of places) await this.reaches(place, 'settled')
  }

  /** Places an order on these hosts. @returns its number in their zone */
  async order (...hosts: string[]): Promise<number> {
    const { orders } = await this.#must<{ orders: Array<{ number: number }> }>('/v1/orders', { scope: { hosts }, reason: 'a test of the API' })
    return orders[0]?.number ?? 0
  }

  async #must<T> (path: string, body: unknown): Promise<T> {
    const answer = await this.api.post<T>(path, body)
    if (answer.status > 299) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  async view ({ zone, host, account }: Pick<Place, 'zone' | 'host' | 'account'>): Promise<View> {
    return (await this.api.get<View>(`/v1/credentials/${zone}/${host}/${account}/ssh-key`)).body
  }

  /** Waits until the credential is so. */
  async becomes (place: Pick<Place, 'zone' | 'host' | 'account'>, what: string, isSo: (view: View) => boolean): Promise<View> {
    return await until(`${place.host}/${place.account} ${what}`, async () => {
      const view = await this.view(place)
      return isSo(view) ? view : undefined
    }, 30, async () => JSON.stringify(await this.view(place)))
  }

  /** Waits until the credential has that status. */
  async reaches (place: Pick<Place, 'zone' | 'host' | 'account'>, status: View['status']): Promise<View> {
    return await this.becomes(place, status, (view) => view.status === status)
  }

  /** Waits until every target of the order is settled. */
  async done (zone: string, number: number, seconds = 20): Promise<OrderView> {
    const look = async () => (await this.api.get<OrderView>(`/v1/orders/${zone}/${number}`)).body
    return await until(`order ${number} of ${zone} done`, async () => {
      const order = await look()
      return order.done ? order : undefined
    }, seconds, async () => JSON.stringify(await look()))
  }
}
