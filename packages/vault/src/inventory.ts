import type { Adoption, CredentialName, CredentialState, HostRecord, Order, Policy, Scope } from '@rekey/domain'

/** One order of a request, for one zone. */
export interface OrderDraft {
  readonly zone: string
  readonly scope: Scope
}

/** What is the same in all orders of one request. */
export interface OrderRequest {
  /** The caller's idempotency key, or a random one. Only its hash is stored. */
  readonly key: string
  /** Hash of all that the request asks for: the same key with another digest is a different request. */
  readonly digest: string
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAt: string
}

/**
 * What the API reads and creates in Vault, of all zones. Nothing here can read or overwrite a credential.
 * Every call may throw `vault/sealed`, `vault/unavailable`, `vault/forbidden`, `vault/malformed`; a zone that is not configured is `zone/unknown`.
 */
export interface Inventory {
  /** @throws RekeyError `host/exists` */
  createHost (record: HostRecord): Promise<void>
  host (zone: string, id: string): Promise<HostRecord | undefined>
  /** By id, ascending. */
  hosts (zone: string): Promise<HostRecord[]>

  /** Hands a key over to the zone's worker. @throws RekeyError `credential/exists` when it is managed or being adopted already */
  createAdoption (adoption: Adoption): Promise<void>
  /** Whether it is managed or being adopted; told from metadata, as the API may read neither document. */
  credentialExists (name: CredentialName): Promise<boolean>
  /** All that are managed or being adopted, each once, in name order; told from metadata. Two lists a host: dear in a large zone. */
  credentialNames (zone: string): Promise<CredentialName[]>

  /** In name order (host, account, name), read ahead in batches: take as many as a page needs and stop. */
  states (zone: string, from?: { after?: CredentialName, host?: string }): AsyncIterable<CredentialState>
  state (name: CredentialName): Promise<CredentialState | undefined>

  /** Ascending. Cached, as they never change. */
  orders (zone: string): Promise<Order[]>
  order (zone: string, number: number): Promise<Order | undefined>
  /** The highest number of the zone, or 0. */
  highestOrder (zone: string): Promise<number>
  /**
   * Creates one order per draft, with one campaign. The same request a second time, at the same time or after a crash in
   * between, gives the same orders: what the first one asked for is kept in Vault, and the drafts of a repeat are ignored.
   * @throws RekeyError `idempotency/mismatch`
   */
  createOrders (request: OrderRequest, drafts: readonly OrderDraft[]): Promise<Order[]>
  /**
   * Answers a repeat before its scope is looked at again, after creating what a crash has left out.
   * Undefined when no such request was ever made.
   * @throws RekeyError `idempotency/mismatch`
   */
  resumeOrders (request: Pick<OrderRequest, 'key' | 'digest'>): Promise<Order[] | undefined>

  policy (zone: string): Promise<Policy>
  /** Whether Vault answers, is unsealed, and accepts this service's token. @throws RekeyError `vault/*` */
  ready (): Promise<void>
}
