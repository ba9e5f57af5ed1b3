import { auditSettings } from '@rekey/audit'
import { identitySettings, logSettings, metricsSettings, port, text, vaultSettings, zoneSetting } from '@rekey/http/settings'
import { Type, type Static } from 'typebox'

/** The environment of a broker. */
export const Environment = Type.Object({
  ...zoneSetting('broker'),
  REKEY_BROKER_HOST: Type.String({ default: '127.0.0.1', description: 'address to listen at' }),
  REKEY_BROKER_PORT: port({ description: 'port to listen at' }),
  REKEY_BROKER_TLS_CERT_FILE: text('the broker\'s certificate, with what lies between it and its CA, as PEM, read anew for each connection'),
  REKEY_BROKER_TLS_KEY_FILE: text('its private key, as PEM'),
  REKEY_BROKER_ISSUER_CA_FILE: Type.Optional(text('a further CA that the certificates of CI issuers are checked with, as PEM')),
  ...identitySettings('people for this broker', '. Not the API\'s'),
  REKEY_BROKER_REQUESTS_PER_SECOND: Type.Integer({ minimum: 1, default: 10, description: 'requests that one address may send a second in the long run' }),
  REKEY_BROKER_REQUEST_BURST: Type.Integer({ minimum: 1, default: 100, description: 'requests that one address may send at once' }),
  ...vaultSettings('Vault of this zone'),
  ...auditSettings,
  ...metricsSettings,
  ...logSettings
})
export type Environment = Static<typeof Environment>
