import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { makeKey } from '@rekey/ssh'
import { startApi, token, type Answer, type TestApi } from './client.ts'
import { addManaged, createWorld, settledState } from './memory-ports.ts'

const hostKey = makeKey().publicKey
const key = makeKey()
const privateKey = key.privateKey.open()
const password = 'hunter2-and-more'

/** Two hosts, one with a key and a password, and one without anything. */
const text = JSON.stringify({
  hosts: [
    { id: 'web-1', address: '127.1.0.7', labels: { role: 'frontend' }, hostKeys: [hostKey], credentials: [{ account: 'deploy', privateKey }, { account: 'operator', password }] },
    { id: 'store-1', zone: 'backup', address: '127.1.0.8', trust: 'first-use' }
  ]
}, null, 1)
const inventory = { format: 'rekey', zone: 'production', text }

let api: TestApi
beforeEach(async () => { api = await startApi() })

const send = async (body: object) => await api.post('/v1/inventory', body)
const rowsOf = ({ body }: Answer) => (body as unknown as { rows: Array<Record<string, unknown>> }).rows
const told = (answer: Answer) => rowsOf(answer).map(({ host, account, result, creates, field, reason }) =>
  [host, account, result, (creates as string[]).join(' '), ...field === undefined ? [] : [field, reason]])
const refusals = async (lines: string[], changes: object = {}) => told(await send({ ...inventory, text: `hosts:\n${lines.join('\n')}`, trustFirstUse: true, ...changes }))

