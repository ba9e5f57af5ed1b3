import { readFile } from 'node:fs/promises'
import { connectHttps } from '@rekey/client'
import type { ApiConnection, Method } from '@rekey/client'
import { RekeyError, Secret } from '@rekey/domain'

export interface ApiReply<T = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: T
}

/** A caller of the stack's API, with the admin token and the stack's own CA: for the demo, tests and benches, which also ask what no client would. */
export class ApiClient {
  readonly #connection: ApiConnection

  constructor (connection: ApiConnection) {
    this.#connection = connection
  }

  static async of (stack: { readonly caFile: string, readonly api: { readonly url: string, readonly tokenFile: string } }): Promise<ApiClient> {
    const [ca, token] = await Promise.all([readFile(stack.caFile, 'utf8'), readFile(stack.api.tokenFile, 'utf8')])
    return new ApiClient(connectHttps({ url: stack.api.url, ca, token: Secret.of(token.trim()) }))
  }

  /** The answer, whatever its status. @throws RekeyError `api/unavailable` */
  async call<T = unknown> (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiReply<T>> {
    return await this.#connection.send(method, path, body, headers) as ApiReply<T>
  }

  /** The body of a 2xx answer. @throws RekeyError `input/invalid` that tells what the API said */
  async must<T> (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<T> {
    const reply = await this.call<T>(method, path, body, headers)
    if (reply.status >= 200 && reply.status < 300) return reply.body
    const problem = (reply.body ?? {}) as { title?: string, detail?: string }
    throw new RekeyError('input/invalid', `${method} ${path}: ${reply.status} ${problem.detail ?? problem.title ?? ''}`)
  }

  /** Every item of a list, page by page. */
  async all<T> (path: string): Promise<T[]> {
    const items: T[] = []
    let cursor: string | null = null
    do {
      const at = cursor === null ? path : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`
      const page: { items: T[], next?: string | null } = await this.must('GET', at)
      items.push(...page.items)
      cursor = page.next ?? null
    } while (cursor !== null)
    return items
  }

  close (): void {
    this.#connection.close()
  }
}
