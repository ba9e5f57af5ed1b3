import { createHash } from 'node:crypto'
import { Writable } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { buildApp } from '../src/app.ts'
import type { Limits } from '../src/auth.ts'
import { defaultStreamLimits, type StreamLimits } from '../src/event-stream/streams.ts'
import type { ApiPorts } from '../src/inventory-port.ts'
import { createLogger } from '@rekey/http/service'
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
  readonly status: string
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

/** Whose app it is now: where its ports lead, and where its log goes. */
interface Turn {
  ports: ApiPorts
  world: World
  lines: string[]
}

let shared: Promise<{ readonly app: FastifyInstance, readonly turn: Turn }> | undefined

/**
 * The same app that the server listens on, over ports in memory. To build one takes longer than most tests: those that bring nothing of
 * their own have the same one, each over a world of its own. Whoever listens or closes brings a world.
 */
export async function startApi (world?: World, limits?: Limits, streamLimits?: StreamLimits): Promise<TestApi> {
  if (world !== undefined) {
    const turn = { ports: memoryPorts(world), world, lines: [] }
    return apiOf(await build(turn, limits, streamLimits), world, turn.lines)
  }
  shared ??= (async () => {
    const world = createWorld()
    const turn: Turn = { ports: memoryPorts(world), world, lines: [] }
    return { app: await build(turn), turn }
  })()
  const { app, turn } = await shared
  const fresh = createWorld()
  turn.ports = memoryPorts(fresh)
  turn.world = fresh
  turn.lines = []
  return apiOf(app, fresh, turn.lines)
}

async function build (turn: Turn, limits: Limits = lavish, streamLimits: StreamLimits = defaultStreamLimits): Promise<FastifyInstance> {
  const sink = new Writable({ write (chunk: Buffer, _encoding, done) { turn.lines.push(chunk.toString()); done() } })
  return await buildApp({
    ports: portsIn(turn),
    limits,
    streamLimits,
    adminToken: () => ({ hash: createHash('sha256').update(token).digest('hex'), endsAt: turn.world.adminEndsAt }),
    logger: createLogger('api', 'debug', sink)
  })
}

function portsIn (turn: Turn): ApiPorts {
  return {
    get zones () { return turn.ports.zones },
    get inventory () { return turn.ports.inventory },
    get auditLogs () { return turn.ports.auditLogs },
    get sign () { return turn.ports.sign },
    get audit () { return turn.ports.audit },
    get queueReady () { return turn.ports.queueReady },
    get resolve () { return turn.ports.resolve },
    now: () => turn.ports.now(),
    tokens: {
      find: async id => await turn.ports.tokens.find(id),
      all: async () => await turn.ports.tokens.all(),
      save: async (value, version) => { await turn.ports.tokens.save(value, version) },
      erase: async id => { await turn.ports.tokens.erase(id) }
    }
  }
}

function apiOf (app: FastifyInstance, world: World, lines: readonly string[]): TestApi {
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
