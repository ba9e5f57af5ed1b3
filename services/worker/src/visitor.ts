import { randomUUID } from 'node:crypto'
import { isRekeyError, RekeyError } from '@rekey/domain'
import { visitHost } from '@rekey/rotation'
import type { Lanes } from './lanes.ts'
import type { Backoff, DueIndex, Log, Ports, VisitLease } from '@rekey/rotation'

export interface VisitorOptions {
  readonly ports: Omit<Ports, 'log'>
  readonly index: DueIndex
  /** A log whose lines all carry these fields. */
  readonly logFor: (fields: Record<string, unknown>) => Log
  readonly backoff: Backoff
  readonly visitSeconds: number
  readonly lanes: Lanes
  readonly visited?: (seconds: number, result: 'done' | 'failed') => void
}

export type Visit = (host: string, lease: VisitLease) => Promise<void>

/** What a worker does with a job: visits that host, and remembers how it was left. Never throws: nothing of it may land in Redis. */
export function createVisit ({ ports, index, logFor, backoff, visitSeconds, lanes, visited = () => {} }: VisitorOptions): Visit {
  return async (host, lease) => lanes.hold(async () => {
    const log = logFor({ visit: randomUUID(), host })
    const begun = performance.now()
    const seconds = (): number => Number(((performance.now() - begun) / 1000).toFixed(3))
    const bounded: VisitLease = {
      assertHeld () {
        lease.assertHeld()
        if (seconds() > visitSeconds) throw new RekeyError('lease/lost', `the visit took longer than ${visitSeconds} s`)
      }
    }
    try {
      const report = await visitHost(host, { ports: { ...ports, log }, lease: bounded, backoff })
      index.note(host, report, backoff.firstSeconds)
      visited(seconds(), 'done')
      log.info({ event: 'visited', seconds: seconds(), credentials: report.outlines.length }, 'visited')
    } catch (error) {
      index.pause(host, backoff.firstSeconds)
      visited(seconds(), 'failed')
      const code = isRekeyError(error) ? error.code : 'unexpected'
      const message = isRekeyError(error) ? error.message : `the visit failed at ${placeOf(error)}`
      log.error({ event: 'visit-failed', code, seconds: seconds() }, message)
    }
  })
}

/** Where an unexpected error came from, without its message, which may hold anything. */
function placeOf (error: unknown): string {
  const frame = error instanceof Error ? error.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) : undefined
  return frame?.trim() ?? 'an unknown place'
}
