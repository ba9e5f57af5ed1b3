import { auditKey, signedText } from '@rekey/domain'
import type { JournalHead, JournalSegment, SignedHead } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { auditFolder, decodeHead, decodeSegment, encodeHead, encodeSegment, headPath, headsIn, journalsIn, segmentPath, segmentsIn } from './documents/audit.ts'
import { sharedMount, zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { sign } from './sign.ts'

/**
 * The audit journals of one zone's processes, or the API's, as far as they are in Vault: numbered heads, signed by transit, and the
 * journals' parts. Each is created once and never changed. What of it one may do, the policies say.
 */
export interface JournalArchive {
  keepHead (head: JournalHead): Promise<void>
  highestHead (journal: string): Promise<SignedHead | undefined>
  /** Ascending. */
  heads (journal: string): Promise<SignedHead[]>
  keepSegment (segment: JournalSegment, lines: readonly string[]): Promise<void>
  lastSegment (journal: string): Promise<JournalSegment | undefined>
  journals (): Promise<string[]>
  /** Ascending. */
  segments (journal: string): Promise<JournalSegment[]>
  /** The part's lines; none when it is gone. @throws RekeyError `vault/malformed` */
  lines (segment: JournalSegment): Promise<string[]>
  removeSegment (segment: JournalSegment): Promise<void>
  /** The public halves of the key that signs here, by version. */
  publicKeys (): Promise<{ readonly name: string, readonly versions: Readonly<Record<string, string>> }>
}

/** @param zone absent: of the API, which belongs to none */
export function createJournalArchive ({ client, zone, now = () => new Date() }: { readonly client: VaultClient, readonly zone?: string | undefined, readonly now?: () => Date }): JournalArchive {
  const mount = new KvMount(client, zone === undefined ? sharedMount : zoneMount(zone))
  const key = auditKey(zone)

  async function signed (head: JournalHead): Promise<SignedHead> {
    const unsigned = { journal: head.journal, n: head.n, hash: head.hash, at: now().toISOString() }
    return { ...unsigned, ...await sign(client, key, signedText(unsigned)) }
  }

  async function read (journal: string, n: number): Promise<SignedHead | undefined> {
    const document = await mount.read(headPath(journal, n))
    return document && decodeHead(document.data, journal, n)
  }

  const numbers = async (journal: string): Promise<number[]> => headsIn((await mount.list(headPath(journal))).documents)
  const segments = async (journal: string): Promise<JournalSegment[]> => segmentsIn(journal, (await mount.list(segmentPath(journal))).documents)

  return {
    async keepHead (head) {
      const path = headPath(head.journal, head.n)
      if (await mount.exists(path)) return
      await mount.create(path, encodeHead(await signed(head)), async () => await mount.exists(path))
    },
    async highestHead (journal) {
      const highest = (await numbers(journal)).at(-1)
      return highest === undefined ? undefined : await read(journal, highest)
    },
    async heads (journal) {
      return (await bounded(await numbers(journal), parallelReads, async n => await read(journal, n))).filter(head => head !== undefined)
    },
    async keepSegment (segment, lines) {
      const path = segmentPath(segment.journal, segment)
      await mount.create(path, encodeSegment(segment, lines), async () => await mount.exists(path))
    },
    lastSegment: async journal => (await segments(journal)).at(-1),
    journals: async () => journalsIn((await mount.list(auditFolder)).folders),
    segments,
    async lines (segment) {
      const document = await mount.read(segmentPath(segment.journal, segment))
      return document === undefined ? [] : decodeSegment(document.data, segment)
    },
    removeSegment: async segment => { await mount.erase(segmentPath(segment.journal, segment)) },
    async publicKeys () {
      const found = await client.read(['transit', 'keys', key]) as { keys?: Record<string, { public_key?: unknown }> } | undefined
      const versions = Object.entries(found?.keys ?? {}).flatMap(([version, { public_key: half }]) => typeof half === 'string' ? [[version, half] as const] : [])
      return { name: key, versions: Object.fromEntries(versions) }
    }
  }
}
