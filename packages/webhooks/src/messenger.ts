import { lookup } from 'node:dns'
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { hostOf, isRekeyError, RekeyError, signDelivery, type DialPolicy } from '@rekey/domain'
import type { Messenger } from '@rekey/rotation'

export interface MessengerOptions {
  /** Where receivers may lie. Each address that a name stands for must be allowed, at the very moment when it is dialled. */
  readonly dialPolicy: DialPolicy
  /** PEM of the CA that signed the receivers' certificates; undefined: those that Node.js trusts. */
  readonly ca?: string | undefined
  readonly now: () => Date
  /** For a whole request. */
  readonly timeoutMs?: number
}

/** POSTs events as JSON. Of the answer only its status is looked at, and no redirect is followed: nobody whom people have not named is told. */
export function createMessenger ({ dialPolicy, ca, now, timeoutMs = 10_000 }: MessengerOptions): Messenger {
  const allowed: LookupFunction = (name, options, done) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const refused = error ?? found.map(({ address }) => whyNot(dialPolicy, address)).find(reason => reason !== undefined)
      const [first] = found
      if (refused !== undefined || first === undefined) done(refused instanceof Error ? refused : new Error('no address'), '', 4)
      else if (options.all === true) done(null, found)
      else done(null, first.address, first.family)
    })
  }

  return {
    async send ({ name, url: text, secret }, event) {
      const url = checkUrl(name, text)
      const host = hostOf(url.href)
      if (isIP(host) !== 0 && whyNot(dialPolicy, host) !== undefined) throw failed(name, 'its address lies outside the networks that webhooks may lie in')
      const body = JSON.stringify(event)
      const options: RequestOptions & { ca?: string } = {
        method: 'POST',
        agent: false,
        lookup: allowed,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-rekey-event': event.id,
          'x-rekey-signature': signDelivery(secret, Math.floor(now().getTime() / 1000), body)
        },
        ...ca !== undefined && { ca }
      }
      const status = await post(url, options, body).catch((error: unknown) => { throw failed(name, reasonOf(error, timeoutMs)) })
      if (status < 200 || status > 299) throw failed(name, `it answered ${status}`)
    }
  }
}

/** @returns the status of the answer, whose body is not read */
async function post (url: URL, options: RequestOptions, body: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const answered = (response: IncomingMessage): void => {
      response.on('error', () => {})
      resolve(response.statusCode ?? 0)
      response.destroy()
    }
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, answered)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Plain HTTP is for a receiver on this machine: what is sent names hosts and accounts. */
function checkUrl (name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.protocol === 'http:' && /^127\.\d+\.\d+\.\d+$/.test(url.hostname)
  if (url === undefined || (url.protocol !== 'https:' && !isPlain) || url.username !== '' || url.password !== '') {
    throw failed(name, 'its address is not of the form https://host/path')
  }
  return url
}

function whyNot (dialPolicy: DialPolicy, address: string): RekeyError | undefined {
  try {
    dialPolicy.check(address)
    return undefined
  } catch (error) {
    if (isRekeyError(error)) return error
    throw error
  }
}

/** A system error's code is a fixed word and safe to show; what else an error says is not ours. */
function reasonOf (error: unknown, timeoutMs: number): string {
  if (isRekeyError(error, 'network/not-allowed')) return 'its address lies outside the networks that webhooks may lie in'
  const { name, code } = error as { name?: string, code?: unknown }
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? `no answer (${code})` : 'no answer'
}

function failed (name: string, why: string): RekeyError {
  return new RekeyError('webhook/failed', `the webhook ${name} did not take what it was told: ${why}`)
}
