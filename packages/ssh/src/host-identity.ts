import { RekeyError, isRekeyError } from '@rekey/domain'
import { parsePublicKey } from './public-key.ts'

/** Who the host must be, and who it turned out to be. */
export class HostIdentity {
  readonly #pinned: ReadonlyArray<{ readonly text: string, readonly blob: Buffer }>
  #shown: Buffer | undefined

  /**
   * @param pinned each `type base64`; none: whatever key the host proves to hold
   * @param asked what the host is asked to identify itself with
   * @throws RekeyError `ssh/identity-changed` when no pinned key is one that a host could have
   */
  constructor (pinned: readonly string[], asked: readonly string[]) {
    if (asked.length === 0) throw new RekeyError('ssh/identity-changed', 'the pinned host keys are of no kind that a host is verified by')
    this.#pinned = pinned.map((text) => ({ text, blob: Buffer.from(text.split(' ')[1] ?? '', 'base64') }))
  }

  /**
   * Decides about the key that the host shows, in the first handshake and in each later exchange of the same connection.
   * The host has not signed with it yet.
   */
  verify (shown: Buffer, fail: (error: RekeyError) => void): boolean {
    const isExpected = this.#pinned.length > 0 ? this.#pinned.some(({ blob }) => blob.equals(shown)) : this.#shown?.equals(shown) ?? true
    if (!isExpected) {
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
    const shown = this.#shown
    const pin = this.#pinned.find(({ blob }) => blob.equals(shown))
    if (pin !== undefined) return pin.text
    try {
      return parsePublicKey(`${shown.subarray(4, 4 + shown.readUInt32BE()).toString('latin1')} ${shown.toString('base64')}`)
    } catch (error) {
      if (!isRekeyError(error, 'key/weak')) throw new RekeyError('ssh/misbehaved', 'the host\'s own key is malformed')
      throw new RekeyError('ssh/unreachable', 'the host\'s own key is too weak to tell it from an impostor: make it a new one (`ssh-keygen -A`)')
    }
  }
}
