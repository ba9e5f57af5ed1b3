import { codeOf } from '@rekey/domain'
import type { FastifyBaseLogger } from 'fastify'
import type { AuditLog } from './audit-log.ts'

/** Removes the parts of journals that end before a time. The signed heads stay, and the journals on the processes' own disks. @returns how many */
export async function removeOldParts (logs: readonly AuditLog[], before: Date): Promise<number> {
  let removed = 0
  for (const log of logs) {
    for (const journal of await log.journals()) {
      for (const segment of (await log.segments(journal)).filter(({ until }) => until < before.toISOString())) {
        await log.removeSegment(segment)
        removed += 1
      }
    }
  }
  return removed
}

const hour = 3_600_000

/** Removes what is older than so many days, now and every hour. */
export function keepRecent (logs: readonly AuditLog[], days: number, log: Pick<FastifyBaseLogger, 'warn'>): { readonly stop: () => void } {
  const clean = (): void => {
    removeOldParts(logs, new Date(Date.now() - days * 24 * hour)).catch((error: unknown) => { log.warn({ event: 'audit-retention', code: codeOf(error) }, 'old parts of audit journals could not be removed from Vault; it is tried again in an hour') })
  }
  const timer = setInterval(clean, hour)
  timer.unref()
  clean()
  return { stop: () => { clearInterval(timer) } }
}
