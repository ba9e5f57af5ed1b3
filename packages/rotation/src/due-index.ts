import type { CampaignRun, HostRecord, NamedPolicy, Order, Policy, Verification } from '@rekey/domain'
import { defaultPolicy, formatName, hasExpired, isOfHost, isRekeyError } from '@rekey/domain'
import { labelsFor, withoutAging } from './aging.ts'
import { hostsToRevoke } from './campaign/first.ts'
import type { SeenHost } from './campaign/look.ts'
import { campaignsBehind } from './campaign/runs.ts'
import type { Census } from './census.ts'
import { censusOf } from './census.ts'
import type { Facts, Outline } from './facts.ts'
import { outlineOf, siblingsOf } from './facts.ts'
import { beatDueSince, verificationOf } from './heartbeat.ts'
import { byCredential } from './leased.ts'
import type { LeasesByCredential } from './leased.ts'
import { observationOf, releasable } from './observe.ts'
import { Pace } from './pace.ts'
import type { Journal } from './ports.ts'
import { clearingWaits } from './clearing.ts'
import { leaveWaits } from './leave.ts'
import { waitingRedirect } from './redirect.ts'
import { removalsWaiting } from './removal.ts'
import { dueStep, plansOf } from './rotate.ts'
import { isSame, stateOf } from './state.ts'
import type { Exposure } from './survey-index.ts'
import { SurveyIndex } from './survey-index.ts'
import type { VisitReport } from './visit.ts'

type KnownHost = Omit<VisitReport, 'adoptionsLeft' | 'survey'>

interface ZoneFacts {
  readonly orders: readonly Order[]
  readonly campaigns: readonly CampaignRun[]
  readonly policy: Policy
  readonly policies: readonly NamedPolicy[]
  readonly leases?: LeasesByCredential
}

/** Hosts that are read at the same time. */
const parallel = 8

/**
 * What a worker remembers of its zone, without secrets, to find what is due by reading two lists.
 * It is only ever a reason to visit: the visit reads Vault again.
 */
export class DueIndex {
  readonly #journal: Journal
  readonly #now: () => Date
  readonly #hosts = new Map<string, KnownHost>()
  readonly #surveys = new SurveyIndex()
  /** Hosts where a visit failed for reasons of our own, and until when they are left alone (milliseconds). */
  readonly #paused = new Map<string, number>()
  /** Hosts whose adoptions could not be decided, and when to go there again (milliseconds). */
  readonly #adoptionsLeft = new Map<string, { at: number, failures: number }>()
  readonly #pace = new Pace()
  /** As many again, so that heartbeats keep no rotation waiting. */
  readonly #beatingPace = new Pace()
  /** As they were last read. */
  #known: ZoneFacts = { orders: [], campaigns: [], policy: defaultPolicy, policies: [] }

  constructor (journal: Journal, now: () => Date) {
    this.#journal = journal
    this.#now = now
  }

