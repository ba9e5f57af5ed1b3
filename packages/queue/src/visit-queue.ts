import { RekeyError } from '@rekey/domain'
import type { VisitQueue } from '@rekey/rotation'
import { Queue } from 'bullmq'
import { dropJob } from './drop-job.ts'
import type { RedisLogin } from './redis.ts'
import { connection, jobId, prefix, queueName } from './redis.ts'

/** What a job says, all of it: a job carries no secret and no authority. */
export interface VisitJob {
  readonly zone: string
  readonly host: string
}

export interface VisitQueueOptions {
  readonly redis: RedisLogin
  readonly zone: string
  /** How long a request may wait for Redis, in milliseconds. */
  readonly timeoutMs?: number
}

export interface ClosableVisitQueue extends VisitQueue {
  /**
   * Takes away what keeps a host from being visited though it is asked for: a job that no worker will ever take, a pause, a limit.
   * A visit that a worker is at stays. Ask for the host again afterwards.
   * @returns whether something stood in the way
   * @throws RekeyError `queue/unavailable`
   */
  release (host: string): Promise<boolean>
  /**
   * Lets hosts that wait come before all others, in this order. Ask for them first: one that does not wait is left alone.
   * @throws RekeyError `queue/unavailable`
   */
  raise (hosts: readonly string[]): Promise<void>
  /** Visits that wait. @throws RekeyError `queue/unavailable` */
  waiting (): Promise<number>
  /** Whether Redis answers. @throws RekeyError `queue/unavailable` */
  ready (): Promise<void>
  close (): Promise<void>
}

/** Hosts that are asked for at a time: the deadline is for so many, so it does not grow short with the zone. */
const mostAtOnce = 250

/** Asks for visits. The job's id is the host, so that a host waits in the queue once, however often it is asked for. */
export function createVisitQueue ({ redis, zone, timeoutMs = 1500 }: VisitQueueOptions): ClosableVisitQueue {
  const queue = new Queue<VisitJob, void, 'visit', VisitJob, void, 'visit'>(queueName(zone), {
    prefix,
    // A Queue whose first connection fails for good never works again, so ioredis retries for ever, and the deadline is ours.
    connection: connection(redis, { maxRetriesPerRequest: null }),
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 }
  })
  queue.on('error', () => {}) // Each request says for itself that Redis is away.

  /** Requests that nobody waits for any more, but that ioredis keeps until Redis is back. While there are any, no more are added. */
  let overdue = 0

  async function bounded<T> (work: () => Promise<T>): Promise<T> {
    if (overdue > 0) throw unavailable()
    let isLate = false
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        isLate = true
        overdue += 1
        reject(unavailable())
      }, timeoutMs)
    })
    const done = work().finally(() => {
      clearTimeout(timer)
      if (isLate) overdue -= 1
    })
    try {
      return await Promise.race([done, late])
    } catch {
      throw unavailable()
    }
  }

  return {
    async request (hosts) {
      for (let from = 0; from < hosts.length; from += mostAtOnce) {
        const some = hosts.slice(from, from + mostAtOnce)
        await bounded(async () => queue.addBulk(some.map((host) => ({ name: 'visit', data: { zone, host }, opts: { jobId: jobId(host) } }))))
      }
    },
    async release (host) {
      return await bounded(async () => {
        const isPaused = await queue.isPaused()
        if (isPaused) await queue.resume()
        await queue.removeGlobalConcurrency()
        await queue.removeGlobalRateLimit()
        await queue.removeRateLimitKey()
        return await dropJob(await queue.backend.client, (key) => queue.toKey(key), jobId(host), 'unheld') || isPaused
      })
    },
    async raise (hosts) {
      // Each goes to the very front, so the first one goes last.
      const fromBehind = hosts.toReversed()
      for (let from = 0; from < fromBehind.length; from += mostAtOnce) {
        const some = fromBehind.slice(from, from + mostAtOnce)
        await bounded(async () => Promise.all(some.map(async (host) => { await queue.backend.changePriority(jobId(host), 0, true).catch(unlessGone) })))
      }
    },
    async waiting () {
      return await bounded(async () => queue.count())
    },
    async ready () {
      await bounded(async () => queue.count())
    },
    async close () {
      await bounded(async () => queue.close()).catch(async () => {
        // BullMQ waits for a connection before it cuts one: where there never was any, only close() ends the attempts.
        await Promise.race([queue.disconnect(), queue.close()])
      })
    }
  }
}

/** Its visit has ended meanwhile. */
function unlessGone (error: unknown): void {
  if (!(error instanceof Error && /^Missing key for job/.test(error.message))) throw error
}

function unavailable (): RekeyError {
  return new RekeyError('queue/unavailable', 'Redis did not answer in time; due work is found in Vault without it, a little later')
}
