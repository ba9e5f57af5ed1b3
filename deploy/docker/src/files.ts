import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureAdminToken, ensureCertificates, layout, ownFolder, vaultFiles, writeOwned, writeRedisUsers } from '@rekey/local'
import { ports, type Plan } from './plan.ts'

/** The volumes as the jobs see them. Each service sees its own alone. */
export const state = '/state'
const paths = layout(state)

/** Who asks Redis whether it serves, in its own container: nobody of its users. */
const redisCheck = 'redis-check'

/** Everything that the servers and the services need before they start. What is there already stays, but for certificates that end. */
export async function writeFiles (plan: Plan): Promise<void> {
  for (const [folder, mode] of [[paths.tls, 0o700], [paths.secrets, 0o711], [join(state, 'audit'), 0o711], [join(state, 'hosts'), 0o711]] as const) await ownFolder(folder, 0, mode)
  // Where the job `rotate` mounts the hosts' volumes: it has this one read-only, so no engine could make the places then.
  for (const { name } of plan.zones) await ownFolder(join(state, 'hosts', name), 0, 0o711)
  const services = [
    { name: 'api', uid: plan.api.uid, listens: true },
    ...plan.zones.flatMap(({ name, uid, broker }) => [{ name: `worker-${name}`, uid, listens: false }, { name: `broker-${name}`, uid: broker.uid, listens: true }])
  ]
  for (const { name, uid } of services) {
    await ownFolder(paths.secretsOf(name), 0, 0o750, uid)
    await ownFolder(paths.audit(name), uid, 0o700)
  }
  await ownFolder(paths.secretsOf(redisCheck), 0, 0o700)
  await ensureCertificates(
    paths,
    [
      { name: 'vault', uid: 0, addresses: [plan.vault.address] },
      { name: 'redis', uid: 0, addresses: [plan.redis.address] },
      { name: 'api', uid: 0, addresses: [plan.api.address] },
      ...plan.zones.map(({ name, broker }) => ({ name: `broker-${name}`, uid: 0, addresses: [broker.address] }))
    ],
    [...services.map(({ name, uid }) => ({ service: name, uid })), { service: redisCheck, uid: 0 }]
  )
  for (const { name, uid, listens } of services) {
    await copyTls(paths.secretsOf(name), listens ? name : undefined, uid)
  }
  await ensureAdminToken(state, plan.api.uid)
  const zones = plan.zones.map(({ name, network }) => ({ name, allowedNetworks: [network] }))
  await writeOwned(join(paths.secretsOf('api'), 'zones.json'), JSON.stringify({ zones }, null, 2) + '\n', plan.api.uid, 0o400)
  await writeVault(plan)
  await writeRedis(plan)
  process.stdout.write('certificates, passwords and configurations are written\n')
}

/** The CA's certificate, and a server's own with its key. The CA's key stays where only root's jobs are. */
async function copyTls (folder: string, server: string | undefined, uid: number): Promise<void> {
  await writeOwned(join(folder, 'ca.pem'), await readFile(paths.ca, 'utf8'), uid, 0o400)
  if (server === undefined) return
  await writeOwned(join(folder, 'tls.pem'), await readFile(paths.certificate(server), 'utf8'), uid, 0o400)
  await writeOwned(join(folder, 'tls-key.pem'), await readFile(paths.certificateKey(server), 'utf8'), uid, 0o400)
}

async function writeVault ({ vault: { uid, address } }: Plan): Promise<void> {
  await ownFolder(paths.vault, 0, 0o750, uid)
  await ownFolder(paths.vaultData, uid, 0o700)
  await ownFolder(paths.vaultAudit, uid, 0o700)
  await copyTls(paths.vault, 'vault', uid)
  const template = await readFile(join(vaultFiles, 'bao.hcl'), 'utf8')
  await writeOwned(paths.vaultConfig, template
    .replaceAll('FOLDER/tls/vault-key.pem', '/run/rekey/tls-key.pem')
    .replaceAll('FOLDER/tls/vault.pem', '/run/rekey/tls.pem')
    .replaceAll('FOLDER/tls/ca.pem', '/run/rekey/ca.pem')
    .replaceAll('FOLDER/vault', '/run/rekey')
    .replaceAll('127.0.0.1', address)
    .replaceAll('CLUSTER', String(ports.vaultCluster))
    .replaceAll('SERVICES', String(ports.vaultServices))
    .replaceAll('PORT', String(ports.vault)), uid, 0o400)
}

async function writeRedis ({ redis: { uid }, api, zones }: Plan): Promise<void> {
  await ownFolder(paths.redis, 0, 0o750, uid)
  await ownFolder(paths.redisData, uid, 0o700)
  await copyTls(paths.redis, 'redis', uid)
  await writeOwned(join(paths.redis, 'client.pem'), await readFile(paths.clientCertificate(redisCheck), 'utf8'), uid, 0o400)
  await writeOwned(join(paths.redis, 'client-key.pem'), await readFile(paths.clientKey(redisCheck), 'utf8'), uid, 0o400)
  const keys = (zone: string): string => `rekey:visits-${zone}:*`
  await writeRedisUsers(state, uid, [
    { name: 'api', uid: api.uid, keys: zones.map(({ name }) => keys(name)) },
    ...zones.map(zone => ({ name: `worker-${zone.name}`, uid: zone.uid, keys: [keys(zone.name)] }))
  ])
}
