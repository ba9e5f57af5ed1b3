import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { checkName, formatName, RekeyError, retryConflicts } from '@rekey/domain'
import type { CredentialName, Place } from '@rekey/domain'
import type { Journal, Versioned } from '@rekey/rotation'
import { ApprovalBook } from './approvals.ts'
import { bounded, parallelReads } from './bounded.ts'
import { campaignRuns } from './campaign-runs.ts'
import type { VaultClient } from './client.ts'
import { campaignPath, encodeRun, turnPath } from './documents/campaign.ts'
import { adoptionPath, credentialPath, decodeAdoption, decodeCredential, encodeCredential } from './documents/credential.ts'
import { decodeHost, encodeHost, hostPath } from './documents/host.ts'
import { decodeLabels, labelsPath } from './documents/labels.ts'
import { encodeOrder, orderPath } from './documents/order.ts'
import { decodeRelease, releasePath } from './documents/release.ts'
import { decodeState, encodeState, statePath } from './documents/state.ts'
import { decodeSurvey, encodeSurvey, surveyPath, surveyRequestPath } from './documents/survey.ts'
import { GrantBook } from './grants.ts'
import { hostRecords } from './host-records.ts'
import { KvMount } from './kv.ts'
import { LeaseBook } from './leases.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'
import { hostsIn, namesOf, wellFormed } from './names.ts'
import { OrderBook } from './orders.ts'
import { PolicyBook } from './policy-book.ts'
import { ProposalBook } from './proposals.ts'
import { sharedFresh } from './shared-fresh.ts'
import { ZonePolicy } from './zone-policy.ts'

export interface JournalOptions {
  readonly client: VaultClient
  /** Its mount is `rekey-<zone>`. */
  readonly zone: string
  /** Where claims are kept, when that is another Vault than the zone's. */
  readonly sharedClient?: VaultClient
  readonly onMalformed?: OnMalformed
}

export interface VaultJournal extends Journal {
  /**
   * That the mount keeps as many versions, and demands check-and-set, as Rekey needs.
   * @returns false when this identity may not see it
   * @throws RekeyError `config/invalid`
   */
  checkMount (): Promise<boolean>
}

export const zoneMount = (zone: string): string => `rekey-${zone}`
export const sharedMount = 'rekey-shared'
/** The transit key that passwords are fingerprinted with. It is never rotated: equal passwords must stay equal. */
export const passwordKey = 'rekey-passwords'

/** Versions that every mount keeps. Vault destroys the oldest for good, 10 is its own default. */
export const versionsKept = 32

/** `zone/host/account/name`, or `zone/host` of a host key. */
const ownerPattern = /^[A-Za-z0-9._-]{1,63}(\/[A-Za-z0-9._-]{1,63}){1,3}$/

/** Where a claim is kept: a fingerprint holds characters that no path should. */
function claimPath (kind: string, fingerprint: string): string[] {
  return ['unique', kind, createHash('sha256').update(fingerprint).digest('hex')]
}

