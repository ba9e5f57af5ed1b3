import type { SecretValue, Target } from '@rekey/domain'
import { isPassword } from '@rekey/domain'
import type { Contact, HostAccess, Session } from '@rekey/rotation'

/**
 * How many visits may work at the same time. A host that refuses a password takes seconds for it by design and no work of
 * ours: a visit that waits for that lends its lane, so that keys are not kept waiting for passwords.
 */
export class Lanes {
  #free: number
  readonly #waiting: Array<() => void> = []

  constructor (count: number) {
    this.#free = count
  }

  /** Works in a lane of its own. */
  async hold<T> (work: () => Promise<T>): Promise<T> {
    await this.#take()
    try {
      return await work()
    } finally {
      this.#give()
    }
  }

  /** For work inside `hold` that only waits. */
  async lend<T> (work: () => Promise<T>): Promise<T> {
    this.#give()
    try {
      return await work()
    } finally {
      await this.#take()
    }
  }

  async #take (): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
  }

  #give (): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}

/** The way to hosts, on which whoever shows passwords lends its lane meanwhile. */
export function lending (hosts: HostAccess, lanes: Lanes): HostAccess {
  return {
    async contact (target: Target, secrets: readonly SecretValue[]): Promise<Contact> {
      const contact = secrets.some((secret) => isPassword(secret)) ? await lanes.lend(async () => hosts.contact(target, secrets)) : await hosts.contact(target, secrets)
      return contact.session === undefined ? contact : { ...contact, session: lendingSession(contact.session, lanes) }
    }
  }
}

function lendingSession (session: Session, lanes: Lanes): Session {
  return {
    answersNonce: async () => session.answersNonce(),
    demandsPassword: async () => session.demandsPassword(),
    addKey: async (change) => session.addKey(change),
    removeKeys: async (change) => session.removeKeys(change),
    setPassword: async (change) => session.setPassword(change),
    lockKeys: async (change) => session.lockKeys(change),
    lockPassword: async (change) => session.lockPassword(change),
    resetFence: async (change) => session.resetFence(change),
    async become (account, password) {
      const other = await session.become(account, password)
      return other && lendingSession(other, lanes)
    },
    judge: async (account, passwords) => lanes.lend(async () => session.judge(account, passwords)),
    keepsKeysOf: async (account) => session.keepsKeysOf(account),
    tally: async (account) => session.tally(account),
    liveSessions: async (account, how) => session.liveSessions(account, how),
    survey: async (at) => session.survey(at),
    close: async () => session.close()
  }
}
