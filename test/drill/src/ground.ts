import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { CredentialState } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import { inParallel } from '@rekey/bench'
import type { FleetKey, Lab, LabHost } from '@rekey/lab'
import { freeSubnet, makeFleet, makeKey, startLab, stopStale } from '@rekey/lab'
import type { Stack } from '@rekey/local'
import { ApiClient, startStack, stopStack } from '@rekey/local'
import type { Door } from './attempt.ts'
import { Gate } from './gate.ts'
import { spread, type Trouble } from './trouble.ts'

/** A host of the drill, the key of its one account that is stolen, and how it is going to misbehave. */
export interface Post {
  readonly zone: string
  readonly host: LabHost
  /** What the attacker holds. */
  readonly stolen: Door
  /** A key beside it that Rekey does not know, by which the floor is measured. */
  readonly floor: Door
  readonly trouble: Trouble | undefined
  /** The way by which Rekey goes there, where it is not the host's own. */
  readonly gate: Gate | undefined
}

export const zones = ['production', 'backup'] as const
const account = 'deploy'
/** Away from the networks of tests, demo, bench and lab. */
const subnets = [20, 40] as const
const adoptsWithin = 300

export interface GroundOptions {
  readonly folder: string
  readonly hosts: number
  /** In per cent. */
  readonly misbehaving: number
  /** Further REKEY_* for all services. */
  readonly settings: Readonly<Record<string, string>>
  readonly say: (line: string) => void
}

/** Where the drill takes place: real hosts, and a whole Rekey that has adopted them. */
export class Ground {
  readonly posts: readonly Post[]
  readonly stack: Stack
  readonly api: ApiClient
  readonly #lab: Lab

  private constructor (posts: readonly Post[], stack: Stack, api: ApiClient, lab: Lab) {
    this.posts = posts
    this.stack = stack
    this.api = api
    this.#lab = lab
  }

  /** Ends what a run has left that was interrupted. */
  static async clear (folder: string): Promise<void> {
    await stopStack(join(folder, 'stack'))
    await stopStale(join(folder, 'lab'))
    await rm(folder, { recursive: true, force: true })
  }

  static async start ({ folder, hosts, misbehaving, settings, say }: GroundOptions): Promise<Ground> {
    await mkdir(folder, { recursive: true })
    const [first, second] = zones
    const fleet = makeFleet({ zones: { [first]: Math.ceil(hosts / 2), [second]: Math.floor(hosts / 2) }, subnet: await freeSubnet(...subnets, 2), uniform: true })
    const floorKeys = new Map(fleet.hosts.map(({ name }) => [name, makeKey('ed25519')]))
    const lab = await startLab({
      dir: join(folder, 'lab'),
      hosts: fleet.hosts.map((host) => ({ ...host, accounts: host.accounts.map((one) => ({ ...one, authorizedKeys: `${one.authorizedKeys ?? ''}${floorKeys.get(host.name)?.publicKey ?? ''} floor\n` })) })),
      say
    })
    const posts = await postsOf(lab, fleet.keys, misbehaving, (host) => floorKeys.get(host)?.privateKey ?? '')
    let stack: Stack | undefined
    try {
      stack = await startStack({ dir: join(folder, 'stack'), zones: zones.map((name) => ({ name, allowedNetworks: [fleet.networks[name] ?? ''] })), settings })
      const ground = new Ground(posts, stack, await ApiClient.of(stack), lab)
      await ground.#adopt()
      return ground
    } catch (error) {
      await stack?.stop()
      await lab.stop()
      throw error
    }
  }

  /** What the API tells of each credential. */
  async states (): Promise<CredentialState[]> {
    return await this.api.all<CredentialState>('/v1/credentials')
  }

  async stop (): Promise<void> {
    this.api.close()
    await this.stack.stop()
    for (const { gate } of this.posts) await gate?.close()
    await this.#lab.stop()
  }

  async #adopt (): Promise<void> {
    await inParallel(this.posts, 8, async ({ zone, host: { name, address, port, hostKeys }, gate }) => {
      await this.api.must('POST', '/v1/hosts', { zone, id: name, address, port: gate?.port ?? port, hostKeys })
    })
    await inParallel(this.posts, 8, async ({ zone, host, stolen: { privateKey } }) => {
      await this.api.must('POST', '/v1/credentials', { zone, host: host.name, account, privateKey })
    })
    let adopted = 0
    for (const end = performance.now() + adoptsWithin * 1000; performance.now() < end;) {
      adopted = (await this.states()).filter(({ status }) => status === 'settled').length
      if (adopted === this.posts.length) return
      await wait(500)
    }
    throw new RekeyError('stack/failed', `only ${adopted} of ${this.posts.length} hosts were adopted within ${adoptsWithin} s`)
  }
}

async function postsOf (lab: Lab, keys: readonly FleetKey[], misbehaving: number, floorKeyOf: (host: string) => string): Promise<Post[]> {
  const troubles = spread(keys.length, misbehaving)
  return await Promise.all(keys.map(async ({ zone, host: name, privateKey }, index) => {
    const host = lab.host(name)
    const { address, port, hostKeys } = host
    const door = { name, address, port, account, hostKey: hostKeys[0] ?? '' }
    const trouble = troubles[index]
    const isOnTheWay = trouble === 'slow' || trouble === 'breaks off'
    return { zone, host, stolen: { ...door, privateKey }, floor: { ...door, privateKey: floorKeyOf(name) }, trouble, gate: isOnTheWay ? await Gate.open(host) : undefined }
  }))
}
