import type { HostTrust, LegacyAlgorithm, Secret, Via } from '@rekey/domain'

/** A host as the API's `POST /v1/hosts` takes it. */
export interface InventoryHost {
  readonly zone: string
  readonly id: string
  readonly address: string
  readonly port: number
  readonly labels: Readonly<Record<string, string>>
  readonly trust: HostTrust
  /** A credential of its jump host. */
  readonly via?: Via
  readonly legacyAlgorithms?: readonly LegacyAlgorithm[]
}

/** What opens an account of the host today. */
export interface InventoryCredential {
  readonly account: string
  /** Undefined: the account has one of this kind, which is then named after the kind. */
  readonly name: string | undefined
  readonly kind: 'ssh-key' | 'password'
  readonly secret: Secret
  /** The jump hosts that the inventory goes through, as it writes them. */
  readonly via: string | undefined
}

/** Where it stands: `line 12`, in YAML with the place in the document, `line 12, hosts[3].credentials[0]`. No text of the file. */
export type Source = string

export interface AcceptedRow {
  readonly source: Source
  readonly result: 'accepted'
  readonly host: InventoryHost
  /** Undefined: the inventory says how to reach the host, and not what opens it. */
  readonly credential: InventoryCredential | undefined
}

export interface RefusedRow {
  readonly source: Source
  readonly result: 'refused'
  /** What is wrong and the way out. Never a value of the file: it might be a secret in the wrong place. */
  readonly reason: string
  /** What the format calls the field that is wrong. */
  readonly field: string
  /** The host's id and the account, as far as they are known and well-formed names. */
  readonly host: string | undefined
  readonly account: string | undefined
}

export type Row = AcceptedRow | RefusedRow

/** Something that was left out and takes no row down with it. */
export interface Note {
  readonly source: Source
  readonly text: string
}

export interface ReadInventory {
  readonly rows: readonly Row[]
  readonly notes: readonly Note[]
}
