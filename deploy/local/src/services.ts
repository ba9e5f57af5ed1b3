import { createHash, randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { exists, ownFolder, writeOwned } from './files.ts'
import { inside, layout } from './layout.ts'
import { identityAudience, leaseAudience } from './people.ts'
import type { StackRecord } from './record.ts'

const seen = layout(inside)

const days = 24 * 60 * 60 * 1000
const tokenLifetime = 90 * days
const renewBefore = 30 * days

/** Makes the API's admin token where there is none, or one that ends within 30 days. The API itself gets its hash only, and when it ends: 90 days later. */
export async function ensureAdminToken (dir: string, apiUid: number): Promise<void> {
  const paths = layout(dir)
  const ends = await exists(paths.adminToken) && await exists(paths.adminTokenHash) ? (await readFile(paths.adminTokenHash, 'utf8')).split(' ')[1] : undefined
  if (ends !== undefined && Date.parse(ends) - Date.now() > renewBefore) return
  const token = randomBytes(32).toString('base64url')
  await writeOwned(paths.adminToken, token, 0, 0o600)
  await writeOwned(paths.adminTokenHash, `${createHash('sha256').update(token).digest('hex')} ${new Date(Date.now() + tokenLifetime).toISOString()}`, apiUid, 0o400)
}

export async function writeZones (record: StackRecord): Promise<void> {
  const paths = layout(record.dir)
  await ownFolder(layout(record.dir).zones.replace(/\/[^/]*$/, ''), 0, 0o755)
  const zones = record.zones.map(({ name, allowedNetworks }) => ({ name, allowedNetworks }))
  await writeOwned(paths.zones, JSON.stringify({ zones }, null, 2) + '\n', 0, 0o644)
}

/**
 * The environment of one instance of a service: where things are, and no secret.
 * Settings of the stack and of the call come last; a worker takes none of the API's and the other way round.
 */
export function serviceEnv (record: StackRecord, service: string, instance: string, settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = service === 'api'
    ? {
        REKEY_API_HOST: '127.0.0.1',
        REKEY_API_PORT: String(record.ports.api),
        REKEY_API_TLS_CERT_FILE: seen.certificate('api'),
        REKEY_API_TLS_KEY_FILE: seen.certificateKey('api'),
        REKEY_API_TOKEN_HASH_FILE: seen.adminTokenHash,
        REKEY_ZONES_FILE: seen.zones,
        REKEY_IDENTITY_AUDIENCE: identityAudience
      }
    : zoneEnv(record, service)
  return {
    NODE_ENV: 'production',
    REKEY_VAULT_ADDR: record.vault.servicesAddress,
    REKEY_VAULT_CA_FILE: seen.ca,
    REKEY_VAULT_TLS_CERT_FILE: seen.clientCertificate(service),
    REKEY_VAULT_TLS_KEY_FILE: seen.clientKey(service),
    REKEY_IDENTITY_ISSUER: `${record.vault.address}/v1/identity/oidc`,
    REKEY_VAULT_ROLE_ID_FILE: seen.roleId(service),
    REKEY_VAULT_SECRET_ID_FILE: seen.secretId(service),
    REKEY_REDIS_HOST: record.redis.host,
    REKEY_REDIS_PORT: String(record.redis.port),
    REKEY_REDIS_USER: service,
    REKEY_REDIS_PASSWORD_FILE: seen.redisPassword(service),
    REKEY_REDIS_CA_FILE: seen.ca,
    REKEY_REDIS_TLS_CERT_FILE: seen.clientCertificate(service),
    REKEY_REDIS_TLS_KEY_FILE: seen.clientKey(service),
    REKEY_AUDIT_DIR: seen.audit(instance),
    REKEY_LOG_LEVEL: 'info',
    ...own,
    ...record.settings,
    ...settings
  }
}

function zoneEnv ({ zones, ports }: StackRecord, service: string): Record<string, string> {
  const index = zones.findIndex(({ name }) => service.endsWith(`-${name}`) && service.length === kindOf(service).length + 1 + name.length)
  const zone = zones[index]
  if (zone === undefined) return {}
  if (kindOf(service) === 'worker') return { REKEY_ZONE: zone.name, REKEY_ALLOWED_NETWORKS: zone.allowedNetworks.join(',') }
  return {
    REKEY_ZONE: zone.name,
    REKEY_IDENTITY_AUDIENCE: leaseAudience(zone.name),
    REKEY_BROKER_PORT: String(ports.brokers[index]),
    REKEY_BROKER_TLS_CERT_FILE: seen.certificate(service),
    REKEY_BROKER_TLS_KEY_FILE: seen.certificateKey(service),
    REKEY_BROKER_ISSUER_CA_FILE: seen.ca
  }
}

/** Of `worker-production`, `worker`. */
export function kindOf (service: string): 'api' | 'worker' | 'broker' {
  return service === 'api' ? 'api' : service.startsWith('broker-') ? 'broker' : 'worker'
}

export function entryPoint (service: string): string {
  return `${seen.app}/${kindOf(service)}.js`
}

/** Whether a service that listens answers that it is ready. */
export async function isReady (url: string, ca: string): Promise<boolean> {
  return await new Promise(resolve => {
    const call = request(`${url}/health/ready`, { ca, timeout: 5000, agent: false }, response => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(false))
    call.end()
  })
}

/** Whether a worker has said that it is ready, in what its log holds from byte `from` on. */
export async function saidReady (logFile: string, from: number): Promise<boolean> {
  if (!await exists(logFile)) return false
  const handle = await open(logFile)
  try {
    const { size } = await handle.stat()
    if (size <= from) return false
    const { buffer } = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
    return /"event":\s*"ready"/.test(buffer.toString('utf8'))
  } finally {
    await handle.close()
  }
}
