import { createHash, timingSafeEqual } from 'node:crypto'
import { callerOf, hashesOf, RekeyError, tokenEnd, tokenIdOf, type ApiToken, type Caller, type Identity } from '@rekey/domain'
import { addressKey, RateLimit, type Rate } from '@rekey/http'
import type { AdminToken } from './admin-token.ts'
import type { EndedTokens } from './campaigns/ended-tokens.ts'
import { People } from './people.ts'
import { isFresh, TokenCache } from './token-cache.ts'
import type { TokenStore } from './token-port.ts'

/** Three parts in base64url: a signed JSON Web Token. */
const identityForm = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** The set-up's own token: it makes the first ones, and is not in Vault. */
const bootstrap: Caller = { id: undefined, name: 'admin', grants: [{ role: 'admin', zones: 'all' }], expiresAt: undefined }

export interface Limits {
  /** Of each token, and of each person. */
  readonly caller: Rate
  /** Of each address, for requests without a valid token. */
  readonly address: Rate
}

export const defaultLimits: Limits = { caller: { perSecond: 200, burst: 1000 }, address: { perSecond: 10, burst: 100 } }

export interface CallersOptions {
  /** The set-up's token, as it is at that moment. */
  readonly adminToken: () => AdminToken
  readonly tokens: Pick<TokenStore, 'find'>
  /** Whom an identity token speaks of; undefined: people come with tokens of the API, too. @throws RekeyError `auth/missing`, `vault/*` */
  readonly verifyIdentity?: ((token: string) => Promise<Identity>) | undefined
  /** Which tokens a campaign has ended. */
  readonly ended: Pick<EndedTokens, 'endOf'>
  readonly limits: Limits
  readonly now: () => Date
}

/** Tells who asks, by a token of this API or by Vault's word for a person, and how much more he may. */
export class Callers {
  readonly #options: CallersOptions
  readonly #cache: TokenCache
  readonly #callers: RateLimit
  readonly #addresses: RateLimit
  readonly #people: People | undefined
  /** By the hash of what was presented. */
  readonly #guesses = new Map<string, { readonly askedAt: number, readonly token: Promise<ApiToken | undefined> }>()

  constructor (options: CallersOptions) {
    this.#options = options
    this.#cache = new TokenCache(options.tokens)
    this.#callers = new RateLimit(options.limits.caller)
    this.#addresses = new RateLimit(options.limits.address)
    this.#people = options.verifyIdentity && new People({
      verify: options.verifyIdentity,
      charge: address => { this.chargeAddress(address) },
      giveBack: address => { this.#addresses.giveBack(addressKey(address)) }
    })
  }

  /**
   * The caller that an `Authorization: Bearer <token>` belongs to. The comparison takes the same time whatever was presented.
   * @throws RekeyError `auth/missing`, `request/too-many`, `vault/*`
   */
  async identify (authorization: string | undefined, address: string): Promise<Caller> {
    return this.#charge(await this.verify(authorization, address))
  }

  /**
   * The same at no cost, for whoever was let in and stays.
   * @throws RekeyError `auth/missing`, `vault/*`, and `request/too-many` of the address that shows a token that is none any more
   */
  async verify (authorization: string | undefined, address: string): Promise<Caller> {
    const text = bearerOf(authorization)
    const presented = createHash('sha256').update(text ?? '').digest()
    if (text !== undefined && this.#isAdmin(presented, address)) return bootstrap
    if (text !== undefined && this.#people !== undefined && identityForm.test(text)) return await this.#people.identify(text, address)
    const id = text === undefined ? undefined : tokenIdOf(text)
    const token = id === undefined ? undefined : await this.#find(id, presented, address)
    if (token === undefined) {
      this.chargeAddress(address)
      throw refusal(text === undefined
        ? 'send a token as `Authorization: Bearer <token>`'
        : 'this is no token of this API, or not any more; ask an admin for one')
    }
    // Only who has shown the secret hears why.
    const end = tokenEnd(token, this.#options.now())
    if (end !== undefined) {
      this.chargeAddress(address)
      throw refusal(`this token ${token.revokedAt === null ? 'has expired' : 'was revoked'} at ${end}; ask an admin for another`)
    }
    const revoked = await this.#options.ended.endOf(token, token.hash === presented.toString('hex'))
    if (revoked !== undefined) {
      this.chargeAddress(address)
      throw refusal(`a campaign has ended all tokens that were made before ${revoked}, this one among them; ask an admin for another`)
    }
    return callerOf(token)
  }

  /** @throws RekeyError `auth/missing` once it has ended */
  #isAdmin (presented: Buffer, address: string): boolean {
    const { hash, endsAt } = this.#options.adminToken()
    if (!timingSafeEqual(presented, Buffer.from(hash, 'hex'))) return false
    if (endsAt === undefined || this.#options.now().getTime() < Date.parse(endsAt)) return true
    this.chargeAddress(address)
    throw refusal(`the set-up's admin token has ended at ${endsAt}; whoever runs this API makes another: docs/deployment.md`)
  }

  /** For requests that need no token. @throws RekeyError `request/too-many` */
  chargeAddress (address: string): void {
    limit(this.#addresses.take(addressKey(address)), 'this address sends more requests without a valid token than it may')
  }

  /** For whoever has just changed that token. */
  forget (id: string): void {
    this.#cache.forget(id)
  }

  /** A wrong secret never costs the token anything: its caller would be locked out by anybody who knows its id. */
  #charge (caller: Caller): Caller {
    limit(this.#callers.take(caller.id ?? caller.name), 'this caller sends more requests than he may')
    return caller
  }

  async #find (id: string, presented: Buffer, address: string): Promise<ApiToken | undefined> {
    const isOf = (token: ApiToken | undefined): token is ApiToken => token !== undefined && matches(token, presented, this.#options.now())
    const last = this.#cache.last(id)
    if (isOf(last?.token)) {
      if (last.isFresh) return last.token
      // Who has shown the secret before asks Vault at his own cost, whatever others do from the same address.
      const token = await this.#cache.refresh(id)
      if (isOf(token)) return token
    }
    const token = await this.#guess(id, presented, address)
    return isOf(token) ? token : undefined
  }

  /** What this process has not seen before costs its address: once, however often it is presented at the same time. */
  async #guess (id: string, presented: Buffer, address: string): Promise<ApiToken | undefined> {
    const key = presented.toString('hex')
    const running = this.#guesses.get(key)
    if (running !== undefined && isFresh(running)) return await running.token
    this.chargeAddress(address)
    // Read anew: the token may have been rotated a moment ago.
    const guess = { askedAt: performance.now(), token: this.#cache.read(id) }
    this.#guesses.set(key, guess)
    try {
      const token = await guess.token
      this.#addresses.giveBack(addressKey(address))
      return token
    } finally {
      if (this.#guesses.get(key) === guess) this.#guesses.delete(key)
    }
  }
}

function bearerOf (authorization: string | undefined): string | undefined {
  return /^Bearer ([!-~]{1,8000})$/i.exec(authorization ?? '')?.[1]
}

function matches (token: ApiToken, presented: Buffer, now: Date): boolean {
  return hashesOf(token, now).map(hash => timingSafeEqual(Buffer.from(hash, 'hex'), presented)).includes(true)
}

function refusal (message: string): RekeyError {
  return new RekeyError('auth/missing', message, { field: 'authorization' })
}

function limit (seconds: number, what: string): void {
  if (seconds > 0) throw new RekeyError('request/too-many', `${what}; nothing was done, wait ${seconds} s`, { retryAfterSeconds: seconds })
}
