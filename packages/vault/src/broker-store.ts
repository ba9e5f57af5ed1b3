import type { Credential, CredentialName, Labels, Lease, LeaseDecision, LeaseEvent, LeaseGrant, LeaseRequest, LeaseTaken, Order } from '@rekey/domain'
import { bounded, parallelReads } from './bounded.ts'
import type { VaultClient } from './client.ts'
import { credentialPath, decodeCredential } from './documents/credential.ts'
import { decodeHost, hostPath } from './documents/host.ts'
import { secretUsePath, usedTokensPath } from './documents/lease.ts'
import { GrantBook } from './grants.ts'
import { sharedMount, zoneMount } from './journal.ts'
import { KvMount } from './kv.ts'
import { LeaseRequestBook } from './lease-requests.ts'
import { LeaseBook } from './leases.ts'
import { decodingTo } from './malformed.ts'
import type { OnMalformed } from './malformed.ts'
import { hostsIn, namesOf } from './names.ts'
import { OrderBook } from './orders.ts'
import { sharedFresh } from './shared-fresh.ts'

/** One zone's documents, as far as its broker's identity may see them. It is the store that services/broker asks for. */
export function createBrokerStore ({ client, zone, onMalformed = () => {} }: { readonly client: VaultClient, readonly zone: string, readonly onMalformed?: OnMalformed }) {
  const mount = new KvMount(client, zoneMount(zone))
  const shared = new KvMount(client, sharedMount)
  const grants = new GrantBook(mount, zone, onMalformed)
  const leases = new LeaseBook(mount, zone, onMalformed)
  const requests = new LeaseRequestBook(mount, zone, onMalformed)
  const orders = new OrderBook(mount, zone, onMalformed)
  const { unlessMalformed } = decodingTo(onMalformed)

  /** @returns false when it was there already, whoever made it */
  async function mark (kv: KvMount, path: readonly string[], data: object): Promise<boolean> {
    return await kv.create(path, data, async () => await kv.exists(path))
  }

  return {
    grants: sharedFresh(async (): Promise<LeaseGrant[]> => await grants.living()),
    async credential (name: CredentialName): Promise<Credential | undefined> {
      const document = await mount.read(credentialPath(name))
      return document && unlessMalformed(() => decodeCredential(document.data, name))
    },
    async credentialNames (): Promise<CredentialName[]> {
      const lists = await bounded(await hostsIn(mount, 'credentials'), parallelReads, async (host) => await namesOf(mount, 'credentials', zone, host))
      return lists.flat()
    },
    /** Those that the host was added with; of a host that is not known, none. */
    async labels (host: string): Promise<Labels> {
      const document = await mount.read(hostPath(host))
      return (document && unlessMalformed(() => decodeHost(document.data, zone, host)))?.labels ?? {}
    },
    orders: sharedFresh(async (): Promise<Order[]> => await orders.all()),
    /** Uses a token up, in all zones. @returns false when it was used before */
    useToken: async (id: string, expiresAt: string): Promise<boolean> => await mark(shared, usedTokensPath(expiresAt.slice(0, 10), id), { zone, expiresAt }),
    /** Uses a secret up that is handed out once. @returns false when it was handed out before */
    useSecret: async (fingerprint: string, lease: string): Promise<boolean> => await mark(mount, secretUsePath(fingerprint), { lease }),
    /** Counts one use more of a grant. @returns false when there are no more */
    async useGrant ({ name, proposal, maxUses }: LeaseGrant, lease: string): Promise<boolean> {
      if (maxUses === null) return true
      const path = ['grant-uses', name, String(proposal)]
      for (let use = (await mount.list(path)).documents.length + 1; use <= maxUses; use += 1) {
        if (await mark(mount, [...path, String(use)], { lease })) return true
      }
      return false
    },
    /** @returns false when there is one of that id */
    take: async (lease: LeaseTaken): Promise<boolean> => await leases.take(lease),
    lease: async (id: string): Promise<Lease | undefined> => await leases.one(id),
    /** @returns false when another document of the lease came first */
    add: async (lease: Lease, event: LeaseEvent): Promise<boolean> => await leases.add(lease, event),
    leaseRequest: async (id: string): Promise<LeaseRequest | undefined> => await requests.one(id),
    /** @returns false when there is one of that id */
    ask: async (request: LeaseRequest): Promise<boolean> => await requests.create(request),
    words: async (id: string): Promise<LeaseDecision[]> => await requests.words(id),
    ready: async (): Promise<void> => { await client.read(['auth', 'token', 'lookup-self']) }
  }
}
