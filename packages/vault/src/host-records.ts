import type { HostRecord } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import { decodeHost, hostPath } from './documents/host.ts'
import type { KvMount } from './kv.ts'
import type { Decoding } from './malformed.ts'
import { wellFormed } from './names.ts'

/** All records of a zone's hosts by id, but for malformed ones. */
export async function hostRecords (mount: KvMount, zone: string, { unlessMalformed }: Pick<Decoding, 'unlessMalformed'>): Promise<HostRecord[]> {
  const ids = wellFormed('host', (await mount.list(['hosts'])).documents)
  const records = await bounded(ids, parallelReads, async (id) => {
    const document = await mount.read(hostPath(id))
    return document && unlessMalformed(() => decodeHost(document.data, zone, id))
  })
  return records.filter((record) => record !== undefined)
}
