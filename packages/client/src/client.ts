import { errorCatalogue, RekeyError, type ErrorCode } from '@rekey/domain'
import type { ApiConnection, Method } from './connection.ts'
import type { AnswerOf, DryRun, ItemOf, ListPath, NewOrder, PathOf, PlacedOrders, RequestOf } from './operations.ts'
import type { paths } from './openapi.ts'
import { eventsIn, type CampaignEvent, type OrderEvent } from './events.ts'
import { parsed } from './parsed.ts'

/** Left out where there is nothing that must be said. */
type Given<Request> = object extends Request ? [request?: Request] : [request: Request]

/** Where a watch goes on, and what ends it. */
export interface Since {
  /** The `id` of the last event that was seen. */
  readonly seen?: string | undefined
  readonly signal?: AbortSignal | undefined
}

interface AnyRequest {
  readonly path?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * The API's operations, with the types of its OpenAPI document. Each call resolves to the body of a good answer.
 * @throws RekeyError with the code that the API refuses with, or `api/unavailable`
 */
export class RekeyClient {
  readonly connection: ApiConnection

  constructor (connection: ApiConnection) {
    this.connection = connection
  }

  async get<P extends PathOf<'GET'>> (path: P, ...[request]: Given<RequestOf<'GET', P>>): Promise<AnswerOf<'GET', P>> {
    return await this.#must('GET', path, request)
  }

  async post<P extends PathOf<'POST'>> (path: P, ...[request]: Given<RequestOf<'POST', P>>): Promise<AnswerOf<'POST', P>> {
    return await this.#must('POST', path, request)
  }

  async put<P extends PathOf<'PUT'>> (path: P, ...[request]: Given<RequestOf<'PUT', P>>): Promise<AnswerOf<'PUT', P>> {
    return await this.#must('PUT', path, request)
  }

  async delete<P extends PathOf<'DELETE'>> (path: P, ...[request]: Given<RequestOf<'DELETE', P>>): Promise<AnswerOf<'DELETE', P>> {
    return await this.#must('DELETE', path, request)
  }

  /** Every item of a list, page by page. */
  async all<P extends ListPath> (path: P, query: RequestOf<'GET', P> extends { readonly query?: infer Q } ? NonNullable<Q> : never = {} as never): Promise<Array<ItemOf<P>>> {
    const items: Array<ItemOf<P>> = []
    let cursor: string | undefined
    do {
      const page: { readonly items?: Array<ItemOf<P>>, readonly next?: string | null } | undefined = await this.#must('GET', path, { query: { limit: '1000', ...query as object, cursor } })
      if (!Array.isArray(page?.items)) throw notOurs()
      items.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return items
  }

  async placeOrders (order: Omit<NewOrder, 'dryRun'>, idempotencyKey?: string): Promise<PlacedOrders> {
    return await this.post('/v1/orders', { body: order, headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey } }) as PlacedOrders
  }

  async dryRun (order: Omit<NewOrder, 'dryRun'>): Promise<DryRun> {
    return await this.post('/v1/orders', { body: { ...order, dryRun: true } }) as DryRun
  }

  /** What changes of an order, until the API ends its telling. */
  watchOrder (order: { readonly zone: string, readonly number: number }, since: Since = {}): AsyncGenerator<OrderEvent> {
    return this.#watch(fill('/v1/orders/{zone}/{number}/events', { ...order }), since)
  }

  /** The same of a campaign. */
  watchCampaign (campaign: { readonly id: string }, since: Since = {}): AsyncGenerator<CampaignEvent> {
    return this.#watch(fill('/v1/campaigns/{id}/events', { ...campaign }), since)
  }

  /** Nothing comes when all was seen that there is to see. */
  async * #watch<Event> (path: string, { seen, signal }: Since): AsyncGenerator<Event> {
    const { status, text } = await this.connection.stream(path, seen === undefined ? {} : { 'last-event-id': seen }, signal)
    if (status === 200) {
      yield * eventsIn<Event>(text)
      return
    }
    let answer = ''
    for await (const chunk of text) answer += chunk
    if (status !== 204) throw refusalOf(parsed(answer))
  }

  close (): void {
    this.connection.close()
  }

  /** @param request of the operation's own type, which its caller has checked */
  async #must<T> (method: Method, path: keyof paths, request: unknown): Promise<T> {
    const { path: names = {}, query = {}, headers, body } = (request ?? {}) as AnyRequest
    const answer = await this.connection.send(method, fill(path, names) + search(query), body, headers)
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer.body)
    return answer.body as T
  }
}

function fill (path: string, names: Readonly<Record<string, string | number>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ''))
}

function search (query: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return said.length === 0 ? '' : `?${new URLSearchParams(said).toString()}`
}

/** What a problem says that Rekey answered with. */
export function refusalOf (body: unknown, peer?: string): RekeyError {
  const { code, detail, field } = (body ?? {}) as { code?: unknown, detail?: unknown, field?: unknown }
  if (typeof code !== 'string' || !Object.hasOwn(errorCatalogue, code) || typeof detail !== 'string') return notOurs(peer)
  return new RekeyError(code as ErrorCode, detail, typeof field === 'string' ? { field } : {})
}

/** For an answer of another shape. */
export function notOurs (peer = 'API'): RekeyError {
  return new RekeyError('api/unavailable', `what answers at that address is not Rekey's ${peer}`)
}