  /**
   * Reads every document of the zone, and reports again each state that a crash has left behind. A host whose record is
   * malformed is left alone, and stops no other.
   * @returns how many credentials there are
   */
  async scan (): Promise<number> {
    const [hosts, zone] = await Promise.all([this.#journal.hosts(), this.#readZone()])
    await this.#surveys.read(this.#journal)
    let count = 0
    await inParallel(hosts, async (host) => {
      const record = await this.#journal.host(host).catch(unlessMalformed)
      if (record === 'malformed') {
        this.#hosts.delete(host)
        return
      }
      const stored = await this.#journal.credentials(host)
      const credentials = stored.map(({ value }) => value)
      const observation = await observationOf(host, { journal: this.#journal, record, credentials })
      const outlines = credentials.map(outlineOf)
      const labelsNow = await labelsFor(zone.policies, host, record, this.#journal)
      const facts = factsOf({ record, outlines, observation, labelsNow }, { ...zone, now: this.#now() })
      const verifications = new Map<string, Verification>()
      count += credentials.length
      for (const credential of credentials) {
        const seen = await this.#journal.state(credential.name)
        const verification = verificationOf(credential, seen)
        const state = stateOf(credential, facts, verification)
        verifications.set(formatName(credential.name), verification)
        if (seen === undefined || !isSame(seen, state)) await this.#journal.report(state)
      }
      this.#hosts.set(host, { record, outlines, observation, labelsNow, plans: plansOf(outlines, facts), verifications })
    })
    for (const host of this.#hosts.keys()) {
      if (!hosts.includes(host)) this.#hosts.delete(host)
    }
    return count
  }

  /** How the zone stands, as far as this worker knows: what another one did, it learns at its next full scan. */
  census (): Census {
    const now = this.#now()
    return censusOf([...this.#hosts.values()].map((known) => ({ outlines: known.outlines, verifications: known.verifications, facts: factsOf(known, { ...this.#known, now }) })))
  }

  /** What is the same for all hosts. */
  async #readZone (): Promise<ZoneFacts> {
    const [orders, policy, policies, leases] = await Promise.all([this.#journal.orders(), this.#journal.policy(), this.#journal.namedPolicies(), this.#journal.leases()])
    this.#known = { orders, campaigns: await campaignsBehind(orders, this.#journal), policy, policies, leases: byCredential(leases) }
    return this.#known
  }

  /** The hosts as far as this worker knows. */
  hosts (): SeenHost[] {
    return [...this.#hosts.values()]
  }

  /** Hosts that are due for a visit now: at once for an order and for what was begun, by the zone's pace for the age of their secrets and for heartbeats. */
  async hostsDue (): Promise<string[]> {
    const [zone, adopting, surveysAsked] = await Promise.all([this.#readZone(), this.#journal.hostsAdopting(), this.#journal.surveysAsked(), this.#heedReleases()])
    const now = this.#now()
    const isPaused = (host: string): boolean => (this.#paused.get(host) ?? 0) > now.getTime()
    const due = new Set(adopting.filter((host) => (this.#adoptionsLeft.get(host)?.at ?? 0) <= now.getTime()))
    const unagedZone = withoutAging({ ...zone, now })
    const aged: Array<{ readonly host: string, readonly since: string }> = []
    const beating: typeof aged = []
    for (const [host, known] of this.#hosts) {
      const { outlines, plans, verifications } = known
      const facts = factsOf(known, { ...zone, now })
      const unaged = factsOf(known, unagedZone)
      // Where nothing is due but other plans are to be told, a visit reads Vault only.
      if (outlines.some((outline) => dueStep(outline, unaged) !== undefined) || plansOf(outlines, facts) !== plans) due.add(host)
      else if (!isPaused(host)) {
        const since = outlines.filter((outline) => dueStep(outline, facts) !== undefined).map(madeAt).sort()[0]
        if (since !== undefined) aged.push({ host, since })
        const beats = outlines.flatMap((outline) => beatDueSince(outline, verifications.get(formatName(outline.name)), facts) ?? [])
        if (beats.length > 0) beating.push({ host, since: new Date(Math.min(...beats.map(Number))).toISOString() })
      }
    }
    for (const host of await this.#hostsProposed(zone.policy, now)) due.add(host)
    for (const host of this.#surveys.due(this.#surveyable(), { asked: surveysAsked, everySeconds: zone.policy.surveyEverySeconds, now })) due.add(host)
    const admitted = [...this.#pace.admit(aged, zone.policy, now.getTime()), ...this.#beatingPace.admit(beating, zone.policy, now.getTime())]
    return [...new Set([...due, ...admitted])].filter((host) => !isPaused(host))
  }

  /** Of those that are due, the hosts of campaigns, in their sequence: they come before all others. By what the last look has read. */
  hostsFirst (due: readonly string[]): string[] {
    return hostsToRevoke(this.#hosts, this.#known).filter((host) => due.includes(host))
  }

  /**
   * Learns of releases since it last looked: by one list, and a few more for each host that is released in part.
   * While nothing waits for a release, by none.
   */
  async #heedReleases (): Promise<void> {
    const waiting = [...this.#hosts].filter(([, { outlines, observation }]) => outlines.some((outline) => releasable(outline, observation).length > 0))
    if (waiting.length === 0) return
    const { hosts, inPart } = await this.#journal.hostsReleased()
    const released = new Set([...hosts, ...inPart])
    await inParallel(waiting.filter(([host]) => released.has(host)), async ([host, known]) => {
      const releases = await this.#journal.releases(host)
      // A visit may have ended meanwhile, and knows more of the rest.
      this.#hosts.set(host, { ...this.#hosts.get(host) ?? known, observation: { ...known.observation, releases } })
    })
  }

  /** Hosts of which people have approved something that waits to be carried out. */
  async #hostsProposed (policy: Policy, now: Date): Promise<string[]> {
    const proposals = (await this.#journal.proposals()).filter(isOfHost)
    const records = (): HostRecord[] => [...this.#hosts.values()].flatMap(({ record }) => record ?? [])
    const found: string[] = []
    for (const host of new Set(proposals.map((proposal) => proposal.host))) {
      const known = this.#hosts.get(host)
      const own = proposals.filter((proposal) => proposal.host === host)
      const asked = { journal: this.#journal, policy, now }
      if (known !== undefined && (await clearingWaits(known.outlines, own, asked) || (await removalsWaiting(host, own, { ...asked, survey: this.#surveys.of(host) })).length > 0)) {
        found.push(host)
        continue
      }
      // A host without a credential is known by its record only.
      const record = known === undefined && own.some((proposal) => !hasExpired(proposal, now)) ? await this.#journal.host(host).catch(unlessMalformed) : known?.record
      if (record === undefined || record === 'malformed') continue
      if (await waitingRedirect(record, own, asked) !== undefined || await leaveWaits({ record, outlines: known?.outlines ?? [], records }, { ...asked, proposals: own })) found.push(host)
    }
    return found
  }

  /** How many accounts are managed and how many are not, and how much falls with the worst of the zone's hosts: a minute old at most. */
  exposure (): Exposure {
    return this.#surveys.exposure([...this.#hosts.values()].flatMap(({ outlines }) => outlines), this.#now())
  }

  /** Hosts that have not left and have somebody who may look. */
  #surveyable (): string[] {
    return [...this.#hosts].filter(([, { record, outlines }]) => record?.leftAt === undefined && outlines.length > 0).map(([host]) => host)
  }

  /** Vault, the audit trail or the lease ended a visit: the host is due still, but not at once. */
  pause (host: string, seconds: number): void {
    this.#paused.set(host, this.#now().getTime() + seconds * 1000)
  }

  /** Takes over what a visit has found and left. */
  note (host: string, report: VisitReport, backoffSeconds: number): void {
    const { adoptionsLeft, survey, ...known } = report
    this.#hosts.set(host, known)
    this.#surveys.note(survey)
    this.#paused.delete(host)
    if (adoptionsLeft === 0) {
      this.#adoptionsLeft.delete(host)
      return
    }
    const failures = (this.#adoptionsLeft.get(host)?.failures ?? 0) + 1
    this.#adoptionsLeft.set(host, { failures, at: this.#now().getTime() + backoffSeconds * 1000 * 2 ** Math.min(failures - 1, 6) })
  }
}

function madeAt ({ current }: Outline): string {
  return current.madeAt
}

function factsOf ({ record, outlines, observation, labelsNow }: Pick<KnownHost, 'record' | 'outlines' | 'observation' | 'labelsNow'>, zone: ZoneFacts & Pick<Facts, 'now'>): Facts {
  return { ...observation, ...zone, labelsNow, labels: record?.labels ?? {}, siblings: siblingsOf(outlines), recovery: record?.recovery }
}

function unlessMalformed (error: unknown): 'malformed' {
  if (isRekeyError(error, 'vault/malformed')) return 'malformed'
  throw error
}

/** Hosts in no particular order, a few at a time. */
async function inParallel<Item> (items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const todo = [...items]
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let item = todo.pop(); item !== undefined; item = todo.pop()) await work(item)
  }))
}
