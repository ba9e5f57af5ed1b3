import { createHmac } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { defaultPolicy, formatName, policyInForce, RekeyError, Secret } from '@rekey/domain'
import type { Adoption, Approval, CampaignRun, Credential, CredentialName, CredentialState, Decision, GuardedPolicy, HostRecord, Labels, Lease, LeaseGrant, NamedPolicy, Order, Policy, Proposal, Survey } from '@rekey/domain'
import type { Journal, StandingPolicy, Versioned } from '@rekey/rotation'

export type JournalCall = keyof Journal

/**
 * Called around every call of one journal; what it throws, the caller of the journal gets. A throw before means that nothing
 * was done; a throw after a write, that it was done and its answer lost.
 */
export interface JournalHooks {
  before? (call: JournalCall, args: readonly unknown[]): Promise<void> | void
  after? (call: JournalCall, args: readonly unknown[]): Promise<void> | void
}

/** Copies a document, so that nobody changes what is stored by changing what he holds. Secrets never change: they are shared. */
function copy<T> (value: T): T {
  if (value === null || typeof value !== 'object' || value instanceof Secret) return value
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item)) as T
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item as unknown)])) as T
}

/** What the zones share: who claimed which fingerprint. */
export class MemoryClaims {
  readonly owners = new Map<string, string>()
}

/** One zone's documents. Any number of journals (workers) stand on it; the `put` calls are what the API and people do. */
export class MemoryZone {
  readonly hosts = new Map<string, HostRecord>()
  readonly credentials = new Map<string, Versioned<Credential>>()
  /** Every credential document ever stored, oldest first: what a test of "stored before pushed" looks at. */
  readonly saved: Credential[] = []
  /** By credential: the versions below this one were destroyed. */
  readonly horizons = new Map<string, number>()
  readonly adoptions = new Map<string, Adoption>()
  readonly orders = new Map<number, Order>()
  readonly campaigns = new Map<string, Versioned<CampaignRun>>()
  /** Campaigns whose turn the API has said it is. */
  readonly turns = new Set<string>()
  readonly states = new Map<string, CredentialState>()
  readonly surveys = new Map<string, Survey>()
  readonly surveysAsked = new Set<string>()
  /** By host, or `host/account/name` of a credential. */
  readonly releases = new Map<string, Decision>()
  readonly proposals: Proposal[] = []
  readonly approvals = new Map<number, Approval[]>()
  readonly grants = new Map<string, LeaseGrant>()
  readonly leases: Lease[] = []
  policy: Policy = defaultPolicy
  policyVersion = 0
  policyWrittenAt: string | null = null
  /** What people have said of the policy, by its version. */
  readonly policyApprovals = new Map<number, Approval[]>()
  noted: Versioned<GuardedPolicy> | undefined
  readonly policies: NamedPolicy[] = []
  readonly labels = new Map<string, Labels>()

  readonly name: string
  readonly claims: MemoryClaims

  constructor (name: string, claims = new MemoryClaims()) {
    this.name = name
    this.claims = claims
  }

  /** Stands for a key in Vault: equal passwords have equal fingerprints. */
  static fingerprintOf (password: Secret): string {
    return `HMAC-SHA256:${createHmac('sha256', 'memory').update(password.open()).digest('base64')}`
  }

  /** Writes the policy as people do, who know its version by that. */
  putPolicy (policy: Policy): void {
    this.policy = policy
    this.policyVersion += 1
    this.policyWrittenAt = new Date().toISOString()
  }

  standingPolicy (): StandingPolicy {
    const written = { zone: this.name, version: this.policyVersion, writtenAt: this.policyWrittenAt, policy: this.policy }
    const words = { approvals: this.policyApprovals.get(this.policyVersion) ?? [], isAlone: this.isOneAlone() }
    return { ...policyInForce(written, this.noted?.value, words), noted: copy(this.noted) }
  }

  isOneAlone (): boolean {
    return new Set([...this.approvals.values(), ...this.policyApprovals.values()].flat().map(({ entity }) => entity)).size < 2
  }

  putHost (record: HostRecord): void {
    this.hosts.set(record.id, copy(record))
  }

  putAdoption (adoption: Adoption): void {
    this.adoptions.set(formatName(adoption.name), copy(adoption))
  }

  putOrder (order: Order): void {
    this.orders.set(order.number, copy(order))
  }

  /** Writes a credential past the check-and-set, as a person does who clears a hold or restores a backup. */
  putCredential (credential: Credential): void {
    const key = formatName(credential.name)
    const version = (this.credentials.get(key)?.version ?? 0) + 1
    this.credentials.set(key, { value: copy(credential), version })
    this.saved.push(copy(credential))
  }
}

function inNameOrder<T> (documents: Map<string, T>, host: string, zone: string): T[] {
  return [...documents.entries()]
    .filter(([key]) => key.startsWith(`${zone}/${host}/`))
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, value]) => copy(value))
}

function hostsOf (documents: Map<string, unknown>): string[] {
  return [...new Set([...documents.keys()].map(key => key.split('/')[1] ?? ''))].sort()
}

