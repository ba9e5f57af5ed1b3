import type { ServerHostKeyAlgorithm } from 'ssh2'
import { RekeyError, isRekeyError } from '@rekey/domain'
import { hostKeyAlgorithmsFor } from './algorithms.ts'
import { parsePublicKey } from './public-key.ts'

/** Who the host must be, and who it turned out to be. */
export class HostIdentity {
  /** What to ask the host to identify itself with. */
  readonly algorithms: ServerHostKeyAlgorithm[]
  readonly #pinned: readonly Buffer[]
  #shown: Buffer | undefined

  /** @param pinned each `type base64`; none: whatever key the host proves to hold */
  constructor (pinned: readonly string[]) {
    const keys = pinned.map(parsePublicKey)
    this.algorithms = hostKeyAlgorithmsFor(keys)
    this.#pinned = keys.map((key) => Buffer.from(key.slice(key.indexOf(' ') + 1), 'base64'))
  }

  /**
   * Decides about the key that the host shows, in the first handshake and in each later exchange of the same connection.
   * The host has not signed with it yet.
   */
  verify (shown: Buffer, fail: (error: RekeyError) => void): boolean {
    const expected = this.#pinned.length > 0 ? this.#pinned : [this.#shown ?? shown]
    if (!expected.some((key) => key.equals(shown))) {
      fail(new RekeyError('ssh/identity-changed', 'the host showed another key than the pinned one: it was set up anew, or somebody is in between; nothing was sent'))
      return false
    }
    this.#shown ??= Buffer.from(shown)
    return true
  }

  /**
   * The key that the host has signed the handshake with. Ask only after the handshake.
   * @throws RekeyError `ssh/unreachable` when it is too weak to be pinned
   */
  proven (): string {
    if (this.#shown === undefined) throw new RekeyError('ssh/misbehaved', 'the handshake ended without a host key')
    try {
      return parsePublicKey(`${this.#shown.subarray(4, 4 + this.#shown.readUInt32BE()).toString('latin1')} ${this.#shown.toString('base64')}`)
    } catch (error) {
      if (!isRekeyError(error, 'key/weak')) throw new RekeyError('ssh/misbehaved', 'the host\'s own key is malformed')
      throw new RekeyError('ssh/unreachable', 'the host\'s own key is too weak to tell it from an impostor: make it a new one (`ssh-keygen -A`)')
    }
  }
}
