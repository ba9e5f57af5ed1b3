import { checkName } from '@rekey/domain'
import type { BackendFactory, RedisQueueBackend } from 'bullmq'
import { createRedisBackend } from 'bullmq'
import { dropJob } from './drop-job.ts'
import { jobId } from './redis.ts'
import type { VisitJob } from './visit-queue.ts'

/** All that BullMQ keeps of a job of ours: what it was added with, who took it, and how often. */
const ownFields = new Set(['name', 'data', 'opts', 'timestamp', 'delay', 'priority', 'processedOn', 'pb', 'ats', 'atm', 'stc'])

/**
 * BullMQ's way to Redis, which hands its worker no job but one that we would have written. Of another one BullMQ parses
 * more than its data, and what throws there leaves it active for ever; with a parent or a repetition it even does more than run it.
 */
export function jobReader (zone: string, onForeign: () => void): BackendFactory<RedisQueueBackend> {
  return (name, options, more) => {
    const backend = createRedisBackend(name, options, more)
    const execute = backend.execCommand.bind(backend)

    async function takeJob (...call: Parameters<typeof execute>): Promise<unknown> {
      const answer = await execute(...call) as unknown
      if (!Array.isArray(answer) || !Array.isArray(answer[0])) return answer
      const [fields, id] = answer as [string[], string]
      const data = readJob(fields, id, zone)
      if (data !== undefined) return answer.with(0, ['name', 'visit', 'data', JSON.stringify(data), ...numbers(fields)])
      await dropJob(await backend.client, (key) => backend.toKey(key), id, 'any')
      onForeign()
      return call[1] === 'moveToActive' ? await takeJob(...call) : noJob
    }

    // moveToFinished answers with the next job.
    backend.execCommand = (...call) => call[1] === 'moveToActive' || call[1] === 'moveToFinished' ? takeJob(...call) : execute(...call) as unknown
    return backend
  }
}

const noJob = [0, 0, 0, 0]

/** Fields and values in turn, as HGETALL gives them. @returns the job's data, when it is one of ours */
function readJob (fields: readonly string[], id: string, zone: string): VisitJob | undefined {
  const job = new Map(pairs(fields))
  if ([...job.keys()].some((field) => !ownFields.has(field))) return undefined
  try {
    JSON.parse(job.get('opts') ?? '')
    const { zone: itsZone, host } = JSON.parse(job.get('data') ?? '') as Partial<VisitJob>
    return itsZone === zone && typeof host === 'string' && id === jobId(host) ? { zone, host: checkName('host', host) } : undefined
  } catch {
    return undefined
  }
}

/** When it was added and how often it was taken. Its options are left out: those of the worker hold. */
function numbers (fields: readonly string[]): string[] {
  return pairs(fields).filter(([field, value]) => !['name', 'data', 'opts', 'pb'].includes(field) && /^\d+$/.test(value)).flat()
}

function pairs (fields: readonly string[]): Array<[string, string]> {
  return Array.from({ length: fields.length / 2 }, (_, n) => [fields[2 * n] ?? '', fields[2 * n + 1] ?? ''])
}
