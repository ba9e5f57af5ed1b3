import { DialPolicy, formatName } from '@rekey/domain'
import type { Credential, CredentialName, CredentialState, HandedOver, Through } from '@rekey/domain'
import type { Lab } from '@rekey/lab'
import { visitHost } from '@rekey/rotation'
import { createHostAccess, secretMaker } from '@rekey/ssh'
import { createMemoryJournal, MemoryZone } from '../../packages/rotation/test/memory-journal.ts'

const hosts = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 20_000 })

/** Whole visits to the real hosts of a lab, with the journal in memory. */
export class RealHosts {
  readonly zone = new MemoryZone('production')

  #passed = 0

  constructor (lab: Lab) {
    for (const { name, address, port, hostKeys } of lab.hosts) {
      this.zone.putHost({ zone: this.zone.name, id: name, address, port, trust: { mode: 'pinned', keys: hostKeys }, labels: {}, observe: false, createdAt: new Date().toISOString() })
    }
  }

  /** Named as its kind is. */
  handOver (host: string, account: string, secret: HandedOver, through: Through | null = null): CredentialName {
    const name = this.name(host, account, 'password' in secret ? 'password' : 'ssh-key')
    this.zone.putAdoption({ name, secret, through, order: 0, askedAt: new Date().toISOString(), askedBy: 'ada', observe: false })
    return name
  }

  async visit (host: string): Promise<void> {
    await visitHost(host, {
      ports: { journal: createMemoryJournal(this.zone), hosts, secrets: secretMaker, audit: { record: () => Promise.resolve() }, now: () => new Date(Date.now() + this.#passed), log: { info () {}, warn () {}, error () {} } },
      lease: { assertHeld () {} },
      backoff: { firstSeconds: 0.01, mostSeconds: 0.01 }
    })
  }

  /** Lets so many seconds pass for the worker; on the hosts they don't. */
  passes (seconds: number): void {
    this.#passed += seconds * 1000
  }

  /** Orders the rotation of one credential, and visits its host once. */
  async rotate (host: string, account: string, name: string): Promise<{ old: Credential, now: Credential, state: CredentialState }> {
    const id = this.name(host, account, name)
    const old = this.document(id)
    const number = this.zone.orders.size + 1
    this.zone.putOrder({ zone: this.zone.name, number, campaign: 'c', scope: { hosts: [host], accounts: [account], names: [name] }, reason: 'test', requestedBy: 'ada', requestedAt: new Date().toISOString() })
    await this.visit(host)
    return { old, now: this.document(id), state: this.state(id) }
  }

  name (host: string, account: string, name: string): CredentialName {
    return { zone: this.zone.name, host, account, name }
  }

  document (name: CredentialName): Credential {
    const stored = this.zone.credentials.get(formatName(name))
    if (stored === undefined) throw new Error(`${formatName(name)}: ${JSON.stringify(this.zone.states.get(formatName(name))?.lastFailure)}`)
    return stored.value
  }

  state (name: CredentialName): CredentialState {
    const state = this.zone.states.get(formatName(name))
    if (state === undefined) throw new Error(`${formatName(name)} has no state`)
    return state
  }
}
