import type { HostRecord, Order, Policy } from '@rekey/domain'
import type { Outline } from '../facts.ts'
import type { HostObservation } from '../observe.ts'
import type { Journal, Ports } from '../ports.ts'

/** What a worker remembers of a host. */
export interface SeenHost {
  readonly record: HostRecord | undefined
  readonly outlines: readonly Outline[]
  readonly observation: HostObservation
}

/** What is known at one look at the zone's campaigns. */
export interface Look {
  readonly ports: Pick<Ports, 'journal' | 'audit' | 'log'>
  readonly journal: Journal
  readonly orders: readonly Order[]
  readonly policy: Policy
  readonly now: Date
}