/** One worker's journal on a zone in memory. It passes journal.contract.ts, as the one on Vault does. */
export function createMemoryJournal (zone: MemoryZone, hooks: JournalHooks = {}): Journal {
  async function hooked<T> (call: JournalCall, args: readonly unknown[], work: () => T): Promise<T> {
    await hooks.before?.(call, args)
    const result = work()
    await hooks.after?.(call, args)
    return result
  }

  return {
    hosts: () => hooked('hosts', [], () => hostsOf(zone.credentials)),
    hostsAdopting: () => hooked('hostsAdopting', [], () => hostsOf(zone.adoptions)),
    host: (id: string) => hooked('host', [id], () => copy(zone.hosts.get(id))),
    hostRecords: () => hooked('hostRecords', [], () => [...zone.hosts.values()].map(copy)),
    credentials: (host: string) => hooked('credentials', [host], () => inNameOrder(zone.credentials, host, zone.name)),
    credential: (name: CredentialName) => hooked('credential', [name], () => copy(zone.credentials.get(formatName(name)))),
    save: (credential: Credential, version: number) => hooked('save', [credential, version], () => {
      if ((zone.credentials.get(formatName(credential.name))?.version ?? 0) !== version) {
        throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      }
      zone.putCredential(credential)
      return version + 1
    }),
    destroyVersionsBefore: (name: CredentialName, version: number) => hooked('destroyVersionsBefore', [name, version], () => {
      zone.horizons.set(formatName(name), version)
    }),
    adoptions: (host: string) => hooked('adoptions', [host], () => ({ adoptions: inNameOrder(zone.adoptions, host, zone.name), malformed: 0 })),
    dropAdoption: (name: CredentialName) => hooked('dropAdoption', [name], () => {
      zone.adoptions.delete(formatName(name))
    }),
    orders: () => hooked('orders', [], () => [...zone.orders.values()].sort((a, b) => a.number - b.number).filter(({ number }, index) => number === index + 1).map(copy)),
    createOrder: (order: Order) => hooked('createOrder', [order], () => {
      if (zone.orders.has(order.number)) return false
      zone.putOrder(order)
      return true
    }),
    campaigns: () => hooked('campaigns', [], () => [...zone.campaigns.values()].map(copy)),
    saveCampaign: (run: CampaignRun, version: number) => hooked('saveCampaign', [run, version], () => {
      if ((zone.campaigns.get(run.campaign)?.version ?? 0) !== version) throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      zone.campaigns.set(run.campaign, { value: copy(run), version: version + 1 })
      return version + 1
    }),
    isTurn: (campaign: string) => hooked('isTurn', [campaign], () => zone.turns.has(campaign)),
    hostsReleased: () => hooked('hostsReleased', [], () => {
      const places = [...zone.releases.keys()].sort()
      return { hosts: places.filter(place => !place.includes('/')), inPart: [...new Set(places.filter(place => place.includes('/')).map(place => place.split('/')[0] ?? ''))] }
    }),
    releases: (host: string) => hooked('releases', [host], () => ({
      host: zone.releases.has(host),
      credentials: [...zone.releases.keys()].filter(place => place.startsWith(`${host}/`)).map(place => place.slice(host.length + 1)).sort()
    })),
    policy: () => hooked('policy', [], () => zone.standingPolicy().policy),
    standingPolicy: () => hooked('standingPolicy', [], () => zone.standingPolicy()),
    notePolicy: (fields: GuardedPolicy, version: number) => hooked('notePolicy', [fields, version], () => {
      if ((zone.noted?.version ?? 0) !== version) throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      zone.noted = { value: copy(fields), version: version + 1 }
    }),
    isOneAlone: () => hooked('isOneAlone', [], () => zone.isOneAlone()),
    namedPolicies: () => hooked('namedPolicies', [], () => copy(zone.policies)),
    labels: (host: string) => hooked('labels', [host], () => copy(zone.labels.get(host))),
    proposals: () => hooked('proposals', [], () => zone.proposals.filter(({ number }) => zone.approvals.has(number)).map(copy)),
    approvals: (number: number) => hooked('approvals', [number], () => copy(zone.approvals.get(number) ?? [])),
    grant: (name: string) => hooked('grant', [name], () => copy(zone.grants.get(name))),
    replaceGrant: (next: LeaseGrant, seen: LeaseGrant | undefined) => hooked('replaceGrant', [next, seen], () => {
      if (zone.grants.get(next.name)?.proposal !== seen?.proposal) throw new RekeyError('vault/conflict', 'the grant is another one by now')
      zone.grants.set(next.name, copy(next))
    }),
    leases: () => hooked('leases', [], () => copy(zone.leases)),
    replaceHost: (next: HostRecord, seen: HostRecord) => hooked('replaceHost', [next, seen], () => {
      if (!isDeepStrictEqual(zone.hosts.get(seen.id), seen)) throw new RekeyError('vault/conflict', 'the record is another one by now')
      zone.putHost(next)
    }),
    claim: (kind: 'user-key' | 'password' | 'host-key', fingerprint: string, owner: string) => hooked('claim', [kind, fingerprint, owner], () => {
      const key = `${kind} ${fingerprint}`
      const first = zone.claims.owners.get(key) ?? owner
      zone.claims.owners.set(key, first)
      return first
    }),
    fingerprintOf: (password: Secret) => hooked('fingerprintOf', [], () => MemoryZone.fingerprintOf(password)),
    surveysAsked: () => hooked('surveysAsked', [], () => [...zone.surveysAsked].sort()),
    dropSurveyRequest: (host: string) => hooked('dropSurveyRequest', [host], () => { zone.surveysAsked.delete(host) }),
    survey: (host: string) => hooked('survey', [host], () => copy(zone.surveys.get(host))),
    hostsSurveyed: () => hooked('hostsSurveyed', [], () => [...zone.surveys.keys()].sort()),
    reportSurvey: (survey: Survey) => hooked('reportSurvey', [survey], () => { zone.surveys.set(survey.host, copy(survey)) }),
    state: (name: CredentialName) => hooked('state', [name], () => copy(zone.states.get(formatName(name)))),
    report: (state: CredentialState) => hooked('report', [state], () => {
      zone.states.set(formatName(state), copy(state))
    })
  }
}
