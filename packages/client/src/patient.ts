import { setTimeout as sleep } from 'node:timers/promises'
import type { ApiConnection } from './connection.ts'

const mostWaits = 30

/** Sends again what the API puts off because it came too fast: nothing was done then. */
export function patient (connection: ApiConnection, waitMs = 1000): ApiConnection {
  return {
    ...connection,
    async send (...request) {
      for (let waits = 0; ; waits++) {
        const answer = await connection.send(...request)
        if (answer.status !== 429 || waits === mostWaits) return answer
        await sleep(waitMs)
      }
    }
  }
}
