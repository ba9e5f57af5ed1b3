/** What a failure means for trying again. */
export type Retry = 'never' | 'later' | 'after-change'

/**
 * Every way in which Rekey says no. The code is stable and documented in docs/errors.md;
 * `retry` tells a program whether the same call can succeed later by itself.
 */
export const errorCatalogue = {
  'name/invalid': { retry: 'after-change', means: 'a name breaks the grammar of names' },
  'input/invalid': { retry: 'after-change', means: 'a field of the request is missing, unknown or malformed' },
  'input/unprocessable': { retry: 'after-change', means: 'the request is well-formed, and what it says can\'t be carried out' },
  'request/unknown-path': { retry: 'after-change', means: 'the API has no such path' },
  'request/method-not-allowed': { retry: 'after-change', means: 'the API has that path, and not with this method; `Allow` names those it has' },
  'request/too-large': { retry: 'after-change', means: 'the request body is over the limit' },
  'request/headers-too-large': { retry: 'after-change', means: 'path and headers of the request are over the limit' },
  'request/media-type': { retry: 'after-change', means: 'the request body is not JSON by its content type' },
  'request/too-many': { retry: 'later', means: 'the caller sends more requests than it may; nothing was done' },
  'request/timeout': { retry: 'later', means: 'the request took too long; whether a write happened is unknown' },
  'request/precondition-failed': { retry: 'after-change', means: 'what the request names by `If-Match` is another one by now; nothing was done' },
  'internal/error': { retry: 'never', means: 'a fault in Rekey itself; its log has more under the request id' },
  'zone/unknown': { retry: 'after-change', means: 'no such zone is configured' },
  'network/not-allowed': { retry: 'after-change', means: 'the address lies outside the networks that the zone may dial' },
  'key/unreadable': { retry: 'after-change', means: 'the text is not one complete key' },
  'key/encrypted': { retry: 'after-change', means: 'the private key is protected by a passphrase' },
  'key/weak': { retry: 'after-change', means: 'the key is of a kind or size that is not accepted' },
  'host/unknown': { retry: 'after-change', means: 'no such host in the inventory' },
  'host/exists': { retry: 'after-change', means: 'a host of that name exists already' },
  'credential/unknown': { retry: 'after-change', means: 'no such credential' },
  'credential/exists': { retry: 'after-change', means: 'that credential is managed or being adopted already' },
  'proposal/unknown': { retry: 'after-change', means: 'no such proposal' },
  'approval/exists': { retry: 'after-change', means: 'the same person has decided on it before, on another text or without breaking the glass, and a word that was given never changes' },
  'campaign/unknown': { retry: 'after-change', means: 'no such campaign' },
  'lockdown/needs-two': { retry: 'after-change', means: 'a lockdown takes two people, whatever else lets one be enough' },
  'redirect/changes-nothing': { retry: 'after-change', means: 'the host is there already' },
  'finding/unknown': { retry: 'after-change', means: 'no such finding' },
  'policy/unknown': { retry: 'after-change', means: 'no such policy' },
  'host/left': { retry: 'after-change', means: 'the host leaves or has left; an id is never used again' },
  'credential/not-held': { retry: 'after-change', means: 'the credential is not on hold' },
  'credential/left': { retry: 'after-change', means: 'the credential leaves or has left; a name is never used again' },
  'leave/still-needed': { retry: 'after-change', means: 'others that stay rely on what would leave' },
  'removal/key-unknown': { retry: 'after-change', means: 'no survey has found that key in a file of that account' },
  'removal/key-managed': { retry: 'after-change', means: 'the key is managed on that host, so its rotation is what replaces it' },
  'removal/authority': { retry: 'after-change', means: 'the key is that of a certificate authority, whose certificates no file lists' },
  'order/unknown': { retry: 'after-change', means: 'no such order' },
  'order/matches-nothing': { retry: 'after-change', means: 'the scope matches no credential' },
  'idempotency/mismatch': { retry: 'after-change', means: 'the idempotency key was used for a different request' },
  'auth/missing': { retry: 'after-change', means: 'the request carries no valid token' },
  'auth/forbidden': { retry: 'after-change', means: 'the token is valid and does not allow this' },
  'token/unknown': { retry: 'after-change', means: 'no such token' },
  'token/ended': { retry: 'after-change', means: 'the token has expired or was revoked' },
  'grant/unknown': { retry: 'after-change', means: 'no such grant, or it has ended' },
  'grant/unsound': { retry: 'after-change', means: 'the grant could be used by others than those who are meant, or by nobody' },
  'token/refused': { retry: 'after-change', means: 'the token proves nothing to this broker, or was used before' },
  'issuer/unavailable': { retry: 'later', means: 'the keys of the token\'s issuer could not be had; nothing was handed out' },
  'lease/refused': { retry: 'after-change', means: 'no grant lets this token have what it asks for' },
  'lease/revoked': { retry: 'after-change', means: 'a campaign has ended the grant or the lease' },
  'lease/withheld': { retry: 'later', means: 'a credential is not handed out now: it is stopped, leaves, or is being replaced' },
  'lease/unknown': { retry: 'after-change', means: 'no such lease, or not of this caller' },
  'lease/ended': { retry: 'after-change', means: 'the lease has ended' },
  'lease/denied': { retry: 'after-change', means: 'a person has denied the lease' },
  'lease/unapproved': { retry: 'later', means: 'the lease waits for a person\'s approval' },
  'lease/request-unknown': { retry: 'after-change', means: 'no such request for a lease, or it asks for something else or as somebody else' },
  'lease/request-ended': { retry: 'after-change', means: 'the request for a lease has expired, or the lease was taken already' },
  'api/unavailable': { retry: 'later', means: 'the API did not answer in time; whether a write happened is unknown' },
  'vault/sealed': { retry: 'later', means: 'Vault is sealed; nothing was done' },
  'vault/unavailable': { retry: 'later', means: 'Vault did not answer in time; whether a write happened is unknown' },
  'vault/forbidden': { retry: 'after-change', means: 'the Vault policy of this identity does not allow it' },
  'vault/too-large': { retry: 'after-change', means: 'Vault takes no document of so many entries; nothing was written' },
  'vault/conflict': { retry: 'later', means: 'somebody else wrote the document first; read it again' },
  'vault/malformed': { retry: 'never', means: 'a document in Vault is not of the shape that Rekey writes' },
  'queue/unavailable': { retry: 'later', means: 'Redis did not answer in time; workers find due work in Vault without it' },
  'audit/unwritable': { retry: 'later', means: 'the audit journal cannot be written, so nothing may be done' },
  'ssh/unreachable': { retry: 'later', means: 'no SSH connection came about' },
  'ssh/no-common-algorithm': { retry: 'after-change', means: 'the host offers no algorithm that it may be spoken to with; the message says what it offers, and which exception would help' },
  'ssh/dropped': { retry: 'later', means: 'the connection ended before an answer; nothing is known from it' },
  'ssh/timeout': { retry: 'later', means: 'the host did not answer in time; nothing is known from it' },
  'ssh/identity-changed': { retry: 'never', means: 'the host showed another host key than the pinned one' },
  'ssh/misbehaved': { retry: 'later', means: 'the host answered with something out of bounds or out of protocol' },
  'webhook/failed': { retry: 'later', means: 'a webhook did not take what it was told; it is told again' },
  'lease/lost': { retry: 'later', means: 'this worker may no longer change the host; another one may be at it' },
  'config/invalid': { retry: 'after-change', means: 'the configuration of a service is unusable' },
  'stack/failed': { retry: 'after-change', means: 'the local stack could not be started or reached' }
} as const satisfies Record<string, { retry: Retry, means: string }>

