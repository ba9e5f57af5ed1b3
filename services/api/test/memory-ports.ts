/* eslint-disable @typescript-eslint/require-await -- the ports are asynchronous, memory is not */
import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import { type Adoption, type ApiToken, type Approval, type CampaignRun, type CredentialState, type Decision, defaultPolicy, DialPolicy, formatName, type GuardedPolicy, guardedOf, type HostRecord, type JournalSegment, type Labels, type Lease, type LeaseGrant, type NamedPolicy, type Order, type Place, policyInForce, type Proposal, RekeyError, type Survey, type Acceptance } from '@rekey/domain'
import type { AuditEntry } from '@rekey/rotation'
import type { ApiPorts, Inventory, KnownRequest } from '../src/inventory-port.ts'
import type { AuditLog } from '../src/audit/audit-log.ts'
import type { TokenStore } from '../src/token-port.ts'

/** What the ports have seen, and switches that make them fail. */
export interface World {
  readonly hosts: Map<string, HostRecord>
  readonly adoptions: Map<string, Adoption>
  readonly credentials: Set<string>
  readonly states: Map<string, CredentialState>
  /** By `zone/host`. */
  readonly surveys: Map<string, Survey>
  readonly surveysAsked: Set<string>
  /** By zone. */
  readonly acceptances: Map<string, { readonly accepted: Readonly<Record<string, Acceptance>>, readonly version: number }>
  readonly orders: Order[]
  /** By `zone/host` or `zone/host/account/name`. */
  readonly releases: Map<string, Decision>
  readonly proposals: Proposal[]
  /** By `zone/number`, and `zone/policy` of the zone's policy. */
  readonly approvals: Map<string, Approval[]>
  /** Turns of zones in campaigns, as `zone/id`. */
  readonly turns: Set<string>
  /** By `zone/id`: what workers have started. */
  readonly campaigns: Map<string, CampaignRun>
  redirectApprovals: number
  /** When the set-up's token ends. */
  adminEndsAt: string | undefined
  campaignApprovals: number
  longestAgeSeconds: number | null
  /** By zone. */
  readonly ranks: Map<string, number>
  /** By zone: what of its policy was in force before, where that is to be another one. */
  readonly inForce: Map<string, Partial<GuardedPolicy>>
  readonly grants: LeaseGrant[]
  /** By `zone/name/proposal`. */
  readonly endedGrants: Set<string>
  readonly leases: Lease[]
  readonly requests: KnownRequest[]
  /** Zones whose people have written something that can't be read. */
  readonly malformedPolicies: Set<string>
  /** By `zone/host`: labels that were changed, and how often. */
  readonly labels: Map<string, { readonly labels: Labels, readonly version: number }>
  /** By zone. */
  readonly policies: Map<string, NamedPolicy[]>
  readonly tokens: Map<string, { readonly value: ApiToken, readonly version: number }>
  /** How often Vault was asked for a token. */
  tokenReads: number
  readonly audit: AuditEntry[]
  /** How requests ended. */
  readonly outcomes: AuditEntry[]
  /** Parts of journals in Vault. */
  readonly parts: Array<JournalSegment & { readonly zone: string | undefined, readonly lines: readonly string[] }>
  /** How many of them were read. */
  partReads: number
  readonly visits: string[]
  /** Writes and audit entries in the order in which they happened. */
  readonly events: string[]
  readonly names: Map<string, string[]>
  /** Besides production and backup. */
  readonly furtherZones: string[]
  vault: 'up' | 'sealed' | 'away'
  redis: 'up' | 'away'
  disk: 'writable' | 'full'
  now: Date
}

/** The API's key in Vault. */
export const apiKey = generateKeyPairSync('ed25519')

export const noon = new Date('2026-03-01T12:00:00.000Z')

export function createWorld (): World {
  return {
    hosts: new Map(),
    adoptions: new Map(),
    credentials: new Set(),
    states: new Map(),
    surveys: new Map(),
    surveysAsked: new Set(),
    acceptances: new Map(),
    orders: [],
    releases: new Map(),
    proposals: [],
    approvals: new Map(),
    turns: new Set(),
    campaigns: new Map(),
    redirectApprovals: 1,
    adminEndsAt: undefined,
    campaignApprovals: defaultPolicy.campaignApprovals,
    longestAgeSeconds: null,
    ranks: new Map(),
    inForce: new Map(),
    grants: [],
    endedGrants: new Set(),
    leases: [],
    requests: [],
    malformedPolicies: new Set(),
    labels: new Map(),
    policies: new Map(),
    tokens: new Map(),
    tokenReads: 0,
    audit: [],
    outcomes: [],
    parts: [],
    partReads: 0,
    visits: [],
    events: [],
    names: new Map(),
    furtherZones: [],
    vault: 'up',
    redis: 'up',
    disk: 'writable',
    now: noon
  }
}

