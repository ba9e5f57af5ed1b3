import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { ApiStream } from './connection.ts'
import type { paths } from './openapi.ts'

type EventsOf<Path extends keyof paths> = paths[Path] extends { readonly get: { readonly responses: { readonly 200: { readonly content: { readonly 'text/event-stream': infer Event } } } } } ? Event : never

/** What a watched order tells: `order`, `changes`, and in the end `done` or `end`. */
export type OrderEvent = EventsOf<'/v1/orders/{zone}/{number}/events'>
/** What a watched campaign tells: `campaign`, `changes`, and in the end `done` or `end`. */
export type CampaignEvent = EventsOf<'/v1/campaigns/{id}/events'>

/** The events of an answer, as they come. @throws RekeyError `api/unavailable` when it breaks off */
export async function * eventsIn<Event> (text: ApiStream['text']): AsyncGenerator<Event> {
  const found: EventSourceMessage[] = []
  const parser = createParser({ onEvent: event => { found.push(event) } })
  for await (const chunk of text) {
    parser.feed(chunk)
    for (const { event, id, data } of found.splice(0)) yield { event, id, data: JSON.parse(data) as unknown } as Event
  }
}
