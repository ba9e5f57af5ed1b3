import type { Adoption, Approval, CampaignRun, CredentialName, CredentialState, Decision, DialPolicy, GrantEnd, HostRecord, Identity, Labels, Lease, LeaseDecision, LeaseGrant, LeaseRequest, NamedPolicy, Order, Place, PolicyInForce, Proposal, ProposalDraft, Survey, Acceptance } from '@rekey/domain'
import type { AuditTrail, VisitQueue } from '@rekey/rotation'
import type { AuditLog } from './audit/audit-log.ts'
import type { TokenStore } from './token-port.ts'

/** What is the same in all orders of one request. */
export interface OrderRequest {
  /** The caller's idempotency key, or a random one. */
  readonly key: string
  /** Hash of all that is asked for: the same key with another digest is a different request. */
  readonly digest: string
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAt: string
  /** The span of the request; absent where traces are off. */
  readonly traceparent?: string | undefined
}

/** The labels of a host from now on, and who says so. */
export interface LabelsChange {
  readonly zone: string
  readonly host: string
  readonly labels: Labels
  readonly changedBy: string
  readonly changedAt: string
}

/** A grant as it stands. */
export interface KnownGrant {
  readonly grant: LeaseGrant
  readonly hasEnded: boolean
}

/** A request for a lease, and what people have said of it. */
export interface KnownRequest {
  readonly request: LeaseRequest
  readonly words: readonly LeaseDecision[]
}

/**
 * The documents of all zones, as far as the API may see them. Nothing here returns a secret: the API hands keys over
 * and never gets one back. Every call may throw `vault/*`.
 */
export interface Inventory {
  /** @throws RekeyError `host/exists` */
  createHost (record: HostRecord): Promise<void>
  host (zone: string, id: string): Promise<HostRecord | undefined>
  /** By id, ascending. */
  hosts (zone: string): Promise<HostRecord[]>

  /** Labels that were changed since the host was added, by host. */
  labels (zone: string): Promise<ReadonlyMap<string, Labels>>
  /** The same of one host, and the version that the next change must name: 0 when there was none. */
  hostLabels (zone: string, host: string): Promise<{ readonly labels?: Labels, readonly version: number }>
  /** @returns the new version @throws RekeyError `vault/conflict` when somebody else wrote first */
  replaceLabels (change: LabelsChange, version: number): Promise<number>

  /** Hosts that were released from observation. */
  hostsReleased (zone: string): Promise<string[]>
  /** The release of a host or of a credential. */
  release (place: Place): Promise<Decision | undefined>
  /** Releases it, once and for all. @returns the release on record, which may be an earlier one */
  createRelease (place: Place, decision: Decision): Promise<Decision>

  /** Creates it under the next free number, which nobody has used before. */
  createProposal (draft: ProposalDraft): Promise<Proposal>
  proposal (zone: string, number: number): Promise<Proposal | undefined>
  /** Ascending. */
  proposals (zone: string): Promise<Proposal[]>
  /** What people said of a proposal. */
  approvals (zone: string, number: number): Promise<Approval[]>
  /** Campaigns that the zone's worker has started. */
  campaigns (zone: string): Promise<CampaignRun[]>
  /** Tells the zone's worker that the zones before it are through. */
  giveTurn (zone: string, campaign: string): Promise<void>
  /** By name. */
  grants (zone: string): Promise<KnownGrant[]>
  grant (zone: string, name: string): Promise<KnownGrant | undefined>
  /** Once and for all. */
  endGrant (end: GrantEnd): Promise<void>
  /** The oldest first. */
  leases (zone: string): Promise<Lease[]>
  /** The oldest first. */
  leaseRequests (zone: string): Promise<KnownRequest[]>
  /** The zone's policy in force, and what of the written one waits for approval. */
  policy (zone: string): Promise<PolicyInForce>
  /** Whether all approvals of the zone, of whatever they were, are one person's at most. */
  isOneAlone (zone: string): Promise<boolean>
  /** By name. */
  namedPolicies (zone: string): Promise<NamedPolicy[]>
  /** @param seen the revision that is replaced, 0 when there was none @throws RekeyError `vault/conflict` when it is another one by now, `input/unprocessable` */
  replacePolicy (zone: string, policy: Omit<NamedPolicy, 'revision'>, seen: number): Promise<NamedPolicy>
  /** @throws RekeyError `vault/conflict` */
  removePolicy (zone: string, name: string, seen: number): Promise<void>

