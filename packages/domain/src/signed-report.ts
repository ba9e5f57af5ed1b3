import { createHash } from 'node:crypto'
import { canonical } from './proposal.ts'

/** A report that Vault's key of the API has signed. Whoever has the public half needs nothing else to tell whether a word of it was changed. */
export interface SignedReport<Report extends object = object> {
  readonly report: Report
  /** The transit key's name. */
  readonly key: string
  /** As Vault gives it: `vault:v<version of the key>:<base64>`. */
  readonly signature: string
}

/** The bytes that are signed: unlike those of any head of a journal, which the same key signs. */
export function reportText (report: object): string {
  return ['rekey-campaign-report', '1', createHash('sha256').update(canonical(report)).digest('hex')].join('\n')
}
