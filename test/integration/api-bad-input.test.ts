import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { makeKey } from '@rekey/lab'
import { ApiSystem } from './api-system.ts'
import type { Answer, Problem } from './documented-api.ts'

let system: ApiSystem
let before: unknown

beforeAll(async () => {
  system = await ApiSystem.start(64)
  await system.adopt('web-1/deploy', 'store-1/deploy')
  await system.done('production', await system.order('web-1'))
})
beforeEach(async () => { before = await system.api.everything() })
afterAll(async () => await system.stop())

interface Refusal {
  readonly status: number
  readonly code: string
  readonly field?: string
}

/** What the answers refuse, once each is a problem that says what is wrong and the way out, and nothing has changed. */
async function refusals (answers: ReadonlyArray<Answer<Problem>>): Promise<Refusal[]> {
  for (const { status, headers, body } of answers) {
    expect(headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(body).toMatchObject({ status, type: `urn:rekey:error:${body.code}`, requestId: headers['x-request-id'], detail: expect.stringMatching(/\w[:;,] .*\w|^send \w/) })
  }
  expect(await system.api.everything()).toEqual(before)
  return answers.map(({ body: { status, code, field } }) => ({ status, code, ...(field === undefined ? {} : { field }) }))
}

const keygen = (type: string, bits: number, passphrase = '') => execFileSync('sh', ['-c',
  'd=$(mktemp -d) && ssh-keygen -q -t "$1" -b "$2" -N "$3" -f "$d/key" && cat "$d/key" "$d/key.pub" && rm -r "$d"', 'sh', type, String(bits), passphrase], { encoding: 'utf8' })
const weak = keygen('rsa', 1024)
const host = (more: object = {}) => ({ zone: 'production', id: 'web-9', address: `127.1.${system.subnet}.9`, trustOnFirstUse: true, ...more })
const credential = (more: object = {}) => ({ zone: 'production', host: 'web-1', account: 'app', privateKey: makeKey().privateKey, ...more })
const order = (scope: object, more: object = {}) => ({ scope, reason: 'a test', ...more })

describe('names that would need quoting are refused, and nothing changes:', () => {
  const names = ['web 1', 'we"b', 'we\'b', 'web\n1', 'web;id', 'web`id`', '$(id)', '..', 'a..b', '../web', 'web/1', 'web\\1', 'web%31', 'web:1', 'web*', '-web', 'wéb', 'ｗｅｂ', 'web\u0000', 'web\u202e1', 'w'.repeat(64), '']

  test.each<[string, string, string, (name: string) => object]>([
    ['a zone of a host', '/v1/hosts', 'zone', zone => host({ zone })],
    ['a host', '/v1/hosts', 'id', id => host({ id })],
    ['a label\'s key', '/v1/hosts', 'labels', name => host({ labels: { [name]: 'x' } })],
    ['a label\'s value', '/v1/hosts', 'labels.role', role => host({ labels: { role } })],
    ['a credential\'s host', '/v1/credentials', 'host', name => credential({ host: name })],
    ['a credential\'s account', '/v1/credentials', 'account', account => credential({ account })],
    ['a credential', '/v1/credentials', 'name', name => credential({ name })],
    ['a zone in a scope', '/v1/orders', 'scope.zones[0]', name => order({ zones: [name] })],
    ['a host in a scope', '/v1/orders', 'scope.hosts[1]', name => order({ hosts: ['web-1', name] })],
    ['an account in a scope', '/v1/orders', 'scope.accounts[0]', name => order({ accounts: [name] })],
    ['a label in a scope', '/v1/orders', 'scope.labels.role', role => order({ labels: { role } })]
  ])('%s', async (_what, path, field, body) => {
    const answers = []
    for (const name of names) answers.push(await system.api.post(path, body(name)))
    expect(await refusals(answers)).toEqual(names.map(() => ({ status: 400, code: 'name/invalid', field })))
  })

  test('a host in a path, and in a filter', async () => {
    const named = names.filter(name => name !== '')
    const answers = []
    for (const name of named) {
      answers.push(await system.api.get(`/v1/credentials/production/${encodeURIComponent(name)}/deploy/ssh-key`))
      answers.push(await system.api.get(`/v1/credentials?host=${encodeURIComponent(name)}`))
    }
    expect(new Set((await refusals(answers)).map(refusal => JSON.stringify(refusal)))).toEqual(new Set([JSON.stringify({ status: 400, code: 'name/invalid', field: 'host' })]))
  })
})

describe('an address is refused before anything is written:', () => {
  test.each([
    // The zone `backup` allows 127.0.0.0/8 and 169.254.0.0/16.
    ['that of Vault and Redis, though the zone allows it', 'backup', ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:7f00:1', 'localhost'], 'network/not-allowed'],
    ['that of the cloud\'s metadata, though the zone allows it', 'backup', ['169.254.169.254', '::ffff:169.254.169.254', '::ffff:a9fe:a9fe'], 'network/not-allowed'],
    ['one outside the zone\'s networks', 'production', ['127.2.0.1', '10.0.0.1', '192.0.2.1', '::1', '2001:db8::1', '0.0.0.0', 'localhost'], 'network/not-allowed'],
    ['a spelling that somebody might read as another address', 'backup', ['127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.0.0.1.', '127.0.0.01', 'fe80::1%lo', '[::1]'], 'input/unprocessable'],
    ['no address', 'backup', [' ', '127.1.0.1 ', '127.1.0.1\n', '127.1.0.1:22', '127.1.0.1/32', '127.1.0.1;id', '-oProxyCommand=id', 'https://127.1.0.1', 'root@127.1.0.1', 'wéb.example'], 'input/unprocessable']
  ])('%s', async (_what, zone, addresses, code) => {
    const answers = []
    for (const address of addresses) answers.push(await system.api.post('/v1/hosts', host({ zone, address })))
    expect(await refusals(answers)).toEqual(addresses.map(() => ({ status: 422, code, field: 'address' })))
  })
})

describe('a private key is refused, told apart, and shown to nobody:', () => {
  const whole = makeKey().privateKey
  const lines = whole.split('\n')
  const pem = (bits: number, type: 'pkcs1' | 'pkcs8', more: object = {}) => String(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type, format: 'pem', ...more }))
  const passphrase = { cipher: 'aes-256-cbc', passphrase: 'x' }

  test.each([
    ['one with a passphrase, in OpenSSH\'s format', keygen('ed25519', 256, 'secret'), 'key/encrypted', /ssh-keygen -p/],
    ['one with a passphrase, in PKCS #8', pem(2048, 'pkcs8', passphrase), 'key/encrypted', /ssh-keygen -p/],
    ['one with a passphrase, in PKCS #1', pem(2048, 'pkcs1', passphrase), 'key/encrypted', /ssh-keygen -p/],
    ['one without its end', lines.slice(0, 3).join('\n'), 'key/unreadable', /cut off/],
    ['one without its middle', [...lines.slice(0, 3), ...lines.slice(4)].join('\n'), 'key/unreadable', /damaged/],
    ['one without its last characters', whole.replace(/.{8}\n(?=-----END)/, '\n'), 'key/unreadable', /damaged/],
    ['a public key', makeKey().publicKey, 'key/unreadable', /public key/],
    ['two keys', whole + makeKey().privateKey, 'key/unreadable', /one/],
    ['a password', 'correct horse battery staple', 'key/unreadable', /BEGIN/],
    ['RSA of 1024 bits, in OpenSSH\'s format', weak, 'key/weak', /2048/],
    ['RSA of 1024 bits, in PKCS #1', pem(1024, 'pkcs1'), 'key/weak', /2048/]
  ])('%s', async (_what, privateKey, code, says) => {
    const answer = await system.api.post('/v1/credentials', credential({ privateKey }))
    expect(await refusals([answer])).toEqual([{ status: 422, code, field: 'privateKey' }])
    expect(answer.body.detail).toMatch(says)
    const shown = JSON.stringify(answer)
    for (const line of privateKey.split('\n').filter(line => line.length > 16 && !line.includes('-----'))) expect(shown).not.toContain(line)
  })
})