export function memoryPorts (world: World): ApiPorts {
  const queue = (zone: string) => ({
    request: async (hosts: readonly string[]) => {
      if (world.redis === 'away') throw new RekeyError('queue/unavailable', 'Redis did not answer')
      world.visits.push(...hosts.map(host => `${zone}/${host}`))
    }
  })
  const zone = (name: string, allowedNetworks = ['127.1.0.0/16'], reserved: string[] = []) => ({ name, queue: queue(name), allowedNetworks, dial: new DialPolicy(allowedNetworks, reserved) })
  return {
    zones: [
      zone('production', ['127.1.0.0/16', '2001:db8::/32'], ['127.1.255.1']),
      zone('backup'),
      ...world.furtherZones.map(name => zone(name))
    ],
    inventory: memoryInventory(world),
    tokens: memoryTokens(world),
    audit: {
      record: async entry => {
        if (world.disk === 'full') throw new RekeyError('audit/unwritable', 'the audit journal cannot be written')
        if (entry.outcome !== undefined) {
          world.outcomes.push(entry)
          return
        }
        world.audit.push(entry)
        world.events.push(`audit ${entry.act}`)
      }
    },
    sign: async text => await Promise.resolve({ key: 'rekey-audit', signature: `vault:v1:${signBytes(null, Buffer.from(text), apiKey.privateKey).toString('base64')}` }),
    auditLogs: [undefined, 'production', 'backup'].map(zone => memoryAuditLog(world, zone)),
    queueReady: async () => { if (world.redis === 'away') throw new RekeyError('queue/unavailable', 'Redis at 127.0.0.1 did not answer') },
    resolve: async name => world.names.get(name) ?? [],
    now: () => world.now
  }
}

function memoryAuditLog (world: World, zone: string | undefined): AuditLog {
  const own = () => { reachVault(world); return world.parts.filter(part => part.zone === zone) }
  return {
    zone,
    journals: async () => [...new Set(own().map(({ journal }) => journal))],
    segments: async journal => own().filter(part => part.journal === journal),
    lines: async ({ journal, to }) => { world.partReads += 1; return [...own().find(part => part.journal === journal && part.to === to)?.lines ?? []] },
    removeSegment: async ({ journal, to }) => { world.parts.splice(world.parts.findIndex(part => part.journal === journal && part.to === to), 1) }
  }
}

function reachVault (world: World): void {
  if (world.vault === 'sealed') throw new RekeyError('vault/sealed', 'Vault is sealed: unseal it')
  if (world.vault === 'away') throw new RekeyError('vault/unavailable', 'Vault did not answer in time')
}

function memoryTokens (world: World): TokenStore {
  return {
    find: async id => { world.tokenReads += 1; reachVault(world); return world.tokens.get(id) },
    all: async () => { reachVault(world); return [...world.tokens.values()].map(({ value }) => value) },
    save: async (value, version) => {
      reachVault(world)
      if ((world.tokens.get(value.id)?.version ?? 0) !== version) throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      world.tokens.set(value.id, { value, version: version + 1 })
      world.events.push('write token')
    },
    erase: async id => { reachVault(world); world.tokens.delete(id) }
  }
}

