import { Type } from 'typebox'
import { closed, list } from './fields.ts'
import { Counts, exampleOrderView, OrderView, TargetView } from './order.ts'

export const EventsHeaders = Type.Object({
  'last-event-id': Type.Optional(Type.String({ maxLength: 6000, description: 'at most 6000 characters: the `id` of the last event that was seen. One that is not known is as none' }))
})

export const EventId = Type.String({ description: 'For `Last-Event-ID`: what was seen so far' })

export const EndEvent = Type.Object({
  event: Type.Literal('end'),
  data: Type.Object({ reason: Type.String({ description: '`time`, `stopping`, or the code of an error, such as `auth/missing` or `vault/sealed`' }), detail: Type.String({ description: 'for people' }) }, closed)
}, { ...closed, description: 'The stream ends, and what is watched is not done. Nothing is known of it but what was shown' })

export const nothingNew = { type: 'null', description: 'The client has seen `done`, and nothing has changed since: it need not come again' } as const

const { next: _next, ...order } = OrderView.properties

const Events = Type.Union([
  Type.Object({ event: Type.Literal('order'), id: EventId, data: Type.Object(order, closed) }, { ...closed, description: 'The whole order: the first event, and again whenever other credentials have come into its scope. It replaces what was shown before' }),
  Type.Object({
    event: Type.Literal('changes'),
    id: EventId,
    data: Type.Object({ counts: Counts, done: Type.Boolean(), targets: list(TargetView, { description: 'Those that have changed, as they are now' }) }, closed)
  }, { ...closed, description: 'What has changed since the event before' }),
  Type.Object({ event: Type.Literal('done'), id: EventId, data: Type.Object({ counts: Counts }, closed) }, { ...closed, description: 'Every target is settled, or observed. The stream ends' }),
  EndEvent
], { description: 'One event, its `data` parsed' })

export const exampleId = 'Zk3vXn0cQw1yT8aL.9sB2dF4gH6jK8lM0nP2qRs.tUvWxYz0'
export const exampleEnd = { event: 'end', data: { reason: 'time', detail: 'this stream has lasted as long as one may; come again with Last-Event-ID' } } as const
const { next: _none, ...whole } = exampleOrderView
const targets = whole.targets.map(target => ({ ...target, outcome: 'pending', status: 'rotating', epoch: 2 }))
const counts = { ...whole.counts, settled: 0, pending: 1 }

export const orderEvents = {
  description: 'Events until the order is done. `retry:` and comments stand between them',
  content: {
    'text/event-stream': {
      schema: Events,
      examples: {
        order: { value: { event: 'order', id: exampleId, data: { ...whole, counts, done: false, targets } } },
        changes: { value: { event: 'changes', id: exampleId, data: { counts: whole.counts, done: true, targets: whole.targets } } },
        done: { value: { event: 'done', id: `${exampleId}~`, data: { counts: whole.counts } } },
        end: { value: exampleEnd }
      }
    }
  }
}
