import { request as plainRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { RekeyError, signDelivery, type Secret } from '@rekey/domain'
import type { Sink } from '../feed.ts'
import type { Batch } from '../tail.ts'

export interface WebhookOptions {
  readonly name: string
  readonly url: string
  /** What both sides know. */
  readonly secret: Secret
  /** PEM of the authority that its certificate is checked with; absent: those that Node.js knows. */
  readonly ca?: string | undefined
  readonly timeoutMs?: number
}

/** Posts batches as JSON, signed by HMAC. No redirect is followed. */
export function webhookSink ({ name, url, secret, ca, timeoutMs = 10_000 }: WebhookOptions): Sink {
  const agent = url.startsWith('https:') ? new Agent({ keepAlive: true, rejectUnauthorized: true, minVersion: 'TLSv1.2', ...ca !== undefined && { ca } }) : undefined
  return {
    name,
    async send (batch) {
      const body = JSON.stringify({ journal: batch.journal, entries: batch.entries })
      const status = await post(new URL(url), { headers: headersFor(batch, body, secret), agent, signal: AbortSignal.timeout(timeoutMs) }, body)
      if (status < 200 || status > 299) throw new RekeyError('audit/unwritable', `it answered ${status}`)
    },
    close: async () => { await Promise.resolve(agent?.destroy()) }
  }
}

function headersFor ({ journal, entries, to }: Batch, body: string, secret: Secret): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-rekey-delivery': `${journal}/${entries[0]?.n ?? to}-${to}`,
    'x-rekey-signature': signDelivery(secret, Math.floor(Date.now() / 1000), body)
  }
}

async function post (url: URL, { agent, ...options }: { readonly headers: Record<string, string>, readonly agent: Agent | undefined, readonly signal: AbortSignal }, body: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const call = (url.protocol === 'https:' ? request : plainRequest)(url, { method: 'POST', ...options, ...agent !== undefined && { agent } }, (response) => {
      response.resume()
      response.on('end', () => { resolve(response.statusCode ?? 0) }).on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })
}
