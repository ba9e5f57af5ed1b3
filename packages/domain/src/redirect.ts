import { createHash } from 'node:crypto'
import type { HostRecord, HostTrust } from './host.ts'
import type { Via } from './via.ts'
import { formatVia } from './via.ts'

/** Where a host is reached, and by which keys it is known. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly via: Via | null
  readonly trust: HostTrust
}

/** A proposal that a host is to be found at another endpoint. It counts for nothing until people have approved it. */
export interface Redirect {
  readonly zone: string
  /** Within the zone; numbers may have gaps. */
  readonly number: number
  readonly host: string
  /** The redirect that stood in the host's record when this one was proposed, 0 for none: whatever comes in between voids it. */
  readonly after: number
  readonly from: Endpoint
  readonly to: Endpoint
  readonly reason: string
  readonly proposedBy: string
  /** By Vault's clock. */
  readonly proposedAt: string
  /** It can be approved and carried out until then. */
  readonly expiresAt: string
}

/** A person's word on a redirect, written with a Vault login of his own. */
export interface Approval {
  /** The Vault entity whose login it was, which Vault's policy vouches for. */
  readonly entity: string
  /** How Vault names the login. For people. */
  readonly by: string
  /** Of what was shown: `digestOf` the redirect. */
  readonly digest: string
  /** By Vault's clock. */
  readonly at: string
}

/** A proposal that lives longer is none: it would outlive the memory of why it was made. */
export const longestProposalSeconds = 7 * 24 * 3600

export function endpointOf ({ address, port, via, trust }: HostRecord): Endpoint {
  return { address, port, via: via ?? null, trust }
}

/** One line for people and for comparison. */
export function formatEndpoint ({ address, port, via, trust }: Endpoint): string {
  const way = via === null ? '' : ` via ${formatVia(via)}`
  return `${address} port ${port}${way}, ${trust.mode === 'pinned' ? trust.keys.join(', ') : 'the key shown first'}`
}

export function isSameEndpoint (one: Endpoint, other: Endpoint): boolean {
  return formatEndpoint(one) === formatEndpoint(other)
}

/** Hex SHA-256 over all that a person is shown. */
export function digestOf ({ zone, number, host, after, from, to, reason, proposedBy, expiresAt }: Omit<Redirect, 'proposedAt'>): string {
  const shown = [zone, number, host, after, formatEndpoint(from), formatEndpoint(to), reason, proposedBy, expiresAt]
  return createHash('sha256').update(JSON.stringify(shown)).digest('hex')
}

/** The approvals that count: one for each person, of this very text, and in time. */
export function countedApprovals (redirect: Redirect, approvals: readonly Approval[]): Approval[] {
  const digest = digestOf(redirect)
  const counted = approvals.filter((approval) => approval.digest === digest && Date.parse(approval.at) <= Date.parse(redirect.expiresAt))
  return counted.filter(({ entity }, index) => counted.findIndex((one) => one.entity === entity) === index)
}

/** Whether it may be proposed at all: keys that were pinned stay pinned, and its time is bounded by Vault's clock. */
export function isSound ({ from, to, proposedAt, expiresAt }: Redirect): boolean {
  return (from.trust.mode === 'first-use' || to.trust.mode === 'pinned') && Date.parse(expiresAt) - Date.parse(proposedAt) <= longestProposalSeconds * 1000
}

/** Whether it may still change the host as its record stands now. */
export function isOpen (redirect: Redirect, record: HostRecord, now: Date): boolean {
  return redirect.host === record.id && redirect.after === (record.redirect ?? 0) && isSameEndpoint(redirect.from, endpointOf(record)) &&
    isSound(redirect) && now.getTime() <= Date.parse(redirect.expiresAt)
}
