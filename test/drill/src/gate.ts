import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What a way to a host does to what passes. */
export type Manner = 'well' | 'slow' | 'breaks'

/** Each chunk is late by so much, in milliseconds. */
const delay = 150
/** A connection is cut after so many bytes at most from the host: in the handshake, in a script, or when nearly all is said. */
const cutWithin = 9000
/** Of so many connections one is left alone. */
const spared = 3

/** A bad way to one host, on the host's own address. The inventory knows the host by this port; whoever looks from outside goes past it. */
export class Gate {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #manner: Manner = 'well'

  private constructor (server: Server, host: { readonly address: string, readonly port: number }) {
    this.#server = server
    this.port = (server.address() as AddressInfo).port
    let count = 0
    server.on('connection', (near) => {
      count += 1
      this.#join(near, connect({ host: host.address, port: host.port, noDelay: true }), this.#manner === 'breaks' && count % spared !== 0)
    })
  }

  static async open (host: { readonly address: string, readonly port: number }): Promise<Gate> {
    const server = createServer({ noDelay: true })
    await new Promise<void>((resolve) => server.listen(0, host.address, resolve))
    return new Gate(server, host)
  }

  /** From now on. */
  treat (manner: Manner): void {
    this.#manner = manner
  }

  async close (): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join (near: Socket, far: Socket, isCut: boolean): void {
    let left = isCut ? Math.floor(Math.random() * cutWithin) : Infinity
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.#sockets.add(from)
      from.on('error', () => {})
      from.on('close', () => {
        this.#sockets.delete(from)
        // After what is still on its way.
        setTimeout(() => to.destroy(), this.#manner === 'slow' ? 2 * delay : 0)
      })
      from.on('data', (chunk: Buffer) => {
        if (from === far) left -= chunk.length
        if (left < 0) near.destroy()
        else if (this.#manner === 'slow') setTimeout(() => { if (!to.destroyed) to.write(chunk) }, delay)
        else if (!to.destroyed) to.write(chunk)
      })
    }
  }
}
