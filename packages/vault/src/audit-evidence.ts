import { isRekeyError } from '@rekey/domain'
import type { AuditEvidence } from '@rekey/domain'
import type { VaultClient } from './client.ts'
import { createJournalArchive } from './journal-archive.ts'
import type { JournalArchive } from './journal-archive.ts'

/**
 * Every signed head that a person may read in one zone, and the API's where they are in the same Vault, with the keys that check them.
 * @throws RekeyError `vault/*`
 */
export async function readAuditEvidence ({ client, zone, now = () => new Date() }: { readonly client: VaultClient, readonly zone: string, readonly now?: () => Date }): Promise<AuditEvidence> {
  const own = await evidenceOf(createJournalArchive({ client, zone }))
  const ofApi = await evidenceOf(createJournalArchive({ client })).catch((error: unknown) => {
    if (isRekeyError(error, 'vault/forbidden') || isRekeyError(error, 'config/invalid')) return { keys: {}, heads: [] }
    throw error
  })
  return { exportedAt: now().toISOString(), keys: { ...own.keys, ...ofApi.keys }, heads: [...own.heads, ...ofApi.heads] }
}

async function evidenceOf (archive: JournalArchive): Promise<Pick<AuditEvidence, 'keys' | 'heads'>> {
  const { name, versions } = await archive.publicKeys()
  const heads = []
  for (const journal of await archive.journals()) heads.push(...await archive.heads(journal))
  return { keys: { [name]: versions }, heads }
}
