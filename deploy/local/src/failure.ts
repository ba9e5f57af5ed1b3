import { RekeyError } from '@rekey/domain'

/** The local stack could not be started, reached or stopped; the message says why and what to do. */
export function stackFailure (message: string, detail: Record<string, string | number | boolean> = {}): RekeyError {
  return new RekeyError('stack/failed', message, detail)
}
