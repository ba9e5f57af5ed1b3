import type { Static } from 'typebox'
import { isGrantOpen, mismatches, orderAgainstGrant, RekeyError, unsoundness, type Claims, type GrantProposal, type GrantTerms, type LeaseGrant, type Order, type Proposal } from '@rekey/domain'
import type { CallerPorts } from './caller-ports.ts'
import type { KnownGrant } from './inventory-port.ts'
import { draftOf } from './proposal-draft.ts'
import type { Explanation, GrantProposalView, GrantView, NewGrant } from './schemas/grant.ts'

/**
 * Proposes that jobs may lease credentials, in place of what a grant of that name says. Nothing changes by it: the zone's worker asks Vault
 * who has approved.
 * @throws RekeyError `grant/unsound`; `audit/unwritable`, `vault/*`
 */
export async function proposeGrant (ports: CallerPorts, zone: string, name: string, { reason, expiresInSeconds, ...said }: Static<typeof NewGrant>): Promise<Proposal> {
  const terms: GrantTerms = { subjectWildcard: false, allow: [], maxUses: null, approval: false, ...said, notBefore: instantOf(said, 'notBefore'), notAfter: instantOf(said, 'notAfter') }
  const unsound = unsoundness(terms)
  if (unsound !== undefined) throw new RekeyError('grant/unsound', `${unsound.field}: ${unsound.says}`, { field: unsound.field })
  const present = await ports.inventory.grant(zone, name)
  await ports.audit.record({ act: 'grant.propose', target: `${zone}/${name}`, reason, detail: `${terms.issuer} for ${terms.audience}` })
  return await ports.inventory.createProposal({ kind: 'grant', ...draftOf(ports, zone, { reason, expiresInSeconds }), name, after: present?.grant.proposal ?? 0, terms })
}

/** In UTC, whatever offset it was said with. @throws RekeyError `input/invalid` for a leap second, which no clock of ours has */
function instantOf (said: Pick<Static<typeof NewGrant>, 'notBefore' | 'notAfter'>, field: 'notBefore' | 'notAfter'): string | null {
  const at = said[field]
  if (at === undefined || at === null) return null
  const time = Date.parse(at)
  if (Number.isNaN(time)) throw new RekeyError('input/invalid', `${field}: ${at} is no time that there is`, { field })
  return new Date(time).toISOString()
}

/** @throws RekeyError `grant/unknown` */
export async function findGrant ({ inventory }: CallerPorts, zone: string, name: string): Promise<KnownGrant> {
  const found = await inventory.grant(zone, name)
  if (found === undefined) throw new RekeyError('grant/unknown', `there is no grant ${zone}/${name}; GET /v1/grants lists those there are`, { field: 'name' })
  return found
}

/** Ends a grant at once: that nobody gets a secret any more, needs no approval. @throws RekeyError `grant/unknown`, `audit/unwritable`, `vault/*` */
export async function endGrant (ports: CallerPorts, zone: string, name: string): Promise<KnownGrant> {
  const { grant, hasEnded } = await findGrant(ports, zone, name)
  if (!hasEnded) {
    await ports.audit.record({ act: 'grant.end', target: `${zone}/${name}`, detail: `proposal ${grant.proposal}` })
    await ports.inventory.endGrant({ zone, grant: name, proposal: grant.proposal, by: ports.actor, at: ports.now().toISOString() })
  }
  return { grant, hasEnded: true }
}

/** Tells why a token of these claims may use a grant, or not. Whether its signature holds, only the broker can tell. */
export function explain ({ grant, hasEnded }: KnownGrant, claims: Claims, { orders, now }: Moment): Static<typeof Explanation> {
  const against = orderAgainstGrant(grant, orders)
  const found = [
    ...hasEnded ? [{ claim: 'now', says: 'an operator has ended the grant' }] : [],
    ...against === undefined ? [] : [{ claim: 'now', says: `campaign ${against.campaign} has ended the grant: ${against.reason}` }],
    ...mismatches(grant, claims, now)
  ]
  return { matches: found.length === 0, mismatches: found }
}

/** What decides whether a grant lives, besides itself. */
export interface Moment {
  /** Of its zone. */
  readonly orders: readonly Order[]
  readonly now: Date
}

export async function momentIn ({ inventory, now }: Pick<CallerPorts, 'inventory' | 'now'>, zone: string): Promise<Moment> {
  return { orders: await inventory.orders(zone), now: now() }
}

export function grantView ({ grant, hasEnded }: KnownGrant, { orders, now }: Moment): Static<typeof GrantView> {
  const { order: _, ...shown } = grant
  return { ...shown, status: hasEnded ? 'ended' : orderAgainstGrant(grant, orders) !== undefined ? 'revoked' : timeStatus(grant, now) } as Static<typeof GrantView>
}

function timeStatus ({ notBefore, notAfter }: LeaseGrant, now: Date): 'live' | 'early' | 'over' {
  if (notBefore !== null && now.getTime() < Date.parse(notBefore)) return 'early'
  return notAfter !== null && now.getTime() >= Date.parse(notAfter) ? 'over' : 'live'
}

/** What of a grant's proposal is shown besides what every proposal says. */
export function grantTerms ({ name, terms }: GrantProposal): Pick<Static<typeof GrantProposalView>, 'kind' | 'name' | 'terms'> {
  return { kind: 'grant', name, terms } as ReturnType<typeof grantTerms>
}

/** What became of a proposal that has not expired. @param present the grant of its name */
export function grantStatus (proposal: GrantProposal, present: LeaseGrant | undefined, now: Date): 'open' | 'carried-out' | 'void' {
  if (present?.proposal === proposal.number) return 'carried-out'
  return isGrantOpen(proposal, present, now) ? 'open' : 'void'
}
