import { asService } from '../faults/harness/logins.ts'
import { ApiSystem } from './api-system.ts'

/*
 * What of the fleet an order covers, by what rules its secrets are made, and what is shared: over the API, on real hosts.
 */

let system: ApiSystem

beforeAll(async () => {
  system = await ApiSystem.start(80)
  await system.adopt('web-1/deploy', 'web-2/deploy', 'web-2/app', 'store-1/app')
})
afterAll(async () => await system.stop())

const labelsOf = (host: string): string => `/v1/hosts/production/${host}/labels`

async function label (host: string, labels: object): Promise<void> {
  expect(await system.api.send('PUT', labelsOf(host), { body: { labels } })).toMatchObject({ status: 200, body: { labels } })
}

interface Placed { readonly orders: ReadonlyArray<{ readonly number: number, readonly targets: number }> }

async function orderBy (labels: object): Promise<Placed['orders'][number]> {
  const { status, body } = await system.api.post<Placed>('/v1/orders', { scope: { zones: ['production'], labels }, reason: 'a drill' })
  expect([status, body.orders]).toEqual([202, [expect.anything()]])
  return body.orders[0] as Placed['orders'][number]
}

test('no label takes a host out of an order that is there, or brings one into it, whoever writes it', async () => {
  const [first, second] = [await system.view(system.place('web-1/deploy')), await system.view(system.place('web-2/deploy'))]
  await label('web-1', { role: 'burned' })
  const worker = system.stack.service('worker-production')
  worker?.kill('SIGTERM')
  await worker?.exited
  const { number, targets } = await orderBy({ role: 'burned' })
  expect(targets).toBe(1)

  // Everything that the API's own login may write of labels and orders.
  const thief = await asService(system.stack, 'api')
  const document = { zone: 'production', host: 'web-1', labels: {}, changedBy: 'thief', changedAt: new Date().toISOString() }
  await thief.must('POST', 'rekey-production/data/labels/web-1', { data: document, options: { cas: 1 } })
  await thief.must('POST', 'rekey-production/data/labels/web-2', { data: { ...document, host: 'web-2', labels: { role: 'burned' } }, options: { cas: 0 } })
  for (const [method, path, cas] of [['POST', 'data/hosts/web-1', 1], ['POST', `data/orders/${number}`, 1], ['DELETE', 'metadata/labels/web-1', 0], ['DELETE', 'data/labels/web-1', 0], ['DELETE', `metadata/orders/${number}`, 0]] as const) {
    expect([method, path, (await thief.send(method, `rekey-production/${path}`, { data: {}, options: { cas } })).status]).toEqual([method, path, 403])
  }
  expect((await system.api.get<{ items: unknown[] }>('/v1/hosts?label=role=burned')).body.items).toMatchObject([{ id: 'web-2' }])

  await system.stack.startService('worker-production')
  expect((await system.done('production', number)).targets).toMatchObject([{ host: 'web-1', account: 'deploy', outcome: 'settled' }])
  const [rotated, left] = [await system.view(system.place('web-1/deploy')), await system.view(system.place('web-2/deploy'))]
  expect(rotated.rotations[0]).toMatchObject({ order: number, oldFingerprint: first.fingerprint, proof: { randomRefused: true, oldRefused: [first.fingerprint] } })
  expect(left.fingerprint).toBe(second.fingerprint)
}, 60_000)

test('two who label a host at the same time do not overwrite each other', async () => {
  const before = await system.api.get(labelsOf('web-1'))
  const etag = String(before.headers['etag'])
  const answers = await Promise.all(['a', 'b', 'c'].map(async role => await system.api.send('PUT', labelsOf('web-1'), { body: { labels: { role } }, headers: { 'if-match': etag } })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
  const won = answers.find(({ status }) => status === 200)
  expect(await system.api.get(labelsOf('web-1'))).toMatchObject({ headers: { etag: won?.headers['etag'] }, body: won?.body as object })
})

test('a key that was cloned over the border of two zones is a finding until one of them is rotated', async () => {
  interface Finding { readonly kind: string, readonly places: string[], readonly since: string | null, readonly fingerprint: string | null }
  const find = async (): Promise<Finding[]> => (await system.api.pages<Finding>('/v1/findings')).flat()
  const [cloned] = await find()
  expect(cloned).toMatchObject({ kind: 'shared-key', places: ['backup/store-1/app/ssh-key', 'production/web-2/app/ssh-key'], elsewhere: false, since: expect.any(String), endedBy: 'rotation' })
  expect(cloned?.fingerprint).toBe((await system.view(system.place('web-2/app'))).fingerprint)
  const { body: { token } } = await system.api.post<{ token: string }>('/v1/tokens', { name: 'store', role: 'viewer', zones: ['backup'] })
  expect((await system.api.send<{ items: Finding[] }>('GET', '/v1/findings', { headers: { authorization: `Bearer ${token}` } })).body.items)
    .toMatchObject([{ places: ['backup/store-1/app/ssh-key'], elsewhere: true, since: null }])
  await system.done('production', await system.order('web-2'))
  expect(await find()).toEqual([])
}, 60_000)
