import { errorCatalogue, RekeyError, type CredentialKind, type CredentialName, type ErrorCode, type Secret } from '@rekey/domain'
import { wayOf, type ImportTarget, type InventoryHost, type KnownCredential, type KnownHost } from '@rekey/inventory'

export type Method = 'GET' | 'POST' | 'DELETE'

/** Sends one request to the API. */
export interface ApiConnection {
  /** @throws RekeyError `api/unavailable` */
  readonly send: (method: Method, path: string, body?: unknown) => Promise<{ readonly status: number, readonly body: unknown }>
  readonly close: () => void
}

/** An import's way into the API. Each call may throw what the API refuses with, and `api/unavailable`. */
export class Api implements ImportTarget {
  readonly #connection: ApiConnection

  constructor (connection: ApiConnection) {
    this.#connection = connection
  }

  async hosts (zone: string): Promise<KnownHost[]> {
    return await all(this.#connection, `/v1/hosts?zone=${zone}&limit=1000`)
  }

  async credentials (zone: string): Promise<KnownCredential[]> {
    return await all(this.#connection, `/v1/credentials?zone=${zone}&limit=1000`)
  }

  async createHost (host: InventoryHost, observe: boolean): Promise<void> {
    const { zone, id, address, port, labels, trust, legacyAlgorithms } = host
    await must(this.#connection, 'POST', '/v1/hosts', { zone, id, address, port, labels, observe, legacyAlgorithms, ...wayOf(host), ...trust.mode === 'pinned' ? { hostKeys: trust.keys } : { trustOnFirstUse: true } })
  }

  async adopt (credential: CredentialName, kind: CredentialKind, secret: Secret, observe: boolean): Promise<void> {
    await must(this.#connection, 'POST', '/v1/credentials', { ...credential, observe, [kind === 'password' ? 'password' : 'privateKey']: secret.open() })
  }
}

/** The body of a good answer. @throws RekeyError as the API refuses, or `api/unavailable` */
export async function must (connection: ApiConnection, method: Method, path: string, body?: unknown): Promise<unknown> {
  const answer = await connection.send(method, path, body)
  if (answer.status >= 200 && answer.status < 300) return answer.body
  const { code, detail, field } = (answer.body ?? {}) as { code?: unknown, detail?: unknown, field?: unknown }
  if (typeof code !== 'string' || !Object.hasOwn(errorCatalogue, code) || typeof detail !== 'string') throw notOurs()
  throw new RekeyError(code as ErrorCode, detail, typeof field === 'string' ? { field } : {})
}

/** Every item of a list, page by page. @param path with a query */
export async function all<T> (connection: ApiConnection, path: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page = await must(connection, 'GET', cursor === null ? path : `${path}&cursor=${encodeURIComponent(cursor)}`) as { items?: T[], next?: string | null } | undefined
    if (!Array.isArray(page?.items)) throw notOurs()
    items.push(...page.items)
    cursor = page.next ?? null
  } while (cursor !== null)
  return items
}

/** For an answer of another shape. */
export function notOurs (): RekeyError {
  return new RekeyError('api/unavailable', 'what answers at that address is not Rekey\'s API')
}
