import type { SecretValue, Target } from '@rekey/domain'
import type { Contact, HostAccess, Session } from './ports.ts'

/** The one connection that a visit holds to its host, and a second one while a password is being changed. */
export class Line {
  readonly #hosts: HostAccess
  #open: { session: Session, account: string, fingerprint: string } | undefined

  constructor (hosts: HostAccess) {
    this.#hosts = hosts
  }

  /** Accounts may share a secret, and each must only ever answer for itself. */
  openedBy (account: string, fingerprint: string): Session | undefined {
    return this.#open?.account === account && this.#open.fingerprint === fingerprint ? this.#open.session : undefined
  }

  async contact (target: Target, secrets: readonly SecretValue[]): Promise<Contact> {
    await this.close()
    return await this.#contact(target, secrets)
  }

  /** The same, while the session at hand stays open until another one is there: it may be the only way back. */
  async contactBeside (target: Target, secrets: readonly SecretValue[]): Promise<Contact> {
    const beside = this.#open
    const contact = await this.#contact(target, secrets)
    if (contact.session !== undefined) await beside?.session.close()
    return contact
  }

  async #contact (target: Target, secrets: readonly SecretValue[]): Promise<Contact> {
    const contact = await this.#hosts.contact(target, secrets)
    const accepted = secrets[contact.verdicts.indexOf('accepted')]
    if (contact.session !== undefined && accepted !== undefined) {
      this.#open = { session: contact.session, account: target.account, fingerprint: accepted.fingerprint }
    }
    return contact
  }

  async close (): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.session.close()
  }
}
