import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OpenID Connect issuer on this machine that plays a CI: discovery, keys, and tokens of whatever claims. */
export interface Issuer {
  readonly url: string
  /** A token that lives five minutes, unless its claims say otherwise. */
  sign (claims: Readonly<Record<string, unknown>>): Promise<string>
  /**
   * Lets a job ask for tokens of these claims as it asks GitHub: with the audience that it chooses.
   * @returns the environment of the job
   */
  job (claims: Readonly<Record<string, unknown>>): { readonly ACTIONS_ID_TOKEN_REQUEST_URL: string, readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string }
  close (): Promise<void>
}

/** @param tls of a server at 127.0.0.1 */
export async function startIssuer (tls: { readonly cert: string, readonly key: string }): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const kid = randomUUID()
  const jobs = new Map<string, Readonly<Record<string, unknown>>>()
  let url = ''

  async function sign (claims: Readonly<Record<string, unknown>>): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    return await new SignJWT({ iss: url, iat: now, nbf: now, exp: now + 300, jti: randomUUID(), ...claims }).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey)
  }

  async function answer (path: string, audience: string | null, authorization: string): Promise<unknown> {
    if (path === '/.well-known/openid-configuration') return { issuer: url, jwks_uri: `${url}/keys` }
    if (path === '/keys') return { keys: [{ ...await exportJWK(publicKey), kid, alg: 'RS256', use: 'sig' }] }
    const claims = jobs.get(authorization.replace(/^bearer /i, ''))
    return path === '/token' && claims !== undefined ? { value: await sign({ ...claims, aud: audience }) } : undefined
  }

  const server = createServer(tls, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    answer(pathname, searchParams.get('audience'), request.headers.authorization ?? '').then((body) => {
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}))
    }, () => { response.destroy() })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    sign,
    job (claims) {
      const token = randomUUID()
      jobs.set(token, claims)
      return { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?job=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token }
    },
    async close () {
      server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
    }
  }
}
