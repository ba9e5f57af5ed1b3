import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { RekeyError, type Secret } from '@rekey/domain'
import type { ApiConnection, Method } from './connection.ts'
import { parsed } from './parsed.ts'

/** Where the API is, the authority that its certificate is checked with, and the token. */
export interface ApiAccess {
  readonly url: string
  /** PEM; undefined: the system's authorities. */
  readonly ca: string | undefined
  /** Or whoever hands out one that still lasts: he is asked at each request. */
  readonly token: Secret | (() => Promise<Secret>)
  /** Who is asked, for messages: `API` unless said. */
  readonly peer?: string
}

const timeoutMs = 40_000
/** Below the API's ten seconds: a request must not meet the end of an idle connection. */
const idleMs = 5000
/** A page of a thousand credentials with their rotations fits in many times over. */
const mostCharacters = 64 * 1024 * 1024

/** HTTPS with the token, over connections that are kept. */
export function connectHttps ({ url, ca, token, peer = 'API' }: ApiAccess): ApiConnection {
  const agent = new Agent({ keepAlive: true, timeout: idleMs, ...ca === undefined ? {} : { ca } })

  /** Resolves once the answer has begun. */
  const begin = async (method: Method, path: string, { payload, headers, signal }: { payload?: string | undefined, headers: Readonly<Record<string, string>>, signal?: AbortSignal | undefined }): Promise<IncomingMessage> => {
    const bearer = typeof token === 'function' ? await token() : token
    return await new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, url), {
        method,
        agent,
        timeout: timeoutMs,
        ...signal && { signal },
        headers: { authorization: `Bearer ${bearer.open()}`, ...payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }, ...headers }
      }, resolve)
      outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')))
      // Only what kind of failure it was: the error may quote the request.
      outgoing.on('error', (error: NodeJS.ErrnoException) => reject(new RekeyError('api/unavailable', explain(error.code ?? error.message, peer))))
      outgoing.end(payload)
    })
  }

  return {
    async send (method, path, body, headers = {}) {
      const incoming = await begin(method, path, { payload: body === undefined ? undefined : JSON.stringify(body), headers })
      const chunks: string[] = []
      let size = 0
      for await (const chunk of textOf(incoming, peer)) {
        chunks.push(chunk)
        size += chunk.length
        if (size > mostCharacters) throw brokenOff(peer)
      }
      return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: parsed(chunks.join('')) }
    },
    async stream (path, headers = {}, signal) {
      const incoming = await begin('GET', path, { headers, signal })
      return { status: incoming.statusCode ?? 0, text: textOf(incoming, peer) }
    },
    close: () => agent.destroy()
  }
}

async function * textOf (incoming: IncomingMessage, peer: string): AsyncIterable<string> {
  incoming.setEncoding('utf8')
  try {
    yield * incoming as AsyncIterable<string>
  } catch {
    throw brokenOff(peer)
  }
}

function brokenOff (peer: string): RekeyError {
  return new RekeyError('api/unavailable', `the ${peer}'s answer broke off`)
}

function explain (code: string, peer: string): string {
  if (code === 'timeout') return `the ${peer} did not answer within ${timeoutMs / 1000} seconds`
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `nobody answers at the ${peer}'s address; is it right, and does the ${peer} run?`
  if (/CERT|SIGNATURE|ALTNAME|ISSUER|SELF_SIGNED/.test(code)) return `the ${peer}'s certificate can't be verified; say --ca-file, the authority that signed it`
  return `the connection to the ${peer} failed`
}
