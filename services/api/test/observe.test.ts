import { beforeEach, describe, expect, test } from '@jest/globals'
import type { CredentialState } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', hostKeys: [makeKey().publicKey] }
const observed = { observed: true, observers: ['host' as const], planned: null }
const reason = 'its first week showed no surprise'
const release = { by: 'admin', at: noon.toISOString(), reason }

let api: TestApi
beforeEach(async () => { api = await startApi() })

describe('what is added', () => {
  test('is observed when that is asked for, and not otherwise', async () => {
    expect((await api.post('/v1/hosts', { ...host, observe: true })).body).toMatchObject({ observed: true })
    expect((await api.post('/v1/hosts', { ...host, id: 'web-2' })).body).toMatchObject({ observed: false })
    expect([...api.world.hosts.values()].map(({ id, observe }) => [id, observe])).toEqual([['web-1', true], ['web-2', false]])
    expect(api.world.audit.map(({ detail }) => detail)).toEqual([expect.stringMatching(/, observed$/), expect.not.stringMatching(/observed/)])

    for (const observe of [true, undefined]) {
      const handedOver = { zone: 'production', host: 'web-1', account: observe === true ? 'deploy' : 'root', password: 'a word', observe }
      expect((await api.post('/v1/credentials', handedOver)).status).toBe(202)
    }
    expect([...api.world.adoptions].map(([name, { observe }]) => [name, observe])).toEqual([['production/web-1/deploy/password', true], ['production/web-1/root/password', false]])
  })

  test.each([['hosts', { ...host, observe: 'true' }], ['hosts', { ...host, observe: 1 }], ['credentials', { zone: 'production', host: 'web-1', account: 'deploy', password: 'a word', observe: 'yes' }]])('is refused at /v1/%s with an observe that is no boolean', async (path, body) => {
    expect(await api.post(`/v1/${path}`, body)).toMatchObject({ status: 400, body: { code: 'input/invalid', field: 'observe' } })
    expect(api.world.events).toEqual([])
  })
})

describe.each([
  ['a host', '/v1/hosts/production/web-1', 'production/web-1', { zone: 'production', id: 'web-1' }],
  ['a credential', '/v1/credentials/production/web-1/deploy/ssh-key', 'production/web-1/deploy/ssh-key', { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }]
])('releasing %s', (_, path, target, place) => {
  const manage = async (body: unknown = { reason }, url = path) => await api.post(`${url}/manage`, body)
  beforeEach(() => { addManaged(api.world, settledState('production/web-1/deploy/ssh-key', observed)) })

  test('writes it down once, after the audit trail has it, and asks for a visit', async () => {
    expect(await manage()).toMatchObject({ status: 200, body: { ...place, ...release } })
    expect(Object.fromEntries(api.world.releases)).toEqual({ [target]: release })
    expect(api.world.events).toEqual([`audit ${path.includes('hosts') ? 'host' : 'credential'}.manage`, 'write release'])
    expect(api.world.audit[0]).toMatchObject({ target, reason })
    expect(api.world.visits).toEqual(['production/web-1'])
  })

  test('answers a second time as the first, and does nothing more', async () => {
    const first = await manage()
    const events = [...api.world.events]
    expect((await manage({ reason: 'another one' })).body).toEqual(first.body)
    expect(api.world.events).toEqual(events)
  })

  test('is done although Redis is away, because workers find releases in Vault', async () => {
    api.world.redis = 'away'
    expect((await manage()).status).toBe(200)
    expect(api.world.releases.size).toBe(1)
    expect(api.log()).toContain('queue/unavailable')
  })

  test('does not happen when it can\'t be recorded', async () => {
    api.world.disk = 'full'
    expect(await manage()).toMatchObject({ status: 503, body: { code: 'audit/unwritable' } })
    expect(api.world.releases.size).toBe(0)
  })

  test.each<[string, string, object, object]>([
    ['an unknown zone', path.replace('production', 'staging'), { reason }, { status: 404, body: { code: 'zone/unknown', field: 'zone' } }],
    ['what is not there', path.replace('web-1', 'web-9'), { reason }, { status: 404, body: { code: path.includes('hosts') ? 'host/unknown' : 'credential/unknown' } }],
    ['a malformed name', path.replace('web-1', 'web;1'), { reason }, { status: 400, body: { code: 'name/invalid' } }],
    ['no reason', path, {}, { status: 400, body: { code: 'input/invalid', field: 'reason' } }],
    ['a blank reason', path, { reason: ' ' }, { status: 400, body: { code: 'input/invalid', field: 'reason' } }],
    ['an unknown field', path, { reason, observe: true }, { status: 400, body: { code: 'input/invalid', field: 'observe' } }]
  ])('is refused for %s, and changes nothing', async (_what, url, body, problem) => {
    expect(await manage(body, url)).toMatchObject(problem)
    expect(api.world.events).toEqual([])
    expect(api.world.visits).toEqual([])
  })
})

