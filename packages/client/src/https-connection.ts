import { Agent, request } from 'node:https'
import { RekeyError, type Secret } from '@rekey/domain'
import type { ApiConnection } from './connection.ts'

/** Where the API is, the authority that its certificate is checked with, and the token. */
export interface ApiAccess {
  readonly url: string
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined
  readonly token: Secret
}

const timeoutMs = 40_000
/** Below the API's ten seconds: a request must not meet the end of an idle connection. */
const idleMs = 5000
/** A page of a thousand credentials with their rotations fits in many times over. */
const mostBytes = 64 * 1024 * 1024

/** HTTPS with the token, over connections that are kept. */
export function connectHttps ({ url, ca, token }: ApiAccess): ApiConnection {
  const agent = new Agent({ keepAlive: true, timeout: idleMs, ...ca === undefined ? {} : { ca } })
  return {
    send: async (method, path, body, more = {}) => await new Promise((resolve, reject) => {
      const fail = (message: string) => reject(new RekeyError('api/unavailable', message))
      const payload = body === undefined ? undefined : JSON.stringify(body)
      const outgoing = request(new URL(path, url), {
        method,
        agent,
        timeout: timeoutMs,
        headers: { authorization: `Bearer ${token.open()}`, ...payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }, ...more }
      }, incoming => {
        const chunks: Buffer[] = []
        let size = 0
        incoming.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          size += chunk.length
          if (size > mostBytes) incoming.destroy(new Error('too long'))
        })
        incoming.on('error', () => fail('the API\'s answer broke off'))
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(Buffer.concat(chunks).toString()) }))
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
      // Only what kind of failure it was: the error may quote the request.
      outgoing.on('error', (error: NodeJS.ErrnoException) => fail(explain(error.code ?? error.message)))
      outgoing.end(payload)
    }),
    close: () => agent.destroy()
  }
}

function explain (code: string): string {
  if (code === 'timeout') return `the API did not answer within ${timeoutMs / 1000} seconds`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'nobody answers at the API\'s address; is it right, and does the API run?'
  if (/CERT|SIGNATURE|ALTNAME|ISSUER|SELF_SIGNED/.test(code)) return 'the API\'s certificate can\'t be verified; say --ca-file, the authority that signed it'
  return 'the connection to the API failed'
}

function parsed (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
