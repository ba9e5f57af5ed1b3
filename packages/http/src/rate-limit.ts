import { isIPv6 } from 'node:net'

export interface Rate {
  /** Requests that come back each second. */
  readonly perSecond: number
  /** Requests at once. */
  readonly burst: number
}

interface Bucket {
  left: number
  at: number
}

/** Far more than ask at the same time. The one that was idle for longest goes first, so a flood never empties its own. */
const mostBuckets = 10_000

/** A bucket of requests for each caller, in this process's memory. */
export class RateLimit {
  readonly #rate: Rate
  readonly #clock: () => number
  readonly #buckets = new Map<string, Bucket>()

  /** @param clock in milliseconds, and never back */
  constructor (rate: Rate, clock: () => number = () => performance.now()) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Takes one request. @returns 0, or in how many seconds there is one again */
  take (key: string): number {
    const bucket = this.#filled(key)
    if (bucket.left < 1) return Math.ceil((1 - bucket.left) / this.#rate.perSecond)
    bucket.left -= 1
    return 0
  }

  giveBack (key: string): void {
    const bucket = this.#filled(key)
    bucket.left = Math.min(this.#rate.burst, bucket.left + 1)
  }

  #filled (key: string): Bucket {
    const now = this.#clock()
    const { left, at } = this.#buckets.get(key) ?? { left: this.#rate.burst, at: now }
    const bucket = { left: Math.min(this.#rate.burst, left + (now - at) / 1000 * this.#rate.perSecond), at: now }
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > mostBuckets && oldest !== undefined) this.#buckets.delete(oldest)
    return bucket
  }
}

/** Whom an address stands for: of IPv6 the network of 64 bits, as each of its machines has more addresses than could be counted. */
export function addressKey (address: string): string {
  if (!isIPv6(address) || address.toLowerCase().startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const before = head.split(':').filter(part => part !== '')
  const after = tail?.split(':').filter(part => part !== '') ?? []
  const groups = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return `${groups.slice(0, 4).map(group => parseInt(group, 16).toString(16)).join(':')}::/64`
}
