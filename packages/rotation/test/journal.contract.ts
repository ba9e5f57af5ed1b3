import { randomBytes, randomUUID } from 'node:crypto'
import { countedApprovals, defaultPolicy, digestOf, endpointOf, formatName, guardedOf, isOfHost, isPassword, Secret } from '@rekey/domain'
import type { Adoption, CampaignRun, Credential, CredentialName, CredentialState, Decision, HostRecord, Labels, NamedPolicy, Order, Policy, Proposal, ProposalDraft, WaitingPolicy } from '@rekey/domain'
import type { Journal } from '@rekey/rotation'
import { at, fullCredential, fullPassword, hostRecord, key, plainCredential, stateOf, surveyOf } from './sample-documents.ts'

/** A journal to be tested, with what else touches its documents. */
export interface JournalBench {
  readonly zone: string
  readonly journal: Journal
  /** A second worker of the same zone. */
  readonly colleague: Journal
  /** A worker of another zone; the two share claims only. */
  readonly neighbour: Journal
  putHost (record: HostRecord): Promise<void>
  putAdoption (adoption: Adoption): Promise<void>
  putOrder (order: Order): Promise<void>
  putPolicy (policy: Policy): Promise<void>
  /** What the API does. */
  putNamedPolicy (policy: Omit<NamedPolicy, 'revision'>): Promise<void>
  putLabels (host: string, labels: Labels): Promise<void>
  /** Releases a host, or a credential named `host/account/name`. */
  putRelease (place: string, decision: Decision): Promise<void>
  /** What the API does. */
  putProposal (draft: ProposalDraft): Promise<Proposal>
  /** What a person does. */
  approve (proposal: Proposal, breakGlass?: string): Promise<void>
  /** What one of the zone's people does. */
  approvePolicy (of: Pick<WaitingPolicy, 'version' | 'digest'>, who: 'operator' | 'responder'): Promise<void>
  /** What the API does. */
  putSurveyRequest (host: string): Promise<void>
  /** The versions of a credential whose content is still stored. */
  storedVersions (name: CredentialName): Promise<number[]>
  close (): Promise<void>
}

function opened (credential: Credential): string[] {
  return [credential.current, ...credential.candidate === null ? [] : [credential.candidate], ...credential.retired, ...credential.history]
    .map(stored => isPassword(stored) ? stored.password.open() : stored.privateKey.open())
}

function openedOf (adoption: Adoption | undefined): string | undefined {
  if (adoption === undefined) return undefined
  return 'password' in adoption.secret ? adoption.secret.password.open() : adoption.secret.privateKey.open()
}

