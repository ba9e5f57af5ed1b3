import { readFileSync } from 'node:fs'
import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { namePattern, RekeyError } from '@rekey/domain'

const Port = Type.Integer({ minimum: 1, maximum: 65535 })
const File = Type.String({ minLength: 1 })

/** The environment of the service. Nothing secret is in it: secrets are files. */
const Environment = Type.Object({
  REKEY_API_HOST: Type.String({ default: '127.0.0.1' }),
  REKEY_API_PORT: Port,
  REKEY_API_TLS_CERT_FILE: File,
  REKEY_API_TLS_KEY_FILE: File,
  REKEY_API_TOKEN_HASH_FILE: File,
  REKEY_API_REQUESTS_PER_SECOND: Type.Integer({ minimum: 1, default: 200 }),
  REKEY_API_REQUEST_BURST: Type.Integer({ minimum: 1, default: 1000 }),
  REKEY_ZONES_FILE: File,
  REKEY_VAULT_ADDR: Type.String({ pattern: '^https://' }),
  REKEY_VAULT_CA_FILE: File,
  REKEY_VAULT_ROLE_ID_FILE: File,
  REKEY_VAULT_SECRET_ID_FILE: File,
  REKEY_REDIS_HOST: Type.String({ minLength: 1 }),
  REKEY_REDIS_PORT: Port,
  REKEY_REDIS_USER: Type.String({ minLength: 1 }),
  REKEY_REDIS_PASSWORD_FILE: File,
  REKEY_REDIS_CA_FILE: Type.Optional(File),
  REKEY_AUDIT_DIR: Type.String({ minLength: 1 }),
  REKEY_METRICS_LISTEN: Type.Optional(Type.String({ minLength: 1 })),
  REKEY_LOG_LEVEL: Type.String({ enum: ['debug', 'info', 'warn', 'error'], default: 'info' })
})
export type Environment = Static<typeof Environment>

const ZonesFile = Type.Object({
  zones: Type.Array(Type.Object({
    name: Type.String({ pattern: namePattern('zone') }),
    allowedNetworks: Type.Array(Type.String(), { minItems: 1 }),
    vaultAddr: Type.Optional(Type.String({ pattern: '^https://' }))
  }, { additionalProperties: false }), { minItems: 1 })
}, { additionalProperties: false })
export type ZoneConfig = Static<typeof ZonesFile>['zones'][number]

/** @throws RekeyError `config/invalid`, naming the variable */
export function readEnvironment (env: NodeJS.ProcessEnv): Environment {
  try {
    return envSchema<Environment>({ schema: Environment, data: env, dotenv: false })
  } catch (error) {
    throw new RekeyError('config/invalid', `the environment is not usable: ${error instanceof Error ? error.message : 'malformed'}`)
  }
}

/** @throws RekeyError `config/invalid` */
export function readZones (file: string): ZoneConfig[] {
  const zones = parseZones(readText(file, 'REKEY_ZONES_FILE'))
  if (new Set(zones.map(zone => zone.name)).size !== zones.length) {
    throw new RekeyError('config/invalid', 'REKEY_ZONES_FILE names a zone twice')
  }
  return zones
}

function parseZones (text: string): ZoneConfig[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new RekeyError('config/invalid', 'REKEY_ZONES_FILE is not JSON')
  }
  if (!Value.Check(ZonesFile, parsed)) {
    const [first] = Value.Errors(ZonesFile, parsed)
    throw new RekeyError('config/invalid', `REKEY_ZONES_FILE: ${first?.instancePath ?? ''} ${first?.message ?? 'is malformed'}; write it as {"zones":[{"name":"production","allowedNetworks":["10.20.0.0/16"]}]}`)
  }
  return parsed.zones
}

/** The SHA-256 of the admin token. @returns 64 hex digits @throws RekeyError `config/invalid` */
export function readTokenHash (file: string): string {
  const hash = readText(file, 'REKEY_API_TOKEN_HASH_FILE').trim().toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new RekeyError('config/invalid', 'REKEY_API_TOKEN_HASH_FILE does not hold a hex SHA-256')
  return hash
}

/** @throws RekeyError `config/invalid`, naming the variable that named the file */
export function readText (file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${variable} names a file that can't be read`)
  }
}
