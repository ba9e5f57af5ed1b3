import { formatName, leaseStatus, orderAgainstGrant, orderAgainstLease, RekeyError, type Lease } from '@rekey/domain'
import { actorOf, revoked } from './admit.ts'
import { isLeaseSecret } from './lease-secret.ts'
import type { RequestPorts } from './ports.ts'
import { endAfter } from './take.ts'
import { withheld } from './withheld.ts'

/** How often another document of the same lease may come first. */
const attempts = 5

/** Gives a lease back. A second time changes nothing. @throws RekeyError `lease/unknown`, `audit/unwritable`, `vault/*` */
export async function giveBack (id: string, secret: string, ports: RequestPorts): Promise<Lease> {
  return await changing(id, secret, ports, async (lease) => {
    if (lease.returnedAt !== null) return lease
    const at = ports.now().toISOString()
    await record('lease.return', lease, ports)
    return await ports.store.add(lease, { kind: 'returned', at }) ? { ...lease, returnedAt: at } : undefined
  })
}

/**
 * Lets a lease last longer, up to what its grant allows.
 * @throws RekeyError `lease/unknown`, `lease/ended`, `lease/refused` once the grant has ended, `lease/revoked` once a campaign has ended it, `lease/withheld` once a secret of it was burned
 */
export async function renew (id: string, secret: string, ttlSeconds: number | undefined, ports: RequestPorts): Promise<Lease> {
  return await changing(id, secret, ports, async (lease) => {
    if (leaseStatus(lease, ports.now()) !== 'live') throw new RekeyError('lease/ended', 'this lease has ended: take another with a new token')
    await demandStanding(lease, ports)
    const endsAt = endAfter(ports.now(), ttlSeconds, Date.parse(lease.endsAtMost))
    await record('lease.renew', lease, ports, `until ${endsAt}`)
    return await ports.store.add(lease, { kind: 'renewed', at: ports.now().toISOString(), endsAt }) ? { ...lease, endsAt } : undefined
  })
}

async function demandStanding (lease: Lease, { store }: RequestPorts): Promise<void> {
  const { grant, proposal, secrets } = lease
  const [orders, grants] = await Promise.all([store.orders(), store.grants()])
  const standing = grants.find((one) => one.name === grant && one.proposal === proposal)
  const order = orderAgainstLease(lease, orders) ?? (standing && orderAgainstGrant(standing, orders))
  if (order !== undefined) throw revoked(order, 'the lease')
  if (standing === undefined) throw new RekeyError('lease/refused', 'the grant behind this lease has ended: it is not renewed any more')
  const reasons = await Promise.all(secrets.map(async ({ name, fingerprint }) => {
    const [credential, labels] = await Promise.all([store.credential(name), store.labels(name.host)])
    return credential === undefined || credential.current.fingerprint !== fingerprint ? `${formatName(name)} has another secret by now` : withheld({ credential, labels }, orders)
  }))
  const why = reasons.find((reason) => reason !== undefined)
  if (why !== undefined) throw new RekeyError('lease/withheld', `the lease is not renewed: ${why}`)
}

/** @param change undefined: another document came first, and it is tried again with what there is then */
async function changing (id: string, secret: string, ports: RequestPorts, change: (lease: Lease) => Promise<Lease | undefined>): Promise<Lease> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const lease = await ports.store.lease(id)
    if (lease === undefined || !isLeaseSecret(secret, lease.holderHash)) throw new RekeyError('lease/unknown', 'there is no such lease, or this is not its secret', { field: 'id' })
    const changed = await change(lease)
    if (changed !== undefined) return changed
  }
  throw new RekeyError('vault/conflict', 'others change this lease at the same time')
}

async function record (act: string, lease: Lease, { audit }: RequestPorts, detail = ''): Promise<void> {
  for (const { name, fingerprint, epoch } of lease.secrets) {
    await audit.record({ act, target: formatName(name), epoch, fingerprint, actor: actorOf(lease), detail: `lease ${lease.id} ${detail}`.trimEnd() })
  }
}
