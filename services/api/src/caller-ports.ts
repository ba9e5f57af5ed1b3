import { formatCaller, holdsZone, type Acting } from '@rekey/domain'
import type { AuditTrail } from '@rekey/rotation'
import type { Span } from '@rekey/tracing'
import type { ApiPorts } from './inventory-port.ts'
import { traceQueues } from './tracing.ts'
import { zonesFor } from './zones.ts'

/** The outside as one caller may have it: the zones in which he has the route's role, and his name on what is recorded. Routes get no other. */
export interface CallerPorts extends ApiPorts {
  readonly caller: Acting
  /** Who asks, as it stands in documents and in the audit trail. */
  readonly actor: string
  /** Names the request's span to whoever carries out what it asks for; absent where traces are off. */
  readonly traceparent?: string | undefined
  /** All zones that there are, in the order of lists: for one thing only, whether a key opens or a host key names a second place. */
  readonly everyZone: readonly string[]
}

/** What a route may have of the outside for a request's caller. */
export type PortsOf = (request: object) => CallerPorts

/** @param audit what the caller's request records */
export function portsFor (ports: ApiPorts, caller: Acting, audit: AuditTrail, span?: Span): CallerPorts {
  const actor = formatCaller(caller)
  const zones = ports.zones.filter(({ name }) => holdsZone(caller.zones, name))
  return {
    ...ports,
    zones: span === undefined ? zones : traceQueues(zones, span),
    audit,
    caller,
    actor,
    traceparent: span?.traceparent,
    everyZone: zonesFor(ports.zones, undefined).map(({ name }) => name)
  }
}
