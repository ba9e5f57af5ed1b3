import { createHash } from 'node:crypto'
import { Writable } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { buildApp } from '../src/app.ts'
import type { Limits } from '../src/auth.ts'
import { defaultStreamLimits, type StreamLimits } from '../src/order-stream/streams.ts'
import { createLogger } from '../src/request-log.ts'
import { createWorld, memoryPorts, type World } from './memory-ports.ts'

export const token = 'a-token-for-tests-only'

export interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  /** The parsed body; it has those of the fields that its operation gives. */
  readonly body: Body
}

/** The fields that tests look at one by one. */
interface Body {
  readonly requestId: string
  readonly detail: string
  readonly field: string
  readonly hostKeys: string[]
  readonly rotations: unknown[]
  readonly items: Item[]
  readonly targets: Item[]
  readonly orders: Array<{ readonly credentials: string[] }>
  readonly next: string | null
  readonly counts: unknown
  readonly done: boolean
}

interface Item {
  readonly zone: string
  readonly id: string
  readonly host: string
  readonly number: number
  readonly shared: boolean
  readonly sharedWith: string[]
  readonly outcome: string
}

export interface TestApi {
  readonly world: World
  readonly app: FastifyInstance
  /** Everything that was logged so far. */
  readonly log: () => string
  get (url: string, headers?: Record<string, string>): Promise<Answer>
  post (url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  put (url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  delete (url: string, headers?: Record<string, string>): Promise<Answer>
  send (options: InjectOptions): Promise<Answer>
}

/** Whoever tests limits gives their own. */
const lavish: Limits = { caller: { perSecond: 1e6, burst: 1e6 }, address: { perSecond: 1e6, burst: 1e6 } }

/** The same app that the server listens on, over ports in memory. */
export async function startApi (world: World = createWorld(), limits: Limits = lavish, streamLimits: StreamLimits = defaultStreamLimits): Promise<TestApi> {
  const lines: string[] = []
  const sink = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done() } })
  const app = await buildApp({
    ports: memoryPorts(world),
    limits,
    streamLimits,
    tokenHash: createHash('sha256').update(token).digest('hex'),
    logger: createLogger('debug', sink)
  })
  const send = async (options: InjectOptions): Promise<Answer> => {
    const response = await app.inject(options)
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      get body () { return JSON.parse(response.body) as Body }
    }
  }
  const authorization = `Bearer ${token}`
  const write = async (method: 'POST' | 'PUT', url: string, body: unknown, headers: Record<string, string>): Promise<Answer> => await send({
    method, url, headers: { authorization, 'content-type': 'application/json', ...headers }, payload: typeof body === 'string' ? body : JSON.stringify(body)
  })
  return {
    world,
    app,
    log: () => lines.join(''),
    send,
    get: async (url, headers = {}) => await send({ method: 'GET', url, headers: { authorization, ...headers } }),
    delete: async (url, headers = {}) => await send({ method: 'DELETE', url, headers: { authorization, ...headers } }),
    post: async (url, body, headers = {}) => await write('POST', url, body, headers),
    put: async (url, body, headers = {}) => await write('PUT', url, body, headers)
  }
}
