import type { CredentialState, Order } from '@rekey/domain'
import { credentialState, type UnseenState } from '../credential-views.ts'
import type { Inventory } from '../inventory-port.ts'
import { targetsIn } from '../orders.ts'
import { pictureOf, type Picture } from './picture.ts'

export interface Watcher {
  show (picture: Picture): void
  /** No more pictures come. */
  lose (error: unknown): void
}

/** In milliseconds. */
const wholeLookEvery = 10_000
/** Looking may take a fifth of the time, so that a fleet of thousands does not keep Vault busy for its watchers. */
const restPerLook = 4
const readsAtOnce = 16

/** One order, looked at for all who watch it in this process. */
export class OrderWatch {
  readonly #inventory: Inventory
  readonly #order: Order
  readonly #pause: number
  readonly #watchers = new Set<Watcher>()
  #picture: Picture | undefined
  #wholeAt = 0
  #running: Promise<unknown> = Promise.resolve()
  #waiting: Promise<Picture> | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param pause at least, between two looks, in milliseconds */
  constructor (inventory: Inventory, order: Order, pause: number) {
    this.#inventory = inventory
    this.#order = order
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
      return await this.#look('whole')
    })
    return await this.#waiting
  }

  async #look (extent: 'whole' | 'what is open'): Promise<Picture> {
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
    if (this.#waiting === undefined) this.#look(performance.now() - this.#wholeAt < wholeLookEvery ? 'what is open' : 'whole').catch(() => {})
  }

  async #take (extent: 'whole' | 'what is open'): Promise<Picture> {
    if (extent === 'what is open' && this.#picture !== undefined) {
      const states = await this.#reread(this.#picture)
      const picture = states && pictureOf(this.#order, states)
      // That an order is done is said of everything at once.
      if (picture?.done === false) return picture
    }
    this.#wholeAt = performance.now()
    return pictureOf(this.#order, await targetsIn({ inventory: this.#inventory }, this.#order.zone, this.#order.scope, this.#order.number))
  }

  /** The states, those of settled targets as they were. Undefined when a target is none any more. */
  async #reread ({ states, targets }: Picture): Promise<Picture['states'] | undefined> {
    const fresh = [...states]
    const open = [...states.keys()].filter(at => targets[at]?.outcome !== 'settled')
    for (let from = 0; from < open.length; from += readsAtOnce) {
      const found = await Promise.all(open.slice(from, from + readsAtOnce).map(async at => ({ at, state: await this.#one(states[at]) })))
      for (const { at, state } of found) {
        if (state === undefined || state.status === 'refused') return undefined
        fresh[at] = state
      }
    }
    return fresh
  }

  async #one (state: CredentialState | UnseenState | undefined): Promise<CredentialState | UnseenState | undefined> {
    if (state === undefined) return undefined
    return state.status === 'adopting' ? await credentialState(this.#inventory, state) : await this.#inventory.state(state)
  }
}
