import { request } from 'node:https'
import { rootCertificates, type SecureContext } from 'node:tls'
import { RekeyError } from '@rekey/domain'
import type { FetchJson } from './issuer-keys.ts'

/** A discovery document and a set of keys have a few KiB. */
const largest = 262_144

/**
 * Fetches from an issuer: by HTTPS only, without following a redirect, bounded in size and time.
 * @param ca PEM of a further authority that issuers' certificates are checked with
 * @param certificate for an issuer that demands one: what is shown of it at a new connection, with the one authority that the issuer is checked with
 */
export function httpsJson ({ ca, certificate, timeoutMs = 5000 }: { readonly ca?: string | undefined, readonly certificate?: { context (): SecureContext } | undefined, readonly timeoutMs?: number } = {}): FetchJson {
  const authorities = ca === undefined ? undefined : [...rootCertificates, ca]
  return async (url) => {
    const text = await new Promise<string>((resolve, reject) => {
      const fail = (says: string) => { reject(new RekeyError('issuer/unavailable', `${originOf(url)} ${says}`)) }
      const trust = certificate === undefined ? { ca: authorities, minVersion: 'TLSv1.2' as const } : { secureContext: certificate.context() }
      const call = request(url, { ...trust, agent: false, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
        const chunks: Buffer[] = []
        let size = 0
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          chunks.push(chunk)
          if (size > largest) answer.destroy(new Error('too long'))
        })
        answer.on('error', () => { fail('did not answer as a whole, or too much') })
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
          else fail(`answered ${answer.statusCode ?? 0}`)
        })
      })
      call.on('error', () => { fail('did not answer by HTTPS in time, or with a certificate that is not trusted') })
      call.end()
    })
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw new RekeyError('issuer/unavailable', `${originOf(url)} answered what is not JSON`)
    }
  }
}

function originOf (url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the issuer'
}
