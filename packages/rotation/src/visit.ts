import type { Adoption, Credential, HostRecord, Order } from '@rekey/domain'
import { formatName } from '@rekey/domain'
import { adopt, adoptionState } from './adopt.ts'
import type { Outline } from './facts.ts'
import { outlineOf } from './facts.ts'
import { Line } from './line.ts'
import { observationOf } from './observe.ts'
import type { HostObservation } from './observe.ts'
import type { Ports, Versioned, VisitLease } from './ports.ts'
import { heedEnd, heedHostLeave, heedLeave } from './leave.ts'
import type { LeavingHost } from './leave.ts'
import { heedRecord, redirectHost } from './redirect.ts'
import { dueStep, plansOf, rotate } from './rotate.ts'
import type { Backoff } from './setback.ts'
import { isSame, stateOf } from './state.ts'
import { Turn } from './turn.ts'
import type { VisitFacts } from './turn.ts'

export interface VisitReport {
  /** The host's credentials as they were left. */
  readonly outlines: readonly Outline[]
  readonly record: HostRecord | undefined
  readonly observation: HostObservation
  /** What was reported of the observed ones. */
  readonly plans: string
  /** Adoptions that could not be decided: the host was out of reach. */
  readonly adoptionsLeft: number
}

/** A credential as it was read; a new one has never been reported. */
type Found = Versioned<Credential> & { readonly isNew?: boolean }

/** New orders may come while a visit goes on; a host that is ordered again and again still lets others have their turn. */
const mostRounds = 4

/**
 * One visit to a host: adopts what was handed over, then gives each credential its turn, and looks again before it ends.
 * What is due is read from Vault; the job that caused the visit carries no authority.
 */
export async function visitHost (host: string, { ports, lease, backoff }: { ports: Ports, lease: VisitLease, backoff: Backoff }): Promise<VisitReport> {
  const { journal } = ports
  const line = new Line(ports.hosts)
  const siblings = new Map<string, Credential>()
  try {
    const [known, stored, orders, policy, proposals] = await Promise.all([journal.host(host), journal.credentials(host), journal.orders(), journal.policy(), journal.proposals()])
    const leavingHost = (of: HostRecord, credentials: readonly Credential[]): LeavingHost => ({ record: of, outlines: credentials.map(outlineOf), records: async () => await journal.hostRecords() })
    const redirected = known && await redirectHost(known, proposals, policy, ports)
    const record = redirected && await heedHostLeave(leavingHost(redirected, stored.map(({ value }) => value)), proposals, policy, ports)
    const { credentials, left: adoptionsLeft } = await adoptAll(stored, record, orders)
    const observation = await observationOf(host, { journal, record, credentials: credentials.map(({ value }) => value) })
    let facts: VisitFacts = { ...observation, orders, policy, labels: record?.labels ?? {}, recovery: record?.recovery }

    const turns: Turn[] = []
    for (const one of credentials) turns.push(await take(one))
    for (let round = 1; round < mostRounds; round += 1) {
      facts = { ...facts, orders: await journal.orders() }
      const again = turns.filter((turn) => dueStep(turn.credential, turn.factsBy(facts)) !== undefined)
      if (again.length === 0) break
      for (const turn of again) turns[turns.indexOf(turn)] = await take(turn.stored)
    }
    // By the facts of each one's last turn: an order that came later is yet to be told.
    const plans = turns.map((turn) => plansOf([turn.credential], turn.facts)).join()
    const left = record && await heedEnd(leavingHost(record, turns.map(({ credential }) => credential)), proposals, policy, ports)
    return { outlines: turns.map((turn) => outlineOf(turn.credential)), record: left, observation, plans, adoptionsLeft }

    async function take (one: Found): Promise<Turn> {
      const turn = new Turn(one, { ports, line, lease, facts, siblings })
      if (record !== undefined) await heedLeave(turn, leavingHost(record, [...siblings.values()]), proposals)
      await heedRecord(turn, record, backoff)
      await rotate(turn, backoff)
      const hasChanged = turn.stored.version !== one.version || one.isNew === true
      if (hasChanged || !await isReported(turn)) await journal.report(stateOf(turn.credential, turn.facts))
      return turn
    }

    /** A credential may have been released, or be observed and ordered, without a change of its document. */
    async function isReported ({ credential, facts: known }: Turn): Promise<boolean> {
      const seen = await journal.state(credential.name)
      return seen !== undefined && isSame(seen, stateOf(credential, known))
    }
  } finally {
    await line.close()
  }

  async function adoptAll (stored: Array<Versioned<Credential>>, record: HostRecord | undefined, orders: readonly Order[]): Promise<{ credentials: Found[], left: number }> {
    const credentials: Found[] = [...stored]
    const { adoptions, malformed } = await journal.adoptions(host)
    let left = malformed
    for (const { value } of stored) siblings.set(formatName(value.name), value)
    // Those first that others may be changed through.
    for (const adoption of [...adoptions.filter(isAlone), ...adoptions.filter((one) => !isAlone(one))]) {
      const ended = ports.meter?.step({ step: 'adopt', credential: formatName(adoption.name) })
      const outcome = await adopt(adoption, { ports, line, host: record, siblings, stored: credentials, orders })
      ended?.(outcome.result === 'adopted' ? undefined : outcome.setback)
      if (outcome.result === 'adopted') {
        if (!credentials.includes(outcome.stored)) credentials.push({ ...outcome.stored, isNew: true })
        siblings.set(formatName(adoption.name), outcome.stored.value)
      } else {
        ports.log.warn({ event: 'adoption', result: outcome.result, credential: formatName(adoption.name), code: outcome.setback.code }, outcome.setback.message)
        if (outcome.setback.code !== 'credential/exists') await journal.report(adoptionState(adoption, outcome, ports.now()))
      }
      if (outcome.result === 'later') left += 1
      else await journal.dropAdoption(adoption.name)
    }
    return { credentials, left }
  }
}

/** Changed through no credential but itself. */
function isAlone ({ name, through }: Adoption): boolean {
  return through === null || (through.account === name.account && through.name === name.name)
}