  /** Hands a key over to the zone's worker. @throws RekeyError `credential/exists` */
  createAdoption (adoption: Adoption): Promise<void>
  /** Whether it is managed or being adopted. */
  credentialExists (name: CredentialName): Promise<boolean>
  /** All that are managed or being adopted, in name order. */
  credentialNames (zone: string): Promise<CredentialName[]>
  /** Whether anything of the zone is, or ever was, managed or being adopted: answered without reading any of it. */
  hasCredentials (zone: string): Promise<boolean>
  /** In name order. @param of one host */
  states (zone: string, of?: { readonly host?: string }): AsyncIterable<CredentialState>
  state (name: CredentialName): Promise<CredentialState | undefined>

  /** How hosts were found when they were last looked at. */
  surveys (zone: string): Promise<Survey[]>
  survey (zone: string, host: string): Promise<Survey | undefined>
  /** Asks the zone's worker to look at a host; asked twice is asked once. */
  askForSurvey (zone: string, host: string): Promise<void>
  /** Findings that are accepted in a zone, by id, and the version that the next change must name. */
  acceptances (zone: string): Promise<{ readonly accepted: Readonly<Record<string, Acceptance>>, readonly version: number }>
  /** @throws RekeyError `vault/conflict` when somebody else wrote first */
  replaceAcceptances (zone: string, accepted: Readonly<Record<string, Acceptance>>, version: number): Promise<void>

  /** Ascending. */
  orders (zone: string): Promise<Order[]>
  order (zone: string, number: number): Promise<Order | undefined>
  /** The highest number of the zone, or 0. */
  highestOrder (zone: string): Promise<number>
  /** Creates one order per draft, once for each key however often it is asked. @throws RekeyError `idempotency/mismatch` */
  createOrders (request: OrderRequest, drafts: ReadonlyArray<Pick<Order, 'zone' | 'scope' | 'asked'>>): Promise<Order[]>
  /** The orders of an earlier request under that key, completed if a crash left some out. @throws RekeyError `idempotency/mismatch` */
  resumeOrders (request: Pick<OrderRequest, 'key' | 'digest'>): Promise<Order[] | undefined>

  /** @throws RekeyError `vault/*` unless Vault answers, is unsealed and knows us */
  ready (): Promise<void>
}

export interface Zone {
  readonly name: string
  readonly queue: VisitQueue
  /** Where this zone's hosts may be. */
  readonly dial: DialPolicy
  /** The same, as it is configured: CIDR. */
  readonly allowedNetworks: readonly string[]
}

/** Everything that the API needs from outside. */
export interface ApiPorts {
  readonly zones: readonly Zone[]
  readonly inventory: Inventory
  readonly tokens: TokenStore
  readonly audit: AuditTrail
  /** What was recorded: one for each zone, and one of the API's own. */
  readonly auditLogs: readonly AuditLog[]
  /** Has Vault sign a text by the API's own key, as it signs the ends of its audit journal. @throws RekeyError `vault/*` */
  readonly sign: (text: string) => Promise<{ readonly key: string, readonly signature: string }>
  /** @throws RekeyError `queue/unavailable` */
  readonly queueReady: () => Promise<void>
  /** The addresses behind a DNS name; none when it does not resolve. */
  readonly resolve: (name: string) => Promise<string[]>
  /** Whom an identity token of Vault's speaks of; undefined where none is taken. @throws RekeyError `auth/missing`, `vault/*` */
  readonly verifyIdentity?: ((token: string) => Promise<Identity>) | undefined
  readonly now: () => Date
}
