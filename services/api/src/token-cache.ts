import type { ApiToken } from '@rekey/domain'
import type { TokenStore } from './token-port.ts'

/**
 * How long a document is believed, from when it was asked for. A request that comes later than this after a revocation
 * stands on a document that was asked for after it, in every process.
 */
const freshMs = 500
const mostTokens = 1000

interface Entry {
  readonly token: ApiToken
  readonly askedAt: number
}

/** The tokens that were seen last. Only those of real callers are kept, so guesses take nobody's place. */
export class TokenCache {
  readonly #store: Pick<TokenStore, 'find'>
  readonly #entries = new Map<string, Entry>()
  readonly #reading = new Map<string, { readonly askedAt: number, readonly token: Promise<ApiToken | undefined> }>()

  constructor (store: Pick<TokenStore, 'find'>) {
    this.#store = store
  }

  /** As it was read last. Unless it is fresh it lets nobody in. */
  last (id: string): { readonly token: ApiToken, readonly isFresh: boolean } | undefined {
    const entry = this.#entries.get(id)
    return entry && { token: entry.token, isFresh: isFresh(entry) }
  }

  /** Reads it, together with others who do so in these moments. */
  async refresh (id: string): Promise<ApiToken | undefined> {
    const running = this.#reading.get(id)
    return await (running !== undefined && isFresh(running) ? running.token : this.read(id))
  }

  /** Reads it anew. */
  async read (id: string): Promise<ApiToken | undefined> {
    const reading = { askedAt: performance.now(), token: this.#store.find(id).then(found => found?.value) }
    this.#reading.set(id, reading)
    try {
      const token = await reading.token
      // What was forgotten or asked for again in the meantime counts more than this.
      if (this.#reading.get(id) === reading) this.#keep(id, token, reading.askedAt)
      return token
    } finally {
      if (this.#reading.get(id) === reading) this.#reading.delete(id)
    }
  }

  /** For whoever has just changed it. */
  forget (id: string): void {
    this.#entries.delete(id)
    this.#reading.delete(id)
  }

  #keep (id: string, token: ApiToken | undefined, askedAt: number): void {
    this.#entries.delete(id)
    if (token === undefined) return
    this.#entries.set(id, { token, askedAt })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > mostTokens && oldest !== undefined) this.#entries.delete(oldest)
  }
}

export function isFresh ({ askedAt }: { readonly askedAt: number }): boolean {
  return performance.now() - askedAt < freshMs
}
