import { endsInTime, hasExpired } from './approval.ts'
import type { ProposedOfHost } from './approval.ts'
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

/** A proposal that a host is to be found at another endpoint. */
export interface Redirect extends ProposedOfHost {
  readonly kind: 'redirect'
  readonly host: string
  /** The redirect that stood in the host's record when this one was proposed, 0 for none: whatever comes in between voids it. */
  readonly after: number
  readonly from: Endpoint
  readonly to: Endpoint
}

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

/** Whether it may be proposed at all: keys that were pinned stay pinned, and its time is bounded. */
export function isSound (redirect: Redirect): boolean {
  return (redirect.from.trust.mode === 'first-use' || redirect.to.trust.mode === 'pinned') && endsInTime(redirect)
}

/** Whether it may still change the host as its record stands now. */
export function isOpen (redirect: Redirect, record: HostRecord, now: Date): boolean {
  return redirect.host === record.id && record.leave === undefined && redirect.after === (record.redirect ?? 0) && isSameEndpoint(redirect.from, endpointOf(record)) &&
    isSound(redirect) && !hasExpired(redirect, now)
}