/** What every journal does, whatever it stands on. Each test uses names of its own, so one bench serves them all. */
export function journalContract (title: string, open: () => Promise<JournalBench>): void {
  describe(`the journal ${title}`, () => {
    let bench: JournalBench
    beforeAll(async () => { bench = await open() })
    afterAll(async () => { await bench.close() })

    const freshName = (host = `h-${randomBytes(6).toString('hex')}`, account = 'deploy', name = 'ssh-key'): CredentialName =>
      ({ zone: bench.zone, host, account, name })
    const adoptionOf = (name: CredentialName): Adoption => {
      const { privateKey, publicKey, fingerprint } = key('adopted', 1)
      return { name, secret: { privateKey, publicKey, fingerprint }, through: null, order: 7, askedAt: at, askedBy: 'admin', observe: true }
    }
    const orderOf = (number: number): Order =>
      ({ zone: bench.zone, number, campaign: `c-${number}`, scope: { hosts: ['a', 'b'], labels: { tier: 'web' } }, reason: 'drill', requestedBy: 'admin', requestedAt: at })

    test.each([['key', fullCredential], ['password', fullPassword]])('gives the credential of a %s back as it was saved, secrets included', async (_, full) => {
      const credential = full(freshName())
      expect(await bench.journal.credential(credential.name)).toBeUndefined()
      expect(await bench.journal.save(credential, 0)).toBe(1)
      const read = await bench.colleague.credential(credential.name)
      expect(read).toEqual({ value: credential, version: 1 })
      expect(opened(read?.value ?? plainCredential(credential.name))).toEqual(opened(credential))
    })

    test('gives a credential back that has nothing but its current secret', async () => {
      const credential = plainCredential(freshName())
      await bench.journal.save(credential, 0)
      expect((await bench.journal.credential(credential.name))?.value).toEqual(credential)
    })

    test('counts versions up by one', async () => {
      const credential = plainCredential(freshName())
      expect(await bench.journal.save(credential, 0)).toBe(1)
      expect(await bench.journal.save({ ...credential, failures: 1 }, 1)).toBe(2)
      expect(await bench.colleague.save({ ...credential, failures: 2 }, 2)).toBe(3)
      expect(await bench.journal.credential(credential.name)).toMatchObject({ version: 3, value: { failures: 2 } })
    })

    test('lets only the first of two writers of the same version through', async () => {
      const credential = plainCredential(freshName())
      await bench.journal.save(credential, 0)
      await bench.colleague.save({ ...credential, failures: 1 }, 1)
      await expect(bench.journal.save({ ...credential, failures: 9 }, 1)).rejects.toMatchObject({ code: 'vault/conflict' })
      await expect(bench.journal.save({ ...credential, failures: 9 }, 0)).rejects.toMatchObject({ code: 'vault/conflict' })
      await expect(bench.journal.save({ ...credential, failures: 9 }, 7)).rejects.toMatchObject({ code: 'vault/conflict' })
      expect(await bench.journal.credential(credential.name)).toMatchObject({ version: 2, value: { failures: 1 } })
    })

    test('lets exactly one of ten simultaneous writers through', async () => {
      const credential = plainCredential(freshName())
      const writes = await Promise.allSettled(Array.from({ length: 10 }, (_, n) =>
        (n % 2 === 0 ? bench.journal : bench.colleague).save({ ...credential, failures: n }, 0)))
      expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const write of writes) {
        if (write.status === 'rejected') expect(write.reason).toMatchObject({ code: 'vault/conflict' })
      }
    })

    test('destroys what is stored below a version, and nothing else', async () => {
      const [credential, other] = [plainCredential(freshName()), plainCredential(freshName())]
      for (let version = 0; version < 40; version++) await bench.journal.save(credential, version)
      for (let version = 0; version < 3; version++) await bench.journal.save(other, version)
      await bench.journal.destroyVersionsBefore(credential.name, 40)
      await bench.journal.destroyVersionsBefore(credential.name, 40)
      expect(await bench.storedVersions(credential.name)).toEqual([40])
      expect(await bench.storedVersions(other.name)).toEqual([1, 2, 3])
      expect(await bench.journal.credential(credential.name)).toMatchObject({ version: 40 })
    })

    test('lists all credentials of one host and of no other', async () => {
      const host = freshName().host
      const names = [freshName(host, 'root'), freshName(host, 'deploy', 'second'), freshName(host, 'deploy'), freshName(`${host}-b`)]
      for (const name of names) await bench.journal.save(plainCredential(name), 0)
      const read = await bench.journal.credentials(host)
      expect(read.map(({ value, version }) => [formatName(value.name), version])).toEqual([
        [`${bench.zone}/${host}/deploy/second`, 1], [`${bench.zone}/${host}/deploy/ssh-key`, 1], [`${bench.zone}/${host}/root/ssh-key`, 1]
      ].sort())
      expect(await bench.journal.credentials('no-such-host')).toEqual([])
    })

    test('knows the hosts that have a credential and those that have an adoption, each once', async () => {
      const [managed, waiting, bare] = [freshName(), freshName(), freshName()]
      await bench.journal.save(plainCredential(managed), 0)
      await bench.journal.save(plainCredential({ ...managed, account: 'root' }), 0)
      await bench.putAdoption(adoptionOf(waiting))
      await bench.putAdoption(adoptionOf({ ...waiting, account: 'root' }))
      await bench.putHost({ zone: bench.zone, id: bare.host, address: '127.1.0.9', port: 22, trust: { mode: 'first-use' }, labels: {}, observe: false, createdAt: at })
      const [hosts, adopting] = [await bench.journal.hosts(), await bench.journal.hostsAdopting()]
      expect(hosts).toContain(managed.host)
      expect(adopting).toContain(waiting.host)
      expect(adopting).not.toContain(managed.host)
      for (const list of [hosts, adopting]) {
        expect(list).not.toContain(bare.host)
        expect(new Set(list).size).toBe(list.length)
      }
      expect(hosts).not.toContain(waiting.host)
      expect(await bench.neighbour.hosts()).not.toContain(managed.host)
    })

    test('reads host records with either kind of trust, and behind a jump host', async () => {
      const pinned: HostRecord = { zone: bench.zone, id: freshName().host, address: 'web.example.org', port: 22, trust: { mode: 'pinned', keys: ['ssh-ed25519 AAAAhost'] }, labels: { tier: 'web' }, observe: true, createdAt: at }
      const firstUse: HostRecord = { ...pinned, id: freshName().host, trust: { mode: 'first-use' }, labels: {}, observe: false }
      const behind: HostRecord = { ...pinned, id: freshName().host, address: '127.1.0.9', via: { host: 'jump', account: 'hop', name: 'ssh-key' }, recovery: { account: 'root', name: 'ssh-key' }, legacyAlgorithms: ['diffie-hellman-group14-sha1', 'aes128-cbc'] }
      await bench.putHost(pinned)
      await bench.putHost(behind)
      expect(await bench.journal.host(behind.id)).toEqual(behind)
      await bench.putHost(firstUse)
      expect(await bench.journal.host(pinned.id)).toEqual(pinned)
      expect(await bench.journal.host(firstUse.id)).toEqual(firstUse)
      expect(await bench.journal.host('no-such-host')).toBeUndefined()
    })

    test('reads adoptions with their secret, and drops them for good', async () => {
      const adoption = adoptionOf(freshName())
      await bench.putAdoption(adoption)
      const { adoptions: [read] } = await bench.journal.adoptions(adoption.name.host)
      expect(read).toEqual(adoption)
      expect(openedOf(read)).toBe(openedOf(adoption))
      const handedOver = { ...adoptionOf(freshName()), secret: { password: Secret.of('pass: \'"$word') } }
      await bench.putAdoption(handedOver)
      expect((await bench.journal.adoptions(handedOver.name.host)).adoptions.map(openedOf)).toEqual(['pass: \'"$word'])
      await bench.journal.dropAdoption(adoption.name)
      expect(await bench.journal.adoptions(adoption.name.host)).toEqual({ adoptions: [], malformed: 0 })
      await bench.journal.dropAdoption(adoption.name)
      expect(await bench.journal.hostsAdopting()).not.toContain(adoption.name.host)
    })

    test('reads the orders in the order of their numbers, also those that come later', async () => {
      expect(await bench.journal.orders()).toEqual([])
      for (const number of [1, 2, 3]) await bench.putOrder(orderOf(number))
      expect(await bench.journal.orders()).toEqual([1, 2, 3].map(orderOf))
      for (const number of [4, 5, 6, 7, 8, 9, 10, 11]) await bench.putOrder(orderOf(number))
      expect((await bench.journal.orders()).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      expect(await bench.colleague.orders()).toHaveLength(11)
      expect(await bench.neighbour.orders()).toEqual([])
    })

    test('lets no order count that stands beyond a gap, so that none can outnumber those to come', async () => {
      const next = (await bench.journal.orders()).length + 1
      await bench.putOrder(orderOf(999_999_999_999_999))
      await bench.putOrder(orderOf(next + 1))
      expect(await bench.journal.orders()).toHaveLength(next - 1)
      await bench.putOrder(orderOf(next))
      expect((await bench.journal.orders()).at(-1)).toEqual(orderOf(next + 1))
    })

    test('reads the policies that were made over the API, by name, and the labels that were changed', async () => {
      const host = freshName().host
      expect([await bench.journal.namedPolicies(), await bench.journal.labels(host)]).toEqual([[], undefined])
      const policy = { priority: 1, selector: { labels: { tier: 'web' }, kinds: ['ssh-key' as const] }, keyAlgorithm: 'rsa-4096' as const, changedBy: 'admin', changedAt: at }
      const timed = { schedule: { cron: '0 2 * * *', timeZone: 'Europe/Berlin', window: { days: ['mon' as const], from: '22:00', to: '05:00' } }, graceSeconds: 60, heartbeat: { everySeconds: 60, onDrift: 'report' as const } }
      await bench.putNamedPolicy({ ...policy, name: 'b' })
      await bench.putNamedPolicy({ ...policy, ...timed, name: 'a', selector: {}, passwordLength: 40 })
      await bench.putLabels(host, { tier: 'web' })
      expect(await bench.journal.namedPolicies()).toEqual([{ ...policy, ...timed, name: 'a', selector: {}, passwordLength: 40, revision: 2 }, { ...policy, name: 'b', revision: 1 }])
      expect(await bench.journal.labels(host)).toEqual({ tier: 'web' })
      expect(await bench.neighbour.namedPolicies()).toEqual([])
    })

    test('takes the default policy until there is one', async () => {
      expect(await bench.journal.policy()).toEqual(defaultPolicy)
      await bench.putPolicy({ ...defaultPolicy, graceSeconds: 60, historyLength: 3, passwordLength: 30, observe: true, redirectApprovals: 2, leaveApprovals: 3, longestAgeSeconds: 7_776_000, campaignApprovals: 4, rank: 7 })
      expect(await bench.journal.policy()).toEqual({ ...defaultPolicy, graceSeconds: 60, historyLength: 3, passwordLength: 30, observe: true, redirectApprovals: 2, leaveApprovals: 3, longestAgeSeconds: 7_776_000, campaignApprovals: 4, rank: 7 })
    })

    test('notes what of the policy is in force, and lets one writer win', async () => {
      const { noted, waits } = await bench.journal.standingPolicy()
      expect([noted, waits]).toEqual([undefined, undefined])
      await bench.putPolicy({ ...defaultPolicy, redirectApprovals: 3 })
      const fields = guardedOf(await bench.journal.policy())
      await bench.journal.notePolicy(fields, 0)
      await expect(bench.colleague.notePolicy(fields, 0)).rejects.toMatchObject({ code: 'vault/conflict' })
      await bench.colleague.notePolicy({ ...fields, longestAgeSeconds: 86_400 }, 1)
      expect((await bench.journal.standingPolicy()).noted).toEqual({ value: { ...fields, redirectApprovals: 3, longestAgeSeconds: 86_400 }, version: 2 })
      expect((await bench.neighbour.standingPolicy()).noted).toBeUndefined()
    })

    test('keeps what is in force until as many people as a campaign takes have approved of a weaker policy, and of that very text', async () => {
      const { noted } = await bench.journal.standingPolicy()
      await bench.journal.notePolicy({ ...guardedOf(defaultPolicy), redirectApprovals: 3 }, noted?.version ?? 0)
      await bench.putPolicy({ ...defaultPolicy, redirectApprovals: 1, leaveApprovals: 2 })
      expect([await bench.journal.isOneAlone(), await bench.journal.policy()]).toEqual([true, { ...defaultPolicy, redirectApprovals: 1, leaveApprovals: 2 }])

      const weaker = async (): Promise<WaitingPolicy> => {
        const { policy, waits } = await bench.journal.standingPolicy()
        if (waits === undefined) throw new Error('nothing waits')
        expect(policy).toEqual({ ...defaultPolicy, redirectApprovals: 3, leaveApprovals: 2 })
        expect(waits).toMatchObject({ changes: [{ field: 'redirectApprovals', inForce: 3, written: 1 }], approvalsNeeded: 2 })
        return waits
      }
      // What it is, and whether there ever was such a thing, does not matter.
      for (const who of ['operator', 'responder'] as const) await bench.approvePolicy({ version: 10_000, digest: 'd'.repeat(64) }, who)
      expect(await bench.journal.isOneAlone()).toBe(false)
      const first = await weaker()
      expect(first.approvals).toEqual([])
      await bench.approvePolicy(first, 'operator')
      await bench.approvePolicy(first, 'operator')
      expect((await weaker()).approvals).toMatchObject([{ digest: first.digest }])
      await bench.approvePolicy(first, 'responder')
      const approved = await bench.journal.standingPolicy()
      expect(approved).toMatchObject({ policy: { redirectApprovals: 1 }, approvals: [{}, {}], waits: undefined })

      // The same words, written again: another version, of which nobody has approved.
      await bench.putPolicy({ ...defaultPolicy, redirectApprovals: 1, leaveApprovals: 2 })
      const again = await weaker()
      expect([again.digest === first.digest, again.approvals]).toEqual([false, []])
      await bench.approvePolicy({ ...again, digest: first.digest }, 'operator')
      await bench.approvePolicy({ ...again, digest: first.digest }, 'responder')
      expect((await weaker()).approvals).toEqual([])
    })

    test('knows a proposal once a person has approved it, and what it was that he approved', async () => {
      const record = hostRecord(bench.zone, freshName().host)
      await bench.putHost(record)
      const from = endpointOf(record)
      const proposal = await bench.putProposal({
        kind: 'redirect', zone: bench.zone, host: record.id, after: 0, from, to: { ...from, address: '127.1.0.9', via: { host: 'jump', account: 'hop', name: 'ssh-key' } }, reason: 'moved', proposedBy: 'admin', expiresAt: '2126-01-02T03:04:05.000Z'
      })
      expect((await bench.journal.proposals()).filter(isOfHost).filter(({ host }) => host === record.id)).toEqual([])
      expect(await bench.journal.approvals(proposal.number)).toEqual([])
      await bench.approve(proposal)
      expect((await bench.journal.proposals()).filter(isOfHost).filter(({ host }) => host === record.id)).toEqual([proposal])
      const approvals = await bench.journal.approvals(proposal.number)
      expect(approvals).toEqual([{ entity: expect.any(String) as string, by: expect.any(String) as string, digest: digestOf(proposal), at: expect.any(String) as string }])
      expect(countedApprovals(proposal, approvals)).toHaveLength(1)
    })

    test('knows a leave as it was proposed, of a host and of a credential', async () => {
      for (const credential of [null, { account: 'deploy', name: 'ssh-key' }]) {
        const draft = { kind: 'leave' as const, zone: bench.zone, host: freshName().host, credential, signOff: ['SHA256:abc+/', 'HMAC-SHA256:abc='], reason: 'sold', proposedBy: 'admin', expiresAt: '2126-01-02T03:04:05.000Z' }
        const proposal = await bench.putProposal(draft)
        await bench.approve(proposal)
        expect((await bench.journal.proposals()).filter(isOfHost).filter(({ host }) => host === draft.host)).toEqual([{ ...draft, number: proposal.number, proposedAt: proposal.proposedAt }])
        expect(countedApprovals(proposal, await bench.journal.approvals(proposal.number))).toHaveLength(1)
      }
    })

    test('knows a clearing as it was proposed', async () => {
      const draft = { kind: 'clearing' as const, zone: bench.zone, host: freshName().host, credential: { account: 'deploy', name: 'ssh-key' }, hold: { class: 'locked-out' as const, since: at }, reason: 'put right', proposedBy: 'admin', expiresAt: '2126-01-02T03:04:05.000Z' }
      const proposal = await bench.putProposal(draft)
      await bench.approve(proposal)
      expect((await bench.journal.proposals()).filter(isOfHost).filter(({ host }) => host === draft.host)).toEqual([{ ...draft, number: proposal.number, proposedAt: proposal.proposedAt }])
      expect(countedApprovals(proposal, await bench.journal.approvals(proposal.number))).toHaveLength(1)
    })

    test('knows a removal as it was proposed', async () => {
      const draft = { kind: 'removal' as const, zone: bench.zone, host: freshName().host, account: 'deploy', publicKey: 'sk-ssh-ed25519@openssh.com AAAA', reason: 'a stranger', proposedBy: 'admin', expiresAt: '2126-01-02T03:04:05.000Z' }
      const proposal = await bench.putProposal(draft)
      await bench.approve(proposal)
      expect((await bench.journal.proposals()).filter(isOfHost).filter(({ host }) => host === draft.host)).toEqual([{ ...draft, number: proposal.number, proposedAt: proposal.proposedAt }])
      expect(countedApprovals(proposal, await bench.journal.approvals(proposal.number))).toHaveLength(1)
    })

    test('knows a campaign and its steering as they were proposed, and who has broken the glass', async () => {
      const said = { zone: bench.zone, reason: 'a theft', proposedBy: 'admin', expiresAt: '2126-01-02T03:04:05.000Z' }
      const campaign = { kind: 'campaign' as const, ...said, campaign: randomUUID(), scope: { hosts: ['web-1'], kinds: ['password' as const], burned: ['SHA256:abc+/'] }, asked: '{"all":true}', after: ['backup'], waitSeconds: 300, breakerPercent: 30, endsTokens: true, deadline: at }
      const steering = { kind: 'steering' as const, ...said, campaign: campaign.campaign, action: 'pause' as const }
      for (const draft of [campaign, steering]) {
        const proposal = await bench.putProposal(draft)
        await bench.approve(proposal, 'nobody answers')
        expect((await bench.journal.proposals()).find(({ number }) => number === proposal.number)).toEqual({ ...draft, number: proposal.number, proposedAt: proposal.proposedAt })
        expect(countedApprovals(proposal, await bench.journal.approvals(proposal.number))).toMatchObject([{ breakGlass: 'nobody answers' }])
      }
      expect(await bench.journal.isTurn(campaign.campaign)).toBe(false)
    })

    test('keeps how far a campaign is, and lets one writer win', async () => {
      const run: CampaignRun = { campaign: randomUUID(), proposal: 1, order: 7, startedAt: at, approvedBy: 'ada', breakGlass: null, endsTokens: true, state: 'running', steering: 0, through: '', waveAt: at, breaker: null, isBreakerOff: false }
      expect(await bench.journal.saveCampaign(run, 0)).toBe(1)
      await expect(bench.colleague.saveCampaign(run, 0)).rejects.toMatchObject({ code: 'vault/conflict' })
      const next: CampaignRun = { ...run, through: '50-00ff', breaker: { at, reason: 'too many' }, breakGlass: 'alone', state: 'paused', steering: 3, steeredAlone: [{ proposal: 3, action: 'pause', at, reason: 'nobody answers' }] }
      expect(await bench.colleague.saveCampaign(next, 1)).toBe(2)
      expect((await bench.journal.campaigns()).find(({ value }) => value.campaign === run.campaign)).toEqual({ value: next, version: 2 })
      expect((await bench.neighbour.campaigns()).some(({ value }) => value.campaign === run.campaign)).toBe(false)
    })

    test('places the order of a campaign once, under a number that is free', async () => {
      const number = ((await bench.journal.orders()).at(-1)?.number ?? 0) + 1
      const order = { ...orderOf(number), proposal: 3, scope: { kinds: ['ssh-key' as const], burned: ['SHA256:abc'] } }
      expect(await bench.journal.createOrder(order)).toBe(true)
      expect(await bench.colleague.createOrder({ ...order, reason: 'another one' })).toBe(false)
      expect((await bench.colleague.orders()).at(-1)).toEqual(order)
    })

    test('lists the records of all hosts', async () => {
      const records = [freshName(), freshName()].map(({ host }) => ({ ...hostRecord(bench.zone, host), leave: 7, leftAt: at }))
      for (const record of records) await bench.putHost(record)
      expect(await bench.journal.hostRecords()).toEqual(expect.arrayContaining(records))
    })

    test('replaces the record of a host that is as it was seen, and no other', async () => {
      const seen = hostRecord(bench.zone, freshName().host)
      await bench.putHost(seen)
      const next = { ...seen, address: '127.1.0.9', redirect: 3 }
      await bench.journal.replaceHost(next, seen)
      expect(await bench.colleague.host(seen.id)).toEqual(next)
      await expect(bench.journal.replaceHost({ ...next, port: 7 }, seen)).rejects.toMatchObject({ code: 'vault/conflict' })
      expect(await bench.colleague.host(seen.id)).toEqual(next)
    })

    test('knows what is released: a host, single credentials of one, or both, and not what is named alike', async () => {
      const [whole, part, both, none] = [freshName(), freshName(), freshName(), freshName()].map(({ host }) => host) as [string, string, string, string]
      const decision: Decision = { by: 'ada', at, reason: 'looked at' }
      for (const place of [whole, `${part}/deploy/ssh-key`, both, `${both}/root/password`, `${both}/deploy/ssh-key`, `${none}-b`]) await bench.putRelease(place, decision)
      const { hosts, inPart } = await bench.journal.hostsReleased()
      const known = [whole, part, both, none]
      expect([hosts.filter(host => known.includes(host)), inPart.filter(host => known.includes(host))].map(list => list.sort())).toEqual([[whole, both].sort(), [part, both].sort()])
      expect(await bench.journal.releases(whole)).toEqual({ host: true, credentials: [] })
      expect(await bench.journal.releases(part)).toEqual({ host: false, credentials: ['deploy/ssh-key'] })
      expect(await bench.journal.releases(both)).toEqual({ host: true, credentials: ['deploy/ssh-key', 'root/password'] })
      expect(await bench.journal.releases(none)).toEqual({ host: false, credentials: [] })
      await bench.putRelease(`${part}/root/ssh-key`, decision)
      expect(await bench.journal.releases(part)).toEqual({ host: false, credentials: ['deploy/ssh-key', 'root/ssh-key'] })
      expect(await bench.neighbour.releases(whole)).toEqual({ host: false, credentials: [] })
    })

    test('gives a fingerprint to who claims it first, across zones, and a repeated own claim succeeds', async () => {
      const fingerprint = `SHA256:${randomBytes(32).toString('base64')}`
      expect(await bench.journal.claim('user-key', fingerprint, 'zone/host-a')).toBe('zone/host-a')
      expect(await bench.journal.claim('user-key', fingerprint, 'zone/host-a')).toBe('zone/host-a')
      expect(await bench.colleague.claim('user-key', fingerprint, 'zone/host-b')).toBe('zone/host-a')
      expect(await bench.neighbour.claim('user-key', fingerprint, 'zone/host-c')).toBe('zone/host-a')
      expect(await bench.neighbour.claim('host-key', fingerprint, 'zone/host-c')).toBe('zone/host-c')
    })

    test('gives equal passwords equal fingerprints, in all zones, and others other ones', async () => {
      const [one, same, other] = ['correct horse', 'correct horse', 'correct hors'].map((text) => Secret.of(text)) as [Secret, Secret, Secret]
      const fingerprint = await bench.journal.fingerprintOf(one)
      expect(fingerprint).toMatch(/^HMAC-SHA256:[A-Za-z0-9+/]{43}=?$/)
      expect(await bench.journal.fingerprintOf(same)).toBe(fingerprint)
      expect(await bench.neighbour.fingerprintOf(same)).toBe(fingerprint)
      expect(await bench.journal.fingerprintOf(other)).not.toBe(fingerprint)
    })

    test('names one owner to all of ten simultaneous claims', async () => {
      const fingerprint = `SHA256:${randomBytes(32).toString('base64')}`
      const owners = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? bench.journal : bench.neighbour).claim('host-key', fingerprint, `zone/owner-${n}`)))
      expect(new Set(owners).size).toBe(1)
    })

    test('shows the last state that was reported', async () => {
      const state = stateOf(freshName())
      const name = { zone: state.zone, host: state.host, account: state.account, name: state.name }
      expect(await bench.journal.state(name)).toBeUndefined()
      await bench.journal.report(state)
      expect(await bench.colleague.state(name)).toEqual(state)
      const settled: CredentialState = { ...state, status: 'settled', fingerprint: null, madeAt: null, verifiedAt: null, heartbeat: null, fenceTampered: null, sharedWith: [], debts: [], hold: null, lastFailure: null, nextAttemptAt: null, rotations: [], observed: false, observers: [], planned: null }
      await bench.journal.report(settled)
      await bench.colleague.report({ ...settled, epoch: 5 })
      await bench.journal.report({ ...settled, epoch: 6 })
      expect(await bench.journal.state(name)).toEqual({ ...settled, epoch: 6 })
    })

    test('keeps how a host was found, and who has asked for that until it is dropped', async () => {
      const [survey, { host }] = [surveyOf(freshName()), freshName()]
      expect(await bench.journal.survey(survey.host)).toBeUndefined()
      await bench.journal.reportSurvey(survey)
      await bench.colleague.reportSurvey({ ...survey, failure: 'ssh/unreachable' })
      expect(await bench.journal.survey(survey.host)).toEqual({ ...survey, failure: 'ssh/unreachable' })
      expect(await bench.journal.hostsSurveyed()).toContain(survey.host)
      await bench.putSurveyRequest(host)
      expect(await bench.journal.surveysAsked()).toContain(host)
      await bench.colleague.dropSurveyRequest(host)
      expect(await bench.journal.surveysAsked()).not.toContain(host)
      await bench.putSurveyRequest(host)
      expect(await bench.journal.surveysAsked()).toContain(host)
    })
  })
}
