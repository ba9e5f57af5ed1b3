import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as it came, its attributes as one object. */
export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  /** As OTLP counts: 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly links: ReadonlyArray<{ readonly traceId: string, readonly spanId: string }>
  readonly status: { readonly code: number, readonly message?: string }
  readonly attributes: Readonly<Record<string, unknown>>
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

interface Export {
  readonly resourceSpans: ReadonlyArray<{
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Omit<ReceivedSpan, 'service' | 'attributes' | 'links'> & { readonly attributes: readonly Attribute[], readonly links?: ReceivedSpan['links'] }> }>
  }>
}

/** An OpenTelemetry collector that keeps what it gets: OTLP as JSON over HTTP. */
export class Collector {
  /** What was sent, byte for byte. */
  readonly bodies: Buffer[] = []
  readonly spans: ReceivedSpan[] = []
  readonly url: string
  readonly #server
  /** `silent`: it takes connections and never answers. */
  mode: 'takes' | 'refuses' | 'silent' = 'takes'
  readonly #asked: string[] = []

  private constructor (server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => { this.#take(request, response).catch(() => { response.destroy() }) })
  }

  static async start (): Promise<Collector> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Collector(server)
  }

  /** What a service needs to send to it. */
  get settings (): Record<string, string> {
    return { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: this.url }
  }

  /** How often a service has sent something, whatever became of it. */
  askedBy (service: string): number {
    return this.#asked.filter((one) => one === service).length
  }

  async #take (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const spans = spansOf(JSON.parse(body) as Export)
    this.#asked.push(...spans.slice(0, 1).map(({ service }) => service))
    if (this.mode === 'silent') return
    if (this.mode === 'refuses' || request.method !== 'POST' || request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') {
      response.writeHead(400).end('no')
      return
    }
    this.bodies.push(Buffer.from(body))
    this.spans.push(...spans)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }

  async close (): Promise<void> {
    this.#server.closeAllConnections()
    await once(this.#server.close(), 'close')
  }
}

function spansOf ({ resourceSpans }: Export): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource.attributes)['service.name'])
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service, links: span.links ?? [], attributes: plain(span.attributes) })))
  })
}

function plain (attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
