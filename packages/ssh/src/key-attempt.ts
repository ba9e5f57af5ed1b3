import type { UserKey } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import type { Attempt } from './attempt.ts'

/** A key, as ssh2 uses it, save that we see when it is shown and what it signs. */
export class KeyAttempt implements Attempt {
  readonly method = 'publickey'
  /** Another attempt that shows the key without regard to what the host says of signatures. */
  readonly again?: () => KeyAttempt
  readonly #key: ParsedKey
  #isShown = false
  #isSigned = false
  /** The host takes RSA only with SHA-1: the key was looked at, but we don't sign like that. */
  #isLegacy = false

  /**
   * @param signedBySha1 what is called when an RSA key signs with SHA-1. Absent: it does not
   * @param insists whether an RSA key is shown to a host that says it takes no signature by RSA (`server-sig-algs`, RFC 8308), as OpenSSH 10 does where
   * `PubkeyAcceptedAlgorithms` has none. ssh2 skips it there, and a key that nobody has looked at is neither refused nor proven dead.
   * @throws RekeyError `key/unreadable`
   */
  constructor (key: UserKey, signedBySha1?: () => void, insists = false) {
    const parsed = ssh2.utils.parseKey(key.privateKey.open())
    if (parsed instanceof Error || !parsed.isPrivateKey()) throw new RekeyError('key/unreadable', 'a stored private key can\'t be read')
    if (parsed.type === 'ssh-rsa' && !insists) this.again = () => new KeyAttempt(key, signedBySha1, true)
    this.#key = Object.create(parsed, {
      // By the name of a signature ssh2 asks for just that, and leaves the hash to us.
      ...insists && { type: { value: 'rsa-sha2-512' } },
      getPublicSSH: {
        value: () => {
          this.#isShown = true
          return parsed.getPublicSSH()
        }
      },
      sign: {
        value: (data: Buffer, hash = insists ? 'sha512' : undefined) => {
          if (parsed.type === 'ssh-rsa' && hash !== 'sha256' && hash !== 'sha512') {
            if (signedBySha1 === undefined) {
              this.#isLegacy = true
              return new Error('no SHA-1')
            }
            signedBySha1()
          }
          this.#isSigned = true
          return parsed.sign(data, hash)
        }
      }
    }) as ParsedKey
  }

  auth (username: string): AnyAuthMethod {
    return { type: 'publickey', username, key: this.#key }
  }

  get isShown (): boolean {
    return this.#isShown
  }

  get isProven (): boolean {
    return this.#isSigned
  }

  get isDeclined (): boolean {
    return this.#isLegacy
  }
}
