/**
 * Where a gate keeps something waiting: a request, a connection, some bytes. It is set up in advance, is reached at most
 * once, and stays until it is let go.
 */
export class Stop {
  readonly reached: Promise<void>
  readonly released: Promise<void>
  #reach: () => void = () => {}
  #release: () => void = () => {}
  #isReleased = false

  constructor () {
    this.reached = new Promise((resolve) => { this.#reach = resolve })
    this.released = new Promise((resolve) => { this.#release = resolve })
  }

  get isReleased (): boolean {
    return this.#isReleased
  }

  /** For the gate: somebody is there. Returns once it may go on. */
  async wait (): Promise<void> {
    this.#reach()
    await this.released
  }

  /** Lets it go on; one that was never reached stops nothing any more. */
  release (): void {
    this.#isReleased = true
    this.#release()
  }
}
