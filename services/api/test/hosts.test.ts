import { beforeEach, describe, expect, test } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import type { HostRecord } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { startApi, type Answer, type TestApi } from './client.ts'
import { createWorld } from './memory-ports.ts'

const hostKey = makeKey().publicKey
const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', port: 2222, labels: { role: 'frontend' }, hostKeys: [hostKey] }

let api: TestApi
beforeEach(async () => { api = await startApi() })

describe('adding a host', () => {
  test('stores it with its pinned keys, after the audit trail has it', async () => {
    const answer = await api.post('/v1/hosts', host)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ ...host, trustOnFirstUse: false, observed: false, via: null, recovery: null, legacyAlgorithms: [], createdAt: '2026-03-01T12:00:00.000Z', redirect: null, status: 'present', leave: null, leftAt: null })
    expect(api.world.hosts.get('production/web-1')?.trust).toEqual({ mode: 'pinned', keys: [hostKey] })
    expect(api.world.events).toEqual(['audit host.create', 'write host'])
    expect(api.world.audit[0]).toMatchObject({ act: 'host.create', target: 'production/web-1' })
  })

  test('takes port 22, no labels, and an explicit trust on first use', async () => {
    const { hostKeys: _, port: __, labels: ___, ...bare } = host
    const answer = await api.post('/v1/hosts', { ...bare, trustOnFirstUse: true })
    expect(answer.body).toMatchObject({ port: 22, labels: {}, hostKeys: [], trustOnFirstUse: true })
  })

  test('drops the comment of a pinned key and keeps one of two equal keys', async () => {
    const answer = await api.post('/v1/hosts', { ...host, hostKeys: [`${hostKey} root@web-1`, hostKey] })
    expect(answer.body.hostKeys).toEqual([hostKey])
  })

  test('takes a DNS name whose every address is allowed', async () => {
    api.world.names.set('web-1.example.com', ['127.1.0.7', '2001:db8::7'])
    expect((await api.post('/v1/hosts', { ...host, address: 'web-1.example.com' })).status).toBe(201)
  })

  test('refuses a DNS name of which one address is not allowed', async () => {
    api.world.names.set('web-1.example.com', ['127.1.0.7', '10.0.0.7'])
    const answer = await api.post('/v1/hosts', { ...host, address: 'web-1.example.com' })
    expect(answer).toMatchObject({ status: 422, body: { code: 'network/not-allowed', field: 'address' } })
    expect(api.world.events).toEqual([])
  })

  test('refuses a second host of the same id', async () => {
    await api.post('/v1/hosts', host)
    const answer = await api.post('/v1/hosts', { ...host, address: '127.1.0.8' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'host/exists', field: 'id' } })
    expect(api.world.hosts.get('production/web-1')?.address).toBe('127.1.0.7')
  })

  test('stores the way through a jump host of the zone, and tells it', async () => {
    await api.post('/v1/hosts', host)
    const answer = await api.post('/v1/hosts', { ...host, id: 'db-1', address: '127.1.0.8', via: 'web-1/deploy/ssh-key' })
    expect(answer).toMatchObject({ status: 201, body: { id: 'db-1', via: 'web-1/deploy/ssh-key' } })
    expect(api.world.hosts.get('production/db-1')?.via).toEqual({ host: 'web-1', account: 'deploy', name: 'ssh-key' })
    expect(api.world.audit.at(-1)?.detail).toContain('via web-1/deploy/ssh-key')
    expect((await api.get('/v1/hosts')).body.items).toMatchObject([{ id: 'db-1', via: 'web-1/deploy/ssh-key' }, { id: 'web-1', via: null }])
  })

  test('takes four jump hosts in a row and no fifth, and no way that leads back', async () => {
    const hop = (number: number): string => `hop-${number}`
    await api.post('/v1/hosts', { ...host, id: hop(0) })
    for (const number of [1, 2, 3, 4]) {
      expect((await api.post('/v1/hosts', { ...host, id: hop(number), via: `${hop(number - 1)}/deploy/ssh-key` })).status).toBe(201)
    }
    const fifth = await api.post('/v1/hosts', { ...host, id: hop(5), via: `${hop(4)}/deploy/ssh-key` })
    expect(fifth).toMatchObject({ status: 422, body: { code: 'input/unprocessable', field: 'via' } })
    const itself = await api.post('/v1/hosts', { ...host, id: hop(5), via: `${hop(5)}/deploy/ssh-key` })
    expect(itself).toMatchObject({ status: 422, body: { code: 'input/unprocessable', field: 'via' } })
    // As somebody else may have written it into Vault.
    api.world.hosts.set('production/x', { ...api.world.hosts.get('production/hop-0') as HostRecord, id: 'x', via: { host: 'y', account: 'deploy', name: 'ssh-key' } })
    api.world.hosts.set('production/y', { ...api.world.hosts.get('production/hop-0') as HostRecord, id: 'y', via: { host: 'x', account: 'deploy', name: 'ssh-key' } })
    const round = await api.post('/v1/hosts', { ...host, id: hop(5), via: 'x/deploy/ssh-key' })
    expect(round).toMatchObject({ status: 422, body: { code: 'input/unprocessable', field: 'via' } })
  })

  test('refuses a jump host of another zone, and a name behind one', async () => {
    await api.post('/v1/hosts', { ...host, zone: 'backup' })
    expect(await api.post('/v1/hosts', { ...host, id: 'db-1', via: 'web-1/deploy/ssh-key' })).toMatchObject({ status: 404, body: { code: 'host/unknown', field: 'via' } })
    api.world.names.set('db-1.example.com', ['127.1.0.7'])
    await api.post('/v1/hosts', host)
    expect(await api.post('/v1/hosts', { ...host, id: 'db-1', address: 'db-1.example.com', via: 'web-1/deploy/ssh-key' })).toMatchObject({ status: 422, body: { code: 'input/unprocessable', field: 'address' } })
    expect(await api.post('/v1/hosts', { ...host, id: 'db-1', address: '10.0.0.7', via: 'web-1/deploy/ssh-key' })).toMatchObject({ status: 422, body: { code: 'network/not-allowed', field: 'address' } })
    expect(api.world.hosts.size).toBe(2)
  })

  test('keeps exceptions from modern algorithms, in one order, tells the audit trail and lists them', async () => {
    const answer = await api.post('/v1/hosts', { ...host, legacyAlgorithms: ['hmac-sha1', 'diffie-hellman-group14-sha1', 'hmac-sha1'] })
    expect(answer).toMatchObject({ status: 201, body: { legacyAlgorithms: ['diffie-hellman-group14-sha1', 'hmac-sha1'] } })
    expect(api.world.hosts.get('production/web-1')?.legacyAlgorithms).toEqual(['diffie-hellman-group14-sha1', 'hmac-sha1'])
    expect(api.world.audit[0]?.detail).toMatch(/, legacy algorithms diffie-hellman-group14-sha1, hmac-sha1$/)
    expect((await api.get('/v1/hosts')).body.items).toMatchObject([{ id: 'web-1', legacyAlgorithms: ['diffie-hellman-group14-sha1', 'hmac-sha1'] }])
  })

  const trouble: ReadonlyArray<[string, object, { code: string, field: string }]> = [
    ['an unknown zone', { zone: 'staging' }, { code: 'zone/unknown', field: 'zone' }],
    ...['web 1', 'we"b', 'web\n1', 'web;id', 'a..b', '-web', 'wéb', '', 'web/1', 'a'.repeat(64), 'web-1\n']
      .map((id): [string, object, { code: string, field: string }] => [`the id ${JSON.stringify(id)}`, { id }, { code: 'name/invalid', field: 'id' }]),
    ['a label key with a space', { labels: { 'a b': 'x' } }, { code: 'name/invalid', field: 'labels' }],
    ['a label value with a semicolon', { labels: { role: 'a;b' } }, { code: 'name/invalid', field: 'labels.role' }],
    ['a label value that is no text', { labels: { role: 1 } }, { code: 'name/invalid', field: 'labels.role' }],
    ['an address outside the zone', { address: '10.0.0.7' }, { code: 'network/not-allowed', field: 'address' }],
    ['the address of cloud metadata', { address: '169.254.169.254' }, { code: 'network/not-allowed', field: 'address' }],
    ['an address of the rotator itself', { address: '127.1.255.1' }, { code: 'network/not-allowed', field: 'address' }],
    ['an address of the rotator dressed as IPv6', { address: '::ffff:127.1.255.1' }, { code: 'network/not-allowed', field: 'address' }],
    ['an address of the rotator dressed as hexadecimal IPv6', { address: '::ffff:7f01:ff01' }, { code: 'network/not-allowed', field: 'address' }],
    ['a shortened IPv4 address', { address: '127.1' }, { code: 'input/unprocessable', field: 'address' }],
    ['a hexadecimal IPv4 address', { address: '0x7f010007' }, { code: 'input/unprocessable', field: 'address' }],
    ['an IPv6 address with an interface', { address: '2001:db8::7%eth0' }, { code: 'input/unprocessable', field: 'address' }],
    ['an address with a command in it', { address: '127.1.0.7;id' }, { code: 'input/unprocessable', field: 'address' }],
    ['a name that does not resolve', { address: 'nowhere.example.com' }, { code: 'input/unprocessable', field: 'address' }],
    ['a jump host that is not there', { via: 'web-9/deploy/ssh-key' }, { code: 'host/unknown', field: 'via' }],
    ...['web-9', 'web-9/deploy', 'production/web-9/deploy/ssh-key', 'we b/deploy/ssh-key', 'web-9/../ssh-key', 'web-9/deploy/ssh-key\n', '']
      .map((via): [string, object, { code: string, field: string }] => [`the jump host ${JSON.stringify(via)}`, { via }, { code: 'input/invalid', field: 'via' }]),
    ['a jump host as an object', { via: { host: 'web-9', account: 'deploy', name: 'ssh-key' } }, { code: 'input/invalid', field: 'via' }],
    ['port 0', { port: 0 }, { code: 'input/invalid', field: 'port' }],
    ['port 65536', { port: 65536 }, { code: 'input/invalid', field: 'port' }],
    ['a port as text', { port: '22' }, { code: 'input/invalid', field: 'port' }],
    ['a port with a fraction', { port: 22.5 }, { code: 'input/invalid', field: 'port' }],
    ['an unknown field', { adress: '127.1.0.7' }, { code: 'input/invalid', field: 'adress' }],
    ['no pinned key', { hostKeys: [] }, { code: 'input/invalid', field: 'hostKeys' }],
    ['a malformed pinned key', { hostKeys: ['ssh-ed25519 AAAA'] }, { code: 'key/unreadable', field: 'hostKeys[0]' }],
    ['a known_hosts line', { hostKeys: [`web-1 ${hostKey}`] }, { code: 'key/unreadable', field: 'hostKeys[0]' }],
    ['both ways to trust', { trustOnFirstUse: true }, { code: 'input/unprocessable', field: 'hostKeys' }],
    ['neither way to trust', { hostKeys: undefined }, { code: 'input/unprocessable', field: 'hostKeys' }],
    ['a declined trust on first use alone', { hostKeys: undefined, trustOnFirstUse: false }, { code: 'input/unprocessable', field: 'hostKeys' }],
    ...['none', 'arcfour', '3des-cbc', 'diffie-hellman-group1-sha1', 'ssh-dss', 'hmac-md5', 'toString']
      .map((name): [string, object, { code: string, field: string }] => [`an exception for ${name}`, { legacyAlgorithms: [name] }, { code: 'input/invalid', field: 'legacyAlgorithms[0]' }]),
    ['no exception in a list of them', { legacyAlgorithms: [] }, { code: 'input/invalid', field: 'legacyAlgorithms' }],
    ['a missing address', { address: undefined }, { code: 'input/invalid', field: 'address' }]
  ]

  test.each(trouble)('refuses %s, naming the field, and changes nothing', async (_what, change, problem) => {
    const answer = await api.post('/v1/hosts', { ...host, ...change })
    expect(answer.body).toMatchObject(problem)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.body.detail).toMatch(/.+[:;] .+/)
    expect(api.world.events).toEqual([])
  })

  test('refuses a pinned RSA key that is too short', async () => {
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
    const field = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes])
    const blob = Buffer.concat([field(Buffer.from('ssh-rsa')), field(Buffer.from(e, 'base64url')), field(Buffer.concat([Buffer.of(0), Buffer.from(n, 'base64url')]))])
    const answer = await api.post('/v1/hosts', { ...host, hostKeys: [`ssh-rsa ${blob.toString('base64')}`] })
    expect(answer).toMatchObject({ status: 422, body: { code: 'key/weak', field: 'hostKeys[0]' } })
  })
})

