import { RekeyError } from '@rekey/domain'
import type { VaultClient } from './client.ts'

/**
 * Refuses an identity that holds another one's policies: a role that two zones share, a service that was given a person's, root.
 * Policies of other names than ours are left to whoever wrote them.
 * @param own names of policies that the service may hold; one that ends in `-` stands for all that begin so
 * @throws RekeyError `config/invalid`; `vault/*`
 */
export async function checkOwnRights (client: VaultClient, service: string, own: readonly string[]): Promise<void> {
  const found = await client.read(['auth', 'token', 'lookup-self']) as { policies?: unknown, identity_policies?: unknown } | undefined
  const held = [found?.policies, found?.identity_policies].flatMap(list => Array.isArray(list) ? list.filter(one => typeof one === 'string') : [])
  const foreign = held.filter(policy => policy === 'root' || (policy.startsWith('rekey-') && !own.some(one => one.endsWith('-') ? policy.startsWith(one) : policy === one)))
  if (foreign.length === 0) return
  throw new RekeyError('config/invalid', `the Vault identity of ${service} holds ${foreign.join(', ')}, which is another's: zones and services must share no policy and no AppRole. Give it a role of its own, as deploy/vault says`)
}
