import { clearedBy, digestOf, formatName, isOfHost, isOwn, RekeyError, retryConflicts } from '@rekey/domain'
import type { Approval, AuditEvidence, ClearedHold, Credential, CredentialName, Decision, HostRecord, LeaseDecision, LeaseRequest, PolicyInForce, Proposal, WaitingPolicy } from '@rekey/domain'
import { ApprovalBook } from './approvals.ts'
import { readAuditEvidence } from './audit-evidence.ts'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { approvalPath, encodeApproval, policyName, proposalName } from './documents/approval.ts'
import { credentialPath, decodeCredential, encodeCredential } from './documents/credential.ts'
import { decodeHost, hostPath } from './documents/host.ts'
import { decodePolicy, policyPath } from './documents/policy.ts'
import { encodeRelease, releasePath } from './documents/release.ts'
import { zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { LeaseRequestBook } from './lease-requests.ts'
import { namesOf } from './names.ts'
import { ProposalBook } from './proposals.ts'
import { ZonePolicy } from './zone-policy.ts'

/** A person's own way into one zone's Vault: with his login and his rights, not the rotator's. */
export interface Operator {
  credential (name: CredentialName): Promise<Credential | undefined>
  /** Clears the hold and records who did it and why. Undefined when there was none. @throws RekeyError `credential/unknown` */
  clearHold (name: CredentialName, reason: string): Promise<ClearedHold | undefined>
  /** Observes it until a person manages it again. @returns who said so first @throws RekeyError `credential/unknown` */
  observe (name: CredentialName, reason: string): Promise<Decision>
  /**
   * Ends every observation of it but its zone's: the one by a person, its own, and the one for its host's sake.
   * @returns whether the zone's policy observes it still
   * @throws RekeyError `credential/unknown`
   */
  manage (name: CredentialName, reason: string): Promise<{ zoneObserves: boolean }>
  /** A proposal, of a host also that host with all that it has, and who has approved. @throws RekeyError `proposal/unknown` */
  proposal (number: number): Promise<{ proposal: Proposal, record: HostRecord | undefined, credentials: Credential[], approvals: Approval[] }>
  /** Approves of it as it was shown. A second time changes nothing. @param breakGlass why this person has to be enough, for a campaign */
  approve (proposal: Proposal, breakGlass?: string): Promise<Approval[]>
  /** The zone's policy in force, and what of the written one waits for approval. */
  policy (): Promise<PolicyInForce>
  /** Approves of a written policy as it was shown. A second time changes nothing. @returns the policy in force by now */
  approvePolicy (waits: WaitingPolicy): Promise<PolicyInForce>
  /** A request for a lease, and what people have said of it. @throws RekeyError `lease/request-unknown` */
  leaseRequest (id: string): Promise<{ request: LeaseRequest, words: LeaseDecision[] }>
  /** This person's word on it, as it was shown. A second one changes nothing. @throws RekeyError `vault/forbidden` on his own request @returns all words on it */
  decide (request: LeaseRequest, said: Pick<LeaseDecision, 'verdict' | 'reason'>): Promise<LeaseDecision[]>
  /** What the audit journals are verified with. */
  auditEvidence (): Promise<AuditEvidence>
  close (): Promise<void>
}

export interface OperatorOptions {
  readonly client: VaultClient
  readonly zone: string
  readonly now?: () => Date
}

export function createOperator ({ client, zone, now = () => new Date() }: OperatorOptions): Operator {
  const mount = new KvMount(client, zoneMount(zone))
  const refuse = (error: RekeyError): never => { throw error }
  const approvals = new ApprovalBook(mount, refuse)
  const proposals = new ProposalBook(mount, zone, approvals, refuse)
  const zonePolicy = new ZonePolicy(mount, zone, approvals)
  const requests = new LeaseRequestBook(mount, zone, refuse)

  async function read (name: CredentialName): Promise<{ credential: Credential, version: number } | undefined> {
    const document = await mount.read(credentialPath(name))
    return document && { credential: decodeCredential(document.data, name), version: document.version }
  }

  /** Whom Vault knows us as. */
  async function own (): Promise<string> {
    const { display_name: name } = await client.read(['auth', 'token', 'lookup-self']) as { display_name?: unknown }
    return typeof name === 'string' && name !== '' ? name : 'unknown'
  }

  async function ownEntity (): Promise<string> {
    const { entity_id: entity } = await client.read(['auth', 'token', 'lookup-self']) as { entity_id?: unknown }
    if (typeof entity !== 'string' || entity === '') throw new RekeyError('vault/forbidden', 'this Vault login belongs to no entity, so it can approve of nothing: log in as a person')
    return entity
  }

  /** This person's approval of a document, unless he has given it before. */
  async function say (document: string, digest: string, breakGlass?: string): Promise<void> {
    const entity = await ownEntity()
    const path = approvalPath(document, entity)
    const said = { digest, by: await own(), ...breakGlass !== undefined && { breakGlass } }
    await mount.create(path, encodeApproval(said, document, entity), async () => await mount.read(path) !== undefined)
  }

  /** Writes what `next` makes of the document, unless that is nothing. @returns the document as it stands then */
  async function change (name: CredentialName, next: (credential: Credential) => Credential | undefined): Promise<{ credential: Credential, isChanged: boolean }> {
    return await retryConflicts(async () => {
      const found = await read(name)
      if (found === undefined) throw new RekeyError('credential/unknown', `there is no credential ${formatName(name)}`)
      const changed = next(found.credential)
      if (changed === undefined) return { credential: found.credential, isChanged: false }
      await mount.write(credentialPath(name), encodeCredential(changed), found.version)
      return { credential: changed, isChanged: true }
    })
  }

  return {
    credential: async name => (await read(name))?.credential,
    async clearHold (name, reason) {
      const by = await own()
      const { credential, isChanged } = await change(name, (found) => clearedBy({ by, at: now().toISOString(), reason }, found))
      return isChanged ? credential.lastClearedHold ?? undefined : undefined
    },
    async observe (name, reason) {
      const decision: Decision = { by: await own(), at: now().toISOString(), reason }
      const { credential } = await change(name, (found) => found.observedBy === null ? { ...found, observedBy: decision } : undefined)
      return credential.observedBy ?? decision
    },
    async manage (name, reason) {
      const decision: Decision = { by: await own(), at: now().toISOString(), reason }
      await change(name, (found) => found.observedBy === null ? undefined : { ...found, observedBy: null })
      await mount.create(releasePath(name), encodeRelease(decision, name), async () => await mount.read(releasePath(name)) !== undefined)
      const policy = await mount.read(policyPath)
      return { zoneObserves: policy !== undefined && decodePolicy(policy.data).observe }
    },
    async proposal (number) {
      const proposal = await proposals.one(number)
      if (proposal === undefined) throw new RekeyError('proposal/unknown', `there is no proposal ${number} in the zone ${zone}`)
      if (!isOfHost(proposal)) return { proposal, record: undefined, credentials: [], approvals: await proposals.approvals(number) }
      const { host } = proposal
      const record = await mount.read(hostPath(host))
      const found = await bounded(await namesOf(mount, 'credentials', zone, host), parallelReads, read)
      return {
        proposal,
        record: record && decodeHost(record.data, zone, host),
        credentials: found.flatMap((one) => one?.credential ?? []),
        approvals: await proposals.approvals(number)
      }
    },
    async approve (proposal, breakGlass) {
      await say(proposalName(proposal.number), digestOf(proposal), breakGlass)
      return await proposals.approvals(proposal.number)
    },
    policy: async () => await zonePolicy.read(),
    async approvePolicy ({ version, digest }) {
      await say(policyName(version), digest)
      return await zonePolicy.read()
    },
    async leaseRequest (id) {
      const request = await requests.one(id)
      if (request === undefined) throw new RekeyError('lease/request-unknown', `there is no request ${id} for a lease in the zone ${zone}`)
      return { request, words: await requests.words(id) }
    },
    async decide (request, said) {
      const entity = await ownEntity()
      if (isOwn(request, { entity })) throw new RekeyError('vault/forbidden', 'nobody decides on a lease that he asks for himself: somebody else has to')
      await requests.say(request, entity, { ...said, by: await own() })
      return await requests.words(request.id)
    },
    auditEvidence: async () => await readAuditEvidence({ client, zone, now }),
    close: async () => await client.close()
  }
}
