import type { CredentialKind } from '@rekey/domain'
import type { LabHost } from '@rekey/lab'
import type { ServiceProcess } from '@rekey/local'
import type { Gates } from './boundaries.ts'
import type { Account } from './fleet.ts'
import { HostGate } from './host-gate.ts'
import { PamGate } from './pam-gate.ts'
import type { System } from './system.ts'
import { until } from './system.ts'
import { VaultGate } from './vault-gate.ts'

/** One zone with one host, and a worker that sees Vault and the host through gates. Lanes stand side by side and share no gate. */
export class Lane {
  readonly system: System
  readonly zone: string
  readonly host: LabHost
  readonly gates: Gates
  #worker: ServiceProcess | undefined

  private constructor (system: System, zone: string, host: LabHost, gates: Gates) {
    this.system = system
    this.zone = zone
    this.host = host
    this.gates = gates
  }

  /** Tells the inventory of the zone's first host by its gate; starts no worker. @param recovery the host's recovery credential */
  static async open (system: System, zone: string, recovery?: string): Promise<Lane> {
    const host = system.lab.host(`${zone}-1`)
    const hasPasswords = system.fleet.accounts.some((one) => one.host === host.name && one.kind === 'password')
    const gates = {
      vault: await VaultGate.open(system.stack),
      host: await HostGate.open(host),
      ...hasPasswords ? { pam: await PamGate.open(host) } : {}
    }
    await system.addHost(host.name, gates.host, recovery)
    return new Lane(system, zone, host, gates)
  }

  get worker (): ServiceProcess {
    if (this.#worker === undefined) throw new Error(`no worker runs in ${this.zone}`)
    return this.#worker
  }

  /** The one account of the lane's host, or the one of that name, or with a secret of that kind. */
  account (name?: string, kind?: CredentialKind): Account {
    const found = this.system.fleet.accounts.find((one) => one.host === this.host.name && (name ?? one.account) === one.account && (kind ?? one.kind) === one.kind)
    if (found === undefined) throw new Error(`${this.host.name} has no account ${name ?? ''}`)
    return found
  }

  async startWorker (settings: Record<string, string> = {}): Promise<ServiceProcess> {
    this.#worker = await this.system.startWorker(this.zone, { REKEY_VAULT_ADDR: this.gates.vault.address, ...settings })
    return this.#worker
  }

  /** From outside and without warning. */
  async killWorker (): Promise<void> {
    this.worker.kill('SIGKILL')
    await this.worker.exited
    this.#worker = undefined
  }

  /** Waits until the host has ended what the last sessions left to do. */
  async quiet (): Promise<void> {
    await until(`${this.host.name} is quiet`, async () => (await this.host.run('pgrep -f "^sshd: [^/]" || pgrep -x "passwd|chpasswd"')).code === 0 ? undefined : true)
  }

  async close (): Promise<void> {
    this.gates.pam?.close()
    await this.gates.vault.close()
    await this.gates.host.close()
  }
}

/** Shares work out among the lanes, in order; each lane takes the next piece when it is done with one. */
export async function inLanes<Piece> (lanes: readonly Lane[], pieces: readonly Piece[], act: (lane: Lane, piece: Piece) => Promise<void>): Promise<void> {
  const todo = [...pieces]
  const ended = await Promise.allSettled(lanes.map(async (lane) => {
    for (let piece = todo.shift(); piece !== undefined; piece = todo.shift()) await act(lane, piece)
  }))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
