import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { giveBack } from './ssh2-handlers.ts'

/** What the jump host may have sent, in bytes, before it heard that we want no more: ssh2's window. */
const mostUnderWay = 2 * 1024 * 1024

/**
 * A TCP connection that a jump host has opened for us, as a socket would be. ssh2's own channel won't do: it is never
 * destroyed and tells of no end while the far end is silent, and it counts no bytes.
 */
export class Tunnel extends Duplex {
  /** Bytes of the far end, without what the jump host's own protocol adds. */
  bytesRead = 0
  readonly #channel: ClientChannel
  #late = 0

  /** @param onPiece told how long each piece is that comes out, and that rightly does */
  constructor (channel: ClientChannel, onPiece: (bytes: number) => void) {
    super({ allowHalfOpen: false })
    this.#channel = channel
    channel.on('data', (piece: Buffer) => {
      this.bytesRead += piece.length
      if (this.destroyed) this.#late += piece.length
      if (this.#late <= mostUnderWay) onPiece(piece.length)
      if (this.destroyed) return
      if (this.push(piece)) giveBack(channel, piece.length)
      else channel.pause()
    })
    channel.on('end', () => { this.push(null) })
    channel.on('close', () => {
      if (this.readableEnded) this.destroy()
      else this.once('end', () => this.destroy())
    })
    channel.on('error', () => {})
    // An error that comes when nobody waits any more must not end the process.
    this.on('error', () => {})
  }

  override _read (): void {
    this.#channel.resume()
  }

  override _write (data: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(data, encoding, done)
  }

  override _final (done: (error?: Error | null) => void): void {
    this.#channel.end()
    done()
  }

  override _destroy (error: Error | null, done: (error?: Error | null) => void): void {
    this.#channel.close()
    done(error)
  }
}
