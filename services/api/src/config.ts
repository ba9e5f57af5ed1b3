import { readFileSync } from 'node:fs'
import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { auditSettings } from '@rekey/audit'
import { namePattern, RekeyError } from '@rekey/domain'
import { tracingSettings } from '@rekey/tracing'

const port = (more: { default?: number, description: string }) => Type.Integer({ minimum: 1, maximum: 65535, ...more })
const text = (description: string) => Type.String({ minLength: 1, description })

/** The environment of the service. Nothing secret is in it: secrets are files. docs/deployment.md shows it to people. */
export const Environment = Type.Object({
  REKEY_API_HOST: Type.String({ default: '127.0.0.1', description: 'address to listen at' }),
  REKEY_API_PORT: port({ description: 'port to listen at' }),
  REKEY_API_TLS_CERT_FILE: text('the API\'s certificate, with what lies between it and its CA, as PEM, read anew for each connection'),
  REKEY_API_TLS_KEY_FILE: text('its private key, as PEM'),
  REKEY_API_TOKEN_HASH_FILE: text('hex SHA-256 of the admin token, a space, and when it ends, as 2026-06-01T00:00:00Z; read anew each second'),
  REKEY_API_REQUESTS_PER_SECOND: Type.Integer({ minimum: 1, default: 200, description: 'requests that one token may send a second in the long run, in each process' }),
  REKEY_API_REQUEST_BURST: Type.Integer({ minimum: 1, default: 1000, description: 'requests that one token may send at once' }),
  REKEY_API_ADDRESS_REQUESTS_PER_SECOND: Type.Integer({ minimum: 1, default: 10, description: 'requests without a valid token that one address may send a second in the long run' }),
  REKEY_API_ADDRESS_REQUEST_BURST: Type.Integer({ minimum: 1, default: 100, description: 'requests without a valid token that one address may send at once' }),
  REKEY_ZONES_FILE: text('the zones, as JSON'),
  REKEY_VAULT_ADDR: Type.String({ pattern: '^https://', description: 'of the zones that name no other, and of `rekey-shared`, as https://host:port' }),
  REKEY_VAULT_CA_FILE: text('the CA of Vault\'s certificate, as PEM'),
  REKEY_VAULT_ROLE_ID_FILE: text('role id of AppRole'),
  REKEY_VAULT_SECRET_ID_FILE: text('secret id of AppRole'),
  REKEY_VAULT_TLS_CERT_FILE: Type.Optional(text('the certificate that this process shows Vault, as PEM, read anew for each connection; left out: none')),
  REKEY_VAULT_TLS_KEY_FILE: Type.Optional(text('its private key, as PEM')),
  REKEY_IDENTITY_AUDIENCE: Type.Optional(text('client id of the role by which Vault signs identity tokens of people; left out: none is taken')),
  REKEY_IDENTITY_ISSUER: Type.Optional(text('who they say has signed them, to the letter; left out: `REKEY_VAULT_ADDR` with `/v1/identity/oidc`')),
  REKEY_REDIS_HOST: text('name or address of Redis'),
  REKEY_REDIS_PORT: port({ description: 'port of Redis' }),
  REKEY_REDIS_USER: text('user of Redis\'s ACL'),
  REKEY_REDIS_PASSWORD_FILE: text('its password'),
  REKEY_REDIS_CA_FILE: Type.Optional(text('the CA of Redis\'s certificate, as PEM; left out: plain TCP')),
  REKEY_REDIS_TLS_CERT_FILE: Type.Optional(text('the certificate that this process shows Redis, as PEM, read anew for each connection; left out: none')),
  REKEY_REDIS_TLS_KEY_FILE: Type.Optional(text('its private key, as PEM')),
  ...auditSettings,
  REKEY_AUDIT_DAYS: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'how long what was recorded can be seen over the API; the journals themselves stay' }),
  REKEY_CLOCK_AHEAD_SECONDS: Type.Integer({ minimum: 0, maximum: 366 * 86_400, default: 0, description: 'for demonstrations: how far the clock of this process runs ahead; refused where Vault is on another machine' }),
  REKEY_METRICS_LISTEN: Type.Optional(text('where metrics and health are told by plain HTTP, as 127.0.0.1:9464; left out: nowhere')),
  ...tracingSettings,
  REKEY_LOG_LEVEL: Type.String({ enum: ['debug', 'info', 'warn', 'error'], default: 'info', description: '`debug`, `info`, `warn` or `error`' })
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
  const twice = zones.find(({ name }, index) => zones.findIndex(zone => zone.name === name) !== index)
  if (twice !== undefined) {
    throw new RekeyError('config/invalid', `REKEY_ZONES_FILE names ${twice.name} twice: a zone's mount, policies and queue have its name, and zones share none of them. Give one of the two another name`)
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

/** @throws RekeyError `config/invalid`, naming the variable that named the file */
export function readText (file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${variable} names a file that can't be read`)
  }
}
