import type { JournalSegment } from '@rekey/domain'

/** The journals of one zone's processes, or the API's, as far as they are in Vault. Every call may throw `vault/*`. */
export interface AuditLog {
  /** Undefined: the API's own. */
  readonly zone: string | undefined
  /** Names of journals. */
  journals (): Promise<string[]>
  /** Ascending. */
  segments (journal: string): Promise<JournalSegment[]>
  /** The lines of a part; none when it is gone. @throws RekeyError `vault/malformed` */
  lines (segment: JournalSegment): Promise<string[]>
  removeSegment (segment: JournalSegment): Promise<void>
}
