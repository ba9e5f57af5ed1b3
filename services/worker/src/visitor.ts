import { randomUUID } from 'node:crypto'
import { codeOf, RekeyError, safeMessage } from '@rekey/domain'
import { visitHost } from '@rekey/rotation'
import type { Backoff, DueIndex, Log, Ports, VisitLease } from '@rekey/rotation'
import type { Lanes } from './lanes.ts'
import type { VisitTrace } from './visit-trace.ts'

export interface VisitorOptions {
  readonly ports: Omit<Ports, 'log'>
  readonly index: DueIndex
  /** A log whose lines all carry these fields. */
  readonly logFor: (fields: Record<string, unknown>) => Log
  readonly backoff: Backoff
  readonly visitSeconds: number
  readonly lanes: Lanes
  readonly visited?: (seconds: number, result: 'done' | 'failed') => void
  /** @param id under which the log tells of the visit */
  readonly trace?: ((host: string, id: string) => VisitTrace) | undefined
}

export type Visit = (host: string, lease: VisitLease) => Promise<void>

/** What a worker does with a job: visits that host, and remembers how it was left. Never throws: nothing of it may land in Redis. */
export function createVisit ({ ports, index, logFor, backoff, visitSeconds, lanes, visited = () => {}, trace }: VisitorOptions): Visit {
  return async (host, lease) => lanes.hold(async () => {
    const id = randomUUID()
    const log = logFor({ visit: id, host })
    const traced = trace?.(host, id)
    const begun = performance.now()
    const seconds = (): number => Number(((performance.now() - begun) / 1000).toFixed(3))
    const bounded: VisitLease = {
      assertHeld () {
        lease.assertHeld()
        if (seconds() > visitSeconds) throw new RekeyError('lease/lost', `the visit took longer than ${visitSeconds} s`)
      }
    }
    try {
      const report = await visitHost(host, { ports: { ...ports, log, ...traced?.watch(ports) }, lease: bounded, backoff })
      index.note(host, report, backoff.firstSeconds)
      visited(seconds(), 'done')
      traced?.end()
      log.info({ event: 'visited', seconds: seconds(), credentials: report.outlines.length }, 'visited')
    } catch (error) {
      index.pause(host, backoff.firstSeconds)
      visited(seconds(), 'failed')
      const code = codeOf(error)
      traced?.end(code)
      log.error({ event: 'visit-failed', code, seconds: seconds() }, safeMessage(error))
    }
  })
}
