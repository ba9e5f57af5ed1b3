import type { Duplex } from 'node:stream'
import type { Log } from '@rekey/rotation'
import { RekeyError, isRekeyError } from '@rekey/domain'
import ssh2 from 'ssh2'
import type { ConnectConfig } from 'ssh2'
import { translate } from './failures.ts'
import type { Circumstances, SshError } from './failures.ts'
import { OfferListener } from './host-offer.ts'
import { ping, refuseEmptyPackets, refuseGlobalRequests } from './ssh2-handlers.ts'

/** What SSH is spoken on: a socket, or what behaves like one. */
export type Transport = Duplex & { readonly bytesRead: number }

/** How long the far end may take to close after we said goodbye, in milliseconds. */
const goodbyeMs = 1000
/** A login takes about 5 KiB; the rest is room for long banners and many host keys. */
const loginBytes = 128 * 1024

/**
 * One ssh2 client on one transport of our own, with one place where everything that can go wrong arrives: whoever waits
 * is told once, by an error that we wrote, and the socket is closed.
 */
export class Connection {
  readonly client = new ssh2.Client()
  readonly #socket: Transport
  readonly #log: Log | undefined
  readonly #listener = new OfferListener()
  readonly #waiting = new Set<(error: RekeyError) => void>()
  readonly #closed: Promise<void>
  #failure: RekeyError | undefined
  #isClosing = false
  #byteLimit = loginBytes

  /**
   * @param circumstances what an error is judged by, besides the host's offer
   * @param ignores errors that ssh2 announces and that end nothing
   */
  constructor (socket: Transport, { circumstances, ignores, log }: { circumstances: Omit<Circumstances, 'offer' | 'turnedAway'>, ignores: (error: SshError) => boolean, log: Log | undefined }) {
    this.#socket = socket
    this.#log = log
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()))
    this.client.on('error', (error: SshError) => {
      // What ended the transport may be known better than ssh2 can know it.
      if (isRekeyError(error)) this.fail(error)
      else if (!ignores(error)) this.fail(translate(error, { ...circumstances, offer: this.#listener.offer, turnedAway: this.#listener.turnedAway }))
    })
    // An expired account, for one, ends the connection without an error.
    const ended = (): void => this.fail(new RekeyError('ssh/dropped', 'the host closed the connection before it answered'))
    this.client.on('end', ended).on('close', ended)
    this.client.on('tcp connection', (_details, _accept, reject) => reject())
    this.client.on('x11', (_details, _accept, reject) => reject())
    this.client.on('unix connection', (_details, _accept, reject) => reject())
  }

  /** Starts the handshake. Wait for its end with `until`. */
  start (config: ConnectConfig): void {
    try {
      this.client.connect({ ...config, sock: this.#socket })
    } catch {
      this.fail(new RekeyError('ssh/misbehaved', 'the SSH client could not start'))
      return
    }
    // Before ssh2, which ends the connection as soon as it has read an offer that it can't take.
    const hear = (piece: Buffer): void => this.#listener.hear(piece)
    this.#socket.prependListener('data', hear)
    this.client.once('handshake', () => {
      this.#socket.off('data', hear)
      this.#listener.forget()
    })
    refuseGlobalRequests(this.client)
    refuseEmptyPackets(this.client, () => this.fail(new RekeyError('ssh/misbehaved', 'the host takes only packets of no length')))
    this.#socket.on('data', () => {
      if (this.#socket.bytesRead > this.#byteLimit) this.fail(new RekeyError('ssh/misbehaved', 'the host sent far more than it was asked for'))
    })
  }

  /** Lets the host send so many bytes more. */
  allow (bytes: number): void {
    this.#byteLimit = this.#socket.bytesRead + bytes
  }

  /** Lets the host send so many bytes beside those that it may send already. */
  allowBeside (bytes: number): void {
    this.#byteLimit += bytes
  }

  /** How the host calls itself, once it has. */
  get version (): string | undefined {
    return this.#listener.version
  }

  /** Why nothing more can be done here. */
  get failure (): RekeyError | undefined {
    return this.#failure
  }

  /**
   * Tells why the connection ended, as soon as it does and before anybody else can see it.
   * @returns what takes it back
   */
  whenOver (tell: (why: RekeyError) => void): () => void {
    if (this.#failure === undefined) this.#waiting.add(tell)
    else tell(this.#failure)
    return () => { this.#waiting.delete(tell) }
  }

  /**
   * Waits for something on this connection.
   * @param begin starts it; may call back at once
   * @throws RekeyError what ended the connection, or `ssh/timeout`
   */
  async until<T> (what: string, timeoutMs: number, begin: (resolve: (value: T) => void, reject: (error: RekeyError) => void) => void): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure
    let timer: NodeJS.Timeout | undefined
    let stop: ((error: RekeyError) => void) | undefined
    try {
      return await new Promise<T>((resolve, reject) => {
        stop = reject
        this.#waiting.add(reject)
        timer = setTimeout(() => this.fail(new RekeyError('ssh/timeout', `the host did not finish ${what} in time`)), timeoutMs)
        try {
          begin(resolve, reject)
        } catch (error) {
          reject(isRekeyError(error) ? error : new RekeyError('ssh/dropped', 'the connection is closed'))
        }
      })
    } finally {
      clearTimeout(timer)
      if (stop !== undefined) this.#waiting.delete(stop)
    }
  }

  /** Whether the host still answers. A connection on which it does not is ended. */
  async isAnswered (timeoutMs: number): Promise<boolean> {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => this.fail(new RekeyError('ssh/timeout', 'the host no longer answers')), timeoutMs)
      const finish = (isAnswered: boolean): void => {
        clearTimeout(timer)
        forget()
        resolve(isAnswered)
      }
      let forget = (): void => {}
      forget = this.whenOver(() => finish(false))
      if (this.#failure === undefined) ping(this.client, () => finish(true))
    })
  }

  /** Does something for an event of ssh2, where a throw would end the process. */
  attempt<T> (act: () => T): T | undefined {
    try {
      return act()
    } catch (error) {
      this.fail(isRekeyError(error) ? error : new RekeyError('ssh/misbehaved', 'the host did something unforeseen'))
      return undefined
    }
  }

  /** Ends the connection for this reason, unless it has ended already. */
  fail (error: RekeyError): void {
    if (this.#isClosing || this.#failure !== undefined) {
      if (error.code === 'ssh/misbehaved') this.#log?.warn({ event: 'ssh-late-error', message: error.message }, 'an SSH connection misbehaved while it closed')
      this.#socket.destroy()
      return
    }
    this.#failure = error
    this.#socket.destroy()
    this.#tell(error)
  }

  /** Says goodbye and returns once the socket is closed, which takes a second at most. */
  async close (): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true
      this.#failure ??= new RekeyError('ssh/dropped', 'the session is closed')
      this.#tell(this.#failure)
      try {
        this.client.end()
      } catch {
        this.#socket.destroy()
      }
    }
    const timer = setTimeout(() => this.#socket.destroy(), goodbyeMs)
    await this.#closed
    clearTimeout(timer)
  }

  #tell (why: RekeyError): void {
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const tell of waiting) tell(why)
  }
}
