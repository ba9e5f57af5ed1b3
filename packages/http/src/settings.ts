import { readFileSync } from 'node:fs'
import { namePattern, RekeyError, Secret } from '@rekey/domain'
import { envSchema } from 'env-schema'
import { Type, type Static, type TObject, type TProperties } from 'typebox'
import { openClientCertificate, type Certificate } from './certificate.ts'

/*
 * A service's settings are variables of its environment. An environment can be read in /proc and is inherited, so what is secret is in
 * files that they name. docs/deployment.md shows them to people.
 */

export const text = (description: string) => Type.String({ minLength: 1, description })
export const port = (more: { readonly default?: number, readonly description: string }) => Type.Integer({ minimum: 1, maximum: 65_535, ...more })

/** @param service that serves it, for people */
export const zoneSetting = (service: string) => ({
  REKEY_ZONE: Type.String({ pattern: namePattern('zone'), description: `the one zone that this ${service} serves` })
})

/** @param what is at that Vault, for people */
export const vaultSettings = (what: string) => ({
  REKEY_VAULT_ADDR: Type.String({ pattern: '^https://', description: `${what}, as https://host:port` }),
  REKEY_VAULT_CA_FILE: text('the CA of its certificate, as PEM'),
  REKEY_VAULT_ROLE_ID_FILE: text('role id of AppRole'),
  REKEY_VAULT_SECRET_ID_FILE: text('secret id of AppRole'),
  REKEY_VAULT_TLS_CERT_FILE: Type.Optional(text('the certificate that this process shows Vault, as PEM, read anew for each connection; left out: none')),
  REKEY_VAULT_TLS_KEY_FILE: Type.Optional(text('its private key, as PEM'))
})

export const redisSettings = {
  REKEY_REDIS_HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'name or address of Redis' }),
  REKEY_REDIS_PORT: port({ default: 6379, description: 'port of Redis' }),
  REKEY_REDIS_USER: text('user of Redis\'s ACL'),
  REKEY_REDIS_PASSWORD_FILE: text('its password'),
  REKEY_REDIS_CA_FILE: Type.Optional(text('the CA of Redis\'s certificate, as PEM; left out: plain TCP')),
  REKEY_REDIS_TLS_CERT_FILE: Type.Optional(text('the certificate that this process shows Redis, as PEM, read anew for each connection; left out: none')),
  REKEY_REDIS_TLS_KEY_FILE: Type.Optional(text('its private key, as PEM'))
}

/** @param people of whom the tokens are, for people @param more what else has to be said */
export const identitySettings = (people: string, more = '') => ({
  REKEY_IDENTITY_AUDIENCE: Type.Optional(text(`client id of the role by which Vault signs identity tokens of ${people}; left out: none is taken${more}`)),
  REKEY_IDENTITY_ISSUER: Type.Optional(text('who they say has signed them, to the letter; left out: `REKEY_VAULT_ADDR` with `/v1/identity/oidc`'))
})

export const metricsSettings = {
  REKEY_METRICS_LISTEN: Type.Optional(text('where metrics and health are told by plain HTTP, as 127.0.0.1:9464; left out: nowhere'))
}

export const clockSettings = {
  REKEY_CLOCK_AHEAD_SECONDS: Type.Integer({ minimum: 0, maximum: 366 * 86_400, default: 0, description: 'for demonstrations: how far the clock of this process runs ahead; refused where Vault is on another machine' })
}

export const logSettings = {
  REKEY_LOG_LEVEL: Type.String({ enum: ['debug', 'info', 'warn', 'error'], default: 'info', description: '`debug`, `info`, `warn` or `error`' })
}

/**
 * @param service whose settings they are, for people: `the worker`
 * @throws RekeyError `config/invalid`, naming each variable that is missing or can't be used
 */
