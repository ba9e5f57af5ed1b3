import { Type, type Static, type TSchema } from 'typebox'
import type { Scope } from '@rekey/domain'
import { Failure, Hold, observation, Status } from './credential.ts'
import { Account, closed, Fingerprint, Host, Labels, list, Name, nullable, pageOfSchema, pageQuery, Reason, Timestamp, Zone } from './fields.ts'

function listOf<T extends TSchema> (item: T, what: string) {
  return Type.Optional(Type.Array(item, { minItems: 1, maxItems: 1000, uniqueItems: true, description: `1 to 1000 ${what}, each once` }))
}

/** What narrows down the credentials of a zone. */
export const scopeLists = {
  hosts: listOf(Host, 'hosts'),
  accounts: listOf(Account, 'accounts'),
  names: listOf(Name, 'names of credentials'),
  labels: Type.Optional(Labels)
}

export const ScopeSchema = Type.Object({
  zones: listOf(Zone, 'zones'),
  ...scopeLists,
  all: Type.Optional(Type.Boolean({ description: 'true says that everything is meant: of all zones, or of those in `zones`' }))
}, {
  ...closed,
  description: 'What to rotate. What is left out restricts nothing; within a list one match is enough; of labels all must match, as they are on the hosts when the order is placed. ' +
    'An empty scope is refused unless it says `all: true`, so that nobody rotates a fleet by accident.'
})

export const NewOrder = Type.Object({
  scope: ScopeSchema,
  reason: Reason,
  dryRun: Type.Optional(Type.Boolean({ description: 'true only tells what would be rotated' }))
}, {
  ...closed,
  description: 'Rotate every credential in the scope',
  examples: [
    { scope: { zones: ['production'], hosts: ['web-1'] }, reason: 'laptop of a deployer was stolen' },
    { scope: { all: true }, reason: 'quarterly', dryRun: true }
  ]
})

export const OrderHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ pattern: '^[!-~]{1,255}$', description: '1 to 255 visible ASCII characters, such as a UUID. The same key and body again answer with the same orders and create none.' }))
})

export const PlacedOrders = Type.Object({
  campaign: Type.String({ description: 'Shared by the orders of this request' }),
  orders: list(Type.Object({
    zone: Type.String(),
    number: Type.Integer({ minimum: 1 }),
    targets: Type.Integer({ description: 'Credentials in its scope' }),
    observed: Type.Integer({ description: 'Those among them that are observed: the order rotates none of these until they are released' })
  }, closed))
}, {
  ...closed,
  description: 'The orders are in Vault; workers carry them out',
  examples: [{ campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', orders: [{ zone: 'production', number: 7, targets: 12, observed: 2 }] }]
})

export const DryRun = Type.Object({
  dryRun: Type.Boolean(),
  orders: list(Type.Object({
    zone: Type.String(),
    targets: Type.Integer(),
    credentials: list(Type.String(), { description: '`zone/host/account/name`' }),
    observed: list(Type.String(), { description: 'Those among them that are observed: they are rotated once they are released' })
  }, closed))
}, {
  ...closed,
  description: 'What would be rotated; nothing was created',
  examples: [{ dryRun: true, orders: [{ zone: 'production', targets: 1, credentials: ['production/web-1/deploy/ssh-key'], observed: [] }] }]
})

export const OrderParams = Type.Object({
  zone: Zone,
  number: Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: 'a whole number from 1', examples: ['7'] })
}, closed)

export const OrderQuery = Type.Object({ zone: Type.Optional(Zone), ...pageQuery }, closed)
export const TargetQuery = Type.Object(pageQuery, closed)

/** What an order covers in its zone. */
export const shownScope = Type.Unsafe<Scope>(Type.Object({
  hosts: Type.Optional(list(Type.String())),
  accounts: Type.Optional(list(Type.String())),
  names: Type.Optional(list(Type.String())),
  labels: Type.Optional(Type.Record(Type.String(), Type.String())),
  kinds: Type.Optional(list(Type.String())),
  burned: Type.Optional(list(Fingerprint))
}, closed))

const order = {
  zone: Type.String(),
  number: Type.Integer(),
  campaign: Type.String(),
  scope: shownScope,
  proposal: Type.Optional(Type.Integer({ minimum: 1, description: 'Of a campaign: what people have approved' })),
  reason: Type.String(),
  requestedBy: Type.String(),
  requestedAt: Timestamp
}

const exampleOrder = {
  zone: 'production',
  number: 7,
  campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b',
  scope: { hosts: ['web-1'] },
  reason: 'laptop of a deployer was stolen',
  requestedBy: 'admin',
  requestedAt: '2026-03-01T09:30:59.000Z'
}

export const OrderSummary = Type.Object(order, { ...closed, description: 'An order of one zone' })
export const OrderPage = pageOfSchema(OrderSummary, exampleOrder, 'Orders by zone, the newest first')

export const Outcome = Type.String({
  enum: ['settled', 'locked', 'pending', 'grace', 'debt', 'held', 'observed', 'left'],
  description: '`settled`: replaced, and the old key proven dead. `locked`: a lockdown has stripped the account of it, and it is proven to be refused. `pending`: not yet replaced. `grace`: replaced, the old key stays open until its time. `debt`: replaced, the old key not proven dead. `held`: stopped until a person clears the hold. `observed`: not settled, and nothing is changed there until it is released. `left`: not proven here, and people have signed that off.'
})

export const TargetView = Type.Object({
  zone: Type.String(),
  host: Type.String(),
  account: Type.String(),
  name: Type.String(),
  outcome: Outcome,
  status: Status,
  fingerprint: nullable(Fingerprint),
  epoch: Type.Integer(),
  hold: nullable(Hold),
  lastFailure: nullable(Failure),
  nextAttemptAt: nullable(Timestamp),
  ...observation
}, closed)

export type ShownTarget = Static<typeof TargetView>

const shownFields = Object.keys(TargetView.properties) as Array<keyof ShownTarget>

/** What is shown of a target, and nothing else that its state holds. */
export function shownTarget (target: ShownTarget): ShownTarget {
  return Object.fromEntries(shownFields.map(field => [field, target[field]])) as unknown as ShownTarget
}

const count = Type.Integer({ minimum: 0 })
export const Counts = Type.Object({ total: count, settled: count, locked: count, pending: count, grace: count, debt: count, held: count, observed: count, left: count }, { ...closed, description: 'Of all targets, whatever is shown' })

export const exampleOrderView = {
  ...exampleOrder,
  done: true,
  counts: { total: 1, settled: 1, locked: 0, pending: 0, grace: 0, debt: 0, held: 0, observed: 0, left: 0 },
  targets: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', outcome: 'settled', status: 'settled', fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', epoch: 3, hold: null, lastFailure: null, nextAttemptAt: null, observed: false, observers: [], planned: null }],
  next: null
}

export const OrderView = Type.Object({
  ...order,
  done: Type.Boolean({ description: 'Whether every target is settled, locked, observed or has left: the latter are not waited for, and `counts` tells how many' }),
  counts: Counts,
  targets: list(TargetView, { description: 'One page of them, by host, account and name' }),
  next: nullable(Type.String({ description: 'Hand it back as `cursor` for more targets' }))
}, {
  ...closed,
  description: 'An order, how far it is, and the state of each target',
  examples: [exampleOrderView]
})
