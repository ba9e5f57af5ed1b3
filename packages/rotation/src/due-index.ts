import { isDeepStrictEqual } from 'node:util'
import type { CredentialState } from '@rekey/domain'
import type { Outline } from './facts.ts'
import { outlineOf } from './facts.ts'
import type { Journal } from './ports.ts'
import { dueStep } from './rotate.ts'
import { stateOf } from './state.ts'
import type { VisitReport } from './visit.ts'

interface KnownHost {
  readonly labels: Readonly<Record<string, string>>
  readonly outlines: readonly Outline[]
}

/** Hosts that are read at the same time by a full scan. */
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

  constructor (journal: Journal, now: () => Date) {
    this.#journal = journal
    this.#now = now
  }

  /**
   * Reads every document of the zone, and reports again each state that a crash has left behind.
   * @returns how many credentials there are
   */
  async scan (): Promise<number> {
    const [hosts, orders, policy] = await Promise.all([this.#journal.hosts(), this.#journal.orders(), this.#journal.policy()])
    const todo = [...hosts]
    let count = 0
    await Promise.all(Array.from({ length: parallel }, async () => {
      for (let host = todo.pop(); host !== undefined; host = todo.pop()) {
        const [record, credentials] = await Promise.all([this.#journal.host(host), this.#journal.credentials(host)])
        const labels = record?.labels ?? {}
        count += credentials.length
        for (const { value } of credentials) {
          const state = stateOf(value, { orders, policy, labels, now: this.#now() })
          const seen = await this.#journal.state(value.name)
          if (seen === undefined || !isSame(seen, state)) await this.#journal.report(state)
        }
        this.#hosts.set(host, { labels, outlines: credentials.map(({ value }) => outlineOf(value)) })
      }
    }))
    for (const host of this.#hosts.keys()) {
      if (!hosts.includes(host)) this.#hosts.delete(host)
    }
    return count
  }

  /** Hosts that are due for a visit now. */
  async hostsDue (): Promise<string[]> {
    const [orders, policy, adopting] = await Promise.all([this.#journal.orders(), this.#journal.policy(), this.#journal.hostsAdopting()])
    const now = this.#now()
    const due = new Set(adopting.filter((host) => (this.#adoptionsLeft.get(host)?.at ?? 0) <= now.getTime()))
    for (const [host, { labels, outlines }] of this.#hosts) {
      if (outlines.some((outline) => dueStep(outline, { orders, policy, labels, now }) !== undefined)) due.add(host)
    }
    return [...due].filter((host) => (this.#paused.get(host) ?? 0) <= now.getTime())
  }

  /** Vault, the audit trail or the lease ended a visit: the host is due still, but not at once. */
  pause (host: string, seconds: number): void {
    this.#paused.set(host, this.#now().getTime() + seconds * 1000)
  }

  /** Takes over what a visit has found and left. */
  note (host: string, report: VisitReport, backoffSeconds: number): void {
    this.#hosts.set(host, { labels: report.labels, outlines: report.outlines })
    this.#paused.delete(host)
    if (report.adoptionsLeft === 0) {
      this.#adoptionsLeft.delete(host)
      return
    }
    const failures = (this.#adoptionsLeft.get(host)?.failures ?? 0) + 1
    this.#adoptionsLeft.set(host, { failures, at: this.#now().getTime() + backoffSeconds * 1000 * 2 ** Math.min(failures - 1, 6) })
  }
}

/** Two states that tell the same, whenever they were written. */
function isSame (a: CredentialState, b: CredentialState): boolean {
  return isDeepStrictEqual({ ...a, updatedAt: '' }, { ...b, updatedAt: '' })
}
