import { readFile } from 'node:fs/promises'
import type { ServiceProcess } from '@rekey/local'

export interface LogLine {
  readonly event?: string
  readonly code?: string
  readonly [field: string]: unknown
}

/** What a service has logged so far, one entry for each line that is JSON. */
export async function logOf ({ logFile }: Pick<ServiceProcess, 'logFile'>): Promise<LogLine[]> {
  const lines = (await readFile(logFile, 'utf8')).split('\n')
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as LogLine]
    } catch {
      return []
    }
  })
}

/** The ends of a worker's visits so far. */
export async function visitsOf (worker: Pick<ServiceProcess, 'logFile'>): Promise<LogLine[]> {
  return (await logOf(worker)).filter(({ event }) => event === 'visited' || event === 'visit-failed')
}
