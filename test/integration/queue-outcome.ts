import { setTimeout as wait } from 'node:timers/promises'
import { RekeyError } from '@rekey/domain'
import { createVisitQueue } from '@rekey/queue'
import type { RedisLogin } from '@rekey/queue'

/** Asks a queue until it is ready. @returns `ready`, or the code that it failed with for that many seconds */
export async function queueOutcome (redis: RedisLogin, seconds: number): Promise<string> {
  const queue = createVisitQueue({ redis, zone: 'production', timeoutMs: 500 })
  try {
    for (const begun = performance.now(); ;) {
      const code = await queue.ready().then(() => 'ready', (error: unknown) => error instanceof RekeyError ? error.code : 'unexpected')
      if (code === 'ready' || performance.now() - begun > seconds * 1000) return code
      await wait(100)
    }
  } finally {
    await queue.close()
  }
}
