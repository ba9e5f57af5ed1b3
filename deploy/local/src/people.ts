import { groupOf, roles } from '@rekey/domain'
import type { VaultHttp } from './vault-http.ts'

/** Client id of the role by which Vault signs people's identity tokens, and so whom they are for. */
export const identityAudience = 'rekey'

/** The same for the broker of a zone, which takes none that was sent elsewhere. The role has the same name. */
export function leaseAudience (zone: string): string {
  return `rekey-lease-${zone}`
}

/** Makes Vault vouch for people to the API and to the brokers: for five minutes, with the groups that they are in at that moment. A key that is replaced signs nothing more, and is published for an hour. */
export async function setIdentities (root: VaultHttp, zones: readonly string[]): Promise<void> {
  const audiences = [identityAudience, ...zones.map(leaseAudience)]
  await root.must('POST', 'identity/oidc/key/rekey', { algorithm: 'EdDSA', rotation_period: '24h', verification_ttl: '1h', allowed_client_ids: audiences })
  for (const audience of audiences) {
    await root.must('POST', `identity/oidc/role/${audience}`, {
      key: 'rekey',
      client_id: audience,
      ttl: '5m',
      template: '{"name": {{identity.entity.name}}, "groups": {{identity.entity.groups.names}}}'
    })
  }
}

/** A group for each role in each zone. The zone's own person may do everything in it; who else is in which is left as it is. */
export async function setGroups (root: VaultHttp, zones: readonly string[]): Promise<void> {
  const accessor = await userpassAccessor(root)
  for (const zone of zones) {
    const person = await entityOf(root, `operator-${zone}`, accessor)
    for (const role of roles) {
      const name = groupOf(role, zone)
      if ((await root.send('GET', `identity/group/name/${name}`)).status === 200) continue
      await root.must('POST', 'identity/group', { name, policies: ['rekey-identity'], member_entity_ids: role === 'admin' ? [person] : [] })
    }
  }
}

async function userpassAccessor (root: VaultHttp): Promise<string> {
  const methods = (await root.must('GET', 'sys/auth'))['data'] as Record<string, { accessor: string }>
  return methods['userpass/']?.accessor ?? ''
}

/** The entity behind a login, which Vault makes by itself at the first one, under a name of its own. @returns its id */
async function entityOf (root: VaultHttp, username: string, accessor: string): Promise<string> {
  const found = await root.must('POST', 'identity/lookup/entity', { alias_name: username, alias_mount_accessor: accessor })
  const known = (found['data'] as { id: string } | undefined)?.id
  if (known !== undefined) {
    await root.must('POST', `identity/entity/id/${known}`, { name: username })
    return known
  }
  const { id } = (await root.must('POST', 'identity/entity', { name: username }))['data'] as { id: string }
  await root.must('POST', 'identity/entity-alias', { name: username, canonical_id: id, mount_accessor: accessor })
  return id
}
