import type { Target, UserKey } from '@rekey/domain'
import type { Contact, HostAccess, Session } from './ports.ts'

/** The one connection that a visit holds to its host. */
export class Line {
  readonly #hosts: HostAccess
  #open: { session: Session, fingerprint: string } | undefined

  constructor (hosts: HostAccess) {
    this.#hosts = hosts
  }

  openedBy (fingerprint: string): Session | undefined {
    return this.#open?.fingerprint === fingerprint ? this.#open.session : undefined
  }

  async contact (target: Target, keys: readonly UserKey[]): Promise<Contact> {
    await this.close()
    const contact = await this.#hosts.contact(target, keys)
    const accepted = keys[contact.verdicts.indexOf('accepted')]
    if (contact.session !== undefined && accepted !== undefined) {
      this.#open = { session: contact.session, fingerprint: accepted.fingerprint }
    }
    return contact
  }

  async close (): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.session.close()
  }
}
