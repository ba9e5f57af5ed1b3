import { createHash } from 'node:crypto'
import { grantOf, isRekeyError, type Caller, type Identity } from '@rekey/domain'

export interface PeopleOptions {
  /** Whom an identity token speaks of. @throws RekeyError `auth/missing`, `vault/*` */
  readonly verify: (token: string) => Promise<Identity>
  /** What is not known yet costs its address. @throws RekeyError `request/too-many` */
  readonly charge: (address: string) => void
  readonly giveBack: (address: string) => void
}

/** Far more tokens than are in use at the same time. */
const mostKnown = 1000

/** People, by the identity tokens that Vault has signed for them. */
export class People {
  readonly #options: PeopleOptions
  /** By the hash of the token. It is verified each time; being known spares its address. */
  readonly #known = new Set<string>()
  readonly #running = new Map<string, Promise<Identity>>()

  constructor (options: PeopleOptions) {
    this.#options = options
  }

  /** @throws RekeyError `auth/missing`, `request/too-many`, `vault/*` */
  async identify (token: string, address: string): Promise<Caller> {
    const key = createHash('sha256').update(token).digest('hex')
    return callerOf(this.#known.has(key) ? await this.#again(token, key, address) : await this.#first(token, key, address))
  }

  /** Whoever was let in with it pays by himself, whatever others do from the same address. */
  async #again (token: string, key: string, address: string): Promise<Identity> {
    try {
      return await this.#options.verify(token)
    } catch (error) {
      if (!isRekeyError(error, 'auth/missing')) throw error
      this.#known.delete(key)
      this.#options.charge(address)
      throw error
    }
  }

  /** Costs its address once, however often it is presented at the same time; nothing in the end if it is good. */
  async #first (token: string, key: string, address: string): Promise<Identity> {
    const running = this.#running.get(key)
    if (running !== undefined) return await running
    const { verify, charge, giveBack } = this.#options
    charge(address)
    const verified = verify(token)
    this.#running.set(key, verified)
    try {
      const identity = await verified
      this.#keep(key)
      giveBack(address)
      return identity
    } finally {
      this.#running.delete(key)
    }
  }

  #keep (key: string): void {
    this.#known.add(key)
    const [oldest] = this.#known
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest)
  }
}

/** What a person makes lives on when his token of a few minutes has ended. */
function callerOf ({ entity, name, groups }: Identity): Caller {
  return { id: entity, name, grants: groups.flatMap(group => grantOf(group) ?? []), expiresAt: undefined }
}