export function readSettings<Settings extends TProperties> (schema: TObject<Settings>, env: NodeJS.ProcessEnv, service: string): Of<Settings> {
  try {
    return envSchema<Of<Settings>>({ schema, data: env, dotenv: false, env: false })
  } catch (error) {
    const { errors = [] } = error as { readonly errors?: readonly Fault[] }
    const says = errors.map((fault) => sayFault(fault, schema.properties)).join('; ')
    throw new RekeyError('config/invalid', `${service} can't start: ${says === '' ? 'its environment is malformed' : says}`)
  }
}

type Of<Settings extends TProperties> = Static<TObject<Settings>>

/** What Ajv finds wrong. */
interface Fault {
  readonly instancePath: string
  readonly message?: string
  readonly params: { readonly missingProperty?: string, readonly allowedValues?: readonly string[] }
}

function sayFault ({ instancePath, message = 'is malformed', params: { missingProperty, allowedValues } }: Fault, settings: TProperties): string {
  const variable = missingProperty ?? instancePath.slice(1)
  const { description } = settings[variable] as { readonly description?: string }
  const wrong = missingProperty !== undefined ? 'is not set' : allowedValues === undefined ? message : 'is none of them'
  return `${variable} (${description ?? ''}) ${wrong}`
}

/**
 * @param variable that names the file
 * @throws RekeyError `config/invalid`
 */
export function readText (file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `${variable} names ${file}, which can't be read: it must exist and belong to this process's user`)
  }
}

/** The same of a file that may be named. */
export function readTextIfNamed (file: string | undefined, variable: string): string | undefined {
  return file === undefined ? undefined : readText(file, variable)
}

/** How a service reaches Vault, but for the address: some have several. */
export interface VaultAccess {
  readonly caFile: string
  readonly certificate: Certificate | undefined
  readonly login: { readonly method: 'approle', readonly roleIdFile: string, readonly secretIdFile: string }
}

/** @throws RekeyError `config/invalid` */
export function vaultAccess (settings: Of<ReturnType<typeof vaultSettings>>): VaultAccess {
  const { REKEY_VAULT_CA_FILE: caFile, REKEY_VAULT_TLS_CERT_FILE: certFile, REKEY_VAULT_TLS_KEY_FILE: keyFile } = settings
  return {
    caFile,
    certificate: openClientCertificate({ ca: readText(caFile, 'REKEY_VAULT_CA_FILE'), certFile, keyFile }, 'REKEY_VAULT'),
    login: { method: 'approle', roleIdFile: settings.REKEY_VAULT_ROLE_ID_FILE, secretIdFile: settings.REKEY_VAULT_SECRET_ID_FILE }
  }
}

export interface RedisAccess {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: Secret
  readonly ca: string | undefined
  readonly certificate: Certificate | undefined
}

/** @throws RekeyError `config/invalid` */
export function redisAccess (settings: Of<typeof redisSettings>): RedisAccess {
  const ca = readTextIfNamed(settings.REKEY_REDIS_CA_FILE, 'REKEY_REDIS_CA_FILE')
  return {
    host: settings.REKEY_REDIS_HOST,
    port: settings.REKEY_REDIS_PORT,
    username: settings.REKEY_REDIS_USER,
    password: Secret.of(readText(settings.REKEY_REDIS_PASSWORD_FILE, 'REKEY_REDIS_PASSWORD_FILE').trim()),
    ca,
    certificate: openClientCertificate({ ca, certFile: settings.REKEY_REDIS_TLS_CERT_FILE, keyFile: settings.REKEY_REDIS_TLS_KEY_FILE }, 'REKEY_REDIS')
  }
}

/** Who people's identity tokens say has signed them: Vault, unless it is set. */
export function identityIssuer ({ REKEY_IDENTITY_ISSUER: issuer, REKEY_VAULT_ADDR: vault }: { readonly REKEY_IDENTITY_ISSUER?: string | undefined, readonly REKEY_VAULT_ADDR: string }): string {
  return issuer ?? `${new URL(vault).origin}/v1/identity/oidc`
}
