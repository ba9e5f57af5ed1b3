import type { UserKey } from '@rekey/domain'
import { RekeyError } from '@rekey/domain'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import type { Attempt } from './attempt.ts'

/** Signatures by RSA, in the order in which a host is asked about them that says it takes none. */
const insisted = {
  'rsa-sha2-512': { hash: 'sha512', next: 'rsa-sha2-256' },
  'rsa-sha2-256': { hash: 'sha256', next: undefined }
} as const

/** A key, as ssh2 uses it, save that we see when it is shown and what it signs. */
export class KeyAttempt implements Attempt {
  readonly method = 'publickey'
  readonly #key: ParsedKey
  readonly #another: (() => KeyAttempt) | undefined
  readonly #insists: boolean
  #isShown = false
  #isSigned = false
  /** The host takes RSA only with SHA-1: the key was looked at, but we don't sign like that. */
  #isLegacy = false

  /**
   * @param signedBySha1 what is called when an RSA key signs with SHA-1. Absent: it does not
   * @param insistsOn the signature with which an RSA key is shown to a host that says it takes none by RSA (`server-sig-algs`, RFC 8308), as OpenSSH 10 does where
   * `PubkeyAcceptedAlgorithms` has none. ssh2 skips it there, and a key that nobody has looked at is neither refused nor proven dead. What the host says holds for
   * all of its accounts, and one of them may be an exception (`Match User`).
   * @throws RekeyError `key/unreadable`
   */
  constructor (key: UserKey, signedBySha1?: () => void, insistsOn?: keyof typeof insisted) {
    const parsed = ssh2.utils.parseKey(key.privateKey.open())
    if (parsed instanceof Error || !parsed.isPrivateKey()) throw new RekeyError('key/unreadable', 'a stored private key can\'t be read')
    const next = insistsOn === undefined ? 'rsa-sha2-512' : insisted[insistsOn].next
    this.#another = parsed.type === 'ssh-rsa' && next !== undefined ? () => new KeyAttempt(key, signedBySha1, next) : undefined
    this.#insists = insistsOn !== undefined
    this.#key = Object.create(parsed, {
      // By the name of a signature ssh2 asks for just that, and leaves the hash to us.
      ...insistsOn !== undefined && { type: { value: insistsOn } },
      getPublicSSH: {
        value: () => {
          this.#isShown = true
          return parsed.getPublicSSH()
        }
      },
      sign: {
        value: (data: Buffer, hash = insistsOn && insisted[insistsOn].hash) => {
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

  /** Where the host has named signatures by RSA, one is enough: it looks at the key then. */
  get another (): KeyAttempt | undefined {
    return this.#isShown && !this.#insists ? undefined : this.#another?.()
  }
}
