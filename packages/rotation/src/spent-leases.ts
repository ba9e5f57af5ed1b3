import type { Credential, CredentialName, Lease } from '@rekey/domain'
import { codeOf, leaseEnded, leaseTime, safeMessage } from '@rekey/domain'
import type { Journal, Ports } from './ports.ts'

/*
 * Every lease leaves documents behind, and every token a mark that it was used. They are taken away once nothing follows from them: a lease when it ended long ago and its
 * secrets are dead, so that none is owed a successor by it; a mark when its token expired long ago, which is refused for that. What was done stays in the audit journals.
 */

/** Documents of leases that can be taken away. Every call may throw `vault/*`. */
export interface LeaseAttic {
  /** Ids of requests for leases that a person had to approve. */
  requests (): Promise<string[]>
  /** With what people have said of it. */
  removeRequest (id: string): Promise<void>
  /** With the marks that its secrets were handed out once. The beginning goes last: a lease without one would be seen no more. */
  removeLease (lease: Lease): Promise<void>
  /** The days on which used tokens expired, as `2026-03-01`. */
  tokenDays (): Promise<string[]>
  /** The marks of one day, so many at most. @returns how many there were */
  removeTokens (day: string, most: number): Promise<number>
}

export interface CleaningPorts extends Pick<Ports, 'audit' | 'now' | 'log'> {
  readonly journal: Pick<Journal, 'leases' | 'credential'>
  readonly attic: LeaseAttic
}

export interface CleaningTimes {
  /** How long leases are kept after their end. */
  readonly keptDays: number
  /** Between two looks that found nothing more. */
  readonly everySeconds: number
}

/** A look for due work waits for no more than so many documents. */
const mostAtOnce = 100
const dayMs = 24 * 3600 * 1000
/** A token's mark goes so long after the day on which it expired: far beyond what clocks differ by, and what a broker forgives. */
const marginMs = dayMs

/** Takes away what is over, a little at each look, and rests when nothing is left. */
export class LeaseCleaning {
  readonly #ports: CleaningPorts
  readonly #times: CleaningTimes
  #restUntil = -Infinity

  constructor (ports: CleaningPorts, times: CleaningTimes) {
    this.#ports = ports
    this.#times = times
  }

  /** To be called whenever the worker looks for what is due. Never throws: what stays a while longer is no reason to rotate nothing. */
  async goOn (): Promise<void> {
    if (performance.now() < this.#restUntil) return
    let found = 0
    try {
      const leases = await this.#ports.journal.leases()
      found = await this.#leases(leases) + await this.#requests(leases) + await this.#tokens()
    } catch (error) {
      this.#ports.log.warn({ event: 'cleaning-failed', code: codeOf(error) }, `what is over of leases could not be taken away: ${safeMessage(error)}`)
    }
    if (found === 0) this.#restUntil = performance.now() + this.#times.everySeconds * 1000
  }

  async #leases (leases: readonly Lease[]): Promise<number> {
    const { journal, attic, audit, now } = this.#ports
    const before = now().getTime() - this.#times.keptDays * dayMs
    const old = leases.filter((lease) => Date.parse(leaseEnded(lease)) < before)
    let removed = 0
    for (const lease of old) {
      if (removed === mostAtOnce) break
      if (!await isSpent(lease, journal)) continue
      await audit.record({ act: 'lease.remove', target: lease.zone, detail: `lease ${lease.id}, which ended at ${leaseEnded(lease)}, and its request` })
      await attic.removeRequest(lease.id)
      await attic.removeLease(lease)
      removed += 1
    }
    return removed
  }

  /** Those that no lease has come of. */
  async #requests (leases: readonly Lease[]): Promise<number> {
    const { attic, now } = this.#ports
    const before = now().getTime() - this.#times.keptDays * dayMs
    const taken = new Set(leases.map(({ id }) => id))
    const old = (await attic.requests()).filter((id) => leaseTime(id) < before && !taken.has(id)).slice(0, mostAtOnce)
    for (const id of old) await attic.removeRequest(id)
    return old.length
  }

  async #tokens (): Promise<number> {
    const { attic, now } = this.#ports
    for (const day of await attic.tokenDays()) {
      const removed = isOver(day, now()) ? await attic.removeTokens(day, mostAtOnce) : 0
      if (removed > 0) return removed
    }
    return 0
  }
}

/** Whether no token that expires on that day may be taken any more. */
function isOver (day: string, now: Date): boolean {
  return Date.parse(`${day}T00:00:00.000Z`) + dayMs + marginMs < now.getTime()
}

/** Whether no successor is owed by it: where the grant asks for one, its secrets have to be proven dead. */
async function isSpent ({ rotateAfter, secrets }: Lease, journal: CleaningPorts['journal']): Promise<boolean> {
  if (rotateAfter === 'never') return true
  for (const { name, fingerprint } of secrets) {
    if (await isAlive(name, fingerprint, journal)) return false
  }
  return true
}

async function isAlive (name: CredentialName, fingerprint: string, journal: CleaningPorts['journal']): Promise<boolean> {
  const found = await journal.credential(name)
  return found !== undefined && fingerprintsOf(found.value).includes(fingerprint)
}

function fingerprintsOf ({ current, candidate, retired }: Credential): string[] {
  return [current, ...candidate === null ? [] : [candidate], ...retired].map((secret) => secret.fingerprint)
}
