import { setTimeout as wait } from 'node:timers/promises'
import type { Log, VisitLease } from '@rekey/rotation'
import { Worker } from 'bullmq'
import { jobReader } from './job-reader.ts'
import { MonotonicLease } from './lease.ts'
import type { RedisLogin } from './redis.ts'
import { connection, prefix, queueName } from './redis.ts'
import type { VisitJob } from './visit-queue.ts'

export interface VisitWorkerOptions {
  readonly redis: RedisLogin
  readonly zone: string
  /** Hosts visited at the same time. */
  readonly concurrency: number
  /** How long a visit may go on without renewing; a killed worker's visit comes back after about this. */
  readonly lockSeconds: number
  /** Must not throw: what it throws is dropped, as an error's text would land in Redis. */
  readonly visit: (host: string, lease: VisitLease) => Promise<void>
  readonly log: Log
  /** Told of each job that was dropped, to count it. */
  readonly dropped?: (() => void) | undefined
}

export interface VisitWorker {
  /** Waits for the visits that run, starts none, and waits for Redis no longer than a few seconds. */
  close (): Promise<void>
}

/** Takes visits from the zone's queue. A job that is malformed, or another zone's, is dropped, counted and alarmed. */
export function createVisitWorker ({ redis, zone, concurrency, lockSeconds, visit, log, dropped = () => {} }: VisitWorkerOptions): VisitWorker {
  const lockMs = lockSeconds * 1000
  const running = new Set<Promise<void>>()
  const worker = new Worker<VisitJob, void>(queueName(zone), async (job, token = '') => {
    const { host } = job.data
    const lease = new MonotonicLease(lockMs * 0.8)
    const renew = async (): Promise<void> => await lease.renew(async () => await job.extendLock(token, lockMs) === 1)
    const timer = setInterval(() => { renew().catch(() => {}) }, lockMs / 3)
    const whole = renew().then(async () => await visit(host, lease)).catch(() => {
      log.error({ event: 'alarm', alarm: 'visit-threw', host }, 'a visit ended with an error that it should have kept to itself')
    })
    running.add(whole)
    await whole
    running.delete(whole)
    clearInterval(timer)
  }, {
    prefix,
    connection: connection(redis, { maxRetriesPerRequest: null }),
    concurrency,
    lockDuration: lockMs,
    skipLockRenewal: true, // Ours, above: BullMQ's gives no sign when it fails.
    stalledInterval: lockMs / 2,
    maxStalledCount: 1_000_000, // A visit that comes back again and again is still due.
    drainDelay: 1,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 }
  }, jobReader(zone, () => {
    dropped()
    log.error({ event: 'alarm', alarm: 'foreign-job', zone }, 'dropped a job that is malformed or another zone\'s: somebody else writes to this queue')
  }))
  reportTrouble(worker, log)
  return {
    async close () {
      await worker.pause(true)
      await Promise.all(running)
      // BullMQ says goodbye to Redis and waits for an answer; to one that is frozen it would wait for ever.
      if (!await Promise.race([worker.close().then(() => true, () => false), wait(goodbyeMs, false)])) await Promise.race([worker.disconnect(), wait(goodbyeMs)])
    }
  }
}

/** How long Redis may take to answer when we go. */
const goodbyeMs = 1500

/** Redis away, or emptied: said once, and once more when it is over. Workers go on by themselves. */
function reportTrouble (worker: Worker<VisitJob, void>, log: Log): void {
  let isAway = false
  worker.on('error', (error: NodeJS.ErrnoException) => {
    // A job that a FLUSHALL took away under a visit; Vault knows what the visit did.
    if (/Missing (key|lock) for job/.test(error.message)) return
    if (!isAway) log.warn({ event: 'redis-away', code: error.code ?? 'unknown' }, 'Redis does not answer; visits begin again when it does')
    isAway = true
  })
  worker.on('active', () => {
    if (isAway) log.info({ event: 'redis-back' }, 'Redis answers again')
    isAway = false
  })
}
