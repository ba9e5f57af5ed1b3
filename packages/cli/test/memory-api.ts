import type { ApiAnswer, ApiConnection, ApiStream } from '@rekey/client'
import { RekeyError } from '@rekey/domain'
import { MemoryTokens } from './memory-tokens.ts'

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** An API in memory, as far as an import sees it. That it is like the real one is shown by test/integration/import.test.ts. */
export class MemoryApi implements ApiConnection {
  readonly hosts = new Map<string, Record<string, unknown>>()
  readonly credentials = new Map<string, Record<string, unknown>>()
  readonly tokens = new MemoryTokens()
  /** Requests that wrote. */
  writes = 0
  closed = 0
  /** What the next writes are answered with, before the usual. */
  readonly trouble: Array<RekeyError | undefined> = []
  /** So that an import has to look at more than one page. */
  readonly pageSize = 2

  /** Answers to `GET /v1/orders` and the like, one after the other; the last one stays. */
  readonly answers = new Map<string, Array<Answer | RekeyError>>()
  /** What was asked of those, with the bodies and headers that were sent. */
  readonly asked: string[] = []
  readonly bodies: unknown[] = []
  readonly headers: unknown[] = []

  readonly send = async (method: string, path: string, body?: unknown, headers?: unknown): Promise<ApiAnswer> => {
    await Promise.resolve()
    const [known] = path.split('?')
    const answers = this.answers.get(`${method} ${known ?? ''}`)
    if (answers !== undefined) {
      this.asked.push(`${method} ${path}`)
      if (method === 'POST') this.bodies.push(body)
      if (method === 'POST') this.headers.push(headers)
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer instanceof Error) throw answer
      if (answer !== undefined) return { headers: {}, ...answer }
    }
    return { headers: {}, ...this.#answer(method, path, body) }
  }

  /** What streams tell, one after the other: events, and an error where it breaks off. One that is left out goes on for ever. */
  readonly streams: Array<ReadonlyArray<object | RekeyError> | Answer> = []
  /** With which `Last-Event-ID` they were asked for. */
  readonly seen: Array<string | undefined> = []

  readonly stream = async (path: string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<ApiStream> => {
    await Promise.resolve()
    this.asked.push(`GET ${path}`)
    this.seen.push(headers['last-event-id'])
    const told = this.streams.shift()
    if (told !== undefined && 'status' in told) return { status: told.status, text: textOf([JSON.stringify(told.body)]) }
    return { status: 200, text: textOf(told?.map((event, at) => event instanceof Error ? event : asEvent(event, at)), signal) }
  }

  readonly close = (): void => { this.closed += 1 }

  #answer (method: string, path: string, body: unknown): Answer {
    if (path.startsWith('/v1/tokens')) return this.tokens.answer(method, path, body as Record<string, unknown> | undefined)
    return method === 'GET' ? this.#list(new URL(path, 'https://api')) : this.#write(path, body as Record<string, string>)
  }

  #list ({ pathname, searchParams }: URL): Answer {
    const zone = searchParams.get('zone') ?? ''
    if (zone === 'staging') return problem(404, 'zone/unknown', 'zone: no such zone; there are production, backup')
    const all: Array<Record<string, unknown>> = [...(pathname === '/v1/hosts' ? this.hosts : this.credentials).values()].filter(item => item.zone === zone).map(item => ({ via: null, ...item }))
    const from = Number(searchParams.get('cursor') ?? 0)
    const next = from + this.pageSize < all.length ? String(from + this.pageSize) : null
    return { status: 200, body: { items: all.slice(from, from + this.pageSize), next } }
  }

  #write (path: string, body: Record<string, string>): Answer {
    const trouble = this.trouble.shift()
    if (trouble?.code === 'api/unavailable') throw trouble
    if (trouble !== undefined) return problem(422, trouble.code, trouble.message, String(trouble.detail.field))
    this.writes += 1
    if (path === '/v1/hosts') {
      this.hosts.set(`${body.zone ?? ''}/${body.id ?? ''}`, { hostKeys: [], ...body })
      return { status: 201, body: {} }
    }
    this.credentials.set(`${body.zone ?? ''}/${body.host ?? ''}/${body.account ?? ''}/${body.name ?? ''}`, { ...body, status: 'adopting' })
    return { status: 202, body: {} }
  }
}

function problem (status: number, code: string, detail: string, field?: string): Answer {
  return { status, body: { code, detail, field } }
}

function asEvent (event: object, at: number): string {
  const { event: name, data } = event as { event: string, data: object }
  return `event: ${name}\nid: seen-${at}\ndata: ${JSON.stringify(data)}\n\n`
}

async function * textOf (parts: ReadonlyArray<string | Error> | undefined, signal?: AbortSignal): AsyncIterable<string> {
  for (const part of parts ?? []) {
    if (part instanceof Error) throw part
    // In two pieces, as a wire may deliver them.
    yield part.slice(0, 9)
    yield part.slice(9)
  }
  if (parts === undefined) await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => { reject(new RekeyError('api/unavailable', 'aborted')) }))
}
