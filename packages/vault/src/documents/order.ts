import { credentialKinds } from '@rekey/domain'
import type { Order } from '@rekey/domain'
import { Type } from 'typebox'
import { checkPlace, plainCodec } from './codec.ts'
import { Count, exactly, Fingerprint, Instant, Labels, nameOf, Ordinal, Text, Traceparent } from './shapes.ts'

export const ScopeShape = exactly({
  hosts: Type.Optional(Type.Array(nameOf('host'))),
  accounts: Type.Optional(Type.Array(nameOf('account'))),
  names: Type.Optional(Type.Array(nameOf('credential'))),
  labels: Type.Optional(Labels),
  kinds: Type.Optional(Type.Array(Type.Enum([...credentialKinds]))),
  burned: Type.Optional(Type.Array(Fingerprint))
})

const OrderShape = exactly({
  zone: nameOf('zone'),
  number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  campaign: Text,
  scope: ScopeShape,
  asked: Type.Optional(ScopeShape),
  proposal: Type.Optional(Ordinal),
  reason: Text,
  requestedBy: Text,
  requestedAt: Instant,
  traceparent: Type.Optional(Traceparent)
})

const order = plainCodec<Order, typeof OrderShape>(OrderShape)

export function orderPath (number: number): string[] {
  return ['orders', String(number)]
}

/** The numbers among the names of a folder of orders, ascending. */
export function orderNumbers (names: readonly string[]): number[] {
  return names.filter(name => /^[1-9]\d{0,14}$/.test(name)).map(Number).sort((a, b) => a - b)
}

export function encodeOrder (value: Order): object {
  return order.encode(value, orderPath(value.number))
}

export function decodeOrder (raw: unknown, zone: string, number: number): Order {
  const path = orderPath(number)
  const value = order.decode(raw, path)
  checkPlace('zone', value.zone, zone, path)
  checkPlace('number', value.number, number, path)
  return value
}

/** One order of a request, for one zone. */
export type OrderDraft = Pick<Order, 'zone' | 'scope' | 'asked'>

/** What an order request asked for and which numbers it was given: it makes a repeat give the same orders. */
export interface RequestRecord {
  readonly digest: string
  readonly campaign: string
  readonly reason: string
  readonly requestedBy: string
  readonly requestedAt: string
  readonly traceparent?: string | undefined
  readonly drafts: readonly OrderDraft[]
  /** By zone: the number that was reserved. Whether the order is there under it, the zone's mount tells. */
  readonly orders: Readonly<Record<string, number>>
}

const RequestShape = exactly({
  digest: Text,
  campaign: Text,
  reason: Text,
  requestedBy: Text,
  requestedAt: Instant,
  traceparent: Type.Optional(Traceparent),
  drafts: Type.Array(exactly({ zone: nameOf('zone'), scope: ScopeShape, asked: Type.Optional(ScopeShape) })),
  orders: Type.Record(nameOf('zone'), Count)
})

export const requestCodec = plainCodec<RequestRecord, typeof RequestShape>(RequestShape)
