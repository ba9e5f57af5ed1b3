import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startStack, stateRoot } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { writeOwned } from '../../deploy/local/src/files.ts'
import { inside, layout } from '../../deploy/local/src/layout.ts'
import { quick } from '../faults/harness/system.ts'
import { freePort } from './free-port.ts'

/** Set-ups that no service may start with, most of them where two zones share what each has to have for itself: real processes, at a real Vault, which have to end at once and say what to do. */
const dir = join(stateRoot, `test-zones-share-${process.pid}`)
const paths = layout(dir)
const seen = layout(inside)
const zone = 'production'
const other = 'backup'
let stack: Stack
let instances = 0

/** AppRoles as a careless set-up makes them. The policy `handmade` is none of ours by its name. */
const roles = [
  { service: `worker-${zone}`, role: 'shares-a-policy', policies: [`rekey-worker-${zone}`, `rekey-worker-${other}`] },
  { service: `broker-${zone}`, role: 'shares-a-policy', policies: [`rekey-broker-${zone}`, `rekey-broker-${other}`] },
  { service: 'api', role: 'shares-a-policy', policies: ['rekey-api', `rekey-api-${zone}`, `rekey-worker-${zone}`] },
  { service: `worker-${zone}`, role: 'shares-a-mount', policies: [`rekey-worker-${zone}`, 'handmade'] },
  { service: `broker-${zone}`, role: 'shares-a-mount', policies: [`rekey-broker-${zone}`, 'handmade'] }
] as const

beforeAll(async () => {
  stack = await startStack({ dir, services: false, settings: quick, zones: [zone, other].map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  await stack.asRoot(async (root) => {
    // Everybody is shown that it exists, as an administrator may want it: that alone is no share of it.
    await root.must('POST', `sys/mounts/rekey-${other}/tune`, { listing_visibility: 'unauth' })
    await root.must('PUT', 'sys/policies/acl/handmade', { policy: `path "rekey-${other}/data/states/+/+/+" {\n  capabilities = ["read"]\n}` })
    for (const { service, role, policies } of roles) {
      const path = `auth/approle/role/${service}-${role}`
      await root.must('POST', path, { token_policies: policies, token_no_default_policy: true, token_ttl: '1h' })
      const { role_id: roleId } = (await root.must('GET', `${path}/role-id`))['data'] as { role_id: string }
      const { secret_id: secretId } = (await root.must('POST', `${path}/secret-id`, {}))['data'] as { secret_id: string }
      const { uid } = await stat(paths.roleId(service))
      await writeOwned(`${paths.roleId(service)}-${role}`, roleId, uid, 0o400)
      await writeOwned(`${paths.secretId(service)}-${role}`, secretId, uid, 0o400)
    }
  })
})

afterAll(async () => {
  await stack.stop()
  await rm(dir, { recursive: true, force: true })
})

/** The settings by which a service logs in with a role that is not its own. */
const by = (service: string, role: string) => ({ REKEY_VAULT_ROLE_ID_FILE: `${seen.roleId(service)}-${role}`, REKEY_VAULT_SECRET_ID_FILE: `${seen.secretId(service)}-${role}` })

/** What a service says last. It has to end by itself, so that whoever looks after it sees that it does not run. */
async function refusal (service: string, settings: Readonly<Record<string, string>>): Promise<unknown> {
  const as = `${service}-${instances += 1}`
  const port = service === 'api' ? { REKEY_API_PORT: String(await freePort()) } : {}
  await expect(stack.startService(service, { ...port, ...settings }, as)).rejects.toThrow('ended at once')
  return JSON.parse((await readFile(paths.log(as), 'utf8')).trimEnd().split('\n').at(-1) ?? '')
}

const refused = (...says: readonly string[]): unknown => expect.objectContaining({ event: 'start-failed', code: 'config/invalid', msg: expect.stringMatching(new RegExp(says.join('.*'))) as unknown })

test.each(['worker', 'broker'])('a %s with the role, the policies and the mount of its own zone starts', async (kind) => {
  const process = await stack.startService(`${kind}-${zone}`)
  process.kill('SIGTERM')
  await process.exited
})

test.each(roles.filter(({ role }) => role === 'shares-a-policy'))('$service does not start with a policy that it shares with another zone or service', async ({ service, role, policies }) => {
  expect(await refusal(service, by(service, role))).toEqual(refused(`holds ${policies.at(-1) ?? ''}`, 'must share no policy and no AppRole', 'Give it a role of its own'))
})

test.each(roles.filter(({ role }) => role === 'shares-a-mount'))('$service does not start with a mount that it shares with another zone, whatever the policy is called', async ({ service, role }) => {
  expect(await refusal(service, by(service, role))).toEqual(refused(`reaches rekey-${other}, `, 'must share no mount', 'Take it out of the policies', 'handmade'))
})

test('the API does not start with two zones of one name, which would share the mount, also where each has a Vault of its own', async () => {
  const allowedNetworks = ['127.1.0.0/16']
  await writeFile(join(dir, 'api', 'twice.json'), JSON.stringify({ zones: [{ name: zone, allowedNetworks }, { name: zone, allowedNetworks, vaultAddr: 'https://vault.example:8200' }] }))
  expect(await refusal('api', { REKEY_ZONES_FILE: join(inside, 'api', 'twice.json') })).toEqual(refused(`names ${zone} twice`, 'mount', 'another name'))
})

test.each(['worker', 'broker'])('a %s does not start with the AppRole of another zone', async (kind) => {
  const service = `${kind}-${zone}`
  const { uid } = await stat(paths.roleId(service))
  for (const fileOf of [paths.roleId, paths.secretId]) await writeOwned(`${fileOf(service)}-of-${other}`, await readFile(fileOf(`${kind}-${other}`), 'utf8'), uid, 0o400)
  expect(await refusal(service, by(service, `of-${other}`))).toEqual(refused(`holds rekey-${kind}-${other}`, 'must share no policy and no AppRole', 'Give it a role of its own'))
})

test('a worker does not start for two zones, nor for another one than its AppRole is for', async () => {
  expect(await refusal(`worker-${zone}`, { REKEY_ZONE: `${zone},${other}` })).toEqual(refused('REKEY_ZONE', 'one zone'))
  expect(await refusal(`worker-${zone}`, { REKEY_ZONE: other })).toEqual(refused(`of the worker of ${other} holds rekey-worker-${zone}`, 'Give it a role of its own'))
})

test('a worker does not start where one of its own servers has no address that could be kept from hosts', async () => {
  expect(await refusal(`worker-${zone}`, { REKEY_REDIS_HOST: 'redis.invalid' })).toEqual(refused('REKEY_REDIS_HOST names redis.invalid', 'no address'))
})
