/* eslint-disable @typescript-eslint/require-await -- the archive is asynchronous, memory is not */
import { generateKeyPairSync, sign } from 'node:crypto'
import { auditKey, RekeyError, signedText } from '@rekey/domain'
import type { AuditEvidence, JournalHead, JournalSegment, SignedHead } from '@rekey/domain'
import type { JournalArchive } from '@rekey/audit'

/** Stands in for Vault: create-only documents, and an Ed25519 key that never leaves it. */
export class MemoryArchive implements JournalArchive {
  readonly kept: SignedHead[] = []
  readonly segments: Array<JournalSegment & { readonly lines: readonly string[] }> = []
  readonly #key = generateKeyPairSync('ed25519')
  readonly #name: string
  isAway = false

  constructor (zone?: string) {
    this.#name = auditKey(zone)
  }

  evidence (): AuditEvidence {
    const { x = '' } = this.#key.publicKey.export({ format: 'jwk' })
    return { exportedAt: '2026-03-01T12:00:00.000Z', keys: { [this.#name]: { 1: Buffer.from(x, 'base64url').toString('base64') } }, heads: this.kept }
  }

  async keepHead (head: JournalHead): Promise<void> {
    this.#reach()
    if (this.kept.some(({ journal, n }) => journal === head.journal && n === head.n)) return
    const unsigned = { ...head, at: new Date().toISOString() }
    this.kept.push({ ...unsigned, key: this.#name, signature: `vault:v1:${sign(null, Buffer.from(signedText(unsigned)), this.#key.privateKey).toString('base64')}` })
  }

  async highestHead (journal: string): Promise<SignedHead | undefined> {
    this.#reach()
    return this.kept.findLast((head) => head.journal === journal)
  }

  async keepSegment (segment: JournalSegment, lines: readonly string[]): Promise<void> {
    this.#reach()
    if (!this.segments.some(({ journal, to }) => journal === segment.journal && to === segment.to)) this.segments.push({ ...segment, lines })
  }

  async lastSegment (journal: string): Promise<JournalSegment | undefined> {
    this.#reach()
    return this.segments.findLast((segment) => segment.journal === journal)
  }

  #reach (): void {
    if (this.isAway) throw new RekeyError('vault/sealed', 'Vault is sealed: unseal it, and work goes on by itself')
  }
}
