import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { RekeyError } from '@rekey/domain'
import type { Registry } from 'prom-client'

export interface MetricsOptions {
  /** `host:port`; an IPv6 address in brackets. */
  readonly listen: string
  readonly registry: Registry
  /** Why the process can't do its work now; nothing when it can. */
  readonly trouble: () => Promise<string | undefined> | string | undefined
  /** What whoever asks a process that works should know; nothing when there is nothing. */
  readonly remark?: (() => Promise<string | undefined> | string | undefined) | undefined
}

export interface MetricsServer {
  /** Where it really listens. */
  readonly port: number
  close (): Promise<void>
}

/**
 * Plain HTTP for a monitoring system: `/metrics` in Prometheus' text format, `/health/live` (this process answers) and
 * `/health/ready` (200, or 503 with the reason). There is no secret in it and no way to change anything; numbers and zones' names are.
 * @throws RekeyError `config/invalid` when it can't listen there
 */
export async function serveMetrics ({ listen, registry, trouble, remark = () => undefined }: MetricsOptions): Promise<MetricsServer> {
  const { host, port } = placeOf(listen)
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 }, (request, response) => {
    answer(request, response).catch(() => { response.destroy() })
  })
  server.maxConnections = 32
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new RekeyError('config/invalid', `REKEY_METRICS_LISTEN: nobody can listen at ${listen}; is the port free, and the address this machine's?`)))
    server.listen(port, host, resolve)
  })
  const address = server.address()

  async function answer ({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url?.split('?')[0]
    if (method !== 'GET' && method !== 'HEAD') { send(405, 'only GET is answered here\n'); return }
    if (path === '/metrics') { send(200, await registry.metrics(), registry.contentType); return }
    if (path === '/health/live') { send(200, 'live\n'); return }
    if (path !== '/health/ready') { send(404, 'there are /metrics, /health/live and /health/ready\n'); return }
    const reason = await trouble()
    reason === undefined ? send(200, `${['ready', await remark() ?? []].flat().join('; ')}\n`) : send(503, `${reason}\n`)

    function send (status: number, text: string, type = 'text/plain; charset=utf-8'): void {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text), 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
      response.end(method === 'HEAD' ? undefined : text)
    }
  }

  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close () {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

/** @throws RekeyError `config/invalid` */
function placeOf (listen: string): { host: string, port: number } {
  const [, inBrackets, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen) ?? []
  const host = inBrackets ?? plain
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    throw new RekeyError('config/invalid', 'REKEY_METRICS_LISTEN: write it as 127.0.0.1:9464, or [::1]:9464')
  }
  return { host, port: Number(port) }
}
