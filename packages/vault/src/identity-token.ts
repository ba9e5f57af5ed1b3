import { RekeyError, Secret } from '@rekey/domain'
import type { VaultClient } from './client.ts'

/** Has Vault vouch for the person whose login this is. @param role of Vault's, which says whom the token is for @throws RekeyError `vault/forbidden` when it vouches for nobody, or not for him; `vault/*` */
export async function fetchIdentityToken (client: VaultClient, role = 'rekey'): Promise<{ token: Secret, ttlSeconds: number }> {
  const { token, ttl } = (await client.read(['identity', 'oidc', 'token', role]) ?? {}) as { token?: unknown, ttl?: unknown }
  if (typeof token !== 'string' || typeof ttl !== 'number') {
    throw new RekeyError('vault/forbidden', `this Vault signs no identity tokens for Rekey: its set-up lacks the role ${role}`)
  }
  return { token: Secret.of(token), ttlSeconds: ttl }
}
