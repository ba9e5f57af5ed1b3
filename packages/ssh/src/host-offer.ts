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

/** What sshd says, in place of its version, to whom it turns away before he has said anything. */
const turnedAway = ['Not allowed at this time', 'Exceeded MaxStartups'] as const
export type TurnedAway = typeof turnedAway[number]

/** Hears beside ssh2 how a host begins: ssh2 tells nobody what was offered when nothing of it matches, nor what was said in place of that. */
export class OfferListener {
  readonly #pieces: Buffer[] = []
  #length = 0
  #version: string | undefined

  hear (piece: Buffer): void {
    if (this.#length > mostHeard) return
    this.#length += piece.length
    this.#pieces.push(piece)
  }

  /** The line by which the host names its protocol and its server, as soon as it has come. */
  get version (): string | undefined {
    return this.#version ?? versionIn(this.#heard())?.[0]
  }

  /** That the host has turned us away, in its words. */
  get turnedAway (): TurnedAway | undefined {
    if (this.version !== undefined) return undefined
    const said = this.#heard().toString('latin1').split(/\r?\n/)
    return turnedAway.find((words) => said.includes(words))
  }

  /** Nothing when it did not come whole, or is none. */
  get offer (): HostOffer | undefined {
    const heard = this.#heard()
    const version = versionIn(heard)
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
    this.#version = this.version
    this.#pieces.length = 0
    this.#length = Infinity
  }

  #heard (): Buffer {
    return Buffer.concat(this.#pieces)
  }
}

function versionIn (heard: Buffer): RegExpExecArray | null {
  return /^SSH-[^\n]*\n/m.exec(heard.toString('latin1'))
}

function offerIn (packet: WireReader): HostOffer {
  const list = (): string[] => packet.text().split(',')
  const [kex, hostKey] = [list(), list()]
  const [cipherOut, cipherIn, macOut, macIn] = [list(), list(), list(), list()]
  return { kex, hostKey, cipher: cipherOut.filter((name) => cipherIn.includes(name)), mac: macOut.filter((name) => macIn.includes(name)) }
}