function memoryInventory (world: World): Inventory {
  const requests = new Map<string, { digest: string, orders: Order[] }>()
  const reach = () => { reachVault(world) }
  const earlier = ({ key, digest }: { key: string, digest: string }) => {
    const request = requests.get(key)
    if (request !== undefined && request.digest !== digest) throw new RekeyError('idempotency/mismatch', 'Idempotency-Key: used for a different request')
    return request?.orders
  }
  const highest = (zone: string) => Math.max(0, ...world.orders.filter(order => order.zone === zone).map(order => order.number))
  const known = (grant: LeaseGrant) => ({ grant, hasEnded: world.endedGrants.has(`${grant.zone}/${grant.name}/${grant.proposal}`) })
  const isOneAlone = (zone: string) => new Set([...world.approvals].flatMap(([document, words]) => document.startsWith(`${zone}/`) ? words.map(({ entity }) => entity) : [])).size < 2
  const changePolicies = (zone: string, name: string, seen: number, put: NamedPolicy[]) => {
    reach()
    const policies = world.policies.get(zone) ?? []
    if ((policies.find(one => one.name === name)?.revision ?? 0) !== seen) throw new RekeyError('vault/conflict', 'it is another one by now')
    world.policies.set(zone, [...policies.filter(one => one.name !== name), ...put].sort((a, b) => a.name < b.name ? -1 : 1))
    world.events.push('write policy')
  }
  return {
    createHost: async record => {
      reach()
      const key = `${record.zone}/${record.id}`
      if (world.hosts.has(key)) throw new RekeyError('host/exists', `${key} exists already`)
      world.hosts.set(key, record)
      world.events.push('write host')
    },
    host: async (zone, id) => { reach(); return world.hosts.get(`${zone}/${id}`) },
    hosts: async zone => { reach(); return [...world.hosts.values()].filter(host => host.zone === zone).sort((a, b) => a.id < b.id ? -1 : 1) },
    labels: async zone => { reach(); return new Map([...world.labels].filter(([place]) => place.startsWith(`${zone}/`)).map(([place, { labels }]) => [place.split('/')[1] ?? '', labels])) },
    hostLabels: async (zone, host) => { reach(); return world.labels.get(`${zone}/${host}`) ?? { version: 0 } },
    replaceLabels: async ({ zone, host, labels }, version) => {
      reach()
      if ((world.labels.get(`${zone}/${host}`)?.version ?? 0) !== version) throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      world.labels.set(`${zone}/${host}`, { labels, version: version + 1 })
      world.events.push('write labels')
      return version + 1
    },
    hostsReleased: async zone => { reach(); return [...world.releases.keys()].map(place => place.split('/')).filter(([of, , account]) => of === zone && account === undefined).map(([, host = '']) => host) },
    release: async place => { reach(); return world.releases.get(placeOf(place)) },
    createRelease: async (place, decision) => {
      reach()
      const first = world.releases.get(placeOf(place)) ?? decision
      world.releases.set(placeOf(place), first)
      world.events.push('write release')
      return first
    },
    createProposal: async draft => {
      reach()
      const proposal = { ...draft, number: world.proposals.length + 1, proposedAt: world.now.toISOString() }
      world.proposals.push(proposal)
      world.events.push('write proposal')
      return proposal
    },
    proposal: async (zone, number) => { reach(); return world.proposals.find(one => one.zone === zone && one.number === number) },
    proposals: async zone => { reach(); return world.proposals.filter(one => one.zone === zone) },
    approvals: async (zone, number) => { reach(); return world.approvals.get(`${zone}/${number}`) ?? [] },
    campaigns: async zone => { reach(); return [...world.campaigns].filter(([place]) => place.startsWith(`${zone}/`)).map(([, run]) => run) },
    giveTurn: async (zone, campaign) => { reach(); world.turns.add(`${zone}/${campaign}`) },
    grants: async zone => { reach(); return world.grants.filter(one => one.zone === zone).map(known) },
    grant: async (zone, name) => { reach(); return world.grants.filter(one => one.zone === zone && one.name === name).map(known)[0] },
    endGrant: async ({ zone, grant, proposal }) => {
      reach()
      world.endedGrants.add(`${zone}/${grant}/${proposal}`)
      world.events.push('write grant end')
    },
    leases: async zone => { reach(); return world.leases.filter(one => one.zone === zone) },
    leaseRequests: async zone => { reach(); return world.requests.filter(({ request }) => request.zone === zone) },
    policy: async zone => {
      reach()
      if (world.malformedPolicies.has(zone)) throw new RekeyError('vault/malformed', 'the document policies/default is malformed')
      const policy = { ...defaultPolicy, redirectApprovals: world.redirectApprovals, campaignApprovals: world.campaignApprovals, longestAgeSeconds: world.longestAgeSeconds, rank: world.ranks.get(zone) ?? defaultPolicy.rank }
      const written = { zone, version: 1, writtenAt: noon.toISOString(), policy }
      return policyInForce(written, { ...guardedOf(policy), ...world.inForce.get(zone) }, { approvals: world.approvals.get(`${zone}/policy`) ?? [], isAlone: isOneAlone(zone) })
    },
    isOneAlone: async zone => { reach(); return isOneAlone(zone) },
    namedPolicies: async zone => { reach(); return world.policies.get(zone) ?? [] },
    replacePolicy: async (zone, policy, seen) => {
      const next = { ...policy, revision: 1 + Math.max(0, ...(world.policies.get(zone) ?? []).map(({ revision }) => revision)) }
      changePolicies(zone, policy.name, seen, [next])
      return next
    },
    removePolicy: async (zone, name, seen) => { changePolicies(zone, name, seen, []) },
    createAdoption: async adoption => {
      reach()
      world.adoptions.set(formatName(adoption.name), adoption)
      world.events.push('write adoption')
    },
    credentialExists: async name => { reach(); return world.adoptions.has(formatName(name)) || world.credentials.has(formatName(name)) },
    hasCredentials: async zone => { reach(); return [...world.adoptions.keys(), ...world.credentials].some(name => name.startsWith(`${zone}/`)) },
    credentialNames: async zone => {
      reach()
      return [...new Set([...world.adoptions.keys(), ...world.credentials])].filter(name => name.startsWith(`${zone}/`)).sort()
        .map(text => { const [zone = '', host = '', account = '', name = ''] = text.split('/'); return { zone, host, account, name } })
    },
    states: async function * (zone, { host } = {}) {
      reach()
      yield * [...world.states.values()].filter(state => state.zone === zone && (host ?? state.host) === state.host)
    },
    state: async name => { reach(); return world.states.get(formatName(name)) },
    surveys: async zone => { reach(); return [...world.surveys.values()].filter(survey => survey.zone === zone) },
    survey: async (zone, host) => { reach(); return world.surveys.get(`${zone}/${host}`) },
    askForSurvey: async (zone, host) => { reach(); world.surveysAsked.add(`${zone}/${host}`); world.events.push('write survey request') },
    acceptances: async zone => { reach(); return world.acceptances.get(zone) ?? { accepted: {}, version: 0 } },
    replaceAcceptances: async (zone, accepted, version) => {
      reach()
      if ((world.acceptances.get(zone)?.version ?? 0) !== version) throw new RekeyError('vault/conflict', 'somebody else wrote the document first')
      world.acceptances.set(zone, { accepted, version: version + 1 })
      world.events.push('write acceptances')
    },
    orders: async zone => { reach(); return world.orders.filter(order => order.zone === zone) },
    order: async (zone, number) => { reach(); return world.orders.find(order => order.zone === zone && order.number === number) },
    highestOrder: async zone => { reach(); return highest(zone) },
    createOrders: async (request, drafts) => {
      reach()
      const known = earlier(request)
      if (known !== undefined) return known
      const campaign = createHash('sha256').update(request.key).digest('hex')
      const { reason, requestedBy, requestedAt, traceparent } = request
      const orders = drafts.map(draft => ({ ...draft, number: highest(draft.zone) + 1, campaign, reason, requestedBy, requestedAt, ...traceparent !== undefined && { traceparent } }))
      world.orders.push(...orders)
      requests.set(request.key, { digest: request.digest, orders })
      world.events.push('write orders')
      return orders
    },
    resumeOrders: async request => { reach(); return earlier(request) },
    ready: async () => reach()
  }
}

