import { beforeEach, expect, test } from '@jest/globals'
import { makeKey } from '@rekey/ssh'
import { startApi, type TestApi } from './client.ts'

const web1 = '/v1/hosts/production/web-1/labels'
let api: TestApi

beforeEach(async () => {
  api = await startApi()
  for (const id of ['web-1', 'web-2']) await api.post('/v1/hosts', { zone: 'production', id, address: '127.1.0.7', labels: { role: 'frontend', tier: id }, hostKeys: [makeKey().publicKey] })
  api.world.events.length = 0
  api.world.audit.length = 0
})

const idsOf = async (query: string): Promise<string[]> => (await api.get(`/v1/hosts${query}`)).body.items.map(({ id }) => id)

test('labels are replaced, all of them, once the audit trail has it', async () => {
  expect(await api.put(web1, { labels: { role: 'backend' } })).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { zone: 'production', id: 'web-1', labels: { role: 'backend' } } })
  expect(api.world.events).toEqual(['audit host.label', 'write labels'])
  expect(api.world.audit).toMatchObject([{ target: 'production/web-1', actor: 'admin', detail: 'from role=frontend,tier=web-1 to role=backend' }])
  expect(await api.get(web1)).toMatchObject({ headers: { etag: '"1"' }, body: { labels: { role: 'backend' } } })
  expect((await api.get('/v1/hosts')).body.items).toMatchObject([{ id: 'web-1', labels: { role: 'backend' } }, { id: 'web-2', labels: { role: 'frontend', tier: 'web-2' } }])
  // The record is what it was: only a redirect changes that.
  expect(api.world.hosts.get('production/web-1')?.labels).toEqual({ role: 'frontend', tier: 'web-1' })
})

test('the same ones again change nothing', async () => {
  expect(await api.put(web1, { labels: { tier: 'web-1', role: 'frontend' } })).toMatchObject({ status: 200, headers: { etag: '"0"' } })
  expect(api.world.events).toEqual([])
})

test('nothing is done when they are others by now', async () => {
  const seen = String((await api.get(web1)).headers['etag'])
  await api.put(web1, { labels: { role: 'theirs' } })
  expect(await api.put(web1, { labels: {} }, { 'if-match': seen })).toMatchObject({ status: 412, body: { code: 'request/precondition-failed', field: 'if-match' } })
  expect((await api.get(web1)).body).toMatchObject({ labels: { role: 'theirs' } })
  expect(await api.put(web1, { labels: {} }, { 'if-match': '"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { labels: {} } })
  expect(await api.put(web1, { labels: { a: 'b' } }, { 'if-match': '*' })).toMatchObject({ status: 200, headers: { etag: '"3"' } })
})

test('two at the same time: with If-Match one of them, without it both, one after the other', async () => {
  const both = async (headers: Record<string, string>) => (await Promise.all(['a', 'b'].map(async role => await api.put(web1, { labels: { role } }, headers)))).map(({ status }) => status).sort()
  expect(await both({ 'if-match': '"0"' })).toEqual([200, 412])
  expect(await both({})).toEqual([200, 200])
})

test('hosts are listed by all of the labels that are asked for, as they are now', async () => {
  expect(await idsOf('?label=role=frontend')).toEqual(['web-1', 'web-2'])
  expect(await idsOf('?label=role=frontend,tier=web-2')).toEqual(['web-2'])
  await api.put(web1, { labels: { role: 'backend' } })
  expect(await idsOf('?label=role=frontend')).toEqual(['web-2'])
  expect(await idsOf('?zone=production&label=role=backend')).toEqual(['web-1'])
  expect(await idsOf('?label=constructor=x')).toEqual([])
})

test.each([['?label=role', 'label'], ['?label=role=', 'label'], ['?label=a=b,', 'label'], ['?label=a=b&label=c=d', 'label']])('a list by %s is refused', async (query, field) => {
  expect(await api.get(`/v1/hosts${query}`)).toMatchObject({ status: 400, body: { field } })
})

test.each<[string, unknown, Record<string, string>, object]>([
  ['a host that is not there', { labels: {} }, {}, { status: 404, body: { code: 'host/unknown', field: 'id' } }],
  ['no labels', {}, {}, { status: 400, body: { field: 'labels' } }],
  ['a malformed one', { labels: { role: 'a;b' } }, {}, { status: 400, body: { code: 'name/invalid', field: 'labels.role' } }],
  ['a weak tag', { labels: {} }, { 'if-match': 'W/"1"' }, { status: 400, body: { field: 'if-match' } }]
])('it is refused with %s', async (what, body, headers, expected) => {
  expect(await api.put(what.includes('not there') ? '/v1/hosts/production/web-9/labels' : web1, body, headers)).toMatchObject(expected)
  expect(api.world.events).toEqual([])
})
