import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fingerprint } from '@rekey/lab'
import { soon } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import type { OrderView, Place, View } from './api-system.ts'

let system: ApiSystem
const pathOf = ({ zone, host, account }: Place) => `/v1/credentials/${zone}/${host}/${account}/ssh-key`
const nameOf = ({ zone, host, account }: Pick<Place, 'zone' | 'host' | 'account'>) => `${zone}/${host}/${account}`

beforeAll(async () => { system = await ApiSystem.start(60) })
afterAll(async () => await system.stop())

describe('hosts', () => {
  test('are added with pinned keys or with trust on first use, answered as they stand, and listed by zone and id', async () => {
    for (const name of ['web-1', 'web-2', 'store-1', 'store-2']) {
      const { hostKeys, ...host } = { ...system.newHost(name), labels: { kind: name.split('-')[0] ?? '' } }
      const trust = name === 'web-2' ? { trustOnFirstUse: true } : { hostKeys }
      const answer = await system.api.post('/v1/hosts', { ...host, ...trust })
      expect([answer.status, answer.body]).toEqual([201, { ...host, hostKeys: [], trustOnFirstUse: false, ...trust, observed: false, via: null, recovery: null, legacyAlgorithms: [], redirect: null, status: 'present', leave: null, leftAt: null, createdAt: expect.any(String) }])
    }
    const [page = []] = await system.api.pages<{ zone: string, id: string }>('/v1/hosts')
    expect(page.map(({ zone, id }) => `${zone}/${id}`)).toEqual(['backup/store-1', 'backup/store-2', 'production/web-1', 'production/web-2'])
  })
})

describe('credentials', () => {
  test('are accepted with 202 and where to look, and settle once the worker has logged in', async () => {
    for (const place of system.places) {
      const answer = await system.api.post('/v1/credentials', system.newCredential(place))
      expect([answer.status, answer.headers['location'], answer.body]).toEqual([202, pathOf(place), expect.objectContaining({ status: 'adopting', fingerprint: place.key.fingerprint })])
      expect((await system.api.get(String(answer.headers['location']))).status).toBe(200)
    }
    for (const place of system.places) {
      const view = await system.reaches(place, 'settled')
      expect(view).toMatchObject({ fingerprint: place.key.fingerprint, epoch: 1, order: 0, rotations: [], debts: [], hold: null, lastFailure: null })
      // Also where it was taken on first use.
      expect(view.hostKeys).toEqual(system.lab.host(place.host).hostKeys.map(fingerprint))
    }
  })

  test('are told to be shared where one key opens two places, over the border of the zones', async () => {
    const views = (await system.api.pages<View>('/v1/credentials')).flat()
    expect(views.filter(({ shared }) => shared).map(({ sharedWith, ...view }) => [nameOf(view), sharedWith])).toEqual([
      ['backup/store-1/app', ['production/web-2/app/ssh-key']],
      ['production/web-2/app', ['backup/store-1/app/ssh-key']]
    ])
  })

  test.each<[string, (view: View) => boolean]>([
    ['zone=backup', ({ zone }) => zone === 'backup'],
    ['host=web-1', ({ host }) => host === 'web-1'],
    ['account=app', ({ account }) => account === 'app'],
    ['status=settled', () => true],
    ['status=held', () => false],
    ['shared=true', ({ shared }) => shared],
    ['shared=false', ({ shared }) => !shared],
    ['zone=production&account=app&shared=true', view => nameOf(view) === 'production/web-2/app']
  ])('are listed by the filter %s, in pages too', async (query, matches) => {
    const all = (await system.api.pages<View>('/v1/credentials')).flat()
    expect(all).toHaveLength(system.places.length)
    expect((await system.api.pages<View>('/v1/credentials', 3, `&${query}`)).flat()).toEqual(all.filter(matches))
  })
})

