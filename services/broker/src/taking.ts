import type { LeaseGrant, LeaseRequest, Order } from '@rekey/domain'
import type { CiToken } from '@rekey/oidc'
import type { Candidate, Wanted } from './choose.ts'

/** What a request asks for. */
export interface Asking {
  readonly wanted: Wanted
  /** Undefined: as long as the grant allows. */
  readonly ttlSeconds: number | undefined
  readonly reason: string
  /** The id of an earlier request for the same, which a person had to approve. */
  readonly request: string | undefined
}

/** A request that nobody has decided yet. */
export interface Waiting {
  readonly waiting: LeaseRequest
}

/** A request that a person has approved. */
export interface Approved {
  readonly request: LeaseRequest
  readonly approvedBy: string
}

/** By what a lease is taken. */
export interface Taking {
  readonly grant: LeaseGrant
  readonly chosen: readonly Candidate[]
  readonly token: CiToken
  /** As they were before anything was handed out. */
  readonly orders: readonly Order[]
  /** Undefined where the grant asks for none. */
  readonly approval?: Approved | undefined
}
