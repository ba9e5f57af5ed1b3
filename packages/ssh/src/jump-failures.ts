import { RekeyError, isRekeyError } from '@rekey/domain'

/** Of an error that tells of a jump host: which. */
const mark = 'jumpHost'

/**
 * What keeps a jump host from letting us through keeps us from the host behind it, and is never that host's doing: a
 * changed key, for one, holds the jump host's own credential and no other.
 */
export function jumpFailure (host: string, message: string): RekeyError {
  return new RekeyError('ssh/unreachable', `the jump host ${host} ${message}`, { [mark]: host })
}

/** Says of a failure which jump host it was, where the words are meant for any host. One that does already stays as it is. */
export function atJumpHost (host: string, { message, detail }: RekeyError): RekeyError {
  if (detail[mark] !== undefined) return new RekeyError('ssh/unreachable', message, detail)
  return message.startsWith('the host') ? jumpFailure(host, message.slice('the host'.length).trimStart()) : jumpFailure(host, `can't be reached: ${message}`)
}

/** A jump host that goes away under a session leaves unknown what became of the last thing that was asked. */
export function lostThrough (host: string, why: RekeyError): RekeyError {
  const { message, detail } = atJumpHost(host, why)
  return new RekeyError('ssh/dropped', message, detail)
}

/** While a login is under way nothing is changed, so a jump host that goes away then is one that was not there. */
export function beforeLogin (error: unknown): unknown {
  return isRekeyError(error, 'ssh/dropped') && error.detail[mark] !== undefined ? new RekeyError('ssh/unreachable', error.message, error.detail) : error
}
