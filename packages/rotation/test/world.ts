import type { Credential, CredentialState, UserKey } from '@rekey/domain'
import { formatName, RekeyError } from '@rekey/domain'
import { visitHost } from '@rekey/rotation'
import type { AuditEntry, Ports, VisitReport } from '@rekey/rotation'
import { createMemoryAccess, MemoryHost, memoryKeys } from './memory-host.ts'
import type { HostCall } from './memory-host.ts'
import { createMemoryJournal, MemoryZone } from './memory-journal.ts'
import type { JournalCall } from './memory-journal.ts'

/** A place between two things that a worker does: `before push`, `after save` … */
export type Boundary = `${'before' | 'after'} ${JournalCall | HostCall | 'record'}`

export type AtBoundary = (boundary: Boundary) => Promise<void> | void

export const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' } as const
const backoff = { firstSeconds: 5, mostSeconds: 3600 }

/** One host with one account, its zone in Vault, and any number of workers, all in memory and on one clock. */
export class World {
  readonly zone = new MemoryZone('production')
  readonly host = new MemoryHost()
  readonly first: UserKey = memoryKeys.make()
  readonly audit: AuditEntry[] = []
  auditFails = false
  time = Date.parse('2026-01-02T03:04:05Z')

  constructor () {
    this.host.keys.add(this.first.publicKey)
    this.zone.putHost({
      zone: name.zone, id: name.host, address: '127.1.0.1', port: 22, trust: { mode: 'pinned', keys: [this.host.hostKey] }, labels: { tier: 'web' }, createdAt: this.at()
    })
    this.zone.putAdoption({ name, key: this.first, order: 0, askedAt: this.at(), askedBy: 'ada' })
  }

  static async adopted (): Promise<World> {
    const world = new World()
    await world.visit()
    return world
  }

  at (): string {
    return new Date(this.time).toISOString()
  }

  order (): number {
    const number = this.zone.orders.size + 1
    this.zone.putOrder({ zone: name.zone, number, campaign: `campaign-${number}`, scope: {}, reason: 'test', requestedBy: 'ada', requestedAt: this.at() })
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
      keys: memoryKeys,
      audit: {
        record: async (entry) => {
          if (this.auditFails) throw new RekeyError('audit/unwritable', 'no space left')
          await atBoundary('before record')
          this.audit.push(entry)
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
    const ever = new Set(this.zone.saved.flatMap(({ current, candidate }) => [current.publicKey, candidate?.publicKey]))
    return [
      ...(recorded.some((key) => this.host.opens(key)) ? [] : ['locked out: no recorded secret opens']),
      ...(this.host.opens(stored.current) ? [] : ['the current secret does not open']),
      ...stored.history.filter((key) => this.host.opens(key)).map((key) => `epoch ${key.epoch} is called dead and opens`),
      ...[...this.host.keys].filter((key) => !ever.has(key)).map((key) => `${key} was pushed before it was stored`)
    ]
  }
}