describe('an order', () => {
  const key = { 'idempotency-key': '1f0a5d0e-6d8c-4b1f-9a5e-2f8f7f2a9c11' }
  const body = { scope: { hosts: ['web-1', 'store-1'] }, reason: 'a laptop was stolen' }
  let placed: { campaign: string, orders: Array<{ zone: string, number: number, targets: number }> }

  test('that is only tried tells its targets and changes nothing', async () => {
    const before = await system.api.everything()
    const answer = await system.api.post('/v1/orders', { ...body, dryRun: true }, key)
    expect([answer.status, answer.body]).toEqual([200, {
      dryRun: true,
      orders: [['production', 'web-1'], ['backup', 'store-1']].map(([zone, host]) =>
        ({ zone, targets: 2, credentials: [`${zone}/${host}/app/ssh-key`, `${zone}/${host}/deploy/ssh-key`], observed: [] }))
    }])
    expect(await system.api.everything()).toEqual(before)
  })

  test('is placed once in each zone for an idempotency key, however often and at once it is sent', async () => {
    const answers = await Promise.all([1, 2, 3].map(async () => await system.api.post<typeof placed>('/v1/orders', body, key)))
    answers.push(await system.api.post<typeof placed>('/v1/orders', { reason: body.reason, scope: body.scope }, key))
    placed = answers[0]?.body ?? placed
    expect(placed.orders).toEqual([{ zone: 'production', number: 1, targets: 2, observed: 0 }, { zone: 'backup', number: 1, targets: 2, observed: 0 }])
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([202, placed])
    expect((await system.api.pages<object>('/v1/orders')).flat()).toEqual(['backup', 'production'].map(zone =>
      expect.objectContaining({ zone, number: 1, campaign: placed.campaign, scope: { hosts: ['web-1', 'store-1'] }, reason: body.reason })))
  })

  test.each([
    ['scope', { ...body, scope: { hosts: ['web-1'] } }],
    ['reason', { ...body, reason: 'another one' }]
  ])('is refused when its key comes with another %s', async (_part, other) => {
    const answer = await system.api.post('/v1/orders', other, key)
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency/mismatch', field: 'idempotency-key', detail: expect.stringMatching(/use a fresh key/) } })
    expect((await system.api.pages('/v1/orders')).flat()).toHaveLength(2)
  })

  test('ends with every target settled: another secret opens the account, and a proof tells that the old one does not', async () => {
    for (const { zone, number } of placed.orders) {
      const order = await system.done(zone, number)
      expect(order).toMatchObject({ counts: { total: 2, settled: 2, pending: 0, debt: 0, held: 0 }, next: null })
      for (const target of order.targets) {
        const place = system.place(`${target.host}/${target.account}`)
        const { fingerprint: now, rotations: [rotation, ...earlier] } = await system.view(place)
        expect([target.outcome, target.fingerprint]).toEqual(['settled', now])
        expect(now).not.toBe(place.key.fingerprint)
        expect(earlier).toEqual([])
        expect(rotation).toMatchObject({
          order: number,
          oldFingerprint: place.key.fingerprint,
          newFingerprint: now,
          proof: { randomRefused: true, oldRefused: [place.key.fingerprint], newAccepted: now }
        })
        const host = system.lab.host(place.host)
        const lines = (await host.read(`${host.home(place.account)}/.ssh/authorized_keys`)).trim().split('\n')
        expect(lines.map(fingerprint)).toEqual([now])
      }
    }
    // Those that were not in its scope.
    expect((await system.view(system.place('web-2/deploy'))).epoch).toBe(1)
  })

  test('shows its targets in pages', async () => {
    const first = (await system.api.get<OrderView>('/v1/orders/backup/1?limit=1')).body
    const second = (await system.api.get<OrderView>(`/v1/orders/backup/1?limit=1&cursor=${String(first.next)}`)).body
    expect([...first.targets, ...second.targets].map(nameOf)).toEqual(['backup/store-1/app', 'backup/store-1/deploy'])
    expect([first.counts['total'], second.next]).toEqual([2, null])
  })
})

