import { randomBytes } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** An organisation's OpenID provider on this machine, certified software, with people, their groups, and a login page. */
export interface PeopleProvider {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  close (): Promise<void>
}

export interface PeopleProviderOptions {
  /** Of a server at 127.0.0.1. */
  readonly tls: { readonly cert: string, readonly key: string }
  /** Where it may send browsers back to. */
  readonly redirectUri: string
  /** Whoever it knows, each with his groups. It takes any password. */
  readonly people: Readonly<Record<string, readonly string[]>>
}

export async function startPeopleProvider ({ tls, redirectUri, people }: PeopleProviderOptions): Promise<PeopleProvider> {
  // It looks at the machine when it is loaded, and only this needs it.
  const { default: Provider } = await import('oidc-provider')
  const [clientId, clientSecret] = ['vault', randomBytes(24).toString('hex')]
  const server = createServer(tls)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(url, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub', 'groups'] },
    // Vault reads the groups from the id token.
    conformIdTokenClaims: false,
    cookies: { keys: [randomBytes(24).toString('hex')] },
    findAccount: (_, name) => people[name] === undefined ? undefined : { accountId: name, claims: () => ({ sub: name, groups: [...people[name] ?? []] }) }
  })
  server.on('request', (request, response) => { provider.callback()(request, response).catch(() => { response.destroy() }) })
  return {
    url,
    clientId,
    clientSecret,
    async close () {
      server.closeAllConnections()
      await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
    }
  }
}
