import { readFileSync } from 'node:fs'
import { auditSettings } from '@rekey/audit'
import { RekeyError, Secret, checkName } from '@rekey/domain'
import { tracingSettings } from '@rekey/tracing'
import envSchema from 'env-schema'
import { Type } from 'typebox'
import type { Static } from 'typebox'

const seconds = (fallback: number, description: string) => Type.Number({ minimum: 0.05, maximum: 86_400, default: fallback, description })

/** The worker's environment. Secrets are files: an environment can be read in /proc and is inherited. */
export const configSchema = Type.Object({
  REKEY_ZONE: Type.String({ description: 'the one zone that this worker serves' }),
  REKEY_ALLOWED_NETWORKS: Type.String({ description: 'networks that may be dialled, as 10.20.0.0/16,10.30.0.0/16' }),
  REKEY_VAULT_ADDR: Type.String({ description: 'Vault of this zone, as https://host:port' }),
  REKEY_VAULT_CA_FILE: Type.String({ description: 'the CA of its certificate, as PEM' }),
  REKEY_VAULT_ROLE_ID_FILE: Type.String({ description: 'role id of AppRole' }),
  REKEY_VAULT_SECRET_ID_FILE: Type.String({ description: 'secret id of AppRole' }),
  REKEY_VAULT_TLS_CERT_FILE: Type.Optional(Type.String({ minLength: 1, description: 'the certificate that this process shows Vault, as PEM, read anew for each connection; left out: none' })),
  REKEY_VAULT_TLS_KEY_FILE: Type.Optional(Type.String({ minLength: 1, description: 'its private key, as PEM' })),
  REKEY_REDIS_HOST: Type.String({ default: '127.0.0.1', description: 'name or address of Redis' }),
  REKEY_REDIS_PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 6379, description: 'port of Redis' }),
  REKEY_REDIS_USER: Type.String({ description: 'user of Redis\'s ACL' }),
  REKEY_REDIS_PASSWORD_FILE: Type.String({ description: 'its password' }),
  REKEY_REDIS_CA_FILE: Type.Optional(Type.String({ minLength: 1, description: 'the CA of Redis\'s certificate, as PEM; left out: plain TCP' })),
  REKEY_REDIS_TLS_CERT_FILE: Type.Optional(Type.String({ minLength: 1, description: 'the certificate that this process shows Redis, as PEM, read anew for each connection; left out: none' })),
  REKEY_REDIS_TLS_KEY_FILE: Type.Optional(Type.String({ minLength: 1, description: 'its private key, as PEM' })),
  REKEY_WEBHOOK_NETWORKS: Type.Optional(Type.String({ minLength: 1, description: 'networks that webhooks may lie in, as 10.20.0.0/16; left out: none is told anything' })),
  REKEY_WEBHOOK_CA_FILE: Type.Optional(Type.String({ minLength: 1, description: 'the CA of their certificates, as PEM; left out: those that Node.js knows' })),
  ...auditSettings,
  REKEY_METRICS_LISTEN: Type.Optional(Type.String({ minLength: 1, description: 'where metrics and health are told by plain HTTP, as 127.0.0.1:9464; left out: nowhere' })),
  ...tracingSettings,
  REKEY_HEARTBEAT_FILE: Type.Optional(Type.String({ minLength: 1, description: 'touched at each look for due work that succeeded, for a health check' })),
  REKEY_LOG_LEVEL: Type.Union(['trace', 'debug', 'info', 'warn', 'error'].map((level) => Type.Literal(level)), { default: 'info', description: '`trace`, `debug`, `info`, `warn` or `error`' }),
  REKEY_CLOCK_AHEAD_SECONDS: Type.Integer({ minimum: 0, maximum: 366 * 86_400, default: 0, description: 'for demonstrations: how far the clock of this process runs ahead; refused where Vault is on another machine' }),
  REKEY_VISITS: Type.Integer({ minimum: 1, maximum: 256, default: 16, description: 'hosts visited at the same time' }),
  REKEY_WAITING_VISITS: Type.Integer({ minimum: 0, maximum: 1024, default: 48, description: 'further hosts visited while these wait for a host that refuses a password slowly' }),
  REKEY_SCAN_SECONDS: seconds(2, 'between two looks for what is due'),
  REKEY_FULL_SCAN_SECONDS: seconds(60, 'between two readings of every document'),
  REKEY_LEASES_KEPT_DAYS: Type.Integer({ minimum: 2, maximum: 3660, default: 30, description: 'how long documents of leases are kept after their end' }),
  REKEY_LOCK_SECONDS: seconds(10, 'how long a visit may go on without renewing its lease'),
  REKEY_STEP_SECONDS: seconds(20, 'deadline of one step on a host'),
  REKEY_VISIT_SECONDS: seconds(120, 'deadline of one visit'),
  REKEY_PATIENCE_SECONDS: seconds(30, 'how long a due host may be passed over by the queue before that is an alarm'),
  REKEY_BACKOFF_SECONDS: seconds(5, 'wait after a first failure, doubled by each further one'),
  REKEY_BACKOFF_MOST_SECONDS: seconds(300, 'longest wait between two attempts')
})

export type Config = Static<typeof configSchema>

/** @throws RekeyError `config/invalid`, naming the setting */
export function readConfig (env: NodeJS.ProcessEnv): Config {
  try {
    const config = envSchema<Config>({ schema: configSchema, data: env, dotenv: false, env: false })
    checkName('zone', config.REKEY_ZONE, 'REKEY_ZONE, the one zone that this worker serves,')
    return config
  } catch (error) {
    throw new RekeyError('config/invalid', `the worker can't start: ${error instanceof Error ? error.message : 'unusable settings'}`)
  }
}

/** @throws RekeyError `config/invalid` */
export function readSecretFile (path: string): Secret {
  return Secret.of(readText(path).trimEnd())
}

/** @throws RekeyError `config/invalid` */
export function readText (path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new RekeyError('config/invalid', `can't read ${path}: it must exist and belong to this process's user`)
  }
}
