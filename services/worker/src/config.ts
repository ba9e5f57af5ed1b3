import { auditSettings } from '@rekey/audit'
import { clockSettings, logSettings, metricsSettings, redisSettings, text, vaultSettings, zoneSetting } from '@rekey/http/settings'
import { tracingSettings } from '@rekey/tracing'
import { Type } from 'typebox'
import type { Static } from 'typebox'

const seconds = (fallback: number, description: string) => Type.Number({ minimum: 0.05, maximum: 86_400, default: fallback, description })

/** The environment of a zone's worker. */
export const Environment = Type.Object({
  ...zoneSetting('worker'),
  REKEY_ALLOWED_NETWORKS: text('networks that may be dialled, as 10.20.0.0/16,10.30.0.0/16'),
  ...vaultSettings('Vault of this zone'),
  ...redisSettings,
  REKEY_WEBHOOK_NETWORKS: Type.Optional(text('networks that webhooks may lie in, as 10.20.0.0/16; left out: none is told anything')),
  REKEY_WEBHOOK_CA_FILE: Type.Optional(text('the CA of their certificates, as PEM; left out: those that Node.js knows')),
  ...auditSettings,
  ...metricsSettings,
  ...tracingSettings,
  REKEY_HEARTBEAT_FILE: Type.Optional(text('touched at each look for due work that succeeded, for a health check')),
  ...logSettings,
  ...clockSettings,
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
export type Environment = Static<typeof Environment>