export type ErrorCode = keyof typeof errorCatalogue

/**
 * The one error of the program. Its message is safe to show, log and store: adapters write it themselves
 * and never attach a library's error, because those carry tokens and passwords.
 */
export class RekeyError extends Error {
  readonly code: ErrorCode
  readonly retry: Retry
  /** Safe facts for programs, such as `{ field: 'address' }`. */
  readonly detail: Readonly<Record<string, string | number | boolean>>

  constructor (code: ErrorCode, message: string, detail: Record<string, string | number | boolean> = {}) {
    super(message)
    this.name = 'RekeyError'
    this.code = code
    this.retry = errorCatalogue[code].retry
    this.detail = detail
  }
}

export function isRekeyError (error: unknown, ...codes: ErrorCode[]): error is RekeyError {
  return error instanceof RekeyError && (codes.length === 0 || codes.includes(error.code))
}

/** A name for any error that may be shown and counted; `unexpected` for one that is not ours, whatever it says. */
export function codeOf (error: unknown): ErrorCode | 'unexpected' {
  return isRekeyError(error) ? error.code : 'unexpected'
}

/** What of any error is safe to show: one of ours says it itself, of another it is where it was thrown. */
export function safeMessage (error: unknown): string {
  return isRekeyError(error) ? error.message : `an unexpected fault: ${thrownAt(error)}`
}

/** Where an unexpected error was thrown, as `TypeError at inColumns (columns.js:3:20)`. */
export function thrownAt (error: unknown): string {
  const [frame = 'at an unknown place'] = framesOf(error)
  return `${error instanceof Error ? error.name : typeof error} ${frame.replace(/\(?(?:file:\/\/)?\/\S*\/(?=[^/]+$)/, '(')}`
}

/** The calls that lead there, the last one first. Not the message, which stands before them: nobody has checked what that holds. */
export function framesOf (error: unknown, most = 8): string[] {
  if (!(error instanceof Error) || error.stack?.includes(error.message) !== true) return []
  const calls = error.stack.slice(error.stack.indexOf(error.message) + error.message.length)
  return calls.split('\n').map((line) => line.trim()).filter((line) => /^at .+:\d+:\d+\)?$/.test(line)).slice(0, most)
}
