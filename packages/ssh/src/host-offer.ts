import { WireReader } from './wire.ts'

/** What a host says it speaks, in the first packet of a connection (RFC 4253, section 7.1). */
export interface HostOffer {
  readonly kex: readonly string[]
  readonly hostKey: readonly string[]
  /** In both directions. */
  readonly cipher: readonly string[]
  readonly mac: readonly string[]
}

/** Lines before the version are few, and the packet has 35,000 bytes at most (RFC 4253, section 6.1). */
const mostHeard = 40 * 1024
const kexInit = 20

/** Hears the offer beside ssh2, which tells nobody what it was when nothing of it matches. */
export class OfferListener {
  readonly #pieces: Buffer[] = []
  #length = 0

  hear (piece: Buffer): void {
    if (this.#length > mostHeard) return
    this.#length += piece.length
    this.#pieces.push(piece)
  }

  /** Nothing when it did not come whole, or is none. */
  get offer (): HostOffer | undefined {
    const heard = Buffer.concat(this.#pieces)
    const version = /^SSH-[^\n]*\n/m.exec(heard.toString('latin1'))
    if (version === null) return undefined
    try {
      const packet = new WireReader(heard.subarray(version.index + version[0].length)).string()
      return packet[1] === kexInit ? offerIn(new WireReader(packet.subarray(1 + 1 + 16))) : undefined
    } catch {
      return undefined
    }
  }

  /** There was something to agree on: the offer is not asked for any more. */
  forget (): void {
    this.#pieces.length = 0
    this.#length = Infinity
  }
}

function offerIn (packet: WireReader): HostOffer {
  const list = (): string[] => packet.text().split(',')
  const [kex, hostKey] = [list(), list()]
  const [cipherOut, cipherIn, macOut, macIn] = [list(), list(), list(), list()]
  return { kex, hostKey, cipher: cipherOut.filter((name) => cipherIn.includes(name)), mac: macOut.filter((name) => macIn.includes(name)) }
}
