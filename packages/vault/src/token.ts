import { readFile } from 'node:fs/promises'
import { RekeyError, Secret } from '@rekey/domain'

/** How to come by a token. Files are read anew at each login, so that a rotated secret id is taken up. */
export type VaultLogin =
  | { readonly method: 'approle', readonly roleIdFile: string, readonly secretIdFile: string }
  | { readonly method: 'userpass', readonly username: string, readonly password: Secret }
  /** A token that somebody else made and renews: for setting up, and for tests. */
  | { readonly method: 'token', readonly token: Secret }

/** What Vault says of a token; `ttlSeconds` 0: it never ends. */
export interface Grant {
  readonly token: Secret
  readonly ttlSeconds: number
  readonly renewable: boolean
}

/** @throws RekeyError `vault/unavailable` for an answer to a login that holds no token */
export function toGrant (answer: unknown): Grant {
  const auth = (answer as { auth?: { client_token?: unknown, lease_duration?: unknown, renewable?: unknown } } | undefined)?.auth
  if (typeof auth?.client_token !== 'string' || typeof auth.lease_duration !== 'number') {
    throw new RekeyError('vault/unavailable', 'Vault answered a login without a token')
  }
  return { token: Secret.of(auth.client_token), ttlSeconds: auth.lease_duration, renewable: auth.renewable === true }
}

/** The three calls that need or make a token. Each throws `vault/*`. */
export interface TokenCalls {
  login (mount: string, path: readonly string[], body: Record<string, string>): Promise<Grant>
  renew (token: Secret): Promise<Grant>
  revoke (token: Secret): Promise<void>
}

/** setTimeout takes a longer delay for 1 ms. */
const longestDelay = 2 ** 31 - 1

async function readCredential (file: string): Promise<string> {
  let text
  try {
    text = (await readFile(file, 'utf8')).trim()
  } catch {
    throw new RekeyError('config/invalid', `${file} can't be read`)
  }
  if (text === '') throw new RekeyError('config/invalid', `${file} is empty`)
  return text
}

async function logIn (login: VaultLogin, calls: TokenCalls): Promise<Grant> {
  switch (login.method) {
    case 'approle': return calls.login('approle', ['login'], {
      role_id: await readCredential(login.roleIdFile),
      secret_id: await readCredential(login.secretIdFile)
    })
    case 'userpass': return calls.login('userpass', ['login', login.username], { password: login.password.open() })
    case 'token': return { token: login.token, ttlSeconds: 0, renewable: false }
  }
}

/**
 * Keeps one token alive: logs in when it is first asked for, renews at half of the time that is left (give or take a tenth, so
 * that many workers don't come at once), and logs in anew when Vault no longer renews it or says that it is invalid.
 * node-vault's own renewal overflows on long lifetimes and renews without end.
 */
export class TokenKeeper {
  readonly #login: VaultLogin
  readonly #calls: TokenCalls
  #grant: Promise<Grant> | undefined
  #token: Secret | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor (login: VaultLogin, calls: TokenCalls) {
    this.#login = login
    this.#calls = calls
  }

  /** The present token; requests that come during a login share it. A failed login is tried again at the next call. */
  async token (): Promise<Secret> {
    if (this.#closed) throw new RekeyError('vault/unavailable', 'this Vault client is closed')
    this.#grant ??= this.#logIn()
    return (await this.#grant).token
  }

  /** Forgets a token that Vault called invalid, unless another request has done so already. */
  discard (token: Secret): void {
    if (this.#token === token) this.#forget()
  }

  /** Logs in for somebody else, who renews and revokes the token himself. */
  async handOut (): Promise<Grant> {
    const grant = await (this.#grant ?? this.#logIn())
    this.#closed = true
    this.#forget()
    clearTimeout(this.#timer)
    return grant
  }

  /** Revokes the token. A token handed in by somebody else is left alone. */
  async close (): Promise<void> {
    const current = this.#grant
    this.#closed = true
    this.#forget()
    clearTimeout(this.#timer)
    if (current === undefined || this.#login.method === 'token') return
    try {
      await this.#calls.revoke((await current).token)
    } catch {
      // Vault can't be reached: the token ends by its lifetime.
    }
  }

  async #logIn (): Promise<Grant> {
    try {
      const grant = await logIn(this.#login, this.#calls)
      this.#token = grant.token
      this.#schedule(grant, grant.ttlSeconds)
      return grant
    } catch (error) {
      this.#forget()
      throw error
    }
  }

  #forget (): void {
    this.#grant = undefined
    this.#token = undefined
  }

  #schedule (grant: Grant, inSeconds: number): void {
    clearTimeout(this.#timer)
    if (grant.ttlSeconds === 0 || this.#closed) return
    const delay = Math.max(inSeconds * 500 * (0.9 + 0.2 * Math.random()), 100)
    this.#timer = setTimeout(() => { this.#renew(grant, inSeconds).catch(() => undefined) }, Math.min(delay, longestDelay))
    this.#timer.unref()
  }

  async #renew (grant: Grant, ttlSeconds: number): Promise<void> {
    try {
      // What Vault grants shrinks when the token nears the end of its longest lifetime: a fresh login starts over.
      const renewed = grant.renewable ? await this.#calls.renew(grant.token) : undefined
      if (renewed !== undefined && renewed.ttlSeconds > grant.ttlSeconds / 2) {
        this.#schedule(grant, renewed.ttlSeconds)
        return
      }
    } catch (error) {
      if (error instanceof RekeyError && error.retry === 'later') {
        // Vault is away: half of what is left, until nothing is.
        if (ttlSeconds > 1) {
          this.#schedule(grant, ttlSeconds / 2)
          return
        }
      }
    }
    if (this.#closed) return
    this.#forget()
    await this.token().catch(() => undefined) // the next request tries again, and reports
  }
}
