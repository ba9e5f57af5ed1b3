import type { Log } from '@rekey/rotation'
import type { OnMalformed } from './malformed.ts'

const hour = 3_600_000

/** Documents of a zone are read again every few seconds: each malformed one is an alarm at first, and once an hour from then on. */
export function malformedAlarm (log: Log, now: () => number = () => performance.now()): OnMalformed {
  const said = new Map<string, number>()
  return (error) => {
    const path = String(error.detail['path'])
    if (now() - (said.get(path) ?? -Infinity) < hour) return
    said.set(path, now())
    log.error({ event: 'alarm', alarm: 'malformed-document', ...error.detail }, error.message)
  }
}
