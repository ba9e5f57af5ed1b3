import { clearedBy, digestOf, formatName, isOfHost, isOwn, requestDigest, RekeyError, retryConflicts } from '@rekey/domain'
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
  /** Approves of it as it was shown. A second time changes nothing. @throws RekeyError `approval/exists`, `input/invalid` when it has expired @param breakGlass why this person has to be enough, for a campaign */
  approve (proposal: Proposal, breakGlass?: string): Promise<Approval[]>
  /** The zone's policy in force, and what of the written one waits for approval. */
  policy (): Promise<PolicyInForce>
  /** Approves of a written policy as it was shown. A second time changes nothing. @throws RekeyError `approval/exists` @returns the policy in force by now */
  approvePolicy (waits: WaitingPolicy): Promise<PolicyInForce>
  /** A request for a lease, and what people have said of it. @throws RekeyError `lease/request-unknown` */
  leaseRequest (id: string): Promise<{ request: LeaseRequest, words: LeaseDecision[] }>
  /** This person's word on it, as it was shown. A second one changes nothing. @throws RekeyError `vault/forbidden` on his own request, `approval/exists`, `input/invalid` when it has expired @returns all words on it */
  decide (request: LeaseRequest, said: Pick<LeaseDecision, 'verdict' | 'reason'>): Promise<LeaseDecision[]>
  /** What the audit journals are verified with. */
  auditEvidence (): Promise<AuditEvidence>
  close (): Promise<void>
}

interface Person {
  readonly by: string
  readonly entity: string
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

  /** Whom Vault knows us as: by name, and by the entity, which only a person has. */
  async function self (): Promise<{ by: string, entity: string | undefined }> {
    const { display_name: name, entity_id: entity } = await client.read(['auth', 'token', 'lookup-self']) as { display_name?: unknown, entity_id?: unknown }
    return { by: typeof name === 'string' && name !== '' ? name : 'unknown', entity: typeof entity === 'string' && entity !== '' ? entity : undefined }
  }

  async function person (): Promise<Person> {
    const { by, entity } = await self()
    if (entity === undefined) throw new RekeyError('vault/forbidden', 'this Vault login belongs to no entity, so it can approve of nothing: log in as a person')
    return { by, entity }
  }

  async function decisionFor (reason: string): Promise<Decision> {
    return { by: (await self()).by, at: now().toISOString(), reason }
  }

  /**
   * A person's own approval of a document, unless he has given just that before.
   * @param instead what to do where an earlier one stands in the way: Vault's policy lets nobody change or withdraw it
   * @throws RekeyError `approval/exists`
   */
  async function say ({ by, entity }: Person, document: string, approving: Pick<Approval, 'digest' | 'breakGlass'>, instead: string): Promise<void> {
    const path = approvalPath(document, entity)
    if (await mount.create(path, encodeApproval({ ...approving, by }, document, entity), async () => await mount.read(path) !== undefined)) return
    const before = (await approvals.of(document)).find((one) => one.entity === entity)
    if (before === undefined) return
    if (before.digest !== approving.digest) throw wordStands(before, textChanged(before, approving.digest), instead)
    if (before.breakGlass === undefined && approving.breakGlass !== undefined) throw wordStands(before, 'without breaking the glass', `${instead}, or have a second person approve of this one`)
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
      const decision = await decisionFor(reason)
      const { credential, isChanged } = await change(name, (found) => clearedBy(decision, found))
      return isChanged ? credential.lastClearedHold ?? undefined : undefined
    },
    async observe (name, reason) {
      const decision = await decisionFor(reason)
      const { credential } = await change(name, (found) => found.observedBy === null ? { ...found, observedBy: decision } : undefined)
      return credential.observedBy ?? decision
    },
    async manage (name, reason) {
      const decision = await decisionFor(reason)
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
      const who = await person()
      await say(who, proposalName(proposal.number), { digest: digestOf(proposal), ...breakGlass !== undefined && { breakGlass } }, 'have it proposed anew, and approve of that')
      const found = await proposals.approvals(proposal.number)
      refuseLate(found.find((one) => one.entity === who.entity), proposal, 'have it proposed anew')
      return found
    },
    policy: async () => await zonePolicy.read(),
    async approvePolicy ({ version, digest }) {
      await say(await person(), policyName(version), { digest }, 'write policies/default anew, and approve of that version')
      return await zonePolicy.read()
    },
    async leaseRequest (id) {
      const request = await requests.one(id)
      if (request === undefined) throw new RekeyError('lease/request-unknown', `there is no request ${id} for a lease in the zone ${zone}`)
      return { request, words: await requests.words(id) }
    },
    async decide (request, said) {
      const { by, entity } = await person()
      if (isOwn(request, { entity })) throw new RekeyError('vault/forbidden', 'nobody decides on a lease that he asks for himself: somebody else has to')
      await requests.say(request, entity, { ...said, by })
      const [words, digest] = [await requests.words(request.id), requestDigest(request)]
      const own = words.find((word) => word.entity === entity)
      if (own !== undefined && own.digest !== digest) throw wordStands(own, textChanged(own, digest), 'have whoever waits ask anew')
      refuseLate(own, request, 'have whoever waits ask anew')
      return words
    },
    auditEvidence: async () => await readAuditEvidence({ client, zone, now }),
    close: async () => await client.close()
  }
}

function textChanged ({ digest: before }: Pick<Approval, 'digest'>, now: string): string {
  return `on another text, whose digest was ${before} and is ${now} now`
}

function wordStands ({ at }: Pick<Approval, 'at'>, how: string, instead: string): RekeyError {
  return new RekeyError('approval/exists', `nothing was decided: your word on this is from ${at}, ${how}. It can't be changed or taken back, so ${instead}`)
}

/** By Vault's clock, which decides what counts: this machine's may be behind. */
function refuseLate (own: Pick<Approval, 'at'> | undefined, { expiresAt }: { readonly expiresAt: string }, instead: string): void {
  if (own === undefined || Date.parse(own.at) <= Date.parse(expiresAt)) return
  throw new RekeyError('input/invalid', `your word came at ${own.at} by Vault's clock and does not count, as this expired at ${expiresAt}: ${instead}`)
}
