import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'
import { RekeyError } from '@rekey/domain'
import type { FetchJson } from '../src/index.ts'

export interface Key {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export async function makeKey (kid: string, alg = 'RS256'): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...await exportJWK(publicKey), kid, alg, use: 'sig' } }
}

/** Issuers whose documents can be fetched, and how often each was. */
export class MemoryWeb {
  readonly documents = new Map<string, unknown>()
  readonly fetched: string[] = []
  isAway = false

  readonly fetchJson: FetchJson = async (url) => {
    this.fetched.push(url)
    if (this.isAway || !this.documents.has(url)) throw new RekeyError('issuer/unavailable', 'is away')
    return await Promise.resolve(this.documents.get(url))
  }

  publish (issuer: string, keys: readonly Key[]): void {
    this.documents.set(`${issuer}/.well-known/openid-configuration`, { issuer, jwks_uri: `${issuer}/keys` })
    this.documents.set(`${issuer}/keys`, { keys: keys.map(({ jwk }) => jwk) })
  }
}

/** A token of just these claims; undefined ones are left out. */
export async function sign (key: Key, claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }).sign(key.privateKey)
}

export function encoded (value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
}
