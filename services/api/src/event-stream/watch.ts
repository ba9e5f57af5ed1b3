import type { Picture } from './picture.ts'

export interface Watcher {
  show (picture: Picture): void
  /** No more pictures come. */
  lose (error: unknown): void
}

/** In milliseconds. */
const wholeLookEvery = 10_000
/** Looking may take a fifth of the time, so that a fleet of thousands does not keep Vault busy for its watchers. */
const restPerLook = 4

/** One order or campaign, looked at for all who watch it in this process. */
export class Watch {
  readonly #look: () => Promise<Picture>
  readonly #pause: number
  readonly #watchers = new Set<Watcher>()
  #picture: Picture | undefined
  #wholeAt = 0
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Picture> | undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * @param look at everything
   * @param pause at least, between two looks, in milliseconds
   */
  constructor (look: () => Promise<Picture>, pause: number) {
    this.#look = look
    this.#pause = pause
  }

  get isIdle (): boolean {
    return this.#watchers.size === 0
  }

  add (watcher: Watcher): void {
    this.#watchers.add(watcher)
  }

  remove (watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.isIdle) clearTimeout(this.#timer)
  }

  /**
   * Everything, from a look that has not begun yet: who comes from another process may have seen more than this one has.
   * All who come until then share it.
   */
  async fresh (): Promise<Picture> {
    this.#waiting ??= this.#running.then(async () => {
      this.#waiting = undefined
      return await this.#turn('whole')
    })
    return await this.#waiting
  }

  async #turn (extent: 'whole' | 'what is open'): Promise<Picture> {
    clearTimeout(this.#timer)
    const begun = performance.now()
    const looking = this.#take(extent)
    this.#running = looking.catch(() => {})
    try {
      const picture = this.#picture = await looking
      for (const watcher of this.#watchers) watcher.show(picture)
      if (!this.isIdle) this.#timer = setTimeout(() => { this.#again() }, Math.max(this.#pause, (performance.now() - begun) * restPerLook))
      return picture
    } catch (error) {
      for (const watcher of [...this.#watchers]) watcher.lose(error)
      throw error
    }
  }

  #again (): void {
    // Who waits begins a look of his own, and whoever loses this one is told.
    if (this.#waiting === undefined) this.#turn(performance.now() - this.#wholeAt < wholeLookEvery ? 'what is open' : 'whole').catch(() => {})
  }

  async #take (extent: 'whole' | 'what is open'): Promise<Picture> {
    if (extent === 'what is open' && this.#picture !== undefined) {
      const picture = await this.#picture.next()
      // That it is done is said of everything at once.
      if (!picture.done) return picture
    }
    this.#wholeAt = performance.now()
    return await this.#look()
  }
}
