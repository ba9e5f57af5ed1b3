import type { ProofMethod, SecretValue } from '@rekey/domain'
import { isPassword, RekeyError } from '@rekey/domain'
import type { Verdict } from '@rekey/rotation'
import type { AnyAuthMethod } from 'ssh2'
import type { Attempt } from './attempt.ts'
import { KeyAttempt } from './key-attempt.ts'
import { PasswordAttempt, PromptAttempt } from './password-attempt.ts'

/** sshd ends a connection at the sixth failure (MaxAuthTries), so the last one must be the one that opens. */
export const mostSecrets = 6

/**
 * Shows secrets one at a time and writes down how the host answered each. It never offers `none` or an agent, and it
 * takes nothing for a refusal but the answer to a secret that was on the table.
 */
export class LoginChain {
  readonly verdicts: Verdict[]
  readonly #username: string
  readonly #secrets: readonly SecretValue[]
  readonly #allowsSha1: boolean
  #hasDeclined = false
  #at = -1
  #attempt: Attempt | undefined
  /** The host takes passwords as answers to its prompts only. */
  #byPrompts = false
  /** An RSA key has signed with SHA-1, as the host's exception allows. */
  hasSignedBySha1 = false
  /** No further secret is shown: one was accepted, none is left, or the rest would prove nothing. */
  readonly ended: Promise<void>
  #end: () => void = () => {}

  /** @param allowsSha1 whether an RSA key may sign with SHA-1 where the host takes nothing else */
  constructor (username: string, secrets: readonly SecretValue[], { allowsSha1 }: { allowsSha1: boolean }) {
    if (secrets.length < 1 || secrets.length > mostSecrets) throw new RangeError(`one connection shows 1 to ${mostSecrets} secrets`)
    this.#username = username
    this.#secrets = secrets
    this.#allowsSha1 = allowsSha1
    this.verdicts = secrets.map(() => 'untried')
    this.ended = new Promise((resolve) => { this.#end = resolve })
  }

  /** An error that ssh2 announces because we would not sign with SHA-1. */
  get isDeclining (): boolean {
    return this.#attempt?.isDeclined === true
  }

  /** A key that was shown would have to sign with SHA-1, and did not. */
  get hasDeclined (): boolean {
    return this.#hasDeclined
  }

  /** How the secret that was accepted was shown. */
  get method (): ProofMethod | undefined {
    return this.verdicts.includes('accepted') ? this.#attempt?.method : undefined
  }

  /**
   * ssh2's authHandler: called for the first secret and then after each answer, or when it skipped one by itself.
   * Answers with nothing when none is left, which lets the connection rest until it is closed.
   * @throws RekeyError `key/unreadable`
   */
  next (methodsLeft: readonly string[] | null, partialSuccess: boolean | null): AnyAuthMethod | undefined {
    if (this.#at >= this.#secrets.length) return undefined
    if (this.#attempt?.method === 'password' && partialSuccess === false && isOffered('keyboard-interactive', methodsLeft) && !isOffered('password', methodsLeft)) {
      this.#byPrompts = true
      return this.#show()
    }
    if (this.#attempt !== undefined) {
      const verdict = verdictOn(this.#attempt, methodsLeft, partialSuccess)
      const another = verdict === 'refused' || !this.#attempt.isShown ? this.#attempt.another : undefined
      if (another !== undefined) return this.#begin(another)
      this.verdicts[this.#at] = verdict
      this.#hasDeclined ||= this.#attempt.isDeclined
      // What follows a first factor, or is shown where its method is not wanted, proves nothing.
      if (verdict === 'unclear' && this.#attempt.isShown && !this.#attempt.isDeclined) {
        this.#stop()
        return undefined
      }
    }
    this.#at += 1
    return this.#show()
  }

  /**
   * The host let us in.
   * @throws RekeyError `ssh/misbehaved` when it did so without having asked for a proof of the secret
   */
  accept (): void {
    if (this.#attempt?.isProven !== true || this.#at >= this.#secrets.length) {
      throw new RekeyError('ssh/misbehaved', 'the host let us in without asking for proof of a secret; that proves nothing, and it should be looked at')
    }
    this.verdicts[this.#at] = 'accepted'
    this.#end()
  }

  /** The host wants more than the secret: another factor, or a new password. */
  wantsMore (): void {
    if (this.#at < 0 || this.#at >= this.#secrets.length) return
    this.verdicts[this.#at] = 'unclear'
    this.#stop()
  }

  #show (): AnyAuthMethod | undefined {
    const secret = this.#secrets[this.#at]
    return this.#begin(secret && this.#attemptWith(secret))
  }

  #begin (attempt: Attempt | undefined): AnyAuthMethod | undefined {
    this.#attempt = attempt
    if (attempt === undefined) this.#stop()
    return attempt?.auth(this.#username)
  }

  #attemptWith (secret: SecretValue): Attempt {
    if (!isPassword(secret)) return new KeyAttempt(secret, this.#allowsSha1 ? () => { this.hasSignedBySha1 = true } : undefined)
    return this.#byPrompts ? new PromptAttempt(secret.password, () => this.wantsMore()) : new PasswordAttempt(secret.password)
  }

  #stop (): void {
    this.#at = this.#secrets.length
    this.#end()
  }
}

function isOffered (method: ProofMethod, methodsLeft: readonly string[] | null): boolean {
  return methodsLeft?.includes(method) === true
}

function verdictOn (attempt: Attempt, methodsLeft: readonly string[] | null, partialSuccess: boolean | null): Verdict {
  if (!attempt.isShown || attempt.isDeclined) return 'unclear'
  return partialSuccess === false && isOffered(attempt.method, methodsLeft) ? 'refused' : 'unclear'
}
