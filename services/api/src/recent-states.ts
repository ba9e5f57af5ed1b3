import type { CredentialState } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import { everyState, type UnseenState } from './credential-views.ts'

type States = ReadonlyArray<CredentialState | UnseenState>

interface Reading {
  readonly startedAt: number
  readonly states: Promise<States>
  /** In milliseconds, once it is done. */
  took?: number
  forgetting?: NodeJS.Timeout
}

/** How long the pages of a list go on from the reading of the first one, in milliseconds. */
const pagesMs = 60_000

/** How old the answer to "who else has this key?" may be, in milliseconds. */
const believedMs = 1000

/**
 * The states of all zones, for lists and for what one credential has in common with others. To read them takes a request to Vault for each
 * credential: of 10,000 that is seconds, so neither each page of a list nor each view of a single credential reads them anew.
 */
export class RecentStates {
  /** The last reading of each inventory, for as long as a page may ask for it. */
  readonly #last = new WeakMap<CallerPorts['inventory'], Reading>()

  /** As they are now: for a first page, which shows what its reader has just changed. @throws RekeyError `vault/*` */
  async now (ports: CallerPorts): Promise<States> {
    const { inventory } = ports
    // Its timer would keep thousands of states that nobody asks for any more.
    clearTimeout(this.#last.get(inventory)?.forgetting)
    const reading: Reading = { startedAt: performance.now(), states: everyState(ports) }
    this.#last.set(inventory, reading)
    try {
      const states = await reading.states
      reading.took = performance.now() - reading.startedAt
      if (this.#last.get(inventory) === reading) reading.forgetting = setTimeout(() => { this.#forget(inventory, reading) }, pagesMs).unref()
      return states
    } catch (error) {
      this.#forget(inventory, reading)
      throw error
    }
  }

  /** For a page after the first one: those of a minute ago at most, so that a list is of one moment. */
  async ofPages (ports: CallerPorts): Promise<States> {
    return await this.#within(ports, pagesMs)
  }

  /** A second old at most, or four times as old as it takes to read them. */
  async lately (ports: CallerPorts): Promise<States> {
    return await this.#within(ports, Math.max(believedMs, 4 * (this.#last.get(ports.inventory)?.took ?? 0)))
  }

  async #within (ports: CallerPorts, longest: number): Promise<States> {
    const reading = this.#last.get(ports.inventory)
    return reading !== undefined && performance.now() - reading.startedAt < longest ? await reading.states : await this.now(ports)
  }

  #forget (inventory: CallerPorts['inventory'], reading: Reading): void {
    if (this.#last.get(inventory) === reading) this.#last.delete(inventory)
  }
}
