import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditKey } from '@rekey/domain'
import { exists, writeOwned } from './files.ts'
import { inside, layout, vaultFiles } from './layout.ts'
import { setGroups, setIdentities } from './people.ts'
import type { ZoneOptions } from './record.ts'
import type { VaultProgram } from './tools.ts'
import type { VaultHttp } from './vault-http.ts'

/** KV v2 destroys the oldest version at this number; a rotation writes a handful. */
const maxVersions = 32

/** The HCL files of deploy/vault that are policies, for these zones: name and text. */
export async function policiesFor (zones: readonly string[]): Promise<Map<string, string>> {
  const policies = new Map<string, string>()
  for (const file of await readdir(vaultFiles)) {
    const name = /^(rekey-.*)\.hcl$/.exec(file)?.[1]
    if (name === undefined) continue
    const text = await readFile(join(vaultFiles, file), 'utf8')
    for (const zone of name.includes('ZONE') ? zones : ['']) policies.set(name.replaceAll('ZONE', zone), text.replaceAll('ZONE', zone))
  }
  return policies
}

/** Tells whether the policies are those that a stack was set up with. */
export async function policiesDigest (zones: readonly string[]): Promise<string> {
  return createHash('sha256').update(JSON.stringify([...await policiesFor(zones)].sort())).digest('hex')
}

/** A token that lives an hour and is renewed by its holder, at these networks only. */
const serviceToken = (from: readonly string[]) => ({
  token_type: 'service',
  token_ttl: '1h',
  token_period: '1h',
  token_no_default_policy: true,
  token_bound_cidrs: from,
  secret_id_bound_cidrs: from
})

export interface Identity {
  /** `api`, `worker-<zone>` or `broker-<zone>`; its role is `rekey-<service>`. */
  readonly service: string
  readonly uid: number
  readonly policies: readonly string[]
  /** The networks that it may come from; absent: this machine. */
  readonly from?: readonly string[]
}

const roleOf = ({ service }: Identity): string => `auth/approle/role/rekey-${service}`

/** Gives everybody the rights that deploy/vault says, and the keys to use them with: in a fresh Vault, or in one that was set up by another version. */
export async function setRights (root: VaultHttp, zones: readonly ZoneOptions[], identities: readonly Identity[]): Promise<void> {
  const names = zones.map(zone => zone.name)
  const policies = await policiesFor(names)
  await Promise.all([
    // A key that is there stays as it is.
    ...[auditKey(), ...zones.map(({ name }) => auditKey(name))].map(async key => await root.must('POST', `transit/keys/${key}`, { type: 'ed25519' })),
    setIdentities(root, names),
    setGroups(root, names),
    ...[...policies].map(async ([name, policy]) => await root.must('PUT', `sys/policies/acl/${name}`, { policy })),
    ...identities.map(async identity => await root.must('POST', roleOf(identity), { ...serviceToken(identity.from ?? ['127.0.0.1/32']), token_policies: identity.policies }))
  ])
}

async function makeRole (root: VaultHttp, dir: string, identity: Identity): Promise<void> {
  const role = roleOf(identity)
  const roleId = (await root.must('GET', `${role}/role-id`))['data'] as { role_id: string }
  const secretId = (await root.must('POST', `${role}/secret-id`, {}))['data'] as { secret_id: string }
  const paths = layout(dir)
  await writeOwned(paths.roleId(identity.service), roleId.role_id, identity.uid, 0o400)
  await writeOwned(paths.secretId(identity.service), secretId.secret_id, identity.uid, 0o400)
}

/** For services that a stack of an earlier version did not have. */
export async function makeMissingRoles (root: VaultHttp, dir: string, identities: readonly Identity[]): Promise<void> {
  for (const identity of identities) {
    if (!await exists(layout(dir).secretId(identity.service))) await makeRole(root, dir, identity)
  }
}

/** Somebody with the rights of the zone's people. */
async function makePerson (root: VaultHttp, username: string, zone: string, passwordFile: string): Promise<void> {
  const password = randomBytes(24).toString('base64url')
  await root.must('POST', `auth/userpass/users/${username}`, {
    password,
    token_policies: [`rekey-person-${zone}`],
    token_no_default_policy: true,
    token_ttl: '1h',
    token_max_ttl: '8h'
  })
  await writeOwned(passwordFile, password, 0, 0o600)
}

async function mountDocuments (root: VaultHttp, mount: string): Promise<void> {
  await root.must('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } })
  // A new mount answers 400 while it is still turning into version 2.
  const config = { cas_required: true, max_versions: maxVersions }
  for (let attempt = 0; attempt < 100; attempt++) {
    if ((await root.send('POST', `${mount}/config`, config)).status < 300) return
    await sleep(20)
  }
  await root.must('POST', `${mount}/config`, config)
}

/** OpenBao has its audit devices from its configuration file; HashiCorp Vault takes them by its API only. */
async function enableAudit (root: VaultHttp): Promise<void> {
  for (const name of ['first', 'second']) {
    await root.must('POST', `sys/audit/${name}`, { type: 'file', options: { file_path: `${inside}/vault/audit/${name}.log` } })
  }
}

export interface NewVault {
  /** The state folder, where logins are left. */
  readonly dir: string
  readonly zones: readonly ZoneOptions[]
  readonly identities: readonly Identity[]
  readonly kind: VaultProgram['kind']
}

/** Everything that Rekey needs in a fresh Vault. The audit devices come first, so that all of it is on record. */
export async function setUpVault (root: VaultHttp, { dir, zones, identities, kind }: NewVault): Promise<void> {
  if (kind === 'vault') await enableAudit(root)
  const names = zones.map(zone => zone.name)
  await Promise.all([
    ...['rekey-shared', ...names.map(name => `rekey-${name}`)].map(async mount => await mountDocuments(root, mount)),
    root.must('POST', 'sys/mounts/transit', { type: 'transit' }).then(async () => await root.must('POST', 'transit/keys/rekey-passwords', { type: 'hmac', key_size: 32 })),
    root.must('POST', 'sys/auth/approle', { type: 'approle' }),
    root.must('POST', 'sys/auth/userpass', { type: 'userpass' })
  ])
  await setRights(root, zones, identities)
  await Promise.all([
    ...identities.map(async identity => await makeRole(root, dir, identity)),
    ...names.map(async name => await makePerson(root, `operator-${name}`, name, layout(dir).operatorPassword(name))),
    // A campaign wants two people.
    ...names.map(async name => await makePerson(root, `responder-${name}`, name, layout(dir).responderPassword(name)))
  ])
}