function placeOf (place: Place): string {
  return 'account' in place ? formatName(place) : `${place.zone}/${place.host}`
}

/** A settled credential of its own key. */
export function settledState (name: string, changes: Partial<CredentialState> = {}): CredentialState {
  const [zone = '', host = '', account = '', own = 'ssh-key'] = name.split('/')
  const fingerprint = changes.fingerprint ?? `SHA256:${createHash('sha256').update(name).digest('base64').replace(/=+$/, '')}`
  return {
    zone,
    host,
    account,
    name: own,
    through: null,
    kind: 'ssh-key',
    status: 'settled',
    fingerprint,
    epoch: 1,
    order: 0,
    hostKeys: ['SHA256:3jX0Qy2bYj0oV0rU8gq0v4n1o9Jb5cZ7q2h8oWk1rFs'],
    madeAt: noon.toISOString(),
    verifiedAt: noon.toISOString(),
    heartbeat: null,
    sharedWith: [],
    debts: [],
    owed: null,
    hold: null,
    lastFailure: null,
    nextAttemptAt: null,
    fenceTampered: null,
    drift: null,
    observed: false,
    observers: [],
    planned: null,
    unproven: [],
    leaving: null,
    sessions: null,
    lock: null,
    spared: null,
    rotations: [],
    updatedAt: noon.toISOString(),
    ...changes
  }
}

export function addManaged (world: World, ...states: CredentialState[]): void {
  for (const state of states) {
    world.credentials.add(formatName(state))
    world.states.set(formatName(state), state)
    world.hosts.set(`${state.zone}/${state.host}`, {
      zone: state.zone, id: state.host, address: '127.1.0.1', port: 22, trust: { mode: 'first-use' }, labels: {}, observe: false, createdAt: noon.toISOString()
    })
  }
}
