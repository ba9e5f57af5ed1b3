import { expect, test } from '@jest/globals'
import { patient, RekeyClient, type ApiAnswer } from '../src/index.ts'

/** A connection that notes what is asked, and answers with these one after the other. */
function answering (...answers: Array<Partial<ApiAnswer>>) {
  const asked: unknown[][] = []
  return {
    asked,
    connection: {
      send: async (...request: unknown[]) => {
        asked.push(request)
        return await Promise.resolve({ status: 200, headers: {}, body: undefined, ...answers.shift() })
      },
      stream: neverAsked,
      close: () => {}
    }
  }
}

async function neverAsked (): Promise<never> {
  return await Promise.reject(new Error('no stream was to be asked for'))
}

test('a request is put together from the names, the query, the headers and the body of its operation', async () => {
  const { asked, connection } = answering()
  const api = new RekeyClient(connection)
  await api.get('/v1/orders/{zone}/{number}', { path: { zone: 'production', number: 7 }, query: { limit: '1', cursor: undefined } })
  await api.post('/v1/hosts/{zone}/{id}/manage', { path: { zone: 'a/../b', id: 'web-1' }, body: { reason: 'seen' } })
  await api.placeOrders({ scope: { all: true }, reason: 'drill' }, 'once')
  expect(asked).toEqual([
    ['GET', '/v1/orders/production/7?limit=1', undefined, undefined],
    ['POST', '/v1/hosts/a%2F..%2Fb/web-1/manage', { reason: 'seen' }, undefined],
    ['POST', '/v1/orders', { scope: { all: true }, reason: 'drill' }, { 'idempotency-key': 'once' }]
  ])
})

test('a list is read to its last page', async () => {
  const { asked, connection } = answering({ body: { items: [1, 2], next: 'two' } }, { body: { items: [3], next: null } })
  expect(await new RekeyClient(connection).all('/v1/hosts', { zone: 'production' })).toEqual([1, 2, 3])
  expect(asked.map(([, path]) => path)).toEqual(['/v1/hosts?limit=1000&zone=production', '/v1/hosts?limit=1000&zone=production&cursor=two'])
})

test.each<[string, Partial<ApiAnswer>, object]>([
  ['a refusal with its code and field', { status: 404, body: { code: 'zone/unknown', detail: 'zone: no such zone', field: 'zone' } }, { code: 'zone/unknown', message: 'zone: no such zone', detail: { field: 'zone' } }],
  ['a refusal of somebody else', { status: 404, body: '<html>' }, { code: 'api/unavailable' }],
  ['a code that nobody knows', { status: 400, body: { code: 'constructor', detail: 'x' } }, { code: 'api/unavailable' }],
  ['a list that is none', { body: { items: 'all' } }, { code: 'api/unavailable' }]
])('%s is thrown as an error of ours', async (_, answer, error) => {
  await expect(new RekeyClient(answering(answer).connection).all('/v1/hosts')).rejects.toMatchObject(error)
})

test('what the API puts off is sent again, and given up after a while', async () => {
  let refusals = 3
  let sent = 0
  const connection = patient({
    send: async () => { sent += 1; return await Promise.resolve({ status: refusals-- > 0 ? 429 : 200, headers: {}, body: undefined }) },
    stream: neverAsked,
    close: () => {}
  }, 1)
  expect([await connection.send('GET', '/v1/hosts'), sent]).toEqual([{ status: 200, headers: {}, body: undefined }, 4])
  refusals = 1000
  expect((await connection.send('GET', '/v1/hosts')).status).toBe(429)
})

/** A connection whose stream comes in these pieces. */
function streaming (status: number, ...pieces: string[]) {
  const asked: unknown[][] = []
  const stream = async (...request: unknown[]) => {
    asked.push(request)
    return await Promise.resolve({ status, text: (async function * () { for (const piece of pieces) yield await Promise.resolve(piece) })() })
  }
  return { asked, api: new RekeyClient({ ...answering().connection, stream }) }
}

async function eventsOf (api: RekeyClient, seen?: string): Promise<unknown[]> {
  const events: unknown[] = []
  for await (const event of api.watchOrder({ zone: 'production', number: 7 }, { seen })) events.push(event)
  return events
}

test('the events of an order come one by one, however the wire has cut them', async () => {
  const { asked, api } = streaming(200, 'retry: 2000\n\n:\n\neve', 'nt: changes\nid: a\ndata: {"done":', 'false}\n\nevent: done\nid: b~\ndata: {}\n\n')
  expect(await eventsOf(api, 'before')).toEqual([{ event: 'changes', id: 'a', data: { done: false } }, { event: 'done', id: 'b~', data: {} }])
  expect(asked).toEqual([['/v1/orders/production/7/events', { 'last-event-id': 'before' }, undefined]])
})

test('who has seen the end is told nothing, and a refusal is thrown as an error of ours', async () => {
  expect(await eventsOf(streaming(204).api)).toEqual([])
  await expect(eventsOf(streaming(404, '{"code":"order/unknown",', '"detail":"no order 7"}').api)).rejects.toMatchObject({ code: 'order/unknown', message: 'no order 7' })
})
