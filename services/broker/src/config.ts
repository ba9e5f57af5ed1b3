import { readFileSync } from 'node:fs'
import { auditSettings } from '@rekey/audit'
import { checkName, RekeyError } from '@rekey/domain'
import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'

const text = (description: string) => Type.String({ minLength: 1, description })

/** The environment of a broker. Nothing secret is in it: secrets are files. docs/deployment.md shows it to people. */
export const Environment = Type.Object({
  REKEY_ZONE: text('the one zone that this broker serves'),
  REKEY_BROKER_HOST: Type.String({ default: '127.0.0.1', description: 'address to listen at' }),
  REKEY_BROKER_PORT: Type.Integer({ minimum: 1, maximum: 65_535, description: 'port to listen at' }),
  REKEY_BROKER_TLS_CERT_FILE: text('the broker\'s certificate, with what lies between it and its CA, as PEM, read anew for each connection'),
  REKEY_BROKER_TLS_KEY_FILE: text('its private key, as PEM'),
  REKEY_BROKER_ISSUER_CA_FILE: Type.Optional(text('a further CA that the certificates of CI issuers are checked with, as PEM')),
  REKEY_IDENTITY_AUDIENCE: Type.Optional(text('client id of the role by which Vault signs identity tokens of people for this broker; left out: none is taken. Not the API\'s')),
  REKEY_IDENTITY_ISSUER: Type.Optional(text('who they say has signed them, to the letter; left out: `REKEY_VAULT_ADDR` with `/v1/identity/oidc`')),
  REKEY_BROKER_REQUESTS_PER_SECOND: Type.Integer({ minimum: 1, default: 10, description: 'requests that one address may send a second in the long run' }),
  REKEY_BROKER_REQUEST_BURST: Type.Integer({ minimum: 1, default: 100, description: 'requests that one address may send at once' }),
  REKEY_VAULT_ADDR: Type.String({ pattern: '^https://', description: 'Vault of this zone, as https://host:port' }),
  REKEY_VAULT_CA_FILE: text('the CA of its certificate, as PEM'),
  REKEY_VAULT_ROLE_ID_FILE: text('role id of AppRole'),
  REKEY_VAULT_SECRET_ID_FILE: text('secret id of AppRole'),
  REKEY_VAULT_TLS_CERT_FILE: Type.Optional(text('the certificate that this process shows Vault, as PEM, read anew for each connection; left out: none')),
  REKEY_VAULT_TLS_KEY_FILE: Type.Optional(text('its private key, as PEM')),
  ...auditSettings,
  REKEY_METRICS_LISTEN: Type.Optional(text('where metrics and health are told by plain HTTP, as 127.0.0.1:9464; left out: nowhere')),
  REKEY_LOG_LEVEL: Type.String({ enum: ['debug', 'info', 'warn', 'error'], default: 'info', description: '`debug`, `info`, `warn` or `error`' })
})
export type Environment = Static<typeof Environment>

/** @throws RekeyError `config/invalid`, naming the variable */
export function readEnvironment (env: NodeJS.ProcessEnv): Environment {
  try {
    const environment = envSchema<Environment>({ schema: Environment, data: env, dotenv: false })
    checkName('zone', environment.REKEY_ZONE, 'REKEY_ZONE, the one zone that this broker serves,')
    return environment
  } catch (error) {
    throw new RekeyError('config/invalid', `the broker can't start: ${error instanceof Error ? error.message : 'unusable settings'}`)
  }
}

/** @throws RekeyError `config/invalid`, naming the variable that named the file */
export function readText (file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${variable} names a file that can't be read`)
  }
}
