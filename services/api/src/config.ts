import { auditSettings } from '@rekey/audit'
import { namePattern, RekeyError } from '@rekey/domain'
import { clockSettings, identitySettings, logSettings, metricsSettings, port, readText, redisSettings, text, vaultSettings } from '@rekey/http/settings'
import { tracingSettings } from '@rekey/tracing'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'

/** The environment of the API. */
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
  ...vaultSettings('Vault of the zones that name no other, and of `rekey-shared`'),
  ...identitySettings('people'),
  ...redisSettings,
  ...auditSettings,
  REKEY_AUDIT_DAYS: Type.Integer({ minimum: 1, maximum: 3650, default: 90, description: 'how long what was recorded can be seen over the API; the journals themselves stay' }),
  ...clockSettings,
  ...metricsSettings,
  ...tracingSettings,
  ...logSettings
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

/** @throws RekeyError `config/invalid` */
export function readZones (file: string): ZoneConfig[] {
  const zones = parseZones(readText(file, 'REKEY_ZONES_FILE'))
  const twice = zones.find(({ name }, index) => zones.findIndex(zone => zone.name === name) !== index)
  if (twice !== undefined) {
    throw new RekeyError('config/invalid', `REKEY_ZONES_FILE names ${twice.name} twice: a zone's mount, policies and queue have its name, and zones share none of them. Give one of the two another name`)
  }
  return zones
}

function parseZones (json: string): ZoneConfig[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new RekeyError('config/invalid', 'REKEY_ZONES_FILE is not JSON')
  }
  if (!Value.Check(ZonesFile, parsed)) {
    const [first] = Value.Errors(ZonesFile, parsed)
    throw new RekeyError('config/invalid', `REKEY_ZONES_FILE: ${first?.instancePath ?? ''} ${first?.message ?? 'is malformed'}; write it as {"zones":[{"name":"production","allowedNetworks":["10.20.0.0/16"]}]}`)
  }
  return parsed.zones
}