describe('an inventory', () => {
  test('is only looked at unless it is to be applied', async () => {
    const answer = await send(inventory)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      applied: false,
      counts: { create: 3, created: 0, there: 0, refused: 0 },
      rows: [
        { source: expect.stringMatching(/^line \d+, hosts\[0\]\.credentials\[0\]$/), result: 'create', creates: ['host', 'key'], zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' },
        { source: expect.any(String), result: 'create', creates: ['password'], zone: 'production', host: 'web-1', account: 'operator', name: 'password' },
        { source: expect.any(String), result: 'create', creates: ['host'], zone: 'backup', host: 'store-1', account: null, name: null }
      ],
      notes: []
    })
    expect([api.world.events, api.world.visits]).toEqual([[], []])
  })

  test('is applied as single requests would be: each creation behind its audit entry, with a visit for each secret', async () => {
    const answer = await send({ ...inventory, apply: true })
    expect(answer.body).toMatchObject({ applied: true, counts: { create: 0, created: 3, there: 0, refused: 0 } })
    expect(api.world.events).toEqual(['audit host.create', 'write host', 'audit adoption.create', 'write adoption', 'audit adoption.create', 'write adoption', 'audit host.create', 'write host'])
    expect(api.world.audit.map(({ act, target, fingerprint }) => [act, target, fingerprint])).toEqual([
      ['host.create', 'production/web-1', undefined],
      ['adoption.create', 'production/web-1/deploy/ssh-key', key.fingerprint],
      ['adoption.create', 'production/web-1/operator/password', undefined],
      ['host.create', 'backup/store-1', undefined]
    ])
    expect(api.world.visits).toEqual(['production/web-1', 'production/web-1'])
    expect(api.world.hosts.get('production/web-1')).toMatchObject({ address: '127.1.0.7', port: 22, labels: { role: 'frontend' }, trust: { mode: 'pinned', keys: [hostKey] }, observe: true })
    expect(api.world.adoptions.get('production/web-1/operator/password')).toMatchObject({ observe: false, askedBy: 'admin' })
  })

  test('changes nothing when it comes a second time', async () => {
    await send({ ...inventory, apply: true })
    const events = [...api.world.events]
    const answer = await send({ ...inventory, apply: true })
    expect(answer.body).toMatchObject({ counts: { create: 0, created: 0, there: 3, refused: 0 } })
    expect(rowsOf(answer).map(({ result, creates }) => [result, creates])).toEqual([['there', []], ['there', []], ['there', []]])
    expect(api.world.events).toEqual(events)
  })

  test('is observed, what comes to a host that is there by itself, unless it is to be managed', async () => {
    await send({ ...inventory, apply: true })
    api.world.adoptions.clear()
    await send({ ...inventory, apply: true })
    expect(api.world.adoptions.get('production/web-1/deploy/ssh-key')).toMatchObject({ observe: true })
    api.world.adoptions.clear()
    api.world.hosts.clear()
    await send({ ...inventory, apply: true, manage: true })
    expect([...api.world.hosts.values(), ...api.world.adoptions.values()].map(({ observe }) => observe)).toEqual([false, false, false, false])
  })

  test('is rotated by later orders only', async () => {
    addManaged(api.world, settledState('production/web-2/deploy/ssh-key'))
    await api.post('/v1/orders', { scope: { all: true }, reason: 'drill' })
    await send({ ...inventory, apply: true })
    expect(api.world.adoptions.get('production/web-1/deploy/ssh-key')?.order).toBe(1)
  })

  test('may be Ansible\'s, with a zone for each group and keys from known_hosts', async () => {
    const answer = await send({
      format: 'ansible',
      text: `[web]\nweb-1 ansible_host=127.1.0.7\n[store]\nstore-1 ansible_host=127.1.0.8\n[all:vars]\nansible_user=deploy\nansible_password=${password}\n`,
      zone: 'backup',
      zones: { web: 'production' },
      knownHosts: `127.1.0.7 ${hostKey}\n@cert-authority * ${hostKey}\n127.1.0.8 ${hostKey}\n`,
      apply: true
    })
    expect(answer.body).toMatchObject({ notes: [{ source: 'known_hosts line 2', text: expect.stringContaining('certificate authority') }] })
    expect(rowsOf(answer).map(({ zone, host, name, result }) => [zone, host, name, result])).toEqual([['production', 'web-1', 'password', 'created'], ['backup', 'store-1', 'password', 'created']])
    expect(api.world.hosts.get('backup/store-1')?.trust).toEqual({ mode: 'pinned', keys: [hostKey] })
  })

  test('may name jump hosts that would come with it, also where it is only looked at', async () => {
    const lines = ['- {id: inner, address: 127.1.0.9, credentials: [{account: app, password: p4ssword-of-app, via: deploy@gate}]}', '- {id: gate, address: 127.1.0.1, credentials: [{account: deploy, password: p4ssword-of-gate}]}']
    expect(await refusals(lines)).toEqual([['inner', 'app', 'create', 'host password'], ['gate', 'deploy', 'create', 'host password']])
    expect((await refusals(lines, { apply: true })).map(([, , result]) => result)).toEqual(['created', 'created'])
    expect(api.world.hosts.get('production/inner')?.via).toEqual({ host: 'gate', account: 'deploy', name: 'password' })
  })

  test('may be OpenSSH\'s', async () => {
    const answer = await send({ format: 'openssh', zone: 'production', text: 'Host web-1\nHostName 127.1.0.7\nHost web-2\nHostName 127.1.0.8\nUser deploy\nIdentityFile ~/.ssh/id\n', trustFirstUse: true, apply: true })
    expect(told(answer)).toEqual([['web-1', null, 'created', 'host'], ['web-2', 'deploy', 'refused', '', 'IdentityFile', expect.stringContaining('none is read here')]])
  })

  test('with what the worker refused hands it over again', async () => {
    await send({ ...inventory, apply: true })
    api.world.adoptions.clear()
    api.world.states.set('production/web-1/deploy/ssh-key', settledState('production/web-1/deploy/ssh-key', { status: 'refused' }))
    expect(told(await send({ ...inventory, apply: true }))[0]).toEqual(['web-1', 'deploy', 'created', 'key'])
  })
})

