import { readFile } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import type { Server, TLSSocket } from 'node:tls'
import { createServer } from 'node:tls'
import type { Stack } from '@rekey/local'
import { Stop } from './stop.ts'

/** A request as a worker sent it. */
export interface Passing {
  readonly method: string
  /** Without `/v1/`, as `rekey-production/data/credentials/…`. */
  readonly path: string
  readonly body: string
}

export type Matches = (passing: Passing) => boolean

/** The nth request from now on that matches. */
export function nth (count: number, matches: Matches): Matches {
  let seen = 0
  return (passing) => {
    if (matches(passing)) seen += 1
    return seen === count
  }
}

/**
 * A proxy in front of Vault that a test controls. It shows Vault's own certificate, so a worker that is told its address
 * can't tell the two apart. It reads HTTP by itself: Node's server does not know Vault's method LIST.
 */
export class VaultGate {
  readonly #server: Server
  readonly #upstream: string
  readonly #agent: Agent
  /** In their handshake, too: a worker knocks again while the gate is being closed. */
  readonly #sockets = new Set<Socket>()
  readonly #stops: Array<{ readonly when: 'before' | 'after', readonly matches: Matches, readonly stop: Stop }> = []
  /** Every request that Vault carried out, in order: one that lost a check-and-set is none. */
  readonly done: Passing[] = []
  /** Whether Vault is handed a request that was let go when its sender had given up or was dead: networks do that. */
  deliversLate = false

  private constructor (server: Server, upstream: string, agent: Agent) {
    this.#server = server
    this.#upstream = upstream
    this.#agent = agent
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    server.on('secureConnection', (socket) => this.#serve(socket))
  }

  static async open (stack: Stack): Promise<VaultGate> {
    const [cert, key, ca] = await Promise.all(['vault.pem', 'vault-key.pem', 'ca.pem'].map(async (file) => await readFile(join(stack.dir, 'tls', file), 'utf8')))
    const server = createServer({ cert, key, noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new VaultGate(server, stack.vault.address, new Agent({ ca, keepAlive: true }))
  }

  get address (): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Stops the first request from now on that matches: before Vault sees it, or once Vault did it and before the worker hears so. */
  stop (when: 'before' | 'after', matches: Matches): Stop {
    const stop = new Stop()
    this.#stops.push({ when, matches, stop })
    return stop
  }

  async close (): Promise<void> {
    for (const { stop } of this.#stops) stop.release()
    this.#agent.destroy()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve (socket: TLSSocket): void {
    let received = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const found = readRequest(received)
      if (found === undefined) return
      // A client has one request on its way at a time.
      received = Buffer.alloc(0)
      this.#pass(found, socket).catch(() => socket.destroy())
    })
  }

  async #pass (incoming: Incoming, socket: TLSSocket): Promise<void> {
    const passing: Passing = { method: incoming.method, path: incoming.url.replace(/^\/v1\//, ''), body: incoming.body.toString() }
    const index = this.#stops.findIndex(({ matches, stop }) => !stop.isReleased && matches(passing))
    const [found] = index === -1 ? [] : this.#stops.splice(index, 1)
    if (found?.when === 'before') {
      await found.stop.wait()
      if (socket.destroyed && !this.deliversLate) return
    }
    const { status, body } = await this.#ask(incoming)
    if (status >= 200 && status < 300) this.done.push(passing)
    if (found?.when === 'after') await found.stop.wait()
    const head = `HTTP/1.1 ${status} ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    if (!socket.destroyed) socket.write(Buffer.concat([Buffer.from(head), body]))
  }

  async #ask ({ method, url, headers, body }: Incoming): Promise<{ status: number, body: Buffer }> {
    return await new Promise((resolve, reject) => {
      const outgoing = request(new URL(url, this.#upstream), { method, agent: this.#agent, headers: { ...headers, 'content-length': body.length } }, (reply) => {
        const parts: Buffer[] = []
        reply.on('data', (part: Buffer) => parts.push(part))
        reply.on('error', reject)
        reply.on('end', () => resolve({ status: reply.statusCode ?? 502, body: Buffer.concat(parts) }))
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

interface Incoming {
  readonly method: string
  readonly url: string
  /** Those that mean something to Vault. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** @returns nothing while a part is missing */
function readRequest (received: Buffer): Incoming | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString().split('\r\n')
  const [method = '', url = ''] = first.split(' ')
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const body = received.subarray(end + 4)
  // Without a length it is Node's way to say that there is no body: one empty chunk.
  if (body.length < Number(headers.get('content-length') ?? 0)) return undefined
  const isChunked = headers.get('transfer-encoding') === 'chunked'
  if (isChunked && body.toString() !== '0\r\n\r\n') return undefined
  const meant = ['x-vault-token', 'content-type'].filter((name) => headers.has(name)).map((name) => [name, headers.get(name) ?? ''])
  return { method, url, headers: Object.fromEntries(meant) as Record<string, string>, body: isChunked ? Buffer.alloc(0) : body }
}
