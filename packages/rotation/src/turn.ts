import type { Candidate, Credential, SecretValue, StoredSecret } from '@rekey/domain'
import { formatName, isPassword, RekeyError } from '@rekey/domain'
import type { Facts } from './facts.ts'
import type { Line } from './line.ts'
import type { Change, Contact, Ports, Session, Versioned, VisitLease } from './ports.ts'

/** One credential's turn in a visit: its document, the version that the next write must name, and the line to the host. */
export class Turn {
  readonly ports: Ports
  readonly name: string
  /** The epoch that was pushed, and reported as applied, in this turn. */
  pushedEpoch: number | undefined
  /** Whether a script that changes the host was on its way when a step failed. */
  isSending = false
  readonly #line: Line
  readonly #lease: VisitLease
  readonly #facts: Omit<Facts, 'now'>
  #stored: Versioned<Credential>

  constructor (stored: Versioned<Credential>, { ports, line, lease, facts }: { ports: Ports, line: Line, lease: VisitLease, facts: Omit<Facts, 'now'> }) {
    this.ports = ports
    this.name = formatName(stored.value.name)
    this.#stored = stored
    this.#line = line
    this.#lease = lease
    this.#facts = facts
  }

  get stored (): Versioned<Credential> {
    return this.#stored
  }

  get credential (): Credential {
    return this.#stored.value
  }

  get facts (): Facts {
    return { ...this.#facts, now: this.ports.now() }
  }

  time (): string {
    return this.ports.now().toISOString()
  }

  candidate (): Candidate {
    if (this.credential.candidate === null) throw new Error('a step was due without the candidate that it needs')
    return this.credential.candidate
  }

  /** Recorded before done. @throws RekeyError `audit/unwritable` */
  async announce (act: string, fields: { epoch: number, fingerprint: string }): Promise<void> {
    await this.ports.audit.record({ act, target: this.name, ...fields })
  }

  /** @throws RekeyError `vault/conflict` when another worker was faster */
  async save (credential: Credential): Promise<void> {
    this.#stored = { value: credential, version: await this.ports.journal.save(credential, this.#stored.version) }
  }

  /** Takes the document as Vault has it, whoever wrote it. */
  async readBack (): Promise<Credential> {
    const stored = await this.ports.journal.credential(this.credential.name)
    if (stored === undefined) throw new RekeyError('vault/conflict', `${this.name} is no longer in Vault`)
    this.#stored = stored
    return stored.value
  }

  /** What fell out of the history is in the older versions of the document: they go, too. */
  async forgetOlder (): Promise<void> {
    await this.ports.journal.destroyVersionsBefore(this.credential.name, this.#stored.version)
  }

  /** A new secret of the credential's kind. */
  async newSecret (): Promise<SecretValue> {
    const secret = this.randomSecret()
    return isPassword(secret) ? { ...secret, fingerprint: await this.ports.journal.fingerprintOf(secret.password) } : secret
  }

  /** A secret of the credential's kind that nobody has, and that is never stored. */
  randomSecret (): SecretValue {
    const { secrets } = this.ports
    return this.credential.kind === 'password' ? { password: secrets.password(this.#facts.policy), fingerprint: 'random' } : secrets.key()
  }

  /** The session at hand, if this secret has opened it. */
  openedBy (secret: StoredSecret): Session | undefined {
    return this.#line.openedBy(this.credential.target.account, secret.fingerprint)
  }

  /** A session that this secret has opened: the one at hand, or a new one. Nothing when the host refused it. */
  async loginWith (secret: StoredSecret): Promise<Session | undefined> {
    return this.openedBy(secret) ?? (await this.contact([secret])).session
  }

  /** A fresh connection that shows these secrets one by one; the session at hand is closed first. */
  async contact (secrets: readonly SecretValue[]): Promise<Contact> {
    return this.#line.contact(this.credential.target, secrets)
  }

  /** The same, while the session at hand stays open until a new one is there. */
  async contactBeside (secrets: readonly SecretValue[]): Promise<Contact> {
    return this.#line.contactBeside(this.credential.target, secrets)
  }

  /** @throws RekeyError `lease/lost` */
  assertMayWrite (): void {
    this.#lease.assertHeld()
  }

  async sending (change: () => Promise<Change>): Promise<Change> {
    this.isSending = true
    const result = await change()
    this.isSending = false
    return result
  }
}
