import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { RekeyError } from '@rekey/domain'
import { problemOf } from './problems.ts'

/** Answers what never became a request: no HTTP, headers over the limit, or too slow. */
export function answerBrokenRequest (error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, refusal] = refusalOf(error.code)
  const id = randomUUID()
  const body = JSON.stringify({ ...problemOf(refusal, id), status })
  socket.end([
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'cache-control: no-store',
    'connection: close',
    '',
    body
  ].join('\r\n'))
}

function refusalOf (code: string | undefined): [number, RekeyError] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, new RekeyError('request/headers-too-large', 'path and headers of the request are over the limit of 8 KiB together')]
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, new RekeyError('request/timeout', 'the request did not arrive in time; nothing was done')]
    default:
      return [400, new RekeyError('input/invalid', 'this is not a well-formed HTTP request')]
  }
}
