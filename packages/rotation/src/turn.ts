import type { Candidate, Credential, CredentialKind, SecretValue, StoredSecret, Through } from '@rekey/domain'
import { formatName, isRekeyError, RekeyError } from '@rekey/domain'
import type { Facts } from './facts.ts'
import { siblingsOf } from './facts.ts'
import type { Line } from './line.ts'
import type { Change, Contact, Ports, Session, Tally, Versioned, VisitLease } from './ports.ts'
import { randomLike } from './random-secret.ts'
import type { SecretRules } from './rules.ts'
import type { Setback } from './setback.ts'
import { Way } from './way.ts'

/** What stays as it was read while a credential has its turn. */
export type VisitFacts = Omit<Facts, 'siblings' | 'now'>

const notEnough: Setback = {
  class: 'not-sent',
  code: 'host/more-factors',
  message: 'The current secret alone does not log in any more: the host asks for a second factor, or no longer offers its method (sshd_config, AuthenticationMethods). Nothing was changed; it goes on when the secret is enough again, or hand it over anew with a credential that changes it: `through`.'
}

const noRecovery: Setback = {
  class: 'not-sent',
  code: 'host/no-way-through',
  message: 'The host names no recovery credential any more, so nothing leads back to what a lockdown has locked. Nothing was changed.'
}

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
  readonly #facts: VisitFacts
  readonly #siblings: Map<string, Credential>
  #stored: Versioned<Credential>

  constructor (stored: Versioned<Credential>, { ports, line, lease, facts, siblings }: {
    ports: Ports
    line: Line
    lease: VisitLease
    facts: VisitFacts
    /** The latest documents of the host, kept up to date by every turn. */
    siblings: Map<string, Credential>
  }) {
    this.ports = ports
    this.name = formatName(stored.value.name)
    this.#stored = stored
    this.#line = line
    this.#lease = lease
    this.#facts = facts
    this.#siblings = siblings
    siblings.set(this.name, stored.value)
  }

  get stored (): Versioned<Credential> {
    return this.#stored
  }

  get credential (): Credential {
    return this.#stored.value
  }

  get facts (): Facts {
    return this.factsBy(this.#facts)
  }

  /** By facts that are newer than those of this turn. */
  factsBy (facts: VisitFacts): Facts {
    return { ...facts, siblings: siblingsOf([...this.#siblings.values()]), now: this.ports.now() }
  }

  /** The host's recovery credential. */
  get recovery (): Through | undefined {
    return this.#facts.recovery
  }

  time (): string {
    return this.ports.now().toISOString()
  }

  candidate (): Candidate {
    if (this.credential.candidate === null) throw new Error('a step was due without the candidate that it needs')
    return this.credential.candidate
  }

  /** Recorded before done. @throws RekeyError `audit/unwritable` */
  async announce (act: string, fields: { epoch: number, fingerprint: string, detail?: string }): Promise<void> {
    await this.ports.audit.record({ act, target: this.name, ...fields })
  }

  /** How an act ended, once it has. @throws RekeyError `audit/unwritable` */
  async tellOutcome (act: string, outcome: 'done' | 'stopped', detail?: string): Promise<void> {
    await this.ports.audit.record({ act, target: this.name, epoch: this.credential.epoch, outcome, ...detail !== undefined && { detail } })
  }

  /** @throws RekeyError `vault/conflict` when another worker was faster */
  async save (credential: Credential): Promise<void> {
    this.#stored = { value: credential, version: await this.ports.journal.save(credential, this.#stored.version) }
    this.#siblings.set(this.name, credential)
  }

  /** The same, where nothing is lost when somebody else was faster: it is read again. */
  async saveUnlessBeaten (credential: Credential): Promise<void> {
    try {
      await this.save(credential)
    } catch (error) {
      if (!isRekeyError(error, 'vault/conflict')) throw error
      await this.readBack()
    }
  }

  /** Another turn has changed the document since this one read or wrote it. */
  get isOvertaken (): boolean {
    return this.#siblings.get(this.name) !== this.#stored.value
  }

  /** Another credential of the host has another document by now than the visit has read. */
  noteSibling (credential: Credential): void {
    this.#siblings.set(formatName(credential.name), credential)
  }

  /** Takes the document as Vault has it, whoever wrote it. */
  async readBack (): Promise<Credential> {
    const stored = await this.ports.journal.credential(this.credential.name)
    if (stored === undefined) throw new RekeyError('vault/conflict', `${this.name} is no longer in Vault`)
    this.#stored = stored
    this.#siblings.set(this.name, stored.value)
    return stored.value
  }

  /** What fell out of the history is in the older versions of the document: they go, too. */
  async forgetOlder (): Promise<void> {
    await this.ports.journal.destroyVersionsBefore(this.credential.name, this.#stored.version)
  }

  /** A new secret of the credential's kind. */
  async newSecret (rules: SecretRules): Promise<SecretValue> {
    const { secrets, journal } = this.ports
    if (this.credential.kind === 'ssh-key') return await secrets.key(rules.keyAlgorithm)
    const password = secrets.password(rules)
    return { password, fingerprint: await journal.fingerprintOf(password) }
  }

  /** A secret like the current one that nobody has, and that is never stored. */
  async randomSecret (): Promise<SecretValue> {
    return await randomLike(this.credential.current, this.ports.secrets, this.#facts.policy)
  }

  /** The session at hand, if this secret has opened it. */
  openedBy (secret: StoredSecret): Session | undefined {
    return this.#way.openedBy(secret)
  }

  /**
   * A session that may change the account, over its own current secret or through another credential, and while it is locked over the host's recovery
   * credential. Nothing when its own was refused; where it is no longer enough, no other one is shown.
   */
  async sessionForChange (): Promise<Session | Setback | undefined> {
    if (this.credential.lock !== null) return await this.sessionOfRecovery()
    if (this.credential.through !== null) return await this.#way.throughAnother()
    const { current } = this.credential
    const open = this.openedBy(current)
    if (open !== undefined) return open
    const { session, verdicts: [verdict] } = await this.contact([current])
    return verdict === 'unclear' ? notEnough : session
  }

  /** A session of the host's recovery credential that may change the account. */
  async sessionOfRecovery (): Promise<Session | Setback> {
    const { recovery } = this
    if (recovery === undefined) return noRecovery
    return await this.wayThrough(recovery).throughAnother()
  }

  /** Of the host's recovery credential, `zone/host/account/name`. */
  recoveryName (): string {
    return formatName({ ...this.credential.name, ...this.recovery })
  }

  /** What the recovery credential is opened by now. */
  recoverySecret (): StoredSecret {
    const recovery = this.#siblings.get(this.recoveryName())
    if (recovery === undefined) throw new Error('the recovery credential has gone')
    return recovery.current
  }

  /** A fresh connection that shows locked secrets. Where sshd does not take the account's passwords, `su` judges, on a session of who changes it or of the recovery credential. */
  async contactLocked (secrets: readonly SecretValue[]): Promise<Contact> {
    const through = this.credential.through ?? this.recovery
    const way = through === undefined ? this.#way : this.wayThrough(through)
    return await way.contact(secrets, { bySu: this.#wasJudgedBySu })
  }

  /** A fresh connection that shows these secrets one by one; the session at hand is closed first. */
  async contact (secrets: readonly SecretValue[]): Promise<Contact> {
    return await this.#way.contact(secrets, { bySu: this.#wasJudgedBySu })
  }

  /** The same, while the session at hand stays open until a new one is there. */
  async contactBeside (secrets: readonly SecretValue[]): Promise<Contact> {
    return await this.#way.contact(secrets, { bySu: this.#wasJudgedBySu, beside: true })
  }

  /** How the host counts the account's wrong passwords. */
  async tally (): Promise<Tally | undefined> {
    return await this.#way.tally(this.credential.current)
  }

  get #wasJudgedBySu (): boolean {
    return this.credential.history[0]?.proof.by === 'su'
  }

  /** The way of this account, changed through another credential than is bound to it. */
  wayThrough (through: Through, kind: CredentialKind = this.credential.kind): Way {
    return new Way({ ...this.credential, kind, through }, { line: this.#line, siblings: this.#siblings })
  }

  get #way (): Way {
    return new Way(this.credential, { line: this.#line, siblings: this.#siblings })
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
