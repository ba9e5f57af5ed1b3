import { RekeyError } from '@rekey/domain'
import type { VisitLease } from '@rekey/rotation'

/**
 * A worker's right to change a host, on its own monotonic clock. BullMQ gives no sign when a lock is lost, so the lease
 * counts from the last renewal that Redis confirmed, from the moment it was asked for; a process that was stopped finds
 * it expired when it wakes, before any timer has run.
 */
export class MonotonicLease implements VisitLease {
  readonly #milliseconds: number
  readonly #now: () => number
  #until = -Infinity

  /** @param milliseconds how long one renewal lasts; a little less than the lock it stands for */
  constructor (milliseconds: number, now: () => number = () => performance.now()) {
    this.#milliseconds = milliseconds
    this.#now = now
  }

  /** Asks for the lock once more. What fails leaves the lease to run out. */
  async renew (extendLock: () => Promise<boolean>): Promise<void> {
    const askedAt = this.#now()
    const isExtended = await extendLock().catch(() => false)
    if (isExtended) this.#until = Math.max(this.#until, askedAt + this.#milliseconds)
  }

  assertHeld (): void {
    if (this.#now() >= this.#until) {
      throw new RekeyError('lease/lost', 'this worker could not renew its lease on the visit, so another one may be at the host; it changes nothing there')
    }
  }
}
