import { auditKey, reportText } from '@rekey/domain'
import type { AuditKeys, SignedReport } from '@rekey/domain'
import { doubtAbout } from './signature.ts'

/** Why a report is not to be believed; undefined when the API's key has signed just that. It needs nothing but the keys. */
export function doubtOfReport ({ report, key, signature }: SignedReport, keys: AuditKeys): string | undefined {
  if (key !== auditKey()) return `it is signed by ${key}, which does not sign for the API`
  return doubtAbout({ key, signature }, reportText(report), keys)
}