describe('listing hosts', () => {
  beforeEach(async () => {
    for (const [zone, id] of [['production', 'web-2'], ['backup', 'store-1'], ['production', 'web-1']]) await api.post('/v1/hosts', { ...host, zone, id })
  })

  test('gives them by zone and id', async () => {
    const { body } = await api.get('/v1/hosts')
    expect(body.items.map(item => item.id)).toEqual(['store-1', 'web-1', 'web-2'])
    expect(body.next).toBeNull()
  })

  test('leaves out other zones', async () => {
    const { body } = await api.get('/v1/hosts?zone=backup')
    expect(body.items).toHaveLength(1)
  })

  test('gives pages that neither repeat nor skip', async () => {
    const first = await api.get('/v1/hosts?limit=2')
    const second = await api.get(`/v1/hosts?limit=2&cursor=${String(first.body.next)}`)
    expect([...first.body.items, ...second.body.items].map(item => item.id)).toEqual(['store-1', 'web-1', 'web-2'])
    expect(second.body.next).toBeNull()
  })

  test('gives every page of a zone whose name begins with another one\'s', async () => {
    const world = createWorld()
    world.furtherZones.push('production-eu')
    api = await startApi(world)
    const places = ['production-eu/web-1', 'production-eu/web-2', 'production/web-1', 'production/web-2']
    for (const place of places) await api.post('/v1/hosts', { ...host, zone: place.split('/')[0], id: place.split('/')[1] })
    const seen: string[] = []
    for (let next: string | null = ''; next !== null;) {
      const { body }: Answer = await api.get(`/v1/hosts?limit=1${next === '' ? '' : `&cursor=${next}`}`)
      seen.push(...body.items.map(item => `${item.zone}/${item.id}`))
      next = body.next
    }
    expect(seen).toEqual(places)
  })

  test.each([
    ['an unknown zone', '?zone=staging', 'zone'],
    ['a cursor of somebody else', '?cursor=%%%', 'cursor'],
    ['a limit of nothing', '?limit=0', 'limit'],
    ['a limit beyond the bound', '?limit=1001', 'limit'],
    ['an unknown filter', '?host=web-1', 'host']
  ])('refuses %s', async (_what, query, field) => {
    expect((await api.get(`/v1/hosts${query}`)).body.field).toBe(field)
  })
})