describe('a request is refused, and nothing changes:', () => {
  const [hosts, credentials, orders] = ['/v1/hosts', '/v1/credentials', '/v1/orders']
  const padding = 'x'.repeat(70_000)
  const publicKey = makeKey().publicKey

  test.each<[string, string, () => unknown, Refusal]>([
    ['a host in an unknown zone', hosts, () => host({ zone: 'staging' }), { status: 404, code: 'zone/unknown', field: 'zone' }],
    ['a host that is there', hosts, () => system.newHost('web-1'), { status: 409, code: 'host/exists', field: 'id' }],
    ['another host of the same id', hosts, () => host({ id: 'web-1' }), { status: 409, code: 'host/exists', field: 'id' }],
    ['a host with a field that nobody knows', hosts, () => host({ adress: '127.1.0.1' }), { status: 400, code: 'input/invalid', field: 'adress' }],
    ['a host with a port as text', hosts, () => host({ port: '22' }), { status: 400, code: 'input/invalid', field: 'port' }],
    ['a host without an address', hosts, () => host({ address: '' }), { status: 400, code: 'input/invalid', field: 'address' }],
    ['a host that is trusted in two ways', hosts, () => host({ hostKeys: [publicKey] }), { status: 422, code: 'input/unprocessable', field: 'hostKeys' }],
    ['a host that is trusted in no way', hosts, () => host({ trustOnFirstUse: false }), { status: 422, code: 'input/unprocessable', field: 'hostKeys' }],
    ['a pinned key that is cut off', hosts, () => host({ trustOnFirstUse: undefined, hostKeys: [publicKey.slice(0, -9)] }), { status: 422, code: 'key/unreadable', field: 'hostKeys[0]' }],
    ['a pinned key that is weak', hosts, () => host({ trustOnFirstUse: undefined, hostKeys: [publicKey, weak.trim().split('\n').at(-1)] }), { status: 422, code: 'key/weak', field: 'hostKeys[1]' }],
    ['a credential in an unknown zone', credentials, () => credential({ zone: 'staging' }), { status: 404, code: 'zone/unknown', field: 'zone' }],
    ['a credential on an unknown host', credentials, () => credential({ host: 'web-9' }), { status: 404, code: 'host/unknown', field: 'host' }],
    ['a credential on another zone\'s host', credentials, () => credential({ host: 'store-1' }), { status: 404, code: 'host/unknown', field: 'host' }],
    ['a credential that is managed', credentials, () => credential({ account: 'deploy' }), { status: 409, code: 'credential/exists', field: 'name' }],
    ['a credential with a passphrase', credentials, () => credential({ passphrase: 'x' }), { status: 400, code: 'input/invalid', field: 'passphrase' }],
    ['an order in an unknown zone', orders, () => order({ zones: ['staging'] }), { status: 404, code: 'zone/unknown', field: 'scope.zones' }],
    ['an order of nothing in particular', orders, () => order({}), { status: 422, code: 'input/unprocessable', field: 'scope' }],
    ['an order on a host that is not there', orders, () => order({ hosts: ['web-9'] }), { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['an order on a host too many', orders, () => order({ hosts: ['web-1', 'web-2'] }), { status: 422, code: 'order/matches-nothing', field: 'scope.hosts' }],
    ['an order on a host of another zone', orders, () => order({ zones: ['backup'], hosts: ['web-1'] }), { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['an order on a label that no host has', orders, () => order({ labels: { role: 'x' } }), { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['an order that is only tried and matches nothing', orders, () => order({ hosts: ['web-9'] }, { dryRun: true }), { status: 422, code: 'order/matches-nothing', field: 'scope' }],
    ['an order with a misspelt scope', orders, () => order({ host: ['web-1'] }), { status: 400, code: 'input/invalid', field: 'scope.host' }],
    ['an order without a reason', orders, () => ({ scope: { all: true } }), { status: 400, code: 'input/invalid', field: 'reason' }],
    ['a host over the limit', hosts, () => host({ padding }), { status: 413, code: 'request/too-large', field: 'body' }],
    ['an order over the limit', orders, () => order({ all: true }, { padding }), { status: 413, code: 'request/too-large', field: 'body' }],
    ['JSON that breaks off', orders, () => '{"scope":{"all":true},"reason":"x"', { status: 400, code: 'input/invalid', field: 'body' }],
    ['JSON that goes on', orders, () => '{"scope":{"all":true},"reason":"x"}{}', { status: 400, code: 'input/invalid', field: 'body' }],
    ['JSON that reaches for the prototype', orders, () => '{"scope":{"all":true},"reason":"x","__proto__":{"dryRun":false}}', { status: 400, code: 'input/invalid', field: 'body' }],
    ['a list', orders, () => [order({ all: true })], { status: 400, code: 'input/invalid', field: 'body' }],
    ['nothing', orders, () => '', { status: 400, code: 'input/invalid', field: 'body' }]
  ])('%s', async (_what, path, body, refusal) => {
    expect(await refusals([await system.api.post(path, body())])).toEqual([refusal])
  })

  test.each<[string, Record<string, string | undefined>, Refusal]>([
    ['without a token', { authorization: undefined }, { status: 401, code: 'auth/missing', field: 'authorization' }],
    ['with a wrong token', { authorization: `Bearer ${'a'.repeat(43)}` }, { status: 401, code: 'auth/missing', field: 'authorization' }],
    ['with another scheme', { authorization: 'Basic YWRtaW46YWRtaW4=' }, { status: 401, code: 'auth/missing', field: 'authorization' }],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, { status: 415, code: 'request/media-type', field: 'content-type' }],
    ['in an endless stream', { 'transfer-encoding': 'chunked' }, { status: 413, code: 'request/too-large', field: 'body' }]
  ])('an order or anything else that comes %s', async (what, headers, refusal) => {
    const body = order({ all: true }, what.includes('stream') ? { padding } : {})
    const answers = [await system.api.post(orders, body, headers), await system.api.post(hosts, body, headers), await system.api.post(credentials, body, headers)]
    if (refusal.status === 401) for (const path of [hosts, credentials, orders, '/v1/orders/production/1', '/v1/nothing']) answers.push(await system.api.send('GET', path, { headers }))
    expect(await refusals(answers)).toEqual(answers.map(() => refusal))
  })

  test.each([['limit=0', 'limit'], ['limit=1001', 'limit'], ['limit=1e2', 'limit'], ['cursor=%25', 'cursor'], ['cursor=A', 'cursor'], ['zone=a&zone=b', 'zone'], ['all=true', 'all']])('a list with ?%s', async (query, field) => {
    const answers = []
    for (const path of [hosts, credentials, orders]) answers.push(await system.api.get(`${path}?${query}`))
    expect(await refusals(answers)).toEqual(answers.map(() => expect.objectContaining({ status: 400, field })))
  })
})

describe('a key that only the host can judge is refused with the reason:', () => {
  const other = makeKey()

  test('one that does not open the account, until the right one is handed over under the same name', async () => {
    const place = system.place('web-1/app')
    const wrong = { ...system.newCredential(place), privateKey: other.privateKey }
    expect((await system.api.post('/v1/credentials', wrong)).status).toBe(202)
    const refused = await system.reaches(place, 'refused')
    expect(refused.lastFailure).toMatchObject({ class: 'refused', step: 'adopt', code: 'host/opens-nothing', message: expect.stringMatching(/does not open.*hand over/) })
    // Nothing is known to open there, so an order can't mean it.
    expect((await system.api.post('/v1/orders', order({ accounts: ['app'] }))).body).toMatchObject({ code: 'order/matches-nothing', field: 'scope' })
    expect((await system.api.post('/v1/credentials', system.newCredential(place))).status).toBe(202)
    expect(await system.reaches(place, 'settled')).toMatchObject({ fingerprint: place.key.fingerprint, lastFailure: null })
  })

  test('one for a host that shows another key than the pinned one, which is not even offered there', async () => {
    const place = system.place('web-2/deploy')
    expect((await system.api.post('/v1/hosts', { ...system.newHost('web-2'), hostKeys: [other.publicKey] })).status).toBe(201)
    expect((await system.api.post('/v1/credentials', system.newCredential(place))).status).toBe(202)
    const { lastFailure, fingerprint } = await system.reaches(place, 'refused')
    expect([lastFailure?.code, fingerprint]).toEqual(['ssh/identity-changed', place.key.fingerprint])
    expect(await system.lab.host('web-2').read('/home/deploy/.ssh/authorized_keys')).toContain(place.key.publicKey)
    expect(JSON.stringify(await system.lab.host('web-2').connections())).not.toContain(place.key.fingerprint)
  })

  test('one for an address that the worker may not dial, though the API took it', async () => {
    const place = system.place('store-2/deploy')
    const worker = system.stack.service('worker-backup')
    worker?.kill('SIGTERM')
    await worker?.exited
    await system.stack.startService('worker-backup', { REKEY_ALLOWED_NETWORKS: '127.1.0.0/24' })
    expect((await system.api.post('/v1/hosts', system.newHost('store-2'))).status).toBe(201)
    expect((await system.api.post('/v1/credentials', system.newCredential(place))).status).toBe(202)
    expect((await system.reaches(place, 'refused')).lastFailure).toMatchObject({ code: 'network/not-allowed', message: expect.stringMatching(/outside the networks/) })
    expect(await system.lab.host('store-2').connections()).toEqual([])
  })
})

test('of several that add the same host or hand over the same account at once, one is accepted', async () => {
  const hosts = await Promise.all([1, 2, 3].map(async n => await system.api.post('/v1/hosts', host({ address: `127.1.${system.subnet}.${100 + n}` }))))
  expect(hosts.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  const credentials = await Promise.all([1, 2, 3].map(async () => await system.api.post('/v1/credentials', credential({ host: 'web-9' }))))
  expect(credentials.map(({ status }) => status).sort()).toEqual([202, 409, 409])
})
