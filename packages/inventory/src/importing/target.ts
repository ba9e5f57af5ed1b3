import type { CredentialKind, CredentialName, Secret } from '@rekey/domain'
import type { InventoryHost } from '../row.ts'

/** What is told of a host that is there. */
export interface KnownHost {
  readonly id: string
  readonly address: string
  readonly port: number
  /** Those that are pinned; empty with trust on first use. */
  readonly hostKeys: readonly string[]
  /** `host/account/name` of the credential that opens its jump host; null without one. */
  readonly via: string | null
  /** Its exceptions from modern algorithms. Absent: none. */
  readonly legacyAlgorithms?: readonly string[]
}

export interface KnownCredential {
  readonly host: string
  readonly account: string
  readonly name: string
  readonly status: string
}

/** What the target has in one zone, or why that zone takes nothing. */
export interface KnownZone {
  readonly hosts: ReadonlyMap<string, KnownHost>
  /** By `host/account/name`. */
  readonly credentials: ReadonlySet<string>
  readonly refused: string | undefined
}

/**
 * Where an import goes. Each call may throw a RekeyError: one that a change of the row could mend is about that row alone,
 * any other ends the import.
 */
export interface ImportTarget {
  /** @throws RekeyError `zone/unknown` */
  hosts (zone: string): Promise<KnownHost[]>
  credentials (zone: string): Promise<KnownCredential[]>
  createHost (host: InventoryHost, observe: boolean): Promise<void>
  /** @throws RekeyError `credential/exists` */
  adopt (credential: CredentialName, kind: CredentialKind, secret: Secret, observe: boolean): Promise<void>
}
