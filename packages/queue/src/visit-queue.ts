import { RekeyError } from '@rekey/domain'
import type { VisitQueue } from '@rekey/rotation'
import { Queue } from 'bullmq'
import type { RedisLogin } from './redis.ts'
import { connection, prefix, queueName } from './redis.ts'

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
  /** Whether Redis answers. @throws RekeyError `queue/unavailable` */
  ready (): Promise<void>
  close (): Promise<void>
}

/** Asks for visits. The job's id is the host, so that a host waits in the queue once, however often it is asked for. */
export function createVisitQueue ({ redis, zone, timeoutMs = 1500 }: VisitQueueOptions): ClosableVisitQueue {
  const queue = new Queue<VisitJob, void, 'visit', VisitJob, void, 'visit'>(queueName(zone), {
    prefix,
    connection: connection(redis, { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: timeoutMs }),
    skipWaitingForReady: true,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true, attempts: 1 }
  })
  queue.on('error', () => {}) // Each request says for itself that Redis is away.

  async function bounded<T> (work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => reject(new Error('late')), timeoutMs) })
    try {
      return await Promise.race([work(), late])
    } catch {
      throw new RekeyError('queue/unavailable', 'Redis did not answer in time; due work is found in Vault without it, a little later')
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    async request (hosts) {
      if (hosts.length === 0) return
      await bounded(async () => queue.addBulk(hosts.map((host) => ({ name: 'visit', data: { zone, host }, opts: { jobId: host } }))))
    },
    async ready () {
      await bounded(async () => queue.count())
    },
    async close () {
      await bounded(async () => queue.close()).catch(() => queue.disconnect())
    }
  }
}