/** One zone's documents, as its worker reads and writes them. */
export function createJournal ({ client, zone, sharedClient = client, onMalformed = () => {} }: JournalOptions): VaultJournal {
  const mount = new KvMount(client, zoneMount(checkName('zone', zone)))
  const shared = new KvMount(sharedClient, sharedMount)
  const orderBook = new OrderBook(mount, zone, onMalformed)
  const approvalBook = new ApprovalBook(mount, onMalformed)
  const proposalBook = new ProposalBook(mount, zone, approvalBook, onMalformed)
  const zonePolicy = new ZonePolicy(mount, zone, approvalBook)
  const grantBook = new GrantBook(mount, zone, onMalformed)
  const leaseBook = new LeaseBook(mount, zone, onMalformed)
  const policyBook = new PolicyBook(mount, onMalformed)
  /** Of the states that were written or read here: saves a read before each report. A wrong one costs a conflict and a read. */
  const stateVersions = new Map<string, number>()
  /** Releases that were read, by path: they are created once. */
  const released = new Set<string>()

  const { reported, unlessMalformed } = decodingTo(onMalformed)

  async function readAll<T> (names: readonly CredentialName[], read: (name: CredentialName) => Promise<T | undefined>): Promise<T[]> {
    return (await bounded(names, parallelReads, read)).filter(value => value !== undefined)
  }

  /** A document that names another zone is none of this journal's. */
  function ours<Name extends CredentialName> (name: Name): Name {
    if (name.zone !== zone) throw new RekeyError('zone/unknown', `${formatName(name)} is not of the zone ${zone}`)
    return name
  }

  /** A malformed one releases nothing. */
  async function isReleased (of: Place): Promise<boolean> {
    const key = releasePath(of).join('/')
    if (released.has(key)) return true
    const document = await mount.read(releasePath(of))
    if (document === undefined || unlessMalformed(() => decodeRelease(document.data, of)) === undefined) return false
    released.add(key)
    return true
  }

  async function readState (name: CredentialName) {
    const document = await mount.read(statePath(ours(name)))
    stateVersions.set(formatName(name), document?.version ?? 0)
    // A malformed one counts as none, and the next report replaces it.
    return document && unlessMalformed(() => decodeState(document.data, name))
  }

  // What is of the whole zone, every visit asks for: those that do so at once share a reading, which begins after each of them has asked.
  const standingPolicy = sharedFresh(async () => await zonePolicy.read())

  return {
    hosts: () => hostsIn(mount, 'credentials'),
    hostsAdopting: () => hostsIn(mount, 'adoptions'),
    async host (id) {
      const document = await mount.read(hostPath(id))
      return document && reported(() => decodeHost(document.data, zone, id))
    },
    hostRecords: async () => await hostRecords(mount, zone, { unlessMalformed }),
    async credentials (host) {
      return readAll(await namesOf(mount, 'credentials', zone, host), async name => {
        const document = await mount.read(credentialPath(name))
        const value = document && unlessMalformed(() => decodeCredential(document.data, name))
        return value && { value, version: document.version } satisfies Versioned<unknown>
      })
    },
    async credential (name) {
      const document = await mount.read(credentialPath(ours(name)))
      return document && { value: decodeCredential(document.data, name), version: document.version }
    },
    save: async (credential, version) => mount.write(credentialPath(ours(credential.name)), encodeCredential(credential), version),
    async adoptions (host) {
      let malformed = 0
      const adoptions = await readAll(await namesOf(mount, 'adoptions', zone, host), async name => {
        const document = await mount.read(adoptionPath(name))
        const adoption = document && unlessMalformed(() => decodeAdoption(document.data, name))
        if (document !== undefined && adoption === undefined) malformed += 1
        return adoption
      })
      return { adoptions, malformed }
    },
    dropAdoption: async name => mount.erase(adoptionPath(ours(name))),
    orders: sharedFresh(() => orderBook.all()),
    createOrder: async order => await mount.create(orderPath(order.number), encodeOrder(order), async () => await mount.exists(orderPath(order.number))),
    campaigns: async () => await campaignRuns(mount, { unlessMalformed }),
    saveCampaign: async (run, version) => await mount.write(campaignPath(run.campaign), encodeRun(run), version),
    isTurn: async campaign => await mount.read(turnPath(campaign)) !== undefined,
    policy: async () => (await standingPolicy()).policy,
    standingPolicy,
    notePolicy: async (fields, version) => { await zonePolicy.note(fields, version) },
    isOneAlone: async () => await approvalBook.isOneAlone(),
    namedPolicies: sharedFresh(() => policyBook.all()),
    async labels (host) {
      const document = await mount.read(labelsPath(host))
      return document && unlessMalformed(() => decodeLabels(document.data, zone, host))?.labels
    },
    async hostsReleased () {
      const { documents, folders } = await mount.list(['managed'])
      return { hosts: wellFormed('host', documents), inPart: wellFormed('host', folders) }
    },
    async releases (host) {
      const [own, names] = await Promise.all([isReleased({ zone, host }), namesOf(mount, 'managed', zone, host)])
      const credentials = await readAll(names, async name => await isReleased(name) ? `${name.account}/${name.name}` : undefined)
      return { host: own, credentials }
    },
    proposals: sharedFresh(() => proposalBook.approved()),
    approvals: number => proposalBook.approvals(number),
    grant: async name => (await grantBook.read(name))?.value,
    async replaceGrant (next, seen) {
      const present = await grantBook.read(next.name)
      if (present?.value.proposal !== seen?.proposal) throw new RekeyError('vault/conflict', `the grant ${zone}/${next.name} is another one by now`)
      await grantBook.write(next, present?.version ?? 0)
    },
    leases: sharedFresh(() => leaseBook.all()),
    async replaceHost (next, seen) {
      const document = await mount.read(hostPath(seen.id))
      if (document === undefined || !isDeepStrictEqual(decodeHost(document.data, zone, seen.id), seen)) throw new RekeyError('vault/conflict', `the record of ${zone}/${seen.id} is another one by now`)
      await mount.write(hostPath(seen.id), encodeHost(next), document.version)
    },
    async claim (kind, fingerprint, owner) {
      const path = claimPath(kind, fingerprint)
      const read = async (): Promise<string | undefined> => ((await shared.read(path))?.data as { owner?: string } | undefined)?.owner
      if (await shared.create(path, { owner }, async () => await read() !== undefined)) return owner
      const first = await read()
      // Another zone's worker wrote it: it is shown to people, and stops nothing.
      return typeof first === 'string' && ownerPattern.test(first) ? first : 'unknown'
    },
    async fingerprintOf (password) {
      const input = Buffer.from(password.open(), 'utf8').toString('base64')
      const { hmac } = (await sharedClient.write(['transit', 'hmac', passwordKey, 'sha2-256'], { input }) ?? {}) as { hmac?: unknown }
      const value = typeof hmac === 'string' ? /^vault:v1:([A-Za-z0-9+/]{43}=)$/.exec(hmac)?.[1] : undefined
      if (value === undefined) throw new RekeyError('config/invalid', `the transit key ${passwordKey} in Vault gives no fingerprints: was it rotated? It must stay as it was made`)
      return `HMAC-SHA256:${value}`
    },
    surveysAsked: sharedFresh(async () => wellFormed('host', (await mount.list(['survey-requests'])).documents)),
    dropSurveyRequest: async host => await mount.erase(surveyRequestPath(host)),
    async survey (host) {
      const document = await mount.read(surveyPath(host))
      return document && unlessMalformed(() => decodeSurvey(document.data, zone, host))
    },
    hostsSurveyed: async () => wellFormed('host', (await mount.list(['surveys'])).documents),
    async reportSurvey (survey) {
      const path = surveyPath(survey.host)
      await mount.write(path, encodeSurvey(survey), (await mount.read(path))?.version ?? 0)
    },
    state: name => readState(name),
    async report (state) {
      const key = formatName(ours(state))
      const raw = encodeState(state)
      await retryConflicts(async () => {
        if (!stateVersions.has(key)) await readState(state)
        const version = stateVersions.get(key) ?? 0
        // Not known again unless it is written.
        stateVersions.delete(key)
        stateVersions.set(key, await mount.write(statePath(state), raw, version))
      })
    },
    async checkMount () {
      const settings = await mount.settings()
      if (settings === undefined) return false
      if (!settings.casRequired || settings.maxVersions !== versionsKept) {
        throw new RekeyError('config/invalid', `the Vault mount ${zoneMount(zone)} must be set to cas_required=true and max_versions=${versionsKept}`)
      }
      return true
    },
    async destroyVersionsBefore (name, version) {
      const first = Math.max(1, version - versionsKept)
      const versions = Array.from({ length: version - first }, (_, index) => first + index)
      if (versions.length > 0) await mount.destroy(credentialPath(ours(name)), versions)
    }
  }
}
