import type { Adoption, Credential, HostRecord, Labels, Order, Survey, Verification } from '@rekey/domain'
import { formatName } from '@rekey/domain'
import { adopt, adoptionState } from './adopt.ts'
import { labelsFor } from './aging.ts'
import type { NamedRules } from './aging.ts'
import { heedClearing } from './clearing.ts'
import { campaignsBehind } from './campaign/runs.ts'
import type { Outline } from './facts.ts'
import { outlineOf } from './facts.ts'
import { beat, beatDueSince, verificationOf } from './heartbeat.ts'
import { byCredential } from './leased.ts'
import { Line } from './line.ts'
import { observationOf } from './observe.ts'
import type { HostObservation } from './observe.ts'
import type { Ports, Versioned, VisitLease } from './ports.ts'
import { heedEnd, heedHostLeave, heedLeave } from './leave.ts'
import type { LeavingHost } from './leave.ts'
import { heedRecord, redirectHost } from './redirect.ts'
import { heedRemovals } from './removal.ts'
import { dueStep, plansOf, rotate } from './rotate.ts'
import type { Backoff } from './setback.ts'
import { isSame, stateOf } from './state.ts'
import { surveyHost } from './survey.ts'
import { Turn } from './turn.ts'
import type { VisitFacts } from './turn.ts'

export interface VisitReport {
  /** The host's credentials as they were left. */
  readonly outlines: readonly Outline[]
  readonly record: HostRecord | undefined
  readonly observation: HostObservation
  /** By which named policies go. */
  readonly labelsNow: Labels
  /** What was reported of the observed ones. */
  readonly plans: string
  /** By credential, `zone/host/account/name`. */
  readonly verifications: ReadonlyMap<string, Verification>
  /** Adoptions that could not be decided: the host was out of reach. */
  readonly adoptionsLeft: number
  /** How the host was found when it was last looked at. */
  readonly survey: Survey | undefined
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
    const [known, stored, orders, policy, proposals, leases] = await Promise.all([journal.host(host), journal.credentials(host), journal.orders(), journal.policy(), journal.proposals(), journal.leases()])
    const leavingHost = (of: HostRecord, credentials: readonly Credential[]): LeavingHost => ({ record: of, outlines: credentials.map(outlineOf), records: async () => await journal.hostRecords() })
    const redirected = known && await redirectHost(known, proposals, policy, ports)
    const record = redirected && await heedHostLeave(leavingHost(redirected, stored.map(({ value }) => value)), proposals, policy, ports)
    const { credentials, left: adoptionsLeft } = await adoptAll(stored, record, orders)
    const observation = await observationOf(host, { journal, record, credentials: credentials.map(({ value }) => value) })
    let facts: VisitFacts = { ...observation, ...await namedRules(record), orders, campaigns: await campaignsBehind(orders, journal), policy, leases: byCredential(leases), labels: record?.labels ?? {}, recovery: record?.recovery }

    const turns: Turn[] = []
    const verifications = new Map<string, Verification>()
    for (const one of helperLast(credentials, record)) turns.push(await take(one))
    await lookAgain()
    // Once nothing else is due; what has drifted may be due then.
    if (await beatAll()) await lookAgain()
    // By the facts of each one's last turn: an order that came later is yet to be told.
    const plans = turns.map((turn) => plansOf([turn.credential], turn.facts)).join()
    const left = record && await heedEnd(leavingHost(record, turns.map(({ credential }) => credential)), proposals, policy, ports)
    const looked = left && { record: left, credentials: turns.map(({ credential }) => credential), line }
    const isOutdated = looked && await heedRemovals({ ...looked, observation, lease }, proposals, policy, ports)
    const survey = looked && await surveyHost({ ...looked, isOutdated: isOutdated === true }, policy, ports)
    return { outlines: turns.map((turn) => outlineOf(turn.credential)), record: left, observation, labelsNow: facts.labelsNow, plans, verifications, adoptionsLeft, survey }

    async function take (found: Found): Promise<Turn> {
      const one = await latest(found)
      const turn = new Turn(one, { ports, line, lease, facts, siblings })
      if (record !== undefined) await heedLeave(turn, leavingHost(record, [...siblings.values()]), proposals)
      await heedClearing(turn, proposals)
      await heedRecord(turn, record, backoff)
      await rotate(turn, backoff)
      // Of another secret a state tells nothing, and then it is told anew in any case.
      const isAnother = one.isNew === true || turn.credential.current.fingerprint !== one.value.current.fingerprint
      const seen = isAnother ? undefined : await journal.state(turn.credential.name)
      const verification = verificationOf(turn.credential, seen)
      verifications.set(turn.name, verification)
      const state = stateOf(turn.credential, turn.facts, verification)
      // A credential may have been released, or be observed and ordered, without a change of its document.
      if (seen === undefined || turn.stored.version !== one.version || !isSame(seen, state)) await journal.report(state)
      return turn
    }

    /** An earlier turn may have used it to recover another one, and so made a successor due. */
    async function latest (found: Found): Promise<Found> {
      if (siblings.get(formatName(found.value.name)) === found.value) return found
      return { ...found, ...await journal.credential(found.value.name) }
    }

    /** New orders may have come, and one turn may have made another one's successor due. */
    async function lookAgain (): Promise<void> {
      for (let round = 1; round < mostRounds; round += 1) {
        facts = await newer(facts, record)
        const again = turns.filter((turn) => turn.isOvertaken || dueStep(turn.credential, turn.factsBy(facts)) !== undefined)
        if (again.length === 0) break
        for (const turn of again) turns[turns.indexOf(turn)] = await take(turn.stored)
      }
    }

    /** @returns whether a host was found not to take a secret */
    async function beatAll (): Promise<boolean> {
      const beating = turns.filter((turn) => beatDueSince(outlineOf(turn.credential), verifications.get(turn.name), turn.factsBy(facts)) !== undefined)
      for (const turn of beating) {
        const known = verifications.get(turn.name)
        if (known !== undefined) verifications.set(turn.name, await beat(turn, known, backoff))
      }
      return beating.some(({ credential }) => credential.drift?.endedAt === null)
    }
  } finally {
    await line.close()
  }

  async function namedRules (record: HostRecord | undefined): Promise<NamedRules> {
    const policies = await journal.namedPolicies()
    return { policies, labelsNow: await labelsFor(policies, host, record, journal) }
  }

  /** Policies are read after the orders: one holds for what is ordered after it was written. */
  async function newer (facts: VisitFacts, record: HostRecord | undefined): Promise<VisitFacts> {
    const orders = await journal.orders()
    const campaigns = await campaignsBehind(orders, journal)
    return orders.at(-1)?.number === facts.orders.at(-1)?.number ? { ...facts, campaigns } : { ...facts, orders, campaigns, ...await namedRules(record) }
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

/** Whatever the recovery credential is used for makes a successor of its own due: one for all of it, if its turn comes last. */
function helperLast (credentials: readonly Found[], record: HostRecord | undefined): Found[] {
  const isHelper = ({ value: { name } }: Found): boolean => record?.recovery?.account === name.account && record.recovery.name === name.name
  return [...credentials.filter((one) => !isHelper(one)), ...credentials.filter(isHelper)]
}

/** Changed through no credential but itself. */
function isAlone ({ name, through }: Adoption): boolean {
  return through === null || (through.account === name.account && through.name === name.name)
}
