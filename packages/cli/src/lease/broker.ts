import { notOurs, refusalOf, type ApiAccess, type ApiConnection, type Method } from '@rekey/client'
import type { Secret, Selector } from '@rekey/domain'
import { takenLease, type TakenLease } from './taken-lease.ts'

/** Where the zone's broker is, and the authority that its certificate is checked with; undefined: the system's. */
export interface BrokerPlace {
  readonly url: string
  readonly ca: string | undefined
}

/** What a lease is asked for. */
export interface LeaseRequest {
  readonly credentials?: readonly string[]
  readonly selector?: Selector
  /** Left out: as long as the grant allows. */
  readonly ttlSeconds?: number
  readonly reason: string
  /** The id of an earlier request for just this. */
  readonly request?: string
}

/** A lease that waits for a person. */
export interface PendingLease {
  readonly request: string
  readonly expiresAt: string
  /** What another person runs. */
  readonly approveWith: string
}

/** The three requests that a broker knows. Each may throw a RekeyError with the broker's code, or `api/unavailable`. */
export class Broker {
  readonly place: BrokerPlace
  readonly #open: (access: ApiAccess) => ApiConnection

  constructor (place: BrokerPlace, open: (access: ApiAccess) => ApiConnection) {
    this.place = place
    this.#open = open
  }

  /** @param token of the job: good for one lease */
  async take (token: Secret, request: LeaseRequest): Promise<TakenLease | PendingLease> {
    const answer = await this.#send('POST', '/v1/leases', token, request)
    return pendingLease(answer) ?? takenLease(answer)
  }

  /** @returns when it ends now, ISO 8601 */
  async renew ({ id, secret }: Pick<TakenLease, 'id' | 'secret'>, ttlSeconds: number): Promise<string> {
    return (await this.#send('POST', `/v1/leases/${id}/renew`, secret, { ttlSeconds }) as { readonly endsAt: string }).endsAt
  }

  async giveBack ({ id, secret }: Pick<TakenLease, 'id' | 'secret'>): Promise<void> {
    await this.#send('DELETE', `/v1/leases/${id}`, secret)
  }

  async #send (method: Method, path: string, token: Secret, body?: object): Promise<unknown> {
    const connection = this.#open({ ...this.place, token, peer: 'broker' })
    try {
      const answer = await connection.send(method, path, body)
      if (answer.status < 200 || answer.status > 299) throw refusalOf(answer.body, 'broker')
      return answer.body
    } finally {
      connection.close()
    }
  }
}

/** Undefined: it waits for nobody. @throws RekeyError `api/unavailable` for an answer of another shape */
function pendingLease (body: unknown): PendingLease | undefined {
  const { status, request, expiresAt, approveWith } = (body ?? {}) as Partial<Record<'status' | keyof PendingLease, unknown>>
  if (status !== 'pending') return undefined
  if (typeof request !== 'string' || typeof expiresAt !== 'string' || typeof approveWith !== 'string' || !/^[\x20-\x7e]{1,300}$/.test(expiresAt + approveWith)) throw notOurs('broker')
  return { request, expiresAt, approveWith }
}
