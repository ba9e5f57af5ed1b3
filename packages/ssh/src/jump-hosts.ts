import { isIP } from 'node:net'
import type { DialPolicy, Via } from '@rekey/domain'
import { RekeyError, formatVia, isRekeyError, mostJumps } from '@rekey/domain'
import type { AuditTrail, JumpLogin, Log } from '@rekey/rotation'
import type { Connection, Transport } from './connection.ts'
import { dial } from './dial.ts'
import { atJumpHost, jumpFailure } from './jump-failures.ts'
import { JumpLink } from './jump-link.ts'
import { login } from './login.ts'
import type { Penalties } from './penalties.ts'

export interface JumpHostsOptions {
  readonly dialPolicy: DialPolicy
  readonly stepTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly loginOf: (via: Via) => Promise<JumpLogin | undefined>
  readonly idleMs: number
  readonly penalties: Penalties
  readonly log: Log | undefined
  readonly audit: Pick<AuditTrail, 'record'> | undefined
}

/** A jump host is asked so often that one which stands still is found out before a step of those who pass through is over. */
export function keepaliveOf (stepTimeoutMs: number): number {
  return stepTimeoutMs / 4
}

/** A jump host on the way, and how to log in there. */
interface Hop {
  readonly via: Via
  readonly jump: JumpLogin
}

/** Who was refused comes again after a minute, or with another secret: each host behind would add to the count that locks the account. */
const refusedMs = 60_000

/** The jump hosts of a zone: one login on each is shared by all visits that pass through. */
export class JumpHosts {
  readonly #options: JumpHostsOptions
  /** By credential; a login that is under way is waited for by all who come meanwhile. */
  readonly #links = new Map<string, Promise<JumpLink>>()
  readonly #refusals = new Map<string, { readonly shown: string, readonly until: number, readonly error: RekeyError }>()

  constructor (options: JumpHostsOptions) {
    this.#options = options
  }

  /**
   * A connection to an address, made by the jump host, and the link that it passes through.
   * @throws RekeyError `ssh/unreachable`, `network/not-allowed`, `vault/*`
   */
  async through (via: Via, to: { address: string, port: number }): Promise<{ tunnel: Transport, link: JumpLink }> {
    const { dialPolicy, stepTimeoutMs } = this.#options
    checkBehind(to.address, dialPolicy)
    for (let isFirst = true; ; isFirst = false) {
      const link = await (this.#links.get(formatVia(via)) ?? this.#reach(via))
      try {
        return { tunnel: await link.open(to, stepTimeoutMs), link }
      } catch (error) {
        // It may have been left a moment ago: then there is a fresh one. A jump host that stood still had its time.
        if (!isFirst || link.failure === undefined || link.failure.code === 'ssh/timeout') throw error
      }
    }
  }

  /** Ends every login, those under way too. */
  async close (): Promise<void> {
    const links = await Promise.allSettled(this.#links.values())
    await Promise.all(links.map(async (link) => { if (link.status === 'fulfilled') await link.value.close() }))
  }

  /** All documents are read first: whoever waits for a login on one jump host never waits for himself. */
  async #reach (via: Via): Promise<JumpLink> {
    const hops = await this.#hopsTo(via)
    let link: JumpLink | undefined
    for (const hop of hops) link = await this.#link(hop, link)
    return link as JumpLink
  }

  /** The way to a jump host and through it, from the one that we dial. */
  async #hopsTo (last: Via): Promise<Hop[]> {
    const hops: Hop[] = []
    for (let via: Via | null = last; via !== null;) {
      const { host } = via
      if (hops.some((hop) => hop.via.host === host)) throw jumpFailure(host, 'leads to itself: the records of the hosts are no way')
      if (hops.length === mostJumps) throw jumpFailure(last.host, `lies behind more than ${mostJumps - 1} others`)
      const jump = await this.#options.loginOf(via)
      if (jump === undefined) throw jumpFailure(host, `has no managed credential ${via.account}/${via.name}: hand it over first`)
      hops.unshift({ via, jump })
      via = jump.target.via
    }
    return hops
  }

  async #link (hop: Hop, before: JumpLink | undefined): Promise<JumpLink> {
    const key = formatVia(hop.via)
    const known = this.#links.get(key)
    if (known !== undefined) return await known
    const link = this.#logIn(hop, before)
    this.#links.set(key, link)
    const forget = (): void => { if (this.#links.get(key) === link) this.#links.delete(key) }
    link.then((open) => open.whenOver(forget), forget)
    return await link
  }

  async #logIn (hop: Hop, before: JumpLink | undefined): Promise<JumpLink> {
    const { via } = hop
    const refusal = this.#refusals.get(formatVia(via))
    if (refusal?.shown === shownOf(hop.jump) && refusal.until > performance.now()) throw refusal.error
    for (let jump = hop.jump, isFirst = true; ; isFirst = false) {
      const connection = await this.#show({ via, jump }, before)
      if (connection !== undefined) {
        this.#refusals.delete(formatVia(via))
        return new JumpLink(via.host, connection, this.#options.idleMs)
      }
      // It may have been rotated since it was read.
      const now = await this.#options.loginOf(via)
      if (!isFirst || now === undefined || shownOf(now) === shownOf(jump)) throw this.#refused(via, jump)
      jump = now
    }
  }

  /** @returns nothing when the jump host accepts none of the secrets */
  async #show ({ via, jump }: Hop, before: JumpLink | undefined): Promise<Connection | undefined> {
    const { dialPolicy, stepTimeoutMs, connectTimeoutMs, penalties, log, audit } = this.#options
    const keepaliveMs = keepaliveOf(stepTimeoutMs)
    const { target, secrets } = jump
    const reach = async (): Promise<Transport> => {
      if (before === undefined) return await dial(target, dialPolicy, connectTimeoutMs)
      checkBehind(target.address, dialPolicy)
      return await before.open(target, stepTimeoutMs)
    }
    try {
      return (await login(target, secrets, reach, { stepTimeoutMs, keepaliveMs, penalties, log, audit })).accepted?.connection
    } catch (thrown) {
      const error = await before?.blame(thrown, keepaliveMs) ?? thrown
      throw isRekeyError(error) ? atJumpHost(via.host, error) : error
    }
  }

  #refused (via: Via, jump: JumpLogin): RekeyError {
    const error = jumpFailure(via.host, `does not let ${via.account}/${via.name} in: the visit to itself finds out why`)
    this.#refusals.set(formatVia(via), { shown: shownOf(jump), until: performance.now() + refusedMs, error })
    return error
  }
}

function shownOf ({ secrets }: JumpLogin): string {
  return secrets.map(({ fingerprint }) => fingerprint).join()
}

/**
 * What a jump host dials is judged by the same rules, which know addresses: it would look a name up by itself.
 * @throws RekeyError `network/not-allowed`
 */
function checkBehind (address: string, policy: DialPolicy): void {
  if (isIP(address) === 0) {
    throw new RekeyError('network/not-allowed', `behind a jump host the address must be numeric: ${address} would be looked up by the jump host, and nobody could tell what it dials`, { field: 'address' })
  }
  policy.check(address)
}
