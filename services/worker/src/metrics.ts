import type { CredentialStatus } from '@rekey/domain'
import { DebtClass, HoldClass } from '@rekey/domain'
import { collectDefaultMetrics, Counter, Gauge, Histogram, joinRemarks, measureAudit, measureCertificates, Registry, remarkOnCertificates } from '@rekey/metrics'
import type { Backlog, Certificates } from '@rekey/metrics'
import type { DueIndex, Meter } from '@rekey/rotation'

const statuses: readonly CredentialStatus[] = ['settled', 'rotating', 'grace', 'debt', 'held']
/** In seconds: a step on a quick host, and a host that refuses passwords slowly. */
const stepBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]
const censusEveryMs = 60_000
const visitBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

export interface WorkerMetrics {
  readonly registry: Registry
  readonly meter: Meter
  readonly visited: (seconds: number, result: 'done' | 'failed') => void
  readonly looked: (at: Date) => void
  readonly droppedJob: () => void
  /** What a probe should know beside that the worker is ready. */
  readonly remark: () => string | undefined
}

/** What a worker tells a monitoring system: how its zone stands, and what it is doing. docs/metrics.md lists it. */
export function createMetrics (zone: string, { index, waiting, backlog, certificates, now }: {
  readonly index: Pick<DueIndex, 'census' | 'exposure'>
  /** Visits that wait in the queue; undefined while Redis is away. */
  readonly waiting: () => Promise<number | undefined>
  /** What of the audit trail is on this machine only. */
  readonly backlog: () => Promise<Backlog>
  readonly certificates: Certificates
  readonly now: () => Date
}): WorkerMetrics {
  const registry = new Registry()
  registry.setDefaultLabels({ zone })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge => new Gauge({ name, help, labelNames, registers })

  // The first one counts for all: it is asked first.
  const credentials = new Gauge({ name: 'rekey_credentials', help: 'Credentials of the zone by status', labelNames: ['status'], registers, collect: count })
  const holds = gauge('rekey_holds', 'Credentials that only a person can let go on, by class', ['class'])
  const observed = gauge('rekey_credentials_observed', 'Credentials that are observed: nothing of them is changed')
  const overdue = gauge('rekey_overdue', 'Credentials whose secret should have been replaced by now: past its due time and `overdueAfterSeconds`')
  const drifted = gauge('rekey_drifted', 'Credentials whose host was found not to take their current secret')
  const unverified = gauge('rekey_unverified', 'Credentials that no heartbeat has seen to open for two intervals of their policy, but for those on hold or drifted')
  const debts = gauge('rekey_debts', 'Secrets that should be dead and are not proven dead yet, by class', ['class'])
  const oldestDebt = gauge('rekey_oldest_debt_seconds', 'Time since the oldest of them should be dead; 0 when there is none')
  const oldestSecret = gauge('rekey_oldest_secret_seconds', 'Age of the oldest secret that opens an account; 0 when there is none')
  const accounts = gauge('rekey_accounts', 'Accounts of the zone of which something is managed, and accounts that surveys have found and of which nothing is', ['managed'])
  const surveyedHosts = gauge('rekey_hosts_surveyed', 'Hosts of which a survey has told')
  const blastRadius = gauge('rekey_blast_radius_max', 'The most accounts of the zone that fall with a single host, as far as surveys tell')
  const lookedAt = gauge('rekey_last_look_timestamp_seconds', 'When the worker last looked what is due, in Unix time')
  const queued = new Gauge({
    name: 'rekey_visits_waiting',
    help: 'Visits that wait in the queue; absent while Redis is away',
    registers,
    async collect () {
      const visits = await waiting()
      if (visits === undefined) this.remove()
      else this.set(visits)
    }
  })
  // Absent until it is known, and not 0.
  queued.remove()
  measureAudit(backlog, registry)
  measureCertificates(certificates, registry)
  const stepSeconds = new Histogram({ name: 'rekey_step_seconds', help: 'Time that a step took, by step and result', labelNames: ['step', 'result'], buckets: stepBuckets, registers })
  const setbacks = new Counter({ name: 'rekey_setbacks_total', help: 'Steps that were stopped, by step and class of failure', labelNames: ['step', 'class'], registers })
  const visitSeconds = new Histogram({ name: 'rekey_visit_seconds', help: 'Time that a visit to a host took, by result', labelNames: ['result'], buckets: visitBuckets, registers })

  const foreignJobs = new Counter({ name: 'rekey_foreign_jobs_total', help: 'Jobs that were dropped because they were malformed or another zone\'s', registers })

  /** To take a census looks at every credential, and probes ask every few seconds. */
  let taken: { readonly at: number, readonly overdue: number } | undefined

  function count (): void {
    const census = index.census()
    taken = { at: performance.now(), overdue: census.overdue }
    const age = (date: Date | null): number => date === null ? 0 : Math.max(0, (now().getTime() - date.getTime()) / 1000)
    for (const status of statuses) credentials.set({ status }, census.statuses[status] ?? 0)
    for (const one of Object.values(HoldClass)) holds.set({ class: one }, census.holds[one] ?? 0)
    observed.set(census.observed)
    overdue.set(census.overdue)
    drifted.set(census.drifted)
    unverified.set(census.unverified)
    for (const one of Object.values(DebtClass)) debts.set({ class: one }, census.debts[one] ?? 0)
    oldestDebt.set(age(census.oldestDebt))
    oldestSecret.set(age(census.oldestSecret))
    const exposure = index.exposure()
    accounts.set({ managed: 'yes' }, exposure.accounts.managed)
    accounts.set({ managed: 'no' }, exposure.accounts.unmanaged)
    surveyedHosts.set(exposure.accounts.surveyedHosts)
    blastRadius.set(exposure.blastRadius)
  }

  return {
    registry,
    meter: {
      step ({ step }) {
        const timed = stepSeconds.startTimer({ step })
        return (stopped) => {
          if (stopped === undefined) timed({ result: 'done' })
          // That another worker was faster is no setback.
          if (stopped?.class === undefined) return
          timed({ result: 'stopped' })
          setbacks.inc({ step, class: stopped.class })
        }
      }
    },
    visited (seconds, result) { visitSeconds.observe({ result }, seconds) },
    droppedJob () { foreignJobs.inc() },
    looked (at) { lookedAt.set(at.getTime() / 1000) },
    remark () {
      if (taken === undefined || performance.now() - taken.at > censusEveryMs) count()
      return joinRemarks(
        taken === undefined || taken.overdue === 0 ? undefined : `overdue secrets: ${taken.overdue}`,
        remarkOnCertificates(certificates)
      )
    }
  }
}