describe('a list', () => {
  beforeAll(async () => { for (const host of ['web-2', 'web-2', 'store-2']) await system.order(host) })

  test.each(['/v1/hosts', '/v1/credentials', '/v1/orders'])('of %s comes in pages that together are all of it, each entry once', async path => {
    const [all = []] = await system.api.pages<object>(path)
    expect(all.length).toBeGreaterThan(3)
    for (const limit of [1, 3]) {
      const pages = await system.api.pages<object>(path, limit)
      expect(pages.slice(0, -1).map(page => page.length)).toEqual(pages.slice(1).map(() => limit))
      expect(pages.flat().map(identity)).toEqual(all.map(identity))
    }
    expect(new Set(all.map(identity)).size).toBe(all.length)
  })
})

describe('an inventory', () => {
  test('is looked at, applied once, and there the second time, with what single requests have added', async () => {
    const [there, { address, port, hostKeys }] = [system.newHost('store-2'), system.newHost('web-2')]
    const credentials = system.places.filter(({ host }) => host === 'store-2').map(({ account, key }) => ({ account, privateKey: key.privateKey }))
    const text = JSON.stringify({ hosts: [{ ...there, credentials }, { zone: 'production', id: 'web-2-again', address, port, hostKeys }] })
    const rows = async (apply: boolean) => {
      const answer = await system.api.post<{ rows: Array<{ result: string }> }>('/v1/inventory', { format: 'rekey', text, apply })
      return [answer.status, ...answer.body.rows.map(({ result }) => result)]
    }
    const known = credentials.map(() => 'there')
    const before = await system.api.everything()
    expect(await rows(false)).toEqual([200, ...known, 'create'])
    expect((await system.api.everything()).hosts).toEqual(before.hosts)
    expect(await rows(true)).toEqual([200, ...known, 'created'])
    expect(await rows(true)).toEqual([200, ...known, 'there'])
    expect((await system.api.everything()).hosts.filter(({ id }) => id === 'web-2-again')).toMatchObject([{ address, port, hostKeys, observed: true }])
  })
})

/** What stays the same of an entry while workers are at it. */
function identity (entry: object): string {
  const { zone, id, host, account, name, number } = entry as Record<string, unknown>
  return JSON.stringify({ zone, id, host, account, name, number })
}