test('a credential can be released while its adoption waits', async () => {
  await api.post('/v1/hosts', { ...host, observe: true })
  await api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'deploy', password: 'a word', observe: true })
  expect((await api.post('/v1/credentials/production/web-1/deploy/password/manage', { reason })).status).toBe(200)
})

test('a host is listed as observed until it is released, and not because one of its credentials was', async () => {
  for (const id of ['web-1', 'web-2', 'web-3']) await api.post('/v1/hosts', { ...host, id, observe: id !== 'web-3' })
  api.world.releases.set('production/web-2/deploy/ssh-key', release).set('backup/web-2', release)
  await api.post('/v1/hosts/production/web-1/manage', { reason })
  const { items } = (await api.get('/v1/hosts')).body
  expect(items).toMatchObject([{ id: 'web-1', observed: false }, { id: 'web-2', observed: true }, { id: 'web-3', observed: false }])
})

describe('with credentials that are observed', () => {
  const planned = { ...observed, planned: { step: 'store', order: 1 } }
  const report = (name: string, changes: Partial<CredentialState>) => addManaged(api.world, settledState(name, changes))
  beforeEach(() => {
    report('production/web-1/deploy/ssh-key', {})
    report('production/web-2/deploy/ssh-key', planned)
    report('production/web-3/deploy/ssh-key', planned)
  })
  const order = async (more: object = {}) => await api.post('/v1/orders', { scope: { zones: ['production'] }, reason: 'drill', ...more })
  const progress = async () => (await api.get('/v1/orders/production/1')).body

  test('lists and pages tell which they are and what would be done, and a filter finds them', async () => {
    expect((await api.get('/v1/credentials')).body.items).toMatchObject([{ observed: false, planned: null }, planned, planned])
    expect((await api.get('/v1/credentials?observed=true')).body.items.map(item => item.host)).toEqual(['web-2', 'web-3'])
    expect((await api.get('/v1/credentials?observed=false')).body.items.map(item => item.host)).toEqual(['web-1'])
    expect((await api.get('/v1/credentials?observed=maybe')).body).toMatchObject({ code: 'input/invalid', field: 'observed' })
    expect((await api.get('/v1/credentials/production/web-2/deploy/ssh-key')).body).toMatchObject(planned)
  })

  test('a dry run tells which of its targets are observed, and an order how many', async () => {
    expect((await order({ dryRun: true })).body.orders).toEqual([expect.objectContaining({ targets: 3, observed: ['production/web-2/deploy/ssh-key', 'production/web-3/deploy/ssh-key'] })])
    expect((await order()).body.orders).toEqual([{ zone: 'production', number: 1, targets: 3, observed: 2 }])
  })

  test('an order is done when all others are settled, and counts them apart', async () => {
    await order()
    expect(await progress()).toMatchObject({ done: false, counts: { total: 3, settled: 0, pending: 1, observed: 2 } })
    report('production/web-1/deploy/ssh-key', { order: 1 })
    const body = await progress()
    expect(body).toMatchObject({ done: true, counts: { total: 3, settled: 1, pending: 0, observed: 2 } })
    expect(body.targets).toMatchObject([{ outcome: 'settled', observed: false }, { outcome: 'observed', ...planned }, { outcome: 'observed', ...planned }])
  })

  test('an order that was done waits again for one that is released, until it is settled too', async () => {
    await order()
    report('production/web-1/deploy/ssh-key', { order: 1 })
    report('production/web-2/deploy/ssh-key', {})
    expect(await progress()).toMatchObject({ done: false, counts: { settled: 1, pending: 1, observed: 1 } })
    report('production/web-2/deploy/ssh-key', { order: 1 })
    expect(await progress()).toMatchObject({ done: true, counts: { settled: 2, pending: 0, observed: 1 } })
  })

  test.each<[string, Partial<CredentialState>, string]>([
    ['that had been rotated for the order before', { order: 1 }, 'settled'],
    ['in which the rotation stopped half-way', { order: 0, status: 'rotating' }, 'observed'],
    ['whose old key was left open', { order: 1, status: 'debt' }, 'observed'],
    ['on hold', { order: 0, status: 'held' }, 'observed']
  ])('one %s has the outcome that is true of it', async (_, changes, outcome) => {
    await order()
    report('production/web-2/deploy/ssh-key', { ...observed, ...changes })
    expect((await progress()).targets[1]).toMatchObject({ host: 'web-2', outcome })
  })
})
