import { RekeyError, isRekeyError } from '@rekey/domain'
import type { ClientChannel } from 'ssh2'
import type { Connection } from './connection.ts'
import { atJumpHost, jumpFailure, lostThrough } from './jump-failures.ts'
import { Tunnel } from './tunnel.ts'

/** What the jump host's own protocol adds to each piece that comes out of a tunnel, in bytes: 64 at most, and some room. */
const aroundEach = 128
/** What a jump host may say beside that each time a tunnel is opened. */
const saidBeside = 128 * 1024

/** One login on a jump host, shared by all who pass through. It ends when nobody has for a while. */
export class JumpLink {
  readonly #host: string
  readonly #connection: Connection
  readonly #idleMs: number
  readonly #tunnels = new Set<Tunnel>()
  #opening = 0
  #idle: NodeJS.Timeout | undefined

  constructor (host: string, connection: Connection, idleMs: number) {
    this.#host = host
    this.#connection = connection
    this.#idleMs = idleMs
    this.#restWhenUnused()
    connection.whenOver((why) => {
      clearTimeout(this.#idle)
      for (const tunnel of this.#tunnels) tunnel.destroy(lostThrough(host, why))
    })
  }

  /** Why nobody passes through any more. */
  get failure (): RekeyError | undefined {
    return this.#connection.failure
  }

  whenOver (tell: () => void): void {
    this.#connection.whenOver(tell)
  }

  /**
   * Lets the jump host connect to an address. One that takes too long does not end the link: others pass through it.
   * @throws RekeyError `ssh/unreachable`
   */
  async open ({ address, port }: { address: string, port: number }, timeoutMs: number): Promise<Tunnel> {
    const where = `${address} port ${port}`
    this.#opening += 1
    let timer: NodeJS.Timeout | undefined
    let forget = (): void => {}
    try {
      this.#connection.allow(saidBeside)
      return await new Promise((resolve, reject) => {
        let isLate = false
        timer = setTimeout(() => {
          isLate = true
          reject(new RekeyError('ssh/unreachable', `${where} did not answer the jump host ${this.#host} in time`))
        }, timeoutMs)
        forget = this.#connection.whenOver((why) => reject(atJumpHost(this.#host, why)))
        this.#forward(address, port, (refusal, channel) => {
          if (channel === undefined) reject(this.#refused(where, refusal))
          else if (isLate) channel.close()
          else resolve(this.#keep(channel))
        })
      })
    } finally {
      clearTimeout(timer)
      forget()
      this.#opening -= 1
      this.#restWhenUnused()
    }
  }

  /**
   * Who was waited for in vain: the jump host, if it does not answer itself; then nobody should come to this link any more.
   * @returns the error, of the jump host if it is to blame
   */
  async blame (error: unknown, timeoutMs: number): Promise<unknown> {
    if (!isRekeyError(error, 'ssh/timeout') || await this.#connection.isAnswered(timeoutMs) || this.failure === undefined) return error
    return atJumpHost(this.#host, this.failure)
  }

  async close (): Promise<void> {
    await this.#connection.close()
  }

  /** Answers once, also when the connection ends before the jump host does. */
  #forward (address: string, port: number, answer: (refusal: unknown, channel?: ClientChannel) => void): void {
    try {
      this.#connection.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => {
        if (error === undefined) answer(undefined, channel)
        else answer((error as { reason?: unknown }).reason)
      })
    } catch {
      answer(undefined)
    }
  }

  /** By reason code (RFC 4254, section 5.1): the host's own words could be anything. */
  #refused (where: string, reason: unknown): RekeyError {
    if (reason === 2) return new RekeyError('ssh/unreachable', `${where} can't be reached from the jump host ${this.#host}: nothing listens there, or there is no route`)
    return reason === 1
      ? jumpFailure(this.#host, `lets nobody through to ${where}: look at AllowTcpForwarding, DisableForwarding and PermitOpen in its sshd_config, and at the options of its key (restrict, permitopen)`)
      : jumpFailure(this.#host, `did not open a connection to ${where}`)
  }

  #keep (channel: ClientChannel): Tunnel {
    const tunnel = new Tunnel(channel, (bytes) => this.#connection.allowBeside(bytes + aroundEach))
    this.#tunnels.add(tunnel)
    tunnel.once('close', () => {
      this.#tunnels.delete(tunnel)
      this.#restWhenUnused()
    })
    return tunnel
  }

  #restWhenUnused (): void {
    clearTimeout(this.#idle)
    if (this.#opening > 0 || this.#tunnels.size > 0 || this.failure !== undefined) return
    this.#idle = setTimeout(() => { this.close().catch(() => {}) }, this.#idleMs)
  }
}