describe('the document', () => {
  test.each<[string, string, string, number, object | undefined]>([
    ['GET /health/live', 'GET', '/health/live', 200, undefined],
    ['GET /health/ready', 'GET', '/health/ready', 200, undefined],
    ['GET /v1/hosts', 'GET', '/v1/hosts?zone=backup', 200, undefined],
    ['POST /v1/hosts', 'POST', '/v1/hosts', 409, { zone: 'backup', id: 'store-1', address: '127.1.0.1', trustOnFirstUse: true }],
    ['POST /v1/hosts/{zone}/{id}/manage', 'POST', '/v1/hosts/backup/nowhere/manage', 404, { reason: 'x' }],
    ['POST /v1/inventory', 'POST', '/v1/inventory', 422, { format: 'ansible', text: 'web-9' }],
    ['GET /v1/credentials', 'GET', '/v1/credentials?zone=nowhere', 404, undefined],
    ['POST /v1/credentials', 'POST', '/v1/credentials', 400, {}],
    ['GET /v1/credentials/{zone}/{host}/{account}/{name}', 'GET', '/v1/credentials/backup/store-1/nobody/ssh-key', 404, undefined],
    ['POST /v1/credentials/{zone}/{host}/{account}/{name}/manage', 'POST', '/v1/credentials/backup/store-1/nobody/ssh-key/manage', 404, { reason: 'x' }],
    ['GET /v1/orders', 'GET', '/v1/orders?limit=0', 400, undefined],
    ['POST /v1/orders', 'POST', '/v1/orders', 422, { scope: { hosts: ['nowhere'] }, reason: 'x' }],
    ['GET /v1/orders/{zone}/{number}', 'GET', '/v1/orders/backup/999', 404, undefined],
    ['POST /v1/hosts/{zone}/{id}/redirects', 'POST', '/v1/hosts/backup/nowhere/redirects', 404, { address: '127.1.0.1', reason: 'x' }],
    ['POST /v1/hosts/{zone}/{id}/leave', 'POST', '/v1/hosts/backup/nowhere/leave', 404, { reason: 'x' }],
    ['POST /v1/credentials/{zone}/{host}/{account}/{name}/leave', 'POST', '/v1/credentials/backup/store-1/nobody/ssh-key/leave', 404, { reason: 'x' }],
    ['POST /v1/credentials/{zone}/{host}/{account}/{name}/clear', 'POST', '/v1/credentials/backup/store-1/nobody/ssh-key/clear', 404, { reason: 'x' }],
    ['GET /v1/proposals', 'GET', '/v1/proposals', 200, undefined],
    ['GET /v1/proposals/{zone}/{number}', 'GET', '/v1/proposals/backup/999', 404, undefined],
    ['GET /v1/orders/{zone}/{number}/events', 'GET', '/v1/orders/backup/999/events', 404, undefined],
    ['GET /v1/zones', 'GET', '/v1/zones', 200, undefined],
    ['GET /v1/debts', 'GET', '/v1/debts?zone=backup', 200, undefined],
    ['GET /v1/findings', 'GET', '/v1/findings?zone=backup', 200, undefined],
    ['GET /v1/schedule', 'GET', '/v1/schedule?zone=backup', 200, undefined],
    ['GET /v1/audit', 'GET', '/v1/audit?zone=backup&limit=2', 200, undefined],
    ['GET /v1/hosts/{zone}/{id}/labels', 'GET', '/v1/hosts/backup/nowhere/labels', 404, undefined],
    ['PUT /v1/hosts/{zone}/{id}/labels', 'PUT', '/v1/hosts/backup/nowhere/labels', 404, { labels: {} }],
    ['GET /v1/policies', 'GET', '/v1/policies', 200, undefined],
    ['GET /v1/policies/{zone}/{name}', 'GET', '/v1/policies/backup/nothing', 404, undefined],
    ['PUT /v1/policies/{zone}/{name}', 'PUT', '/v1/policies/nowhere/strict', 404, { priority: 1, selector: {} }],
    ['DELETE /v1/policies/{zone}/{name}', 'DELETE', '/v1/policies/backup/nothing', 404, undefined],
    ['POST /v1/campaigns', 'POST', '/v1/campaigns', 404, { kind: 'revoke-all', scope: { zones: ['nowhere'] }, reason: 'x' }],
    ['GET /v1/campaigns', 'GET', '/v1/campaigns', 200, undefined],
    ['GET /v1/campaigns/{id}', 'GET', '/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', 404, undefined],
    ['GET /v1/campaigns/{id}/events', 'GET', '/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/events', 404, undefined],
    ['GET /v1/campaigns/{id}/report', 'GET', '/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/report', 404, undefined],
    ['POST /v1/campaigns/{id}/steerings', 'POST', '/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b/steerings', 404, { action: 'pause', reason: 'x' }],
    ['GET /v1/grants', 'GET', '/v1/grants', 200, undefined],
    ['GET /v1/grants/{zone}/{name}', 'GET', '/v1/grants/backup/nothing', 404, undefined],
    ['PUT /v1/grants/{zone}/{name}', 'PUT', '/v1/grants/backup/nothing', 400, {}],
    ['DELETE /v1/grants/{zone}/{name}', 'DELETE', '/v1/grants/backup/nothing', 404, undefined],
    ['POST /v1/grants/{zone}/{name}/explain', 'POST', '/v1/grants/backup/nothing/explain', 404, { claims: {} }],
    ['GET /v1/leases', 'GET', '/v1/leases', 200, undefined],
    ['GET /v1/lease-requests', 'GET', '/v1/lease-requests', 200, undefined],
    ['PUT /v1/findings/{zone}/{id}/acceptance', 'PUT', '/v1/findings/backup/0123456789abcdef/acceptance', 404, { reason: 'x' }],
    ['DELETE /v1/findings/{zone}/{id}/acceptance', 'DELETE', '/v1/findings/backup/0123456789abcdef/acceptance', 404, undefined],
    ['POST /v1/blast-radius', 'POST', '/v1/blast-radius', 200, { zones: ['backup'] }],
    ['POST /v1/hosts/{zone}/{id}/survey', 'POST', '/v1/hosts/backup/nowhere/survey', 404, undefined],
    ['GET /v1/hosts/{zone}/{id}/survey', 'GET', '/v1/hosts/backup/nowhere/survey', 404, undefined],
    ['POST /v1/hosts/{zone}/{id}/removals', 'POST', '/v1/hosts/backup/nowhere/removals', 404, { account: 'app', fingerprint: `SHA256:${'A'.repeat(43)}`, reason: 'x' }],
    ['GET /v1/tokens', 'GET', '/v1/tokens', 200, undefined],
    ['POST /v1/tokens', 'POST', '/v1/tokens', 404, { name: 'x', role: 'viewer', zones: ['nowhere'] }],
    ['POST /v1/tokens/{id}/rotate', 'POST', '/v1/tokens/0000000000000000/rotate', 404, {}],
    ['DELETE /v1/tokens/{id}', 'DELETE', '/v1/tokens/0000000000000000', 404, undefined]
  ])('describes what %s answers, refusals too', async (_operation, method, path, status, body) => {
    expect((await system.api.send(method, path, { body })).status).toBe(status)
  })

  test('lists no operation that no request of these tests was sent to', () => {
    expect(system.api.operations.map(({ name }) => name).filter(name => !system.api.seen.has(name))).toEqual([])
  })

  test.each([
    ['GET', '/'], ['GET', '/v1'], ['GET', '/v2/hosts'], ['GET', '/v1/hosts/web-1'], ['GET', '/v1/hosts/'], ['GET', '/v1//hosts'], ['GET', '/v1/%zz']
  ])('is where the refusal of %s %s points to', async (method, path) => {
    expect((await system.api.send(method, path)).body).toMatchObject({ status: 404, code: 'request/unknown-path' })
  })

  test.each([
    ['DELETE', '/v1/hosts', 'GET, POST'], ['PUT', '/v1/credentials/backup/store-1/app/ssh-key', 'GET'], ['PATCH', '/v1/orders/backup/1', 'GET'],
    ['OPTIONS', '/v1/hosts', 'GET, POST'], ['QUERY', '/v1/orders', 'GET, POST'], ['POST', '/health/live', 'GET']
  ])('has what the refusal of %s %s names', async (method, path, allow) => {
    expect(await system.api.send(method, path)).toMatchObject({ body: { status: 405, code: 'request/method-not-allowed' }, headers: { allow } })
  })
})

test('what comes in the clear gets no answer, is let go, and disturbs nobody', async () => {
  const { hostname, port } = new URL(system.stack.api.url)
  const closed = new Promise<string>(resolve => {
    let answer = ''
    connect(Number(port), hostname).on('data', data => { answer += data.toString('latin1') }).on('error', () => {}).on('close', () => resolve(answer))
      .write('GET /health/live HTTP/1.1\r\nhost: rekey\r\n\r\n')
  })
  expect(await soon('the connection\'s end', closed, 10)).not.toContain('HTTP')
  expect((await system.api.get('/health/live')).status).toBe(200)
})
