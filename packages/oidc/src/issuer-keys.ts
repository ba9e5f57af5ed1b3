import { isRekeyError, RekeyError } from '@rekey/domain'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { refusal } from './refusal.ts'

/** Fetches a JSON document. @throws RekeyError `issuer/unavailable` */
export type FetchJson = (url: string) => Promise<unknown>

export interface KeyTimes {
  /** Keys are taken for so long before they are fetched again. */
  readonly freshSeconds: number
  /** While the issuer is away, for so long since they were fetched, and no longer: a key that it has withdrawn meanwhile is still taken. */
  readonly staleSeconds: number
  /** Between two fetches that tokens of unknown keys have caused, or that failed. */
  readonly cooldownSeconds: number
}

export const defaultKeyTimes: KeyTimes = { freshSeconds: 300, staleSeconds: 3600, cooldownSeconds: 30 }

interface Known {
  readonly find: JWTVerifyGetKey
  readonly fetchedAt: number
}

/** The public keys of one issuer, by OpenID Connect Discovery 1.0. */
export class IssuerKeys {
  readonly #issuer: string
  readonly #fetchJson: FetchJson
  readonly #clock: () => number
  readonly #times: KeyTimes
  #known: Known | undefined
  #triedAt = -Infinity
  #fetching: Promise<Known> | undefined

  /** @param clock in milliseconds, and never back */
  constructor (issuer: string, { fetchJson, clock = () => performance.now(), times = defaultKeyTimes }: { readonly fetchJson: FetchJson, readonly clock?: () => number, readonly times?: KeyTimes }) {
    this.#issuer = issuer
    this.#fetchJson = fetchJson
    this.#clock = clock
    this.#times = times
  }

  /** The key that a header names. @throws RekeyError `token/refused`, `issuer/unavailable` */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = await this.#usable()
    const found = await keyOf(known, header, token)
    if (found !== undefined) return found
    // The issuer may have a new key since.
    if (!this.#mayTry()) throw unknownKey()
    const again = await keyOf(await this.#fetch(), header, token)
    if (again === undefined) throw unknownKey()
    return again
  }

  async #usable (): Promise<Known> {
    const known = this.#known
    if (known === undefined) return await this.#fetch()
    if (this.#ageOf(known) < this.#times.freshSeconds) return known
    const isUsable = this.#ageOf(known) < this.#times.staleSeconds
    if (isUsable && !this.#mayTry()) return known
    return await this.#fetch().catch((error: unknown) => {
      if (isUsable && isRekeyError(error, 'issuer/unavailable')) return known
      throw error
    })
  }

  #ageOf ({ fetchedAt }: Known): number {
    return (this.#clock() - fetchedAt) / 1000
  }

  #mayTry (): boolean {
    return this.#clock() - this.#triedAt >= this.#times.cooldownSeconds * 1000
  }

  /** Once, however many wait for it. */
  async #fetch (): Promise<Known> {
    this.#triedAt = this.#clock()
    this.#fetching ??= this.#fetchAnew().finally(() => { this.#fetching = undefined })
    return await this.#fetching
  }

  async #fetchAnew (): Promise<Known> {
    const at = this.#clock()
    const { issuer, jwks_uri: uri } = await this.#fetchJson(`${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`) as { issuer?: unknown, jwks_uri?: unknown }
    if (issuer !== this.#issuer) throw unavailable(this.#issuer, 'its discovery document names another issuer')
    if (typeof uri !== 'string' || !uri.startsWith('https://')) throw unavailable(this.#issuer, 'its discovery document names no https address of its keys')
    const set = await this.#fetchJson(uri)
    try {
      this.#known = { find: createLocalJWKSet(set as JSONWebKeySet), fetchedAt: at }
    } catch {
      throw unavailable(this.#issuer, 'what it gives is no set of keys')
    }
    return this.#known
  }
}

async function keyOf ({ find }: Known, ...asked: Parameters<JWTVerifyGetKey>): Promise<Awaited<ReturnType<JWTVerifyGetKey>> | undefined> {
  try {
    return await find(...asked)
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined
    throw error
  }
}

function unknownKey (): RekeyError {
  return refusal('kid', 'its issuer has no such key for that algorithm')
}

function unavailable (issuer: string, says: string): RekeyError {
  return new RekeyError('issuer/unavailable', `${issuer}: ${says}`)
}
