import type { Credential, CredentialKind, CredentialName, Password, SecretValue, Target, Through } from '@rekey/domain'
import { formatName, formatThrough, isPassword } from '@rekey/domain'
import type { Line } from './line.ts'
import type { Contact, Session, Tally } from './ports.ts'
import type { Setback } from './setback.ts'

/** Who is asked by `su` in root's place: root itself is let in without a question. */
const nobody = 'nobody'

/** How an account is reached: with its own secrets over SSH, and, where that is not enough, through another credential of its host. */
export interface Account {
  readonly name: CredentialName
  readonly kind: CredentialKind
  readonly target: Target
  readonly through: Through | null
}

/** The latest documents of a host's credentials, by name. */
export type Siblings = ReadonlyMap<string, Credential>

export class Way {
  readonly #account: Account
  readonly #line: Line
  readonly #siblings: Siblings

  constructor (account: Account, { line, siblings }: { line: Line, siblings: Siblings }) {
    this.#account = account
    this.#line = line
    this.#siblings = siblings
  }

  /** A session that may change the account without its own secret, or what keeps us from one. */
  async throughAnother (): Promise<Session | Setback> {
    const { kind, target, through } = this.#account
    const helper = this.#helper()
    if (helper === undefined) {
      return { class: 'not-sent', code: 'host/no-way-through', message: `It is changed through ${through === null ? 'nothing' : formatThrough(through)}, which is not managed on this host: adopt that one first.` }
    }
    const session = await this.#loginOf(helper)
    if (session === undefined) {
      return { class: 'not-sent', code: 'host/no-way-through', message: `The host refuses ${formatName(helper.name)}, through which this account is changed; nothing was changed.` }
    }
    const become = async (account: string): Promise<Session | undefined> =>
      account === helper.target.account ? session : await session.become(account, this.#passwordOf(helper))
    // A password is changed by root, or by the account itself, which is asked for the present one.
    const isOwnPassword = kind === 'password' && helper.target.account === target.account
    const root = isOwnPassword ? undefined : await become('root')
    const acting = kind === 'password' || await root?.keepsKeysOf(target.account) === true ? root : undefined
    return acting ?? (kind === 'password' && !isOwnPassword ? undefined : await become(target.account)) ?? {
      class: 'not-sent', code: 'host/no-way-through', message: `${helper.target.account} can't become ${kind === 'password' ? 'root' : target.account} on this host: give it sudo without a password, or adopt its password too. Nothing was changed.`
    }
  }

  /** The session at hand, if this secret has opened it. */
  openedBy (secret: SecretValue): Session | undefined {
    return this.#line.openedBy(this.#account.target.account, secret.fingerprint)
  }

  /**
   * A fresh connection that shows these secrets one by one; the session at hand is closed first. Where sshd does not take
   * the account's passwords, `su` judges.
   */
  async contact (secrets: readonly SecretValue[], { bySu = false, beside = false } = {}): Promise<Contact> {
    const { target, through } = this.#account
    if (!bySu) {
      const contact = beside ? await this.#line.contactBeside(target, secrets) : await this.#line.contact(target, secrets)
      if (through === null || contact.verdicts[0] !== 'unclear') return contact
    }
    const passwords = secrets.filter((secret) => isPassword(secret))
    const helper = this.#helper()
    const session = helper !== undefined && passwords.length === secrets.length ? await this.#loginOf(helper) : undefined
    return helper === undefined || session === undefined
      ? { verdicts: secrets.map(() => 'unclear'), hostKey: target.hostKeys[0] ?? '' }
      : await this.#askSu(helper, session, passwords)
  }

  /** How the host counts the account's wrong passwords, as far as a session can see that. */
  async tally (current: SecretValue): Promise<Tally | undefined> {
    const { target } = this.#account
    const helper = this.#helper()
    const session = this.openedBy(current) ?? (helper === undefined ? undefined : await this.#loginOf(helper)) ?? (await this.#line.contact(target, [current])).session
    return await session?.tally(target.account)
  }

  async #askSu (helper: Credential, session: Session, passwords: readonly Password[]): Promise<Contact> {
    const { target } = this.#account
    const asking = helper.target.account === 'root' ? await session.become(nobody) : session
    const { verdicts, ranCommand } = await asking?.judge(target.account, passwords.map(({ password }) => password)) ?? { verdicts: passwords.map(() => 'unclear' as const), ranCommand: false }
    return { verdicts, hostKey: target.hostKeys[0] ?? '', session, by: 'su', ranCommand }
  }

  async #loginOf (helper: Credential): Promise<Session | undefined> {
    const { target, current } = helper
    return this.#line.openedBy(target.account, current.fingerprint) ?? (await this.#line.contact(target, [current])).session
  }

  #helper (): Credential | undefined {
    const { name, through } = this.#account
    return through === null ? undefined : this.#siblings.get(formatName({ ...name, ...through }))
  }

  /** For a sudo that asks: the password of the account that we are, if it is managed, too. */
  #passwordOf ({ target }: Credential): Password['password'] | undefined {
    for (const { kind, current, target: { account } } of this.#siblings.values()) {
      if (kind === 'password' && account === target.account && isPassword(current)) return current.password
    }
    return undefined
  }
}
