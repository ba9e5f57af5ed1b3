import { randomBytes } from 'node:crypto'
import { RekeyError } from '@rekey/domain'
import { toGrant, type Grant } from './token.ts'
import { checkAddress, createTransport } from './transport.ts'

export interface OidcLoginOptions {
  /** `https://host:port` of Vault. */
  readonly address: string
  readonly caFile?: string | undefined
  /** Where Vault has the auth method, such as `oidc`. */
  readonly mount: string
  /** Absent: the method's own default role. */
  readonly role?: string | undefined
  /** Where the provider sends the browser back to, as the role's `allowed_redirect_uris` has it. */
  readonly redirectUri: string
}

/** A login that a person finishes in a browser, at the OpenID provider that Vault trusts. */
export interface OidcLogin {
  /** The page of the provider. */
  readonly page: string
  /** What the browser has to bring back, so that nobody else's code is taken for this person's. */
  readonly state: string
  /** @param code what the provider gave the browser @returns the token, and by which name Vault knows the person */
  finish (code: string): Promise<Grant & { readonly username: string }>
  /** Ends the connections. */
  close (): void
}

/**
 * Vault's own OIDC method, in its mode `client`: Vault makes the address of the provider's page and redeems the code; we carry both.
 * No message holds any text from Vault or the provider.
 * Source: https://developer.hashicorp.com/vault/api-docs/auth/jwt (oidc/auth_url, oidc/callback).
 * @throws RekeyError `config/invalid`, `vault/forbidden`, `vault/sealed`, `vault/unavailable`
 */
export async function beginOidcLogin ({ address, caFile, mount, role, redirectUri }: OidcLoginOptions): Promise<OidcLogin> {
  const { origin } = checkAddress(address)
  const transport = createTransport({ address, caFile, timeoutMs: 15_000 })
  const nonce = randomBytes(24).toString('base64url')
  const method = `${origin}/v1/auth/${encodeURIComponent(mount)}/oidc`

  async function ask (verb: 'GET' | 'POST', uri: string, json?: object): Promise<unknown> {
    const { statusCode, body } = await transport({ method: verb, uri, json })
    if (statusCode === 200) return body
    if (statusCode === 503) throw new RekeyError('vault/sealed', 'Vault is sealed, or not ready: unseal it, and log in again')
    if (statusCode >= 500) throw new RekeyError('vault/unavailable', `Vault failed to answer the oidc login (status ${statusCode})`)
    throw new RekeyError('vault/forbidden', `Vault refuses the oidc login at auth/${mount} (status ${statusCode}): the role's allowed_redirect_uris, bound_audiences and bound_claims decide; its server log tells more`)
  }

  /** As Vault's own log calls the person; a policy without that right keeps nobody out. */
  async function nameOf ({ token }: Grant): Promise<string> {
    const { body } = await transport({ method: 'GET', uri: `${origin}/v1/auth/token/lookup-self`, headers: { 'X-Vault-Token': token.open() } })
    const name = (body as { data?: { display_name?: unknown } } | undefined)?.data?.display_name
    return typeof name === 'string' && name !== '' ? name : 'somebody that Vault does not name'
  }

  try {
    const begun = await ask('POST', `${method}/auth_url`, { ...role !== undefined && { role }, redirect_uri: redirectUri, client_nonce: nonce }) as { data?: { auth_url?: unknown } } | undefined
    const page = begun?.data?.auth_url
    // Vault answers an empty address for a role or a redirect that it does not know, and says so in its log alone.
    if (typeof page !== 'string' || !URL.canParse(page)) {
      throw new RekeyError('config/invalid', `Vault has no login page for ${role === undefined ? 'the default role' : `the role ${role}`} at auth/${mount}: the role has to exist, and its allowed_redirect_uris has to hold ${redirectUri}`)
    }
    const state = new URL(page).searchParams.get('state') ?? ''
    return {
      page,
      state,
      async finish (code) {
        const answer = await ask('GET', `${method}/callback?${new URLSearchParams({ state, code, client_nonce: nonce }).toString()}`)
        const grant = toGrant(answer)
        return { ...grant, username: await nameOf(grant) }
      },
      close: () => { transport.close() }
    }
  } catch (error) {
    transport.close()
    throw error
  }
}
