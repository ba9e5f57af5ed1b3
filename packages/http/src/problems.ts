import type { FastifyReply, FastifyRequest } from 'fastify'
import { errorCatalogue, framesOf, isRekeyError, RekeyError, type ErrorCode } from '@rekey/domain'
import { unknownPath } from './methods.ts'

/** The HTTP status of each code that can reach a client. */
export const statuses: Partial<Record<ErrorCode, number>> = {
  'name/invalid': 400,
  'input/invalid': 400,
  'auth/missing': 401,
  'token/refused': 401,
  'auth/forbidden': 403,
  'lease/refused': 403,
  'lease/revoked': 403,
  'lease/denied': 403,
  'request/unknown-path': 404,
  'zone/unknown': 404,
  'host/unknown': 404,
  'credential/unknown': 404,
  'proposal/unknown': 404,
  'campaign/unknown': 404,
  'finding/unknown': 404,
  'policy/unknown': 404,
  'order/unknown': 404,
  'token/unknown': 404,
  'grant/unknown': 404,
  'lease/unknown': 404,
  'lease/request-unknown': 404,
  'request/method-not-allowed': 405,
  'host/exists': 409,
  'credential/exists': 409,
  'host/left': 409,
  'credential/left': 409,
  'credential/not-held': 409,
  'leave/still-needed': 409,
  'removal/key-unknown': 404,
  'removal/key-managed': 409,
  'removal/authority': 409,
  'lockdown/needs-two': 409,
  'token/ended': 409,
  'lease/ended': 409,
  'lease/request-ended': 409,
  'lease/withheld': 409,
  'request/precondition-failed': 412,
  'request/too-large': 413,
  'request/media-type': 415,
  'request/headers-too-large': 431,
  'input/unprocessable': 422,
  'network/not-allowed': 422,
  'key/unreadable': 422,
  'key/encrypted': 422,
  'key/weak': 422,
  'redirect/changes-nothing': 422,
  'grant/unsound': 422,
  'order/matches-nothing': 422,
  'vault/too-large': 422,
  'idempotency/mismatch': 422,
  'request/too-many': 429,
  'internal/error': 500,
  'vault/forbidden': 500,
  'vault/malformed': 500,
  'request/timeout': 503,
  'vault/sealed': 503,
  'vault/unavailable': 503,
  'vault/conflict': 503,
  'queue/unavailable': 503,
  'issuer/unavailable': 503,
  'audit/unwritable': 503
}

/** How long a client should wait before the same request can succeed, in seconds. */
const retryAfterSeconds = 5

export function statusOf (code: ErrorCode): number {
  return statuses[code] ?? 500
}

/**
 * In bytes: of a body that is too large, so much is read and thrown away. To close the connection with the rest unread would reset it, and a
 * client that is still sending would learn of that alone, and not of the answer.
 */
const mostDrained = 1_048_576

/** An RFC 9457 problem. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly retry: string
  readonly requestId: string
  /** The field that is wrong. */
  readonly field?: string
}

export function problemOf (error: RekeyError, requestId: string): Problem {
  const { field } = error.detail
  return {
    type: `urn:rekey:error:${error.code}`,
    title: errorCatalogue[error.code].means,
    status: statusOf(error.code),
    detail: error.message,
    code: error.code,
    retry: error.retry,
    requestId,
    ...(typeof field === 'string' ? { field } : {})
  }
}

export function sendProblem (error: RekeyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error, request.id)
  const wait = error.detail['retryAfterSeconds'] ?? (problem.status === 503 ? retryAfterSeconds : undefined)
  if (wait !== undefined) reply.header('retry-after', String(wait))
  return reply.code(problem.status).type('application/problem+json').send(problem)
}

/** The one error handler: everything that a client sees of a failure is made here. */
export function handleError (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = isRekeyError(error) ? error : translate(error, request.routeOptions.bodyLimit)
  if (statusOf(known.code) === 500) {
    request.log.error({ event: 'fault', code: known.code, detail: known.message, ...faultOf(error) }, 'the request failed by a fault of ours')
    return sendProblem(new RekeyError(known.code, `${errorCatalogue[known.code].means}; look for request ${request.id} in the log`), request, reply)
  }
  if (fastifyCode(error) === 'FST_ERR_CTP_BODY_TOO_LARGE' && Number(request.headers['content-length']) <= mostDrained) reply.removeHeader('connection')
  request.log.info({ event: 'refusal', code: known.code, detail: known.message }, 'the request was refused')
  return sendProblem(known, request, reply)
}

/** For the guard's own paths too, so that nobody learns without a token which there are. */
export function handleUnknownPath (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return handleError(unknownPath(), request, reply)
}

/** Fastify's own errors. Their texts are dropped: the JSON parser's quotes the body, which may hold a private key. */
function translate (error: unknown, bodyLimit: number): RekeyError {
  switch (fastifyCode(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new RekeyError('request/too-large', `the body is over this operation's limit of ${bodyLimit} bytes; send less in one request`, { field: 'body' })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new RekeyError('request/media-type', 'send the body as JSON with `Content-Type: application/json`', { field: 'content-type' })
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new RekeyError('input/invalid', 'body is missing: send a JSON object', { field: 'body' })
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return notJson()
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new RekeyError('request/unknown-path', 'the path is malformed')
    case 'FST_ERR_HANDLER_TIMEOUT':
      return new RekeyError('request/timeout', 'the request took too long and may or may not have been carried out; look before you repeat it, or repeat it with the same Idempotency-Key')
    default:
      // secure-json-parse throws a plain SyntaxError for `__proto__`.
      return error instanceof SyntaxError ? notJson() : new RekeyError('internal/error', 'unexpected')
  }
}

function notJson (): RekeyError {
  return new RekeyError('input/invalid', 'body is not well-formed JSON: send one complete JSON object', { field: 'body' })
}

function fastifyCode (error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Where an unexpected error came from. */
function faultOf (error: unknown): { fault?: string, frames?: string[] } {
  return !(error instanceof Error) || isRekeyError(error) ? {} : { fault: error.name, frames: framesOf(error) }
}
