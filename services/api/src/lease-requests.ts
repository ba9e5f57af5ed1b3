import type { Static } from 'typebox'
import { countedWords, formatName, orderAgainstRequest, requestDigest, requestStatus, type LeaseRequest, type Order, type RequestStatus } from '@rekey/domain'
import { approveWith } from './approve-with.ts'
import type { CallerPorts } from './caller-ports.ts'
import type { KnownGrant, KnownRequest } from './inventory-port.ts'
import type { LeaseRequestView } from './schemas/grant.ts'

/** Who waits in a zone for a lease that a person has to approve, and what became of those who did, the oldest first. */
export async function requestViews ({ inventory, now }: Pick<CallerPorts, 'inventory' | 'now'>, zone: string): Promise<Array<Static<typeof LeaseRequestView>>> {
  const [requests, leases, grants, orders] = await Promise.all([inventory.leaseRequests(zone), inventory.leases(zone), inventory.grants(zone), inventory.orders(zone)])
  const taken = new Set(leases.map(({ id }) => id))
  return requests.map((known) => viewOf(known, taken.has(known.request.id) ? 'taken' : standing(known, grants, orders, now())))
}

function viewOf ({ request, words }: KnownRequest, status: RequestStatus): Static<typeof LeaseRequestView> {
  const { zone, id, grant, proposal, credentials, ttlSeconds, reason, issuer, subject, claims, askedAt, expiresAt } = request
  return {
    zone,
    id,
    status,
    grant,
    proposal,
    credentials: credentials.map(formatName),
    ttlSeconds,
    reason,
    issuer,
    subject,
    claims,
    askedAt,
    expiresAt,
    digest: requestDigest(request),
    words: countedWords(request, words).map(({ entity, by, verdict, reason, at }) => ({ entity, by, verdict, reason, at })),
    approveWith: approveWith({ zone, number: id })
  }
}

/** A campaign can end it, and so does whatever ends its grant. */
function standing ({ request, words }: KnownRequest, grants: readonly KnownGrant[], orders: readonly Order[], now: Date): RequestStatus {
  const status = requestStatus(request, words, now)
  const by = grantOf(request, grants)
  return isUndone(status) && (by === undefined || by.hasEnded || orderAgainstRequest(request, by.grant, orders) !== undefined) ? 'void' : status
}

/** Whether a lease may still come of it. */
export function isUndone (status: RequestStatus): boolean {
  return status === 'pending' || status === 'approved'
}

/** The grant that it was asked by, as people had given it then. */
export function grantOf ({ grant: name, proposal }: LeaseRequest, grants: readonly KnownGrant[]): KnownGrant | undefined {
  return grants.find(({ grant }) => grant.name === name && grant.proposal === proposal)
}
