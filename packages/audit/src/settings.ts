import { Type } from 'typebox'
import type { Static, TObject } from 'typebox'

const seconds = (fallback: number, description: string) => Type.Number({ minimum: 0.05, maximum: 86_400, default: fallback, description })

/** A service's variables for its audit trail. docs/audit.md explains them. */
export const auditSettings = {
  REKEY_AUDIT_DIR: Type.String({ minLength: 1, description: 'folder of the audit journal, of this process alone' }),
  REKEY_AUDIT_SPARE_DIR: Type.Optional(Type.String({ minLength: 1, description: 'another one, on another disk: the journal goes on there when the first can\'t be written; left out: nothing is done then' })),
  REKEY_AUDIT_SINKS_FILE: Type.Optional(Type.String({ minLength: 1, description: 'where else what is recorded is sent, as JSON; left out: nowhere' })),
  REKEY_AUDIT_SHIP_SECONDS: seconds(5, 'between two parts of the journal that are taken to Vault'),
  REKEY_AUDIT_HEAD_SECONDS: seconds(60, 'between two ends of the journal that are signed')
}

export type AuditSettings = Static<TObject<typeof auditSettings>>