test('an inventory is taken over a connection as it is here without one', async () => {
  api = await startApi(createWorld())
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  try {
    const url = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}/v1/inventory`
    const request = { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ ...inventory, apply: true }) }
    const answer = await fetch(url, request)
    expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ applied: true })])
    expect([api.world.hosts.size, api.world.adoptions.size]).toEqual([2, 2])
  } finally {
    await api.app.close()
  }
})

describe('a row is refused by itself', () => {
  test.each([[false], [true]])('for all that single requests refuse (apply: %s)', async apply => {
    const good = apply ? 'created' : 'create'
    api.world.names.set('elsewhere.example.com', ['127.1.0.9', '10.0.0.9'])
    expect(await refusals([
      `- {id: a, address: 127.1.0.1, credentials: [{account: root, passwordFile: /etc/shadow}, {account: deploy, privateKeyFile: ~/.ssh/id}, {account: operator, password: ${password}}]}`,
      `- {id: b, address: 10.0.0.1, credentials: [{account: root, password: ${password}}]}`,
      '- {id: c, address: 127.1.255.1}',
      '- {id: d, address: elsewhere.example.com}',
      '- {id: e, address: nowhere.example.com}',
      `- {id: f, address: 127.1.0.6, credentials: [{account: root, privateKey: ${password}}]}`,
      `- {id: g, address: 127.1.0.7, credentials: [{account: root, password: ${'x'.repeat(600)}}]}`,
      `- {id: h, address: 127.1.0.8, credentials: [{account: root, password: "${password}\\n"}]}`,
      '- {id: i, zone: staging, address: 127.1.0.9}',
      '- {id: j, address: 127.1.0.10}'
    ], { apply })).toEqual([
      ['a', 'root', 'refused', '', 'passwordFile', 'names a file, and none is read here; give the secret itself in the text, or use `rekey import`'],
      ['a', 'deploy', 'refused', '', 'privateKeyFile', expect.stringContaining('names a file')],
      ['a', 'operator', good, 'host password'],
      ['b', 'root', 'refused', '', 'address', expect.stringContaining('outside the networks')],
      ['c', null, 'refused', '', 'address', expect.any(String)],
      ['d', null, 'refused', '', 'address', expect.stringContaining('10.0.0.9')],
      ['e', null, 'refused', '', 'address', 'this name does not resolve from here; repair DNS or give an IP address'],
      ['f', 'root', 'refused', '', 'privateKey', expect.stringContaining('this is not a private key')],
      ['g', 'root', 'refused', apply ? 'host' : '', 'password', expect.stringContaining('512 characters')],
      ['h', 'root', 'refused', apply ? 'host' : '', 'password', expect.stringContaining('on one line')],
      ['i', null, 'refused', '', 'zone', 'no zone of that name; the zones are production, backup'],
      ['j', null, good, 'host']
    ])
    expect([...api.world.adoptions.keys()]).toEqual(apply ? ['production/a/operator/password'] : [])
  })

  test('with every other secret of its host, when that is refused', async () => {
    expect(await refusals([`- {id: a, address: 10.0.0.1, credentials: [{account: root, password: ${password}}, {account: deploy, password: ${password}}]}`], { apply: true })).toEqual([
      ['a', 'root', 'refused', '', 'address', expect.stringContaining('outside the networks')],
      ['a', 'deploy', 'refused', '', 'host', expect.stringContaining('the API refused its host: ')]
    ])
    expect(api.world.events).toEqual([])
  })

  test('when a host of its id is elsewhere, or has another key', async () => {
    await api.post('/v1/hosts', { zone: 'production', id: 'web-1', address: '127.1.0.70', hostKeys: [hostKey] })
    await api.post('/v1/hosts', { zone: 'production', id: 'web-2', address: '127.1.0.8', hostKeys: [makeKey().publicKey] })
    api.world.events.length = 0
    expect(await refusals(['- {id: web-1, address: 127.1.0.7}', `- {id: web-2, address: 127.1.0.8, hostKeys: ["${hostKey}"]}`], { apply: true })).toEqual([
      ['web-1', null, 'refused', '', 'address', expect.stringContaining('at another address')],
      ['web-2', null, 'refused', '', 'hostKeys', expect.stringContaining('other keys pinned')]
    ])
    expect(api.world.events).toEqual([])
  })
})

describe('a request is refused as a whole', () => {
  const trouble: ReadonlyArray<[string, object, object]> = [
    ['no format', { format: undefined }, { status: 400, code: 'input/invalid', field: 'format' }],
    ['another format', { format: 'terraform' }, { status: 400, code: 'input/invalid', field: 'format', detail: 'format is malformed: one of rekey, ansible, openssh' }],
    ['no text', { text: undefined }, { status: 400, code: 'input/invalid', field: 'text' }],
    ['text that is none of its format', { text: `hosts:\n  ${password}: ]` }, { status: 422, code: 'input/unprocessable', field: 'text', detail: 'text: line 2: this is not well-formed YAML (unexpected token)' }],
    ['a key among names', { format: 'openssh', text: `Host x\n${privateKey}` }, { status: 422, code: 'input/unprocessable', field: 'text' }],
    ['no zone for hosts that can\'t name theirs', { format: 'ansible', zone: undefined }, { status: 422, code: 'input/unprocessable', field: 'zone' }],
    ['a malformed zone', { zone: 'Production' }, { status: 400, code: 'name/invalid', field: 'zone' }],
    ['zones by group of another format', { zones: { web: 'production' } }, { status: 422, code: 'input/unprocessable', field: 'zones' }],
    ['a malformed zone of a group', { format: 'ansible', zones: { web: '../x' } }, { status: 400, code: 'name/invalid', field: 'zones.web' }],
    ['more hosts than one request may have', { format: 'ansible', text: 'web-[1:100000]' }, { status: 422, code: 'input/unprocessable', field: 'text', detail: expect.stringContaining('at most 2000') }],
    ['a field that isn\'t known', { dryRun: true }, { status: 400, code: 'input/invalid', field: 'dryRun' }],
    ['text for true', { apply: 'true' }, { status: 400, code: 'input/invalid', field: 'apply' }]
  ]
  test.each(trouble)('with %s', async (_what, change, problem) => {
    expect((await send({ ...inventory, apply: true, ...change })).body).toMatchObject(problem)
    expect(api.world.events).toEqual([])
  })

  test('over 1 MiB, which other operations don\'t take either', async () => {
    const long = (bytes: number) => ({ ...inventory, text: `${text}\n${' '.repeat(bytes)}` })
    expect((await send(long(900_000))).status).toBe(200)
    expect((await send(long(1_048_576))).body).toMatchObject({ status: 413, code: 'request/too-large', detail: 'the body is over this operation\'s limit of 1048576 bytes; send less in one request' })
    expect((await api.post('/v1/hosts', long(70_000))).body).toMatchObject({ status: 413, detail: expect.stringContaining('65536') })
    expect(api.world.events).toEqual([])
  })

  test('without the token, before the body is read', async () => {
    expect(await api.post('/v1/inventory', 'x'.repeat(2_000_000), { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 })
  })
})

describe('a fault', () => {
  /** Everything works until that many events have happened. */
  const failAfter = (events: number, fail: () => void) => {
    const push = api.world.events.push.bind(api.world.events)
    api.world.events.push = (...more) => {
      const length = push(...more)
      if (length === events) fail()
      return length
    }
  }
  const complete = ['audit host.create', 'write host', 'audit adoption.create', 'write adoption', 'audit adoption.create', 'write adoption', 'audit host.create', 'write host']

  test.each(complete.map((_event, index) => [index]))('of Vault after %s events is answered with 503, and the same request goes on there', async events => {
    if (events === 0) api.world.vault = 'sealed'
    else failAfter(events, () => { api.world.vault = 'sealed' })
    const answer = await send({ ...inventory, apply: true })
    expect(answer).toMatchObject({ status: 503, body: { code: 'vault/sealed', retry: 'later' } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    if (events > 0) expect(answer.body.detail).toMatch(new RegExp(`^after ${[0, 0, 0, 0, 1, 1, 2, 2][events] ?? ''} of 3 rows: Vault is sealed.* goes on there$`))
    api.world.vault = 'up'
    const written = api.world.events.filter(event => event.startsWith('write')).length
    expect(await send({ ...inventory, apply: true })).toMatchObject({ status: 200, body: { counts: { create: 0, refused: 0 } } })
    expect(api.world.events.filter(event => event.startsWith('write')).slice(written)).toHaveLength(4 - written)
    expect([api.world.hosts.size, api.world.adoptions.size]).toEqual([2, 2])
    expect((await send({ ...inventory, apply: true })).body).toMatchObject({ counts: { created: 0, there: 3 } })
  })

  test('of the audit journal stops it before anything more is done', async () => {
    failAfter(2, () => { api.world.disk = 'full' })
    expect(await send({ ...inventory, apply: true })).toMatchObject({ status: 503, body: { code: 'audit/unwritable' } })
    expect([...api.world.events]).toEqual(complete.slice(0, 2))
    api.world.disk = 'writable'
    expect((await send({ ...inventory, apply: true })).body).toMatchObject({ counts: { created: 3, there: 0 } })
  })

  test('of Redis is told to the log alone', async () => {
    api.world.redis = 'away'
    expect(await send({ ...inventory, apply: true })).toMatchObject({ status: 200, body: { counts: { created: 3 } } })
    expect(api.log()).toContain('queue/unavailable')
  })

  test('is what takes longer than a request may: the rest is for the next one', async () => {
    failAfter(4, () => { api.world.now = new Date(api.world.now.getTime() + 21_000) })
    const answer = await send({ ...inventory, apply: true })
    expect(answer).toMatchObject({ status: 503, body: { code: 'request/timeout', detail: expect.stringContaining('after 1 of 3 rows') } })
    expect((await send({ ...inventory, apply: true })).body).toMatchObject({ counts: { created: 2, there: 1 } })
  })
})

test('no secret comes back, or gets into the log or the audit trail', async () => {
  const answers = [
    await send(inventory),
    await send({ ...inventory, apply: true }),
    await send({ ...inventory, apply: true }),
    await send({ ...inventory, format: 'openssh' }),
    await send({ ...inventory, format: 'ansible' }),
    await send({ ...inventory, format: 'terraform' }),
    await send({ ...inventory, text: [text] }),
    await send({ ...inventory, [text]: true }),
    await send({ ...inventory, text: text.slice(0, -40) }),
    await send({ ...inventory, knownHosts: text }),
    await send({ ...inventory, text: text.replaceAll('"privateKey"', '"key"').replaceAll('"password"', '"privateKey"') }),
    await send({ ...inventory, text: text.replaceAll('web-1', 'web-2').replaceAll('OPENSSH', 'OPENSHS'), apply: true }),
    await send({ ...inventory, text: text.replaceAll('web-1', 'web-3').replace(password, password.repeat(40)), apply: true }),
    await send({ ...inventory, text: `hosts: [{id: "${password}\\n", address: "${password}\\n"}, {id: x, address: 127.1.0.7, account: ${password}}]` }),
    await api.post('/v1/inventory', JSON.stringify(inventory).slice(0, -1)),
    await api.post('/v1/inventory', JSON.stringify(inventory), { 'content-type': 'text/plain' })
  ]
  api.world.vault = 'sealed'
  answers.push(await send({ ...inventory, apply: true }))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200, 400, 400, 400, 422, 200, 200, 200, 200, 200, 400, 400, 503])
  const shown = [...answers.map(answer => answer.text + JSON.stringify(answer.headers)), api.log(), JSON.stringify(api.world.audit)].join('\n')
  for (const line of [password, ...privateKey.split('\n').slice(1, -2)]) expect(shown).not.toContain(line)
  // The control: what is searched does hold what these requests left in it.
  for (const mark of ['web-1', 'adoption.create', key.fingerprint, '/v1/inventory']) expect(shown).toContain(mark)
  expect(api.world.adoptions.get('production/web-1/operator/password')?.secret).toMatchObject({ password: expect.anything() })
})
