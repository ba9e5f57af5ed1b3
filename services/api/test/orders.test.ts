import { beforeEach, describe, expect, test } from '@jest/globals'
import type { CredentialState } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, settledState } from './memory-ports.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  addManaged(api.world,
    settledState('production/web-1/deploy/ssh-key'),
    settledState('production/web-1/root/ssh-key'),
    settledState('production/web-2/deploy/ssh-key'),
    settledState('backup/store-1/root/ssh-key')
  )
  api.world.states.set('production/web-3/root/ssh-key', settledState('production/web-3/root/ssh-key', { status: 'refused' }))
  const web1 = api.world.hosts.get('production/web-1')
  if (web1 !== undefined) api.world.hosts.set('production/web-1', { ...web1, labels: { role: 'frontend' } })
})

const order = (scope: object, more: object = {}, headers: Record<string, string> = {}) => api.post('/v1/orders', { scope, reason: 'drill', ...more }, headers)

describe('placing an order', () => {
  test('creates one order for each zone that the scope touches, after the audit trail has it, and asks for visits', async () => {
    const answer = await order({ all: true })
    expect(answer.status).toBe(202)
    expect(answer.body).toEqual({
      campaign: expect.any(String),
      orders: [{ zone: 'production', number: 1, targets: 3, observed: 0 }, { zone: 'backup', number: 1, targets: 1, observed: 0 }]
    })
    expect(api.world.events).toEqual(['audit order.create', 'audit order.create', 'write orders'])
    expect(api.world.audit[0]).toMatchObject({ act: 'order.create', target: 'production', reason: 'drill' })
    expect(api.world.visits.sort()).toEqual(['backup/store-1', 'production/web-1', 'production/web-2'])
    expect(api.world.orders[0]).toMatchObject({ zone: 'production', number: 1, scope: {}, reason: 'drill', requestedBy: 'admin' })
  })

  test.each<[object, string[]]>([
    [{ zones: ['backup'] }, ['backup/store-1/root/ssh-key']],
    [{ zones: ['production'], all: true }, ['production/web-1/deploy/ssh-key', 'production/web-1/root/ssh-key', 'production/web-2/deploy/ssh-key']],
    [{ hosts: ['web-1'] }, ['production/web-1/deploy/ssh-key', 'production/web-1/root/ssh-key']],
    [{ accounts: ['root'] }, ['production/web-1/root/ssh-key', 'backup/store-1/root/ssh-key']],
    [{ hosts: ['web-1'], accounts: ['root'] }, ['production/web-1/root/ssh-key']],
    [{ names: ['ssh-key'], hosts: ['web-2'] }, ['production/web-2/deploy/ssh-key']],
    [{ labels: { role: 'frontend' } }, ['production/web-1/deploy/ssh-key', 'production/web-1/root/ssh-key']]
  ])('tells in a dry run what %j covers, and creates nothing', async (scope, expected) => {
    const answer = await order(scope, { dryRun: true })
    expect(answer.status).toBe(200)
    expect(answer.body.orders.flatMap(part => part.credentials)).toEqual(expected)
    expect(api.world.events).toEqual([])
    expect(api.world.visits).toEqual([])
  })

  test('keeps the scope in the order as it was asked for', async () => {
    await order({ zones: ['production'], hosts: ['web-1'], accounts: ['root'] })
    expect(api.world.orders[0]?.scope).toEqual({ hosts: ['web-1'], accounts: ['root'] })
  })

  test('lists the hosts that have the labels now, whatever labels they get later', async () => {
    await order({ labels: { role: 'frontend' }, accounts: ['root'] })
    await api.put('/v1/hosts/production/web-1/labels', { labels: {} })
    await api.put('/v1/hosts/production/web-2/labels', { labels: { role: 'frontend' } })
    expect(api.world.orders).toMatchObject([{ scope: { hosts: ['web-1'], accounts: ['root'] }, asked: { labels: { role: 'frontend' }, accounts: ['root'] } }])
    const { body } = await api.get('/v1/orders/production/1')
    expect(body).toMatchObject({ scope: { labels: { role: 'frontend' }, accounts: ['root'] }, counts: { total: 1 }, targets: [{ host: 'web-1', outcome: 'pending' }] })
    expect((await api.get('/v1/orders')).body.items).toMatchObject([{ scope: { labels: { role: 'frontend' }, accounts: ['root'] } }])
    // The next one goes by the labels that there are then.
    expect((await order({ labels: { role: 'frontend' } }, { dryRun: true })).body.orders).toMatchObject([{ credentials: ['production/web-2/deploy/ssh-key'] }])
  })

  test('an order of before, with labels in its scope, goes by those that a host was added with', async () => {
    api.world.orders.push({ zone: 'production', number: 1, campaign: 'c', scope: { labels: { role: 'frontend' } }, reason: 'drill', requestedBy: 'admin', requestedAt: '2026-01-01T00:00:00.000Z' })
    await api.put('/v1/hosts/production/web-1/labels', { labels: {} })
    expect((await api.get('/v1/orders/production/1')).body).toMatchObject({ counts: { total: 2 }, targets: [{ host: 'web-1' }, { host: 'web-1' }] })
  })

  test('is done although Redis is away, because workers find orders in Vault', async () => {
    api.world.redis = 'away'
    expect((await order({ all: true })).status).toBe(202)
    expect(api.world.orders).toHaveLength(2)
    expect(api.log()).toContain('queue/unavailable')
  })

  test.each<[string, object, object]>([
    ['an empty scope', { scope: {} }, { status: 422, code: 'input/unprocessable', field: 'scope' }],
    ['an empty scope that declines everything', { scope: { all: false } }, { status: 422, code: 'input/unprocessable', field: 'scope' }],
    ['a scope of no labels', { scope: { labels: {} } }, { status: 422, code: 'input/unprocessable', field: 'scope' }],
    ['a scope of everything and of one host', { scope: { all: true, hosts: ['web-1'] } }, { status: 422, code: 'input/unprocessable', field: 'scope.all' }],
    ['an empty list', { scope: { hosts: [] } }, { status: 400, code: 'input/invalid', field: 'scope.hosts' }],
    ['a malformed host', { scope: { hosts: ['web-1', 'web;2'] } }, { status: 400, code: 'name/invalid', field: 'scope.hosts[1]' }],
    ['an unknown zone', { scope: { zones: ['staging'] } }, { status: 404, code: 'zone/unknown', field: 'scope.zones' }],
    ['a scope that matches nothing', { scope: { hosts: ['web-9'] } }, { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['a list of which one matches nothing', { scope: { hosts: ['web-1', 'web-9'] } }, { status: 422, code: 'order/matches-nothing', field: 'scope.hosts' }],
    ['a zone in which nothing matches', { scope: { zones: ['production', 'backup'], hosts: ['web-1'] } }, { status: 422, code: 'order/matches-nothing', field: 'scope.zones' }],
    ['a host whose adoption was refused', { scope: { hosts: ['web-3'] } }, { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['an unknown part of a scope', { scope: { host: ['web-1'] } }, { status: 400, code: 'input/invalid', field: 'scope.host' }],
    ['no reason', { scope: { all: true }, reason: undefined }, { status: 400, code: 'input/invalid', field: 'reason' }],
    ['a blank reason', { scope: { all: true }, reason: '  ' }, { status: 400, code: 'input/invalid', field: 'reason' }],
    ['a reason over two lines', { scope: { all: true }, reason: 'a\nb' }, { status: 400, code: 'input/invalid', field: 'reason' }],
    ['a dry run that is no boolean', { scope: { all: true }, dryRun: 'true' }, { status: 400, code: 'input/invalid', field: 'dryRun' }]
  ])('refuses %s, naming the field, and creates nothing', async (_what, body, problem) => {
    const answer = await api.post('/v1/orders', { reason: 'drill', ...body })
    expect(answer.body).toMatchObject(problem)
    expect(api.world.events).toEqual([])
    expect(api.world.visits).toEqual([])
  })
})

describe('an idempotency key', () => {
  const key = { 'idempotency-key': '5f1b6c1e-7d3e-4a7d-9f0a-0d6c2b9b7a11' }

  test('gives the same orders for the same request, and creates them once', async () => {
    const first = await order({ all: true }, {}, key)
    const second = await order({ all: true }, {}, key)
    expect(second.status).toBe(202)
    expect(second.body).toEqual(first.body)
    expect(api.world.orders).toHaveLength(2)
  })

  test('does not mind the order of fields', async () => {
    await order({ zones: ['production'], hosts: ['web-1'] }, {}, key)
    expect((await order({ hosts: ['web-1'], zones: ['production'] }, {}, key)).status).toBe(202)
    expect(api.world.orders).toHaveLength(1)
  })

  test('is refused for a different request', async () => {
    await order({ all: true }, {}, key)
    expect(await order({ hosts: ['web-1'] }, {}, key)).toMatchObject({ status: 422, body: { code: 'idempotency/mismatch' } })
    expect(api.world.orders).toHaveLength(2)
  })

  test('answers a repeat even when the scope has come to match nothing', async () => {
    await order({ hosts: ['web-1'] }, {}, key)
    api.world.states.clear()
    api.world.credentials.clear()
    expect((await order({ hosts: ['web-1'] }, {}, key)).status).toBe(202)
  })

  test('is not needed: then each request is an order of its own', async () => {
    await order({ hosts: ['web-1'] })
    await order({ hosts: ['web-1'] })
    expect(api.world.orders.map(({ number }) => number)).toEqual([1, 2])
  })

  test('is refused when it is malformed', async () => {
    expect((await order({ all: true }, {}, { 'idempotency-key': 'two words' })).body).toMatchObject({ code: 'input/invalid', field: 'idempotency-key' })
  })
})

describe('how far an order is', () => {
  const report = (name: string, changes: Partial<CredentialState>) => addManaged(api.world, settledState(name, changes))
  const progress = async () => (await api.get('/v1/orders/production/1')).body
  beforeEach(async () => { await order({ zones: ['production'] }) })

  test('is pending until a secret was made after the order', async () => {
    expect(await progress()).toMatchObject({
      zone: 'production', number: 1, reason: 'drill', requestedBy: 'admin', done: false, counts: { total: 3, settled: 0, pending: 3, debt: 0, held: 0 }
    })
  })

  test('counts each target once: settled, pending, in grace, in debt or held', async () => {
    report('production/web-1/deploy/ssh-key', { order: 1 })
    report('production/web-1/root/ssh-key', { order: 1, status: 'debt', debts: [{ fingerprint: 'SHA256:old', since: '2026-03-01T12:00:00.000Z', notBefore: '2026-03-01T12:00:00.000Z', class: 'waiting' }] })
    report('production/web-2/deploy/ssh-key', { status: 'held', hold: { class: 'locked-out', since: '2026-03-01T12:00:00.000Z', detail: 'no recorded key opens' } })
    const body = await progress()
    expect(body.counts).toEqual({ total: 3, settled: 1, locked: 0, pending: 0, grace: 0, debt: 1, held: 1, observed: 0, left: 0 })
    expect(body.targets.map(target => target.outcome)).toEqual(['settled', 'debt', 'held'])
    expect(body.done).toBe(false)
  })

  test('is not settled by a debt that is older than the order', async () => {
    report('production/web-1/deploy/ssh-key', { order: 0, status: 'debt' })
    expect((await progress()).counts).toMatchObject({ pending: 3, debt: 0 })
  })

  test('stays settled while a later order rotates the same credential', async () => {
    const rotation = { epoch: 2, order: 1, oldFingerprint: 'SHA256:a', newFingerprint: 'SHA256:b', startedAt: '2026-03-01T12:00:00.000Z', settledAt: '2026-03-01T12:00:01.000Z', proof: { by: 'publickey' as const, randomRefused: true, oldRefused: ['SHA256:a'], newAccepted: 'SHA256:b', ranCommand: true, at: '2026-03-01T12:00:01.000Z' } }
    report('production/web-1/deploy/ssh-key', { order: 1, status: 'rotating', rotations: [rotation] })
    expect((await progress()).counts).toMatchObject({ settled: 1 })
  })

  test('is done when every target is settled, and a refused adoption is none', async () => {
    for (const name of ['web-1/deploy', 'web-1/root', 'web-2/deploy']) report(`production/${name}/ssh-key`, { order: 1 })
    expect(await progress()).toMatchObject({ done: true, counts: { total: 3, settled: 3 } })
  })

  test('comes in pages, while the counts are of all', async () => {
    const first = (await api.get('/v1/orders/production/1?limit=2')).body
    const second = (await api.get(`/v1/orders/production/1?limit=2&cursor=${String(first.next)}`)).body
    expect(first.targets.length + second.targets.length).toBe(3)
    expect(second).toMatchObject({ next: null, counts: { total: 3 } })
  })

  test.each([
    ['an order that does not exist', '/v1/orders/production/2', 404, 'order/unknown'],
    ['an unknown zone', '/v1/orders/staging/1', 404, 'zone/unknown'],
    ['a number that is none', '/v1/orders/production/1e0', 400, 'input/invalid'],
    ['the number zero', '/v1/orders/production/0', 400, 'input/invalid']
  ])('refuses %s', async (_what, url, status, code) => {
    expect(await api.get(url)).toMatchObject({ status, body: { code } })
  })

  test('is listed with the others, the newest first', async () => {
    for (let n = 0; n < 10; n++) await order({ zones: ['production'] })
    await order({ zones: ['backup'] })
    const all = (await api.get('/v1/orders')).body.items.map(item => `${item.zone}/${item.number}`)
    expect(all.slice(0, 3)).toEqual(['backup/1', 'production/11', 'production/10'])
    const page = (await api.get('/v1/orders?zone=production&limit=9')).body
    const rest = (await api.get(`/v1/orders?zone=production&limit=9&cursor=${String(page.next)}`)).body
    expect(rest.items.map(item => item.number)).toEqual([2, 1])
  })
})
