import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import { Compile } from 'typebox/schema'
import type { Validator } from 'typebox/schema'
import type { Role } from '@rekey/domain'
import { eventsIn } from '../../services/api/test/watcher.ts'

export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: T
}

export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly field?: string
}

export interface Outgoing {
  /** Sent as JSON; a text goes out as it is. */
  readonly body?: unknown
  /** `undefined` takes a header away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, {
    readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
    readonly security: ReadonlyArray<{ readonly token?: readonly Role[] }>
    readonly 'x-rekey-zone'?: string
    readonly parameters?: ReadonlyArray<{ readonly in: string, readonly name: string }>
    readonly requestBody?: unknown
  }>>>>
}

export interface Operation {
  /** `GET /v1/orders/{zone}/{number}` */
  readonly name: string
  readonly method: string
  readonly path: RegExp
  /** Undefined: it is open to anybody. */
  readonly role: Role | undefined
  /** Where a request names its zone. */
  readonly zone: string | undefined
  /** The headers that it takes. */
  readonly headers: readonly string[]
  /** Whether two requests can differ: it has parameters or a body. */
  readonly isVaried: boolean
  /** By status, then media type. Made when it is asked for first: few suites see many of them, and all together take a second. */
  readonly answers: ReadonlyMap<string, () => Validator>
}

/** A caller of a stack's API over TLS that holds every answer against the API's own OpenAPI document. */
export class DocumentedApi {
  readonly operations: readonly Operation[]
  /** The operations that were asked, each with the statuses that it answered. */
  readonly seen = new Map<string, Set<number>>()
  readonly #wire: Wire
  readonly #problem: () => Validator

  private constructor (wire: Wire, document: Document) {
    this.#wire = wire
    this.operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, { responses, security, 'x-rekey-zone': zone, parameters = [], requestBody }]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      role: security[0]?.token?.[0],
      zone,
      headers: parameters.filter(one => one.in === 'header').map(({ name }) => name.toLowerCase()),
      isVaried: parameters.length > 0 || requestBody !== undefined,
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      answers: new Map(Object.entries(responses).flatMap(([status, { content = {} }]) =>
        Object.entries(content).map(([type, { schema }]) => [`${status} ${type}`, once(() => Compile(schema))] as const)))
    })))
    const problem = this.operations.flatMap(({ answers }) => [...answers]).find(([answer]) => answer.endsWith('application/problem+json'))
    if (problem === undefined) throw new Error('the document describes no problem')
    this.#problem = problem[1]
  }

  /** @param localAddress of this machine, for a caller from elsewhere */
  static async of (stack: { readonly caFile: string, readonly api: { readonly url: string, readonly tokenFile: string } }, localAddress?: string): Promise<DocumentedApi> {
    const [ca, token] = await Promise.all([readFile(stack.caFile, 'utf8'), readFile(stack.api.tokenFile, 'utf8')])
    const wire = new Wire(stack.api.url, ca, token.trim(), localAddress)
    return new DocumentedApi(wire, (await wire.send<Document>('GET', '/openapi.json')).body)
  }

  /** @throws Error for an answer that the document does not describe; for an operation that it does not list, one that is no problem */
  async send<T = Problem> (method: string, path: string, outgoing: Outgoing = {}): Promise<Answer<T>> {
    const answer = await this.#wire.send<T>(method, path, outgoing)
    const type = String(answer.headers['content-type']).split(';')[0] ?? ''
    const operation = this.operations.find(one => one.method === method && one.path.test(path.split('?')[0] ?? ''))
    const known = operation === undefined
      ? (type === 'application/problem+json' && [401, 404, 405].includes(answer.status) ? this.#problem : undefined)
      : operation.answers.get(`${answer.status} ${type}`)
    const what = `${method} ${path.slice(0, 100)} answered ${answer.status} ${type}`
    if (known === undefined) throw new Error(`${what}, which is not documented: ${JSON.stringify(answer.body)}`)
    if (!known().Check(answer.body)) throw new Error(`${what}, not of the documented shape: ${JSON.stringify(known().Errors(answer.body)[1])}`)
    if (operation !== undefined) this.seen.set(operation.name, (this.seen.get(operation.name) ?? new Set()).add(answer.status))
    return answer
  }

  async get<T = Problem> (path: string): Promise<Answer<T>> {
    return await this.send<T>('GET', path)
  }

  async post<T = Problem> (path: string, body: unknown, headers: Outgoing['headers'] = {}): Promise<Answer<T>> {
    return await this.send<T>('POST', path, { body, headers })
  }

  /** The pages of a list. @param query without `limit` and `cursor` */
  async pages<T> (path: string, limit = 1000, query = ''): Promise<T[][]> {
    const pages: T[][] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { status, body }: Answer<{ items: T[], next: string | null }> = await this.get(`${path}?limit=${limit}${query}${cursor === '' ? '' : `&cursor=${cursor}`}`)
      if (status !== 200) throw new Error(`${path} answered ${status}`)
      pages.push(body.items)
      cursor = body.next
    }
    return pages
  }

  /** Everything that the API has lists of. */
  async everything (): Promise<Record<'hosts' | 'credentials' | 'orders', Array<Record<string, unknown>>>> {
    const list = async (path: string) => (await this.pages<Record<string, unknown>>(path)).flat()
    return { hosts: await list('/v1/hosts'), credentials: await list('/v1/credentials'), orders: await list('/v1/orders') }
  }

  close (): void {
    this.#wire.close()
  }
}

function once<T> (make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

class Wire {
  readonly #url: string
  readonly #agent: Agent
  readonly #token: string

  constructor (url: string, ca: string, token: string, localAddress?: string) {
    this.#url = url
    this.#agent = new Agent({ ca, keepAlive: true, timeout: 5000, ...localAddress === undefined ? {} : { localAddress } })
    this.#token = token
  }

  async send<T> (method: string, path: string, { body, headers = {} }: Outgoing = {}): Promise<Answer<T>> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const all: Record<string, string | undefined> = { authorization: `Bearer ${this.#token}`, ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
    return await new Promise((resolve, reject) => {
      // As an option, the path stays as it is: a URL would be tidied.
      const outgoing = request(this.#url, {
        method,
        path,
        agent: this.#agent,
        timeout: 30_000,
        headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
      }, incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          if (incoming.headers['content-type']?.startsWith('text/event-stream') !== true) return
          // Of a stream that may never end, the first event is the answer.
          const [event] = eventsIn(Buffer.concat(chunks).toString())
          if (event === undefined) return
          incoming.removeAllListeners('error').on('error', () => {})
          outgoing.destroy()
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: event as T })
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as T })
        })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 30 s')))
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }

  close (): void {
    this.#agent.destroy()
  }
}
