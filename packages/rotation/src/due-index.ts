import type { HostRecord, Order, Policy } from '@rekey/domain'
import { defaultPolicy, hasExpired, isRekeyError } from '@rekey/domain'
import type { Census } from './census.ts'
import { censusOf } from './census.ts'
import type { Facts } from './facts.ts'
import { outlineOf, siblingsOf } from './facts.ts'
import { observationOf, releasable } from './observe.ts'
import type { Journal } from './ports.ts'
import { leaveWaits } from './leave.ts'
import { waitingRedirect } from './redirect.ts'
import { dueStep, plansOf } from './rotate.ts'
import { isSame, stateOf } from './state.ts'
import type { VisitReport } from './visit.ts'

type KnownHost = Omit<VisitReport, 'adoptionsLeft'>

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
  /** Hosts where a visit failed for reasons of our own, and until when they are left alone (milliseconds). */
  readonly #paused = new Map<string, number>()
  /** Hosts whose adoptions could not be decided, and when to go there again (milliseconds). */
  readonly #adoptionsLeft = new Map<string, { at: number, failures: number }>()
  /** As they were last read. */
  #known: { orders: readonly Order[], policy: Policy } = { orders: [], policy: defaultPolicy }

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
    const [hosts, orders, policy] = await Promise.all([this.#journal.hosts(), this.#journal.orders(), this.#journal.policy()])
    this.#known = { orders, policy }
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
      const facts = factsOf({ record, outlines, observation }, { orders, policy, now: this.#now() })
      count += credentials.length
      for (const credential of credentials) {
        const state = stateOf(credential, facts)
        const seen = await this.#journal.state(credential.name)
        if (seen === undefined || !isSame(seen, state)) await this.#journal.report(state)
      }
      this.#hosts.set(host, { record, outlines, observation, plans: plansOf(outlines, facts) })
    })
    for (const host of this.#hosts.keys()) {
      if (!hosts.includes(host)) this.#hosts.delete(host)
    }
    return count
  }

  /** How the zone stands, as far as this worker knows: what another one did, it learns at its next full scan. */
  census (): Census {
    const now = this.#now()
    return censusOf([...this.#hosts.values()].map((known) => ({ outlines: known.outlines, facts: factsOf(known, { ...this.#known, now }) })))
  }

  /** Hosts that are due for a visit now. */
  async hostsDue (): Promise<string[]> {
    const [orders, policy, adopting] = await Promise.all([this.#journal.orders(), this.#journal.policy(), this.#journal.hostsAdopting(), this.#heedReleases()])
    this.#known = { orders, policy }
    const now = this.#now()
    const due = new Set(adopting.filter((host) => (this.#adoptionsLeft.get(host)?.at ?? 0) <= now.getTime()))
    for (const [host, known] of this.#hosts) {
      const { outlines, plans } = known
      const facts = factsOf(known, { orders, policy, now })
      // Where nothing is due but other plans are to be told, a visit reads Vault only.
      if (outlines.some((outline) => dueStep(outline, facts) !== undefined) || plansOf(outlines, facts) !== plans) due.add(host)
    }
    for (const host of await this.#hostsProposed(policy, now)) due.add(host)
    return [...due].filter((host) => (this.#paused.get(host) ?? 0) <= now.getTime())
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
    const proposals = await this.#journal.proposals()
    const records = (): HostRecord[] => [...this.#hosts.values()].flatMap(({ record }) => record ?? [])
    const found: string[] = []
    for (const host of new Set(proposals.map((proposal) => proposal.host))) {
      const known = this.#hosts.get(host)
      const own = proposals.filter((proposal) => proposal.host === host)
      // A host without a credential is known by its record only.
      const record = known === undefined && own.some((proposal) => !hasExpired(proposal, now)) ? await this.#journal.host(host).catch(unlessMalformed) : known?.record
      if (record === undefined || record === 'malformed') continue
      const asked = { journal: this.#journal, policy, now }
      if (await waitingRedirect(record, own, asked) !== undefined || await leaveWaits({ record, outlines: known?.outlines ?? [], records }, { ...asked, proposals: own })) found.push(host)
    }
    return found
  }

  /** Vault, the audit trail or the lease ended a visit: the host is due still, but not at once. */
  pause (host: string, seconds: number): void {
    this.#paused.set(host, this.#now().getTime() + seconds * 1000)
  }

  /** Takes over what a visit has found and left. */
  note (host: string, report: VisitReport, backoffSeconds: number): void {
    const { adoptionsLeft, ...known } = report
    this.#hosts.set(host, known)
    this.#paused.delete(host)
    if (adoptionsLeft === 0) {
      this.#adoptionsLeft.delete(host)
      return
    }
    const failures = (this.#adoptionsLeft.get(host)?.failures ?? 0) + 1
    this.#adoptionsLeft.set(host, { failures, at: this.#now().getTime() + backoffSeconds * 1000 * 2 ** Math.min(failures - 1, 6) })
  }
}

function factsOf ({ record, outlines, observation }: Pick<KnownHost, 'record' | 'outlines' | 'observation'>, zone: Pick<Facts, 'orders' | 'policy' | 'now'>): Facts {
  return { ...observation, ...zone, labels: record?.labels ?? {}, siblings: siblingsOf(outlines), recovery: record?.recovery }
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
