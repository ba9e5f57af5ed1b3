import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { RekeyError } from '@rekey/domain'

export interface ApiReply<T = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: T
}

/** A caller of the stack's API, with the admin token and the stack's own CA: for the demo, tests and benches. */
export class ApiClient {
  readonly #url: string
  readonly #agent: Agent
  readonly #token: string

  constructor (url: string, ca: string, token: string) {
    this.#url = url
    // The API closes what was idle for ten seconds: a request must not meet that.
    this.#agent = new Agent({ ca, keepAlive: true, timeout: 5000 })
    this.#token = token
  }

  static async of (stack: { readonly caFile: string, readonly api: { readonly url: string, readonly tokenFile: string } }): Promise<ApiClient> {
    const [ca, token] = await Promise.all([readFile(stack.caFile, 'utf8'), readFile(stack.api.tokenFile, 'utf8')])
    return new ApiClient(stack.api.url, ca, token.trim())
  }

  /** The answer, whatever its status. A body that is no JSON comes as text. */
  async call<T = unknown> (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiReply<T>> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    return await new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, this.#url), {
        method,
        agent: this.#agent,
        timeout: 30_000,
        headers: { authorization: `Bearer ${this.#token}`, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
      }, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(text) as T })
        })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')))
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  /** The body of a 2xx answer. @throws RekeyError `input/invalid` that tells what the API said */
  async must<T> (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T> {
    const reply = await this.call<T>(method, path, body, headers)
    if (reply.status >= 200 && reply.status < 300) return reply.body
    const problem = reply.body as { title?: string, detail?: string }
    throw new RekeyError('input/invalid', `${method} ${path}: ${reply.status} ${problem.detail ?? problem.title ?? ''}`)
  }

  /** Every item of a list, page by page. */
  async all<T> (path: string): Promise<T[]> {
    const items: T[] = []
    let cursor: string | null = null
    do {
      const at = new URL(path, this.#url)
      if (cursor !== null) at.searchParams.set('cursor', cursor)
      const page: { items: T[], next?: string | null } = await this.must('GET', at.pathname + at.search)
      items.push(...page.items)
      cursor = page.next ?? null
    } while (cursor !== null)
    return items
  }

  close (): void {
    this.#agent.destroy()
  }
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
