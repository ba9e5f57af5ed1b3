import type { UserKey } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import type { Verdict } from '@rekey/rotation'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'

/** sshd ends a connection at the sixth failure (MaxAuthTries), so the last one must be the one that opens. */
export const mostKeys = 6

/**
 * Shows keys one at a time and writes down how the host answered each. It never offers `none`, a password or an agent,
 * and it takes nothing for a refusal but the answer to a key that was on the table.
 */
export class KeyChain {
  readonly verdicts: Verdict[]
  readonly #username: string
  readonly #keys: readonly ParsedKey[]
  #at = -1
  #isShown = false
  #isSigned = false
  /** The host takes RSA only with SHA-1: the key was looked at, but we don't sign like that. */
  #isLegacy = false
  /** No further key is shown: one was accepted, none is left, or the rest would prove nothing. */
  readonly ended: Promise<void>
  #end: () => void = () => {}

  /** @throws RekeyError `key/unreadable` */
  constructor (username: string, keys: readonly UserKey[]) {
    if (keys.length < 1 || keys.length > mostKeys) throw new RangeError(`one connection shows 1 to ${mostKeys} keys`)
    this.#username = username
    this.#keys = keys.map((key) => this.#watched(key))
    this.verdicts = keys.map(() => 'untried')
    this.ended = new Promise((resolve) => { this.#end = resolve })
  }

  /** An error that ssh2 announces because we would not sign with SHA-1. */
  get isDeclining (): boolean {
    return this.#isLegacy
  }

  /**
   * ssh2's authHandler: called for the first key and then after each answer, or when it skipped a key by itself.
   * Answers with nothing when no key is left, which lets the connection rest until it is closed.
   */
  next (methodsLeft: readonly string[] | null, partialSuccess: boolean | null): AnyAuthMethod | undefined {
    if (this.#at >= this.#keys.length) return undefined
    if (this.#at >= 0) {
      const verdict = this.#verdict(methodsLeft, partialSuccess)
      this.verdicts[this.#at] = verdict
      // What follows a first factor, or is shown where keys are not wanted, proves nothing.
      if (verdict === 'unclear' && this.#isShown && !this.#isLegacy) {
        this.#stop()
        return undefined
      }
    }
    this.#at += 1
    this.#isShown = this.#isSigned = this.#isLegacy = false
    const key = this.#keys[this.#at]
    if (key === undefined) {
      this.#stop()
      return undefined
    }
    return { type: 'publickey', username: this.#username, key }
  }

  /**
   * The host let us in.
   * @throws RekeyError `ssh/misbehaved` when it did so without having asked for a signature by the key
   */
  accept (): void {
    if (!this.#isSigned || this.#at >= this.#keys.length) {
      throw new RekeyError('ssh/misbehaved', 'the host let us in without asking for proof of a key; that proves nothing, and it should be looked at')
    }
    this.verdicts[this.#at] = 'accepted'
    this.#end()
  }

  #verdict (methodsLeft: readonly string[] | null, partialSuccess: boolean | null): Verdict {
    if (!this.#isShown || this.#isLegacy) return 'unclear'
    return partialSuccess === false && methodsLeft?.includes('publickey') === true ? 'refused' : 'unclear'
  }

  #stop (): void {
    this.#at = this.#keys.length
    this.#end()
  }

  /** The key as ssh2 uses it, save that we see when it is shown and what it signs. */
  #watched (key: UserKey): ParsedKey {
    const parsed = ssh2.utils.parseKey(key.privateKey.open())
    if (parsed instanceof Error || !parsed.isPrivateKey()) throw new RekeyError('key/unreadable', 'a stored private key can\'t be read')
    return Object.create(parsed, {
      getPublicSSH: {
        value: () => {
          this.#isShown = true
          return parsed.getPublicSSH()
        }
      },
      sign: {
        value: (data: Buffer, hash?: string) => {
          if (parsed.type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512') {
            this.#isLegacy = true
            return new Error('no SHA-1')
          }
          this.#isSigned = true
          return parsed.sign(data, hash)
        }
      }
    }) as ParsedKey
  }
}
