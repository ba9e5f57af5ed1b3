import type { Secret } from '@rekey/domain'
import type { AnyAuthMethod, Prompt } from 'ssh2'
import type { Attempt } from './attempt.ts'

/** A password by the method of that name (RFC 4252, section 8). */
export class PasswordAttempt implements Attempt {
  readonly method = 'password'
  readonly isDeclined = false
  readonly #password: Secret
  #isShown = false

  constructor (password: Secret) {
    this.#password = password
  }

  auth (username: string): AnyAuthMethod {
    this.#isShown = true
    return { type: 'password', username, password: this.#password.open() }
  }

  get isShown (): boolean {
    return this.#isShown
  }

  get isProven (): boolean {
    return this.#isShown
  }
}

/** A password as the answer to the one hidden prompt of a host (RFC 4256). */
export class PromptAttempt implements Attempt {
  readonly method = 'keyboard-interactive'
  readonly isDeclined = false
  readonly #password: Secret
  readonly #onMore: () => void
  #isAnswered = false

  /** @param onMore what to do when the host asks for anything else */
  constructor (password: Secret, onMore: () => void) {
    this.#password = password
    this.#onMore = onMore
  }

  auth (username: string): AnyAuthMethod {
    return {
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => {
        if (prompts.length === 0) {
          finish([])
        } else if (!this.#isAnswered && isPasswordPrompt(prompts)) {
          this.#isAnswered = true
          finish([this.#password.open()])
        } else {
          this.#onMore()
        }
      }
    }
  }

  get isShown (): boolean {
    return this.#isAnswered
  }

  get isProven (): boolean {
    return this.#isAnswered
  }
}

/** A hidden one, and the only one: whatever its text says, it is the host's to choose. */
function isPasswordPrompt (prompts: readonly Prompt[]): boolean {
  return prompts.length === 1 && prompts[0]?.echo !== true
}
