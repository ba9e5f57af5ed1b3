import { isRekeyError, RekeyError } from '@rekey/domain'
import type { VaultClient } from './client.ts'
import { sharedMount, zoneMount } from './journal.ts'

export interface OwnRights {
  /** As people read it: `the worker of production`. */
  readonly service: string
  /** Names of policies that it may hold; one that ends in `-` stands for all that begin so. */
  readonly policies: readonly string[]
  /** The one zone that it serves; the API serves all. */
  readonly zone?: string
}

/**
 * Refuses an identity that is more than one service of one zone: a role or a policy that two zones share, a service that was given a person's rights, root.
 * Policies of other names than ours are judged by what they open: no mount of another zone.
 * @throws RekeyError `config/invalid`; `vault/*`
 */
export async function checkOwnRights (client: VaultClient, { service, policies: own, zone }: OwnRights): Promise<void> {
  const found = await client.read(['auth', 'token', 'lookup-self']) as { policies?: unknown, identity_policies?: unknown } | undefined
  const held = [found?.policies, found?.identity_policies].flatMap(list => Array.isArray(list) ? list.filter(one => typeof one === 'string') : [])
  const foreign = held.filter(policy => policy === 'root' || (policy.startsWith('rekey-') && !own.some(one => one.endsWith('-') ? policy.startsWith(one) : policy === one)))
  if (foreign.length > 0) {
    throw new RekeyError('config/invalid', `the Vault identity of ${service} holds ${foreign.join(', ')}, which is another's: zones and services must share no policy and no AppRole. Give it a role of its own, as deploy/vault says`)
  }
  const others = zone === undefined ? [] : await reachedBy(client, (await seenBy(client)).filter(mount => mount.startsWith('rekey-') && mount !== zoneMount(zone) && mount !== sharedMount))
  if (others.length > 0) {
    throw new RekeyError('config/invalid', `the Vault identity of ${service} reaches ${others.join(', ')}, which is another zone's: zones must share no mount. Take it out of the policies ${held.join(', ')}, as deploy/vault has them`)
  }
}

/** Where Vault tells whoever asks which mounts he sees, without a policy for it. */
const mountsPath = ['sys', 'internal', 'ui', 'mounts']

async function seenBy (client: VaultClient): Promise<string[]> {
  const seen = await client.read(mountsPath) as { secret?: object } | undefined
  return Object.keys(seen?.secret ?? {}).map(mount => mount.replace(/\/$/, ''))
}

/** Of these mounts, those on which the identity has any right at all: one that everybody is shown (`listing_visibility`) opens to nobody by that. */
async function reachedBy (client: VaultClient, mounts: readonly string[]): Promise<string[]> {
  const reached = await Promise.all(mounts.map(async mount => {
    return await client.read([...mountsPath, mount]).then(() => true, (error: unknown) => {
      if (isRekeyError(error, 'vault/forbidden')) return false
      throw error
    })
  }))
  return mounts.filter((_, index) => reached[index])
}
