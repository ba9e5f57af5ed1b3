import { formatName, leaseId, leaseOf, RekeyError, type Credential, type LeaseGrant, type LeaseTaken, type Order, type Secret } from '@rekey/domain'
import type { CiToken } from '@rekey/oidc'
import { actorOf, admit, denied, plain, refusedToken } from './admit.ts'
import { approvalOf, newestOf, requestEnded } from './approval.ts'
import { choose, type Candidate } from './choose.ts'
import { newLeaseSecret } from './lease-secret.ts'
import type { RequestPorts } from './ports.ts'
import type { Asking, Taking, Waiting } from './taking.ts'
import { withheld } from './withheld.ts'

/** A lease that was just taken, and what its holder gets by it. */
export interface Taken {
  readonly lease: LeaseTaken
  readonly secret: Secret
  readonly credentials: readonly Credential[]
}

/**
 * Hands out secrets for a token: once, for a time, and on the record before they leave; where the grant says so, after a person has approved of it.
 * @throws RekeyError `token/refused`, `lease/*`, `issuer/unavailable`, `audit/unwritable`, `vault/*`
 */
export async function take (text: string, asking: Asking, ports: RequestPorts): Promise<Taken | Waiting> {
  const { wanted, ttlSeconds, reason } = asking
  const { now } = ports
  const admitted = await admit(text, ports)
  const { token, orders } = admitted
  const { grant, chosen } = await choose(wanted, admitted, ports)
  demandAvailable(chosen, orders)
  const approval = grant.approval ? await approvalOf(asking, { grant, chosen, token, orders }, ports) : undefined
  if (approval !== undefined && 'waiting' in approval) return approval

  const takenAt = now()
  const { secret, hash } = newLeaseSecret()
  const lease: LeaseTaken = {
    kind: 'taken',
    id: approval?.request.id ?? leaseId(token),
    zone: ports.zone,
    grant: grant.name,
    proposal: grant.proposal,
    order: newestOf(orders),
    secrets: chosen.map(({ credential: { name, current } }) => ({ name, fingerprint: current.fingerprint, epoch: current.epoch })),
    rotateAfter: grant.rotateAfter,
    reason,
    issuer: plain(token.issuer),
    subject: plain(token.subject),
    holderHash: hash,
    takenAt: takenAt.toISOString(),
    ...endsOf(grant, ttlSeconds, takenAt)
  }
  await settle(lease, { grant, chosen, token, orders, approval }, ports)
  ports.log.info({ event: 'leased', lease: lease.id, grant: grant.name, issuer: lease.issuer, subject: lease.subject, credentials: lease.secrets.length }, 'secrets were handed out')
  return { lease, secret, credentials: chosen.map(({ credential }) => credential) }
}

/**
 * Uses the token up and writes the lease down, on the record: both or nobody is handed anything. At once, as each is a round to Vault; where uses or a person's word are
 * used up besides, one after the other, so that a token that comes again uses up none.
 */
async function settle (lease: LeaseTaken, taking: Taking, ports: RequestPorts): Promise<void> {
  const { grant, token, approval } = taking
  const useToken = async (): Promise<boolean> => await ports.store.useToken(token.id, token.expiresAt)
  if (approval !== undefined || grant.rotateAfter === 'use' || grant.maxUses !== null) {
    if (!await useToken()) throw await replayed(lease, token, ports)
    await demandUses(lease.id, taking, ports)
    if (!await write(lease, taking, ports)) throw approval === undefined ? await replayed(lease, token, ports) : requestEnded('its lease was taken already')
    return
  }
  const [isFirst, isWritten] = await Promise.all([useToken(), write(lease, taking, ports)])
  if (isFirst && isWritten) return
  // Another zone's broker has taken the token, so this lease is nobody's.
  if (isWritten) await ports.store.add(leaseOf(lease, []), { kind: 'returned', at: ports.now().toISOString() })
  throw await replayed(lease, token, ports)
}

/** @returns false when the token has a lease already */
async function write (lease: LeaseTaken, { grant, token, approval }: Taking, { store, audit }: RequestPorts): Promise<boolean> {
  for (const { name, fingerprint, epoch } of lease.secrets) {
    await audit.record({ act: 'lease', target: formatName(name), epoch, fingerprint, reason: lease.reason, actor: actorOf(token), detail: `lease ${lease.id} by grant ${grant.name} (proposal ${grant.proposal}) until ${lease.endsAt}${approval === undefined ? '' : `, approved by ${approval.approvedBy}`}` })
  }
  return await store.take(lease)
}

async function replayed ({ id, zone }: LeaseTaken, token: CiToken, { audit, log }: RequestPorts): Promise<RekeyError> {
  await audit.record({ act: 'lease.deny', target: zone, actor: actorOf(token), detail: `lease ${id}: the token was used before, and nothing was handed out` })
  log.warn({ event: 'token-refused', claim: 'jti', issuer: token.issuer, subject: token.subject }, 'the token is refused: it was used before')
  return refusedToken()
}

/** @throws RekeyError `lease/withheld`. Whoever hears it holds a token that a grant lets have it. */
function demandAvailable (chosen: readonly Candidate[], orders: readonly Order[]): void {
  const reasons = chosen.flatMap((one) => withheld(one, orders) ?? [])
  if (reasons.length > 0) throw new RekeyError('lease/withheld', `nothing was handed out: ${reasons.join('; ')}`)
}

async function demandUses (id: string, { grant, chosen, token }: Taking, ports: RequestPorts): Promise<void> {
  const { store } = ports
  if (grant.rotateAfter === 'use') {
    for (const { credential: { name, current } } of chosen) {
      if (!await store.useSecret(current.fingerprint, id)) throw new RekeyError('lease/withheld', `nothing was handed out: the present secret of ${formatName(name)} was handed out already, and is replaced when that lease has ended`)
    }
  }
  if (!await store.useGrant(grant, id)) throw await denied(token, [{ grant: grant.name, claim: 'maxUses', says: 'it was used as often as it may be' }], ports)
}

/** When the lease ends, and how long it may be renewed. */
function endsOf ({ maxTtlSeconds, notAfter }: LeaseGrant, ttlSeconds: number | undefined, takenAt: Date): Pick<LeaseTaken, 'endsAt' | 'endsAtMost'> {
  const last = Math.min(takenAt.getTime() + maxTtlSeconds * 1000, notAfter === null ? Infinity : Date.parse(notAfter))
  return { endsAt: endAfter(takenAt, ttlSeconds, last), endsAtMost: new Date(last).toISOString() }
}

export function endAfter (from: Date, ttlSeconds: number | undefined, last: number): string {
  return new Date(Math.min(ttlSeconds === undefined ? Infinity : from.getTime() + ttlSeconds * 1000, last)).toISOString()
}
