/** Where a journal ends, or ended at some time. */
export interface JournalHead {
  /** The journal's name: `<service>-<12 hex digits of the hash of its first line>`. */
  readonly journal: string
  /** How many entries it has: the number of the last one. */
  readonly n: number
  /** SHA-256 of the last line, in hex, without its line end. */
  readonly hash: string
}

/** A head as it is kept in Vault: nobody who holds the file alone can make another one. */
export interface SignedHead extends JournalHead {
  /** When it was signed, ISO 8601. */
  readonly at: string
  /** The transit key's name. */
  readonly key: string
  /** As Vault gives it: `vault:v<version of the key>:<base64>`. */
  readonly signature: string
}

/** Public halves of transit keys, by name and version: raw Ed25519, base64. */
export type AuditKeys = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What `rekey audit heads` writes: all that a verification needs besides the files. */
export interface AuditEvidence {
  readonly exportedAt: string
  readonly keys: AuditKeys
  readonly heads: readonly SignedHead[]
}

/** A part of a journal in Vault, as the process has written it there. */
export interface JournalSegment {
  readonly journal: string
  /** The number of its last entry. */
  readonly to: number
  /** When that was recorded, ISO 8601. */
  readonly until: string
}

/** The bytes that are signed. */
export function signedText ({ journal, n, hash, at }: Pick<SignedHead, 'journal' | 'n' | 'hash' | 'at'>): string {
  return ['rekey-audit-head', '1', journal, n, hash, at].join('\n')
}

const journalName = /^[a-z0-9][A-Za-z0-9._-]{0,80}-[0-9a-f]{12}$/

export function isJournalName (text: string): boolean {
  return journalName.test(text)
}

/** The key that signs heads of a zone's processes; without a zone, of the API. */
export function auditKey (zone?: string): string {
  return zone === undefined ? 'rekey-audit' : `rekey-audit-${zone}`
}
