import type { Credential, CredentialKind, CredentialState, Scope, SecretValue, UserKey } from '@rekey/domain'
import { defaultPolicy, formatName, isPassword, RekeyError } from '@rekey/domain'
import { visitHost } from '@rekey/rotation'
import type { AuditEntry, Ports, VisitReport } from '@rekey/rotation'
import { createMemoryAccess, MemoryHost, memoryKey, memorySecrets } from './memory-host.ts'
import type { HostCall } from './memory-host.ts'
import { createMemoryJournal, MemoryZone } from './memory-journal.ts'
import type { JournalCall } from './memory-journal.ts'

/** A place between two things that a worker does: `before push`, `after save` … */
export type Boundary = `${'before' | 'after'} ${JournalCall | HostCall | 'record'}`

export type AtBoundary = (boundary: Boundary) => Promise<void> | void

export const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' } as const
/** The host's recovery credential, where it has one. */
export const root = { ...name, account: 'root' } as const
const backoff = { firstSeconds: 5, mostSeconds: 3600 }

/** One host with one account, its zone in Vault, and any number of workers, all in memory and on one clock. */
export class World {
  readonly zone = new MemoryZone('production')
  readonly host = new MemoryHost()
  readonly first: SecretValue
  readonly audit: AuditEntry[] = []
  /** How acts ended. */
  readonly outcomes: AuditEntry[] = []
  auditFails = false
  time = Date.parse('2026-01-02T03:04:05Z')

  constructor (kind: CredentialKind = 'ssh-key') {
    if (kind === 'password') {
      this.first = { password: this.host.password = memorySecrets.password(defaultPolicy), fingerprint: MemoryZone.fingerprintOf(this.host.password) }
    } else {
      const key = memoryKey()
      this.host.keys.add(key.publicKey)
      this.first = key
    }
    this.zone.putHost({
      zone: name.zone, id: name.host, address: '127.1.0.1', port: 22, trust: { mode: 'pinned', keys: [this.host.hostKey] }, labels: { tier: 'web' }, observe: false, createdAt: this.at()
    })
    this.zone.putAdoption({ name, secret: this.first, through: null, order: 0, askedAt: this.at(), askedBy: 'ada', observe: false })
  }

  static async adopted (kind: CredentialKind = 'ssh-key'): Promise<World> {
    const world = new World(kind)
    await world.visit()
    return world
  }

  /** The same on a host that names a recovery credential, which is adopted, too. */
  static async withRecovery (kind: CredentialKind = 'ssh-key'): Promise<World> {
    const world = new World(kind)
    world.zone.putHost({ ...must(world.zone.hosts.get(name.host)), recovery: { account: root.account, name: root.name } })
    const key = memoryKey()
    world.host.keys.add(key.publicKey)
    world.zone.putAdoption({ name: root, secret: key, through: null, order: 0, askedAt: world.at(), askedBy: 'ada', observe: false })
    await world.visit()
    return world
  }

  /** Of the recovery credential. */
  get rootCredential (): Credential {
    return must(this.zone.credentials.get(formatName(root))).value
  }

  get firstKey (): UserKey {
    if (isPassword(this.first)) throw new Error('the first secret is a password')
    return this.first
  }

  at (): string {
    return new Date(this.time).toISOString()
  }

  order (scope: Scope = {}): number {
    const number = this.zone.orders.size + 1
    this.zone.putOrder({ zone: name.zone, number, campaign: `campaign-${number}`, scope, reason: 'test', requestedBy: 'ada', requestedAt: this.at() })
    return number
  }

  ports (atBoundary: AtBoundary = () => {}): Ports {
    const hooks = {
      before: (call: JournalCall | HostCall) => atBoundary(`before ${call}`),
      after: (call: JournalCall | HostCall) => atBoundary(`after ${call}`)
    }
    return {
      journal: createMemoryJournal(this.zone, hooks),
      hosts: createMemoryAccess(this.host, hooks),
      secrets: memorySecrets,
      audit: {
        record: async (entry) => {
          if (this.auditFails) throw new RekeyError('audit/unwritable', 'no space left')
          await atBoundary('before record')
          if (entry.outcome === undefined) this.audit.push(entry)
          else this.outcomes.push(entry)
        }
      },
      now: () => new Date(this.time),
      log: { info () {}, warn () {}, error () {} }
    }
  }

  /** One visit by a worker of its own. */
  async visit (atBoundary?: AtBoundary, assertHeld: () => void = () => {}): Promise<VisitReport> {
    return visitHost(name.host, { ports: this.ports(atBoundary), lease: { assertHeld }, backoff })
  }

  /** Visits, with time for each backoff to pass, until the credential is settled or held. */
  async settle (): Promise<Credential> {
    for (let visits = 0; visits < 12; visits += 1) {
      await this.visit()
      const { status } = this.state
      if (status === 'settled' || status === 'held') return this.credential
      this.time += 4000 * 1000
    }
    throw new Error(`not settled after 12 visits: ${JSON.stringify(this.state)}`)
  }

  get credential (): Credential {
    const stored = this.zone.credentials.get(formatName(name))
    if (stored === undefined) throw new Error('not adopted')
    return stored.value
  }

  get state (): CredentialState {
    const state = this.zone.states.get(formatName(name))
    if (state === undefined) throw new Error('no state')
    return state
  }

  /**
   * What must hold at every instant.
   * @returns the sentences that are broken
   */
  broken (): string[] {
    const stored = this.zone.credentials.get(formatName(name))?.value
    if (stored === undefined) return this.host.opens(this.first) ? [] : ['the adopted key no longer opens']
    const recorded = [stored.current, ...(stored.candidate === null ? [] : [stored.candidate]), ...stored.retired, ...stored.history]
    const ever = new Set(this.zone.saved.flatMap(({ current, candidate }) => [current, candidate]).map((one) => one === null ? '' : valueOf(one)))
    return [
      ...(recorded.some((key) => this.host.opens(key)) ? [] : ['locked out: no recorded secret opens']),
      // A pushed password has replaced the current one until it is promoted.
      ...(this.host.opens(stored.current) || (isPassword(stored.current) && stored.candidate !== null) ? [] : ['the current secret does not open']),
      ...stored.history.filter((key) => this.host.opens(key)).map((key) => `epoch ${key.epoch} is called dead and opens`),
      ...this.#present().filter((value) => !ever.has(value)).map((value) => `${value} was pushed before it was stored`)
    ]
  }

  /** The values that open the account. */
  #present (): string[] {
    return [...this.host.keys, ...(this.host.password === undefined ? [] : [this.host.password.open()])]
  }

  /** Whether exactly this secret opens the account. */
  isOpenedOnlyBy (secret: SecretValue): boolean {
    const present = this.#present()
    return present.length === 1 && present[0] === valueOf(secret)
  }
}

function valueOf (secret: SecretValue): string {
  return isPassword(secret) ? secret.password.open() : secret.publicKey
}

/** What a test knows to be there. */
export function must<T> (value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('missing')
  return value
}
