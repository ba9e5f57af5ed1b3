import { constants } from 'node:os'

const heard = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The signals by which a job is ended: heard from here on, so that none leaves a lease behind. */
export class Interrupts {
  readonly #controller = new AbortController()
  #told: ((name: NodeJS.Signals) => void) | undefined
  /** The first that came. */
  caught: NodeJS.Signals | undefined

  readonly #hear = (name: NodeJS.Signals): void => {
    this.caught ??= name
    this.#controller.abort()
    this.#told?.(name)
  }

  constructor () {
    for (const name of heard) process.on(name, this.#hear)
  }

  /** Aborted by the first. */
  get signal (): AbortSignal {
    return this.#controller.signal
  }

  /** Who is told of each that comes. */
  tell (who: (name: NodeJS.Signals) => void): void {
    this.#told = who
  }

  release (): void {
    for (const name of heard) process.off(name, this.#hear)
  }
}

/** What a shell makes of a program that a signal has ended. */
export function codeOfSignal (name: NodeJS.Signals): number {
  return 128 + constants.signals[name]
}
