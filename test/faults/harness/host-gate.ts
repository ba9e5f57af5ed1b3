import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { Stop } from './stop.ts'

/** Whose bytes: the worker's on their way to the host, or the host's on their way back. */
export type Direction = 'client' | 'host'

interface Hold {
  readonly direction: Direction
  /** It begins when the worker has sent so many bytes more. */
  begins: number
  readonly stop: Stop
  readonly kept: Buffer[]
}

/**
 * A proxy in front of one host's sshd that a test controls. The inventory knows the host by the gate's port.
 * It sees no plain text, but can tell by their number which bytes go by: a script is longer than all else that is said.
 */
export class HostGate {
  readonly address: string
  readonly port: number
  readonly #server: Server
  readonly #stops: Array<{ nth: number, readonly stop: Stop }> = []
  /** Every connection since the gate was opened. */
  readonly connections: GateConnection[] = []

  private constructor (server: Server, host: { address: string, port: number }) {
    this.#server = server
    this.address = host.address
    this.port = (server.address() as AddressInfo).port
    server.on('connection', (near) => { this.#pass(near, host).catch(() => near.destroy()) })
  }

  /** On the host's own address, and a free port. */
  static async open (host: { address: string, port: number }): Promise<HostGate> {
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, host.address, resolve))
    return new HostGate(server, host)
  }

  get newest (): GateConnection {
    const newest = this.connections.at(-1)
    if (newest === undefined) throw new Error('nobody has connected to this gate yet')
    return newest
  }

  /** Keeps the nth connection from now on from reaching the host. */
  stopConnection (nth = 1): Stop {
    const stop = new Stop()
    this.#stops.push({ nth, stop })
    return stop
  }

  /** Ends all connections and takes none any more, as the port of a host that is off. */
  async shut (): Promise<void> {
    for (const connection of this.connections) connection.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Listens again where it did before. */
  async reopen (): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, this.address, resolve))
  }

  async close (): Promise<void> {
    for (const { stop } of this.#stops) stop.release()
    await this.shut()
  }

  async #pass (near: Socket, host: { address: string, port: number }): Promise<void> {
    const connection = new GateConnection(near)
    this.connections.push(connection)
    for (const one of this.#stops) one.nth -= 1
    const found = this.#stops.find(({ nth, stop }) => nth === 0 && !stop.isReleased)
    if (found !== undefined) await found.stop.wait()
    if (!near.destroyed) connection.join(connect({ host: host.address, port: host.port, noDelay: true }))
  }
}

/** One connection through a gate. */
export class GateConnection {
  readonly #near: Socket
  #far: Socket | undefined
  #sent = 0
  #hold: Hold | undefined

  constructor (near: Socket) {
    this.#near = near
    near.on('error', () => {})
    near.on('close', () => this.#far?.destroy())
  }

  /** Bytes that the worker has sent so far, kept ones included. */
  get sent (): number {
    return this.#sent
  }

  join (far: Socket): void {
    this.#far = far
    far.on('error', () => {})
    far.on('close', () => this.#near.destroy())
    far.on('data', (chunk: Buffer) => this.#pass('host', chunk, this.#near))
    this.#near.on('data', (chunk: Buffer) => {
      const room = (this.#hold?.begins ?? 0) - this.#sent
      this.#sent += chunk.length
      // A chunk in which the hold begins is cut in two there.
      const passes = this.#hold !== undefined && room > 0 && room < chunk.length ? room : 0
      if (passes > 0) far.write(chunk.subarray(0, passes))
      this.#pass('client', chunk.subarray(passes), far)
    })
  }

  /** Keeps the bytes of one direction, once the worker has sent `after` bytes more. Reached with the first byte that is kept. */
  hold (direction: Direction, after = 0): Stop {
    const hold: Hold = { direction, begins: this.#sent + after, stop: new Stop(), kept: [] }
    this.#hold = hold
    hold.stop.released.then(() => {
      if (this.#hold === hold) this.#hold = undefined
      const to = direction === 'client' ? this.#far : this.#near
      if (to?.destroyed === false) to.write(Buffer.concat(hold.kept))
    }, () => {})
    return hold.stop
  }

  /** Ends it for both sides. */
  cut (): void {
    this.#near.destroy()
    this.#far?.destroy()
  }

  #pass (direction: Direction, chunk: Buffer, to: Socket): void {
    const hold = this.#hold
    if (hold?.direction !== direction || hold.stop.isReleased || this.#sent <= hold.begins) {
      to.write(chunk)
      return
    }
    hold.kept.push(chunk)
    hold.stop.wait().catch(() => {})
  }
}
