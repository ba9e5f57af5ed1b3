import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { SecureContext } from 'node:tls'
import { RekeyError } from '@rekey/domain'

/** A request as node-vault composes it. */
export interface TransportRequest {
  readonly method: string
  readonly uri: string
  readonly headers?: Record<string, string>
  readonly json?: unknown
}

/** A reply as node-vault expects it. */
export interface TransportReply {
  readonly statusCode: number
  readonly body: unknown
  readonly request: { readonly path: string }
}

export interface Transport {
  (request: TransportRequest): Promise<TransportReply>
  close (): void
}

/** For a Vault that demands a certificate: what is shown of it at a new connection, with the CA. */
export interface ShownCertificate { context (): SecureContext }

export interface TransportOptions {
  readonly address: string
  /** PEM of the CA that signed Vault's certificate; absent: the CAs that Node.js trusts. */
  readonly caFile?: string | undefined
  readonly certificate?: ShownCertificate | undefined
  /** For a whole request, from the wait for a connection to the last byte of the answer. */
  readonly timeoutMs: number
}

/** A list of 100,000 names fits; an endless answer does not. */
const largestAnswer = 16 * 1024 * 1024

function isLoopback (hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** @throws RekeyError `config/invalid` */
export function checkAddress (address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')) {
    throw new RekeyError('config/invalid', 'the address of Vault is not of the form https://host:port', { field: 'vault.address' })
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new RekeyError('config/invalid', 'Vault is spoken to over https only; plain http is for a development server on the loopback address', { field: 'vault.address' })
  }
  return url
}

/**
 * node-vault's own way out is axios, which would obey the proxy variables of the environment (and send the token there in the
 * clear), follow redirects with the token, and bound the silence between two bytes but not the whole request. So it gets this
 * one instead: kept-alive connections, one deadline, a largest answer, no redirects, certificates always verified.
 * Rejects with `vault/unavailable` only, and then the outcome of the request is unknown.
 */
export function createTransport ({ address, caFile, certificate, timeoutMs }: TransportOptions): Transport {
  const secure = checkAddress(address).protocol === 'https:'
  const connections = { keepAlive: true, maxSockets: 64, maxFreeSockets: 64, timeout: 60_000, scheduling: 'lifo' as const }
  const agent = secure
    ? new CertifiedAgent({ ...connections, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...caFile === undefined ? {} : { ca: readCa(caFile) } }, certificate)
    : new http.Agent(connections)

  function send ({ method, uri, headers, json }: TransportRequest): Promise<TransportReply> {
    const url = new URL(uri)
    const payload = json === undefined ? undefined : Buffer.from(JSON.stringify(json))
    return new Promise((resolve, reject) => {
      const fail = (why: string, detail: { reason?: string } = {}): void => {
        clearTimeout(deadline)
        reject(new RekeyError('vault/unavailable', `Vault did not answer: ${why}`, detail))
        request.destroy()
      }
      const request = (secure ? https : http).request(url, {
        method,
        agent,
        headers: { ...headers, ...payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length } }
      }, response => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > largestAnswer) fail('its answer is too large', { reason: 'answer-too-large' })
          else chunks.push(chunk)
        })
        response.on('error', (error: NodeJS.ErrnoException) => fail(describe(error)))
        response.on('end', () => {
          clearTimeout(deadline)
          const body = parse(Buffer.concat(chunks))
          if (body === notJson) fail(`status ${response.statusCode ?? 0} with an answer that is not JSON`)
          else resolve({ statusCode: response.statusCode ?? 0, body, request: { path: url.pathname } })
        })
      })
      const deadline = setTimeout(() => fail(`no complete answer within ${timeoutMs} ms`), timeoutMs)
      request.on('error', (error: NodeJS.ErrnoException) => fail(describe(error)))
      request.end(payload)
    })
  }
  return Object.assign(send, { close: () => agent.destroy() })
}

/** Shows the certificate anew at each connection. None goes on with the session of an earlier one, which would vouch by the certificate of then. */
class CertifiedAgent extends https.Agent {
  readonly #certificate: ShownCertificate | undefined

  constructor (options: https.AgentOptions, certificate: ShownCertificate | undefined) {
    super(certificate === undefined ? options : { ...options, maxCachedSessions: 0 })
    this.#certificate = certificate
  }

  override createConnection (...[options, callback]: Parameters<https.Agent['createConnection']>): ReturnType<https.Agent['createConnection']> {
    return super.createConnection(this.#certificate === undefined ? options : Object.assign({}, options, { secureContext: this.#certificate.context() }), callback)
  }
}

function readCa (file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new RekeyError('config/invalid', `the CA file ${file} can't be read`, { field: 'vault.caFile' })
  }
}

const notJson = Symbol('not JSON')

function parse (bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return notJson
  }
}

/** A system error's code is a fixed word and safe to show; its message is not ours. */
function describe (error: NodeJS.ErrnoException): string {
  const code = error.code ?? 'UNKNOWN'
  if (/CERT|SELF_SIGNED|UNABLE_TO|TLS_/.test(code)) return `its certificate is not to be trusted (${code}); check the CA file`
  return code
}
