import type { LegacyAlgorithm, Secret } from '@rekey/domain'
import type { Refusal } from './refusal.ts'
import type { Source } from './row.ts'

/** What the format calls the fields of a host: a refusal names the one that a person finds in the file. */
export interface FieldNames {
  readonly zone: string
  readonly id: string
  readonly address: string
  readonly port: string
  readonly labels: string
  readonly account: string
  readonly name: string
}

export interface ProposedCredential {
  readonly source: Source
  readonly account: string | undefined
  readonly name: string | undefined
  readonly kind: 'ssh-key' | 'password'
  /** The secret itself, or the file that holds it. */
  readonly secret: Secret | { readonly file: string }
  /** What the format calls the secret or its file. */
  readonly field: string
  readonly via: string | undefined
}

export interface RefusedCredential {
  readonly source: Source
  readonly account: string | undefined
  readonly refused: Refusal
}

/** A host as a format found it. Nothing of it is checked yet; that is done in one place for all formats (`judge.ts`). */
export interface Proposal {
  readonly source: Source
  /** Undefined: as the reader of the inventory chose. */
  readonly zone: string | undefined
  readonly id: string
  readonly groups: readonly string[]
  readonly address: string
  readonly port: number
  readonly labels: Readonly<Record<string, string>>
  readonly legacyAlgorithms?: readonly LegacyAlgorithm[]
  /** Undefined: known_hosts tells. */
  readonly hostKeys: readonly string[] | undefined
  readonly firstUse: boolean
  /** Under which name known_hosts has it, when that isn't its address and port (`HostKeyAlias`). */
  readonly knownAs: string | undefined
  readonly credentials: ReadonlyArray<ProposedCredential | RefusedCredential>
  readonly fields: FieldNames
}

/** A host that can't even be proposed. */
export interface RefusedProposal {
  readonly source: Source
  readonly id: string | undefined
  readonly refused: Refusal
}
