import { formatName, RekeyError } from '@rekey/domain'
import type { Adoption, Approval, CampaignRun, CredentialName, CredentialState, Decision, GrantEnd, HostRecord, Labels, Lease, LeaseDecision, LeaseGrant, LeaseRequest, NamedPolicy, Place, PolicyInForce, Proposal, ProposalDraft, Survey, Acceptance } from '@rekey/domain'
import { ApprovalBook } from './approvals.ts'
import { bounded, parallelReads } from './bounded.ts'
import { campaignRuns } from './campaign-runs.ts'
import type { VaultClient } from './client.ts'
import { acceptancesPath, decodeAcceptances, encodeAcceptances } from './documents/acceptances.ts'
import { turnPath } from './documents/campaign.ts'
import { adoptionPath, credentialPath, encodeAdoption } from './documents/credential.ts'
import { decodeHost, encodeHost, hostPath } from './documents/host.ts'
import { decodeLabels, encodeLabels, labelsPath } from './documents/labels.ts'
import type { HostLabels } from './documents/labels.ts'
import type { OrderDraft } from './documents/order.ts'
import { encodeProposal, proposalPath } from './documents/proposal.ts'
import { decodeRelease, encodeRelease, releasePath } from './documents/release.ts'
import { decodeState, statePath } from './documents/state.ts'
import { decodeSurvey, surveyPath, surveyRequestPath } from './documents/survey.ts'
import { GrantBook } from './grants.ts'
import { hostRecords } from './host-records.ts'
import { sharedMount, zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { LeaseRequestBook } from './lease-requests.ts'
import { LeaseBook } from './leases.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'
import { compareNames, hostsIn, namesOf, wellFormed } from './names.ts'
import { OrderDesk } from './order-desk.ts'
import type { OrderRequest } from './order-desk.ts'
import { OrderBook } from './orders.ts'
import { PolicyBook } from './policy-book.ts'
import { ProposalBook } from './proposals.ts'
import { ZonePolicy } from './zone-policy.ts'

export interface InventoryOptions {
  /** Each with the client of its own Vault; several zones may share one. */
  readonly zones: ReadonlyArray<{ readonly name: string, readonly client: VaultClient, readonly onMalformed?: OnMalformed }>
  /** Where requests are kept. */
  readonly sharedClient: VaultClient
}

/** Hosts whose states are read ahead of whoever iterates. */
const hostsAhead = 16

/** The documents of all zones, as far as the API's identity may see them. It is the inventory that services/api asks for. */
export function createInventory ({ zones, sharedClient }: InventoryOptions) {
  const known = new Map(zones.map(({ name, client, onMalformed = () => {} }) => {
    const mount = new KvMount(client, zoneMount(name))
    const approvals = new ApprovalBook(mount, onMalformed)
    const { unlessMalformed } = decodingTo(onMalformed)
    return [name, {
      mount,
      unlessMalformed,
      approvals,
      book: new OrderBook(mount, name, onMalformed),
      proposals: new ProposalBook(mount, name, approvals, onMalformed),
      policy: new ZonePolicy(mount, name, approvals),
      policies: new PolicyBook(mount, onMalformed),
      grants: new GrantBook(mount, name, onMalformed),
      leases: new LeaseBook(mount, name, onMalformed),
      requests: new LeaseRequestBook(mount, name, onMalformed)
    }]
  }))
  const desk = new OrderDesk(new KvMount(sharedClient, sharedMount), of)

  function of (zone: string) {
    const found = known.get(zone)
    if (found === undefined) throw new RekeyError('zone/unknown', `there is no zone ${zone}; there are ${[...known.keys()].join(', ')}`, { field: 'zone' })
    return found
  }

  async function release (place: Place): Promise<Decision | undefined> {
    const document = await of(place.zone).mount.read(releasePath(place))
    return document && decodeRelease(document.data, place)
  }

  async function readHost (zone: string, id: string): Promise<HostRecord | undefined> {
    const { mount, unlessMalformed } = of(zone)
    const document = await mount.read(hostPath(id))
    return document && unlessMalformed(() => decodeHost(document.data, zone, id))
  }

  /** Without labels when the host has none but its record's, or they are malformed. */
  async function readLabels (zone: string, host: string): Promise<{ labels?: Labels, version: number }> {
    const { mount, unlessMalformed } = of(zone)
    const document = await mount.read(labelsPath(host))
    if (document === undefined) return { version: 0 }
    const found = unlessMalformed(() => decodeLabels(document.data, zone, host))
    return { version: document.version, ...found && { labels: found.labels } }
  }

  async function readState (name: CredentialName): Promise<CredentialState | undefined> {
    const { mount, unlessMalformed } = of(name.zone)
    const document = await mount.read(statePath(name))
    // The worker will replace a malformed one.
    return document && unlessMalformed(() => decodeState(document.data, name))
  }

  async function readSurvey (zone: string, host: string): Promise<Survey | undefined> {
    const { mount, unlessMalformed } = of(zone)
    const document = await mount.read(surveyPath(host))
    return document && unlessMalformed(() => decodeSurvey(document.data, zone, host))
  }

  async function * states (zone: string, { after, host }: { after?: CredentialName, host?: string } = {}): AsyncIterable<CredentialState> {
    const { mount } = of(zone)
    const hosts = host === undefined ? (await hostsIn(mount, 'states')).filter(one => after === undefined || one >= after.host) : [host]
    for (let at = 0; at < hosts.length; at += hostsAhead) {
      const lists = await bounded(hosts.slice(at, at + hostsAhead), hostsAhead, async one => await namesOf(mount, 'states', zone, one))
      const names = lists.flat().filter(name => after === undefined || compareNames(name, after) > 0).sort(compareNames)
      for (const state of await bounded(names, parallelReads, readState)) {
        if (state !== undefined) yield state
      }
    }
  }

  return {
    async createHost (record: HostRecord): Promise<void> {
      const { mount } = of(record.zone)
      if (!await mount.create(hostPath(record.id), encodeHost(record), async () => await mount.read(hostPath(record.id)) !== undefined)) {
        throw new RekeyError('host/exists', `the zone ${record.zone} has a host ${record.id} already; ids are never used again`, { field: 'id' })
      }
    },
    host: readHost,
    hosts: async (zone: string): Promise<HostRecord[]> => await hostRecords(of(zone).mount, zone, of(zone)),

    async labels (zone: string): Promise<ReadonlyMap<string, Labels>> {
      const hosts = wellFormed('host', (await of(zone).mount.list(['labels'])).documents)
      const found = await bounded(hosts, parallelReads, async host => [host, (await readLabels(zone, host)).labels] as const)
      return new Map(found.flatMap(([host, labels]) => labels === undefined ? [] : [[host, labels]]))
    },
    hostLabels: readLabels,
    async replaceLabels (change: HostLabels, version: number): Promise<number> {
      return await of(change.zone).mount.write(labelsPath(change.host), encodeLabels(change), version)
    },

    async createProposal (draft: ProposalDraft): Promise<Proposal> {
      const { mount, proposals } = of(draft.zone)
      for (let number = (await proposals.numbers()).at(-1) ?? 0; ;) {
        number += 1
        const path = proposalPath(number)
        if (!await mount.create(path, encodeProposal({ ...draft, number }), async () => await mount.exists(path))) continue
        const stored = await proposals.one(number)
        if (stored === undefined) throw new RekeyError('vault/unavailable', `proposal ${number} was written and can't be read back`)
        return stored
      }
    },
    proposal: async (zone: string, number: number): Promise<Proposal | undefined> => await of(zone).proposals.one(number),
    async proposals (zone: string): Promise<Proposal[]> {
      const { proposals } = of(zone)
      const found = await bounded(await proposals.numbers(), parallelReads, async number => await proposals.one(number))
      return found.filter(proposal => proposal !== undefined)
    },
    approvals: async (zone: string, number: number): Promise<Approval[]> => await of(zone).proposals.approvals(number),

    campaigns: async (zone: string): Promise<CampaignRun[]> => (await campaignRuns(of(zone).mount, of(zone))).map(({ value }) => value),

    async giveTurn (zone: string, campaign: string): Promise<void> {
      const { mount } = of(zone)
      await mount.create(turnPath(campaign), {}, async () => await mount.exists(turnPath(campaign)))
    },

    async hostsReleased (zone: string): Promise<string[]> {
      return wellFormed('host', (await of(zone).mount.list(['managed'])).documents)
    },
    release,
    async createRelease (place: Place, decision: Decision): Promise<Decision> {
      const isNew = await of(place.zone).mount.create(releasePath(place), encodeRelease(decision, place), async () => await release(place) !== undefined)
      return isNew ? decision : await release(place) ?? decision
    },

    async createAdoption (adoption: Adoption): Promise<void> {
      const { mount } = of(adoption.name.zone)
      const exists = async (): Promise<boolean> => await mount.exists(adoptionPath(adoption.name))
      if (await mount.exists(credentialPath(adoption.name)) || !await mount.create(adoptionPath(adoption.name), encodeAdoption(adoption), exists)) {
        throw new RekeyError('credential/exists', `${formatName(adoption.name)} is managed or being adopted already`, { field: 'name' })
      }
    },
    async credentialExists (name: CredentialName): Promise<boolean> {
      const { mount } = of(name.zone)
      // In this order: the worker drops the adoption after it has written the credential, so one of both is always seen.
      return await mount.exists(adoptionPath(name)) || await mount.exists(credentialPath(name))
    },
    async hasCredentials (zone: string): Promise<boolean> {
      const { mount } = of(zone)
      return (await hostsIn(mount, 'adoptions')).length > 0 || (await hostsIn(mount, 'credentials')).length > 0
    },
    async credentialNames (zone: string): Promise<CredentialName[]> {
      const { mount } = of(zone)
      const lists: CredentialName[][] = []
      // Adoptions first, for the same reason.
      for (const folder of ['adoptions', 'credentials'] as const) {
        lists.push(...await bounded(await hostsIn(mount, folder), parallelReads, async host => await namesOf(mount, folder, zone, host)))
      }
      const names = new Map(lists.flat().map(name => [formatName(name), name]))
      return [...names.values()].sort(compareNames)
    },

    states,
    state: readState,

    async surveys (zone: string): Promise<Survey[]> {
      const { mount } = of(zone)
      const hosts = wellFormed('host', (await mount.list(['surveys'])).documents)
      return (await bounded(hosts, parallelReads, async host => await readSurvey(zone, host))).filter(survey => survey !== undefined)
    },
    survey: readSurvey,
    async acceptances (zone: string): Promise<{ accepted: Readonly<Record<string, Acceptance>>, version: number }> {
      const { mount, unlessMalformed } = of(zone)
      const document = await mount.read(acceptancesPath)
      return { accepted: (document && unlessMalformed(() => decodeAcceptances(document.data))) ?? {}, version: document?.version ?? 0 }
    },
    async replaceAcceptances (zone: string, accepted: Readonly<Record<string, Acceptance>>, version: number): Promise<void> {
      await of(zone).mount.write(acceptancesPath, encodeAcceptances(accepted), version)
    },
    async askForSurvey (zone: string, host: string): Promise<void> {
      const { mount } = of(zone)
      await mount.create(surveyRequestPath(host), {}, async () => await mount.exists(surveyRequestPath(host)))
    },

    orders: async (zone: string) => await of(zone).book.all(),
    order: async (zone: string, number: number) => await of(zone).book.one(number),
    highestOrder: async (zone: string) => await of(zone).book.highest(),
    createOrders: async (request: OrderRequest, drafts: readonly OrderDraft[]) => await desk.place(request, drafts),
    resumeOrders: async (request: Pick<OrderRequest, 'key' | 'digest'>) => await desk.resume(request),

    async grants (zone: string): Promise<Array<{ grant: LeaseGrant, hasEnded: boolean }>> {
      const { grants } = of(zone)
      return await bounded(await grants.all(), parallelReads, async grant => ({ grant, hasEnded: await grants.hasEnded(grant) }))
    },
    async grant (zone: string, name: string): Promise<{ grant: LeaseGrant, hasEnded: boolean } | undefined> {
      const { grants } = of(zone)
      const found = await grants.read(name)
      return found && { grant: found.value, hasEnded: await grants.hasEnded(found.value) }
    },
    endGrant: async (end: GrantEnd): Promise<void> => { await of(end.zone).grants.end(end) },
    leases: async (zone: string): Promise<Lease[]> => await of(zone).leases.all(),
    async leaseRequests (zone: string): Promise<Array<{ request: LeaseRequest, words: LeaseDecision[] }>> {
      const { requests } = of(zone)
      return await bounded(await requests.all(), parallelReads, async request => ({ request, words: await requests.words(request.id) }))
    },

    policy: async (zone: string): Promise<PolicyInForce> => await of(zone).policy.read(),
    isOneAlone: async (zone: string): Promise<boolean> => await of(zone).approvals.isOneAlone(),
    namedPolicies: async (zone: string): Promise<NamedPolicy[]> => await of(zone).policies.all(),
    replacePolicy: async (zone: string, policy: Omit<NamedPolicy, 'revision'>, seen: number): Promise<NamedPolicy> => await of(zone).policies.replace(policy, seen),
    removePolicy: async (zone: string, name: string, seen: number): Promise<void> => { await of(zone).policies.remove(name, seen) },
    async ready (): Promise<void> {
      const clients = new Set([sharedClient, ...zones.map(({ client }) => client)])
      await Promise.all([...clients].map(async client => await client.read(['auth', 'token', 'lookup-self'])))
    }
  }
}
