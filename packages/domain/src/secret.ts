import { inspect } from 'node:util'

/**
 * A secret value. It prints, logs, inspects and serializes as `[secret]`;
 * `open()` is the only way to the value, so a search for `.open()` finds every place where a secret is in the clear.
 */
export class Secret {
  readonly #value: string

  private constructor (value: string) {
    this.#value = value
  }

  static of (value: string): Secret {
    return new Secret(value)
  }

  /** The value in the clear. Hand it to the thing that needs it and keep no copy. */
  open (): string {
    return this.#value
  }

  equals (other: Secret): boolean {
    return this.#value === other.#value
  }

  toString (): string {
    return '[secret]'
  }

  toJSON (): string {
    return '[secret]'
  }

  [inspect.custom] (): string {
    return '[secret]'
  }
}
