import { leaseIdPattern } from '@rekey/domain'
import type { Lease } from '@rekey/domain'
import type { LeaseAttic } from '@rekey/rotation'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { leasePath, secretUsePath, usedTokensPath } from './documents/lease.ts'
import { leaseDecisionPath, leaseRequestPath, leaseRequestsPath } from './documents/lease-request.ts'
import { sharedMount, zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'

const isId = new RegExp(leaseIdPattern)
const isDay = /^\d{4}-\d\d-\d\d$/

/** Documents of leases that the zone's worker takes away, with every version and all that Vault knows of them. */
export function createLeaseAttic ({ client, zone, sharedClient = client }: { readonly client: VaultClient, readonly zone: string, readonly sharedClient?: VaultClient }): LeaseAttic {
  const mount = new KvMount(client, zoneMount(zone))
  const shared = new KvMount(sharedClient, sharedMount)

  return {
    requests: async () => (await mount.list(leaseRequestsPath)).documents.filter((id) => isId.test(id)),
    async removeRequest (id) {
      const { documents } = await mount.list(leaseDecisionPath(id))
      for (const entity of documents) await mount.erase(leaseDecisionPath(id, entity))
      await mount.erase(leaseRequestPath(id))
    },
    async removeLease ({ id, secrets, rotateAfter, documents }: Lease) {
      if (rotateAfter === 'use') for (const { fingerprint } of secrets) await mount.erase(secretUsePath(fingerprint))
      // The last one first, so that what a crash leaves is still a lease.
      let last = documents
      while (await mount.exists(leasePath(id, last + 1))) last += 1
      for (let number = last; number > 0; number -= 1) await mount.erase(leasePath(id, number))
    },
    tokenDays: async () => (await shared.list(usedTokensPath())).folders.filter((day) => isDay.test(day)),
    async removeTokens (day, most) {
      const marks = (await shared.list(usedTokensPath(day))).documents.slice(0, most)
      await bounded(marks, parallelReads, async (mark) => { await shared.erase(usedTokensPath(day, mark)) })
      return marks.length
    }
  }
}
