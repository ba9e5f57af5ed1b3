import type { Credential, CredentialName, Labels, Lease, LeaseDecision, LeaseEvent, LeaseGrant, LeaseRequest, LeaseTaken, Order } from '@rekey/domain'
import type { CiToken, Trusted } from '@rekey/oidc'
import type { AuditTrail, Log } from '@rekey/rotation'

/** The documents of the broker's zone. Every call may throw `vault/*`. */
export interface Store {
  /** Those that have not been ended, by name. */
  grants (): Promise<LeaseGrant[]>
  credential (name: CredentialName): Promise<Credential | undefined>
  credentialNames (): Promise<CredentialName[]>
  /** Those that a host was added with. */
  labels (host: string): Promise<Labels>
  orders (): Promise<Order[]>
  /** Uses a token up, in all zones. @returns false when it was used before */
  useToken (id: string, expiresAt: string): Promise<boolean>
  /** Uses a secret up that is handed out once. @returns false when it was handed out before */
  useSecret (fingerprint: string, lease: string): Promise<boolean>
  /** Counts one use more of a grant. @returns false when there are no more */
  useGrant (grant: LeaseGrant, lease: string): Promise<boolean>
  /** @returns false when there is one of that id */
  take (lease: LeaseTaken): Promise<boolean>
  lease (id: string): Promise<Lease | undefined>
  /** @returns false when another document of the lease came first */
  add (lease: Lease, event: LeaseEvent): Promise<boolean>
  /** Undefined when there is none of that id. */
  leaseRequest (id: string): Promise<LeaseRequest | undefined>
  /** @returns false when there is one of that id */
  ask (request: LeaseRequest): Promise<boolean>
  /** What people have said of a request. */
  words (id: string): Promise<LeaseDecision[]>
  ready (): Promise<void>
}

/** Everything that the broker needs from outside. */
export interface BrokerPorts {
  readonly zone: string
  readonly store: Store
  /** @throws RekeyError `token/refused`, `issuer/unavailable` */
  readonly verify: (token: string, trusted: readonly Trusted[]) => Promise<CiToken>
  readonly audit: AuditTrail
  readonly now: () => Date
}

/** The same for one request, whose lines in the log carry its id. */
export interface RequestPorts extends BrokerPorts {
  readonly log: Pick<Log, 'info' | 'warn'>
}
