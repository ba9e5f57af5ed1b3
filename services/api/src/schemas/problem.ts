import type { ErrorCode } from '@rekey/domain'
import { problems } from '@rekey/http'

/** Every protected operation can answer with these. */
const everywhere = ['input/invalid', 'name/invalid', 'auth/missing', 'auth/forbidden', 'request/too-many', 'request/headers-too-large', 'internal/error', 'vault/sealed', 'vault/unavailable', 'request/timeout'] as const
const withBody = ['request/too-large', 'request/media-type', 'vault/too-large', 'audit/unwritable'] as const

export function readProblems (...codes: ErrorCode[]): ReturnType<typeof problems> {
  return problems(...everywhere, ...codes)
}

export function writeProblems (...codes: ErrorCode[]): ReturnType<typeof problems> {
  return problems(...everywhere, ...withBody, ...codes)
}
