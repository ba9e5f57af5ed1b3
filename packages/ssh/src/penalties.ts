import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '@rekey/domain'
import { formatVia, isRekeyError } from '@rekey/domain'

/** What sshd adds for a connection in which a secret was shown and none let in, and for one that ended before any was shown (PerSourcePenalties). */
const refusedMs = 5000
const unshownMs = 1000
/** Fifteen seconds in all close a host, so before one more refusal ten may stand; a second of them is for a host that notices an end late. */
const mostBeforeMs = 9000
/** How long a host is asked again that has shut us out for what we have failed at ourselves, and how often. */
const outlastedMs = 60_000
const askedEveryMs = 3000

interface Clock {
  /** Milliseconds that only grow. */
  readonly now: () => number
  readonly sleep: (milliseconds: number) => Promise<unknown>
}

/**
 * What hosts count against the address that we come from. OpenSSH from 9.8 on, unless it is told otherwise, adds up connections that end without a
 * login, lets what it has counted pass second by second, and above fifteen lets nobody in from that address until all of it has passed
 * (sshd_config(5), PerSourcePenalties). Who visits a host with several lost accounts would so shut himself out of those that are none: he waits instead.
 * A login that succeeds counts nothing, whatever was refused before in the same connection.
 */
export class Penalties {
  readonly #clock: Clock
  /** When a host has forgotten all. */
  readonly #until = new Map<string, number>()

  constructor (clock: Clock = { now: () => performance.now(), sleep }) {
    this.#clock = clock
  }

  /**
   * Logs in once the host bears one more connection that may fail: six seconds later at most. One that turns us away all the same, right after we have
   * failed there ourselves, is stricter than others. It is asked again for a minute, since the next visit would begin with the same failure, and never get
   * to what comes after it.
   * @throws RekeyError what the login throws
   */
  async heed<T> (target: Target, logIn: () => Promise<T>): Promise<T> {
    const counted = (this.#until.get(placeOf(target)) ?? 0) - this.#clock.now()
    if (counted > mostBeforeMs) await this.#clock.sleep(counted - mostBeforeMs)
    for (const end = this.#clock.now() + outlastedMs; ;) {
      try {
        return await logIn()
      } catch (error) {
        if (counted <= 0 || !isPenalised(error) || this.#clock.now() >= end) throw error
      }
      await this.#clock.sleep(askedEveryMs)
    }
  }

  /**
   * A connection has ended without a login.
   * @param version how the host calls itself; nothing when it did not get that far, which counts for nothing
   */
  count (target: Target, version: string | undefined, { wasShown }: { wasShown: boolean }): void {
    if (!hasPenalties(version)) return
    const now = this.#clock.now()
    for (const [place, until] of this.#until) if (until <= now) this.#until.delete(place)
    const place = placeOf(target)
    this.#until.set(place, (this.#until.get(place) ?? now) + (wasShown ? refusedMs : unshownMs))
  }
}

/** Marks an error whose reason is a penalty. */
export const penalised = { turnedAway: 'penalty' }

function isPenalised (error: unknown): boolean {
  return isRekeyError(error, 'ssh/dropped') && error.detail['turnedAway'] === penalised.turnedAway
}

function placeOf ({ address, port, via }: Target): string {
  return `${via === null ? '' : formatVia(via)} ${address} ${port}`
}

function hasPenalties (version = ''): boolean {
  const [, major, minor] = /^SSH-2\.0-OpenSSH_(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 8)
}
