import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { Secret } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { startApi, type TestApi } from './client.ts'
import { addManaged, settledState } from './memory-ports.ts'

const key = makeKey()
const privateKey = key.privateKey.open()
const credential = { zone: 'production', host: 'web-1', account: 'deploy', privateKey }
const path = '/v1/credentials/production/web-1/deploy/ssh-key'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  await api.post('/v1/hosts', { zone: 'production', id: 'web-1', address: '127.1.0.7', trustOnFirstUse: true })
  api.world.events.length = 0
  api.world.audit.length = 0
})

describe('handing over a key', () => {
  test('creates the adoption after the audit trail has it, and asks for a visit', async () => {
    const answer = await api.post('/v1/credentials', credential)
    expect(answer.status).toBe(202)
    expect(answer.headers.location).toBe(path)
    expect(answer.body).toEqual({ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', status: 'adopting', fingerprint: key.fingerprint })
    expect(api.world.events).toEqual(['audit adoption.create', 'write adoption'])
    expect(api.world.audit).toMatchObject([{ act: 'adoption.create', target: 'production/web-1/deploy/ssh-key', fingerprint: key.fingerprint, actor: 'admin' }])
    expect(api.world.visits).toEqual(['production/web-1'])
  })

  test('records the highest order, so that only later ones rotate it', async () => {
    addManaged(api.world, settledState('production/web-2/deploy/ssh-key'))
    await api.post('/v1/orders', { scope: { all: true }, reason: 'drill' })
    await api.post('/v1/credentials', credential)
    expect(api.world.adoptions.get('production/web-1/deploy/ssh-key')?.order).toBe(1)
  })

  test('wraps the key at the border and shows it to nobody', async () => {
    const answers = [
      await api.post('/v1/credentials', credential),
      await api.post('/v1/credentials', credential),
      await api.post('/v1/credentials', { ...credential, host: 'web-9' }),
      await api.post('/v1/credentials', { ...credential, privateKey: [privateKey] }),
      await api.post('/v1/credentials', { ...credential, privateKey: privateKey.slice(0, 200) }),
      await api.post('/v1/credentials', { ...credential, [privateKey]: true }),
      await api.post('/v1/credentials', JSON.stringify(credential).slice(0, -1)),
      await api.post('/v1/credentials', JSON.stringify(credential), { 'content-type': 'text/plain' }),
      await api.get(path),
      await api.get('/v1/credentials')
    ]
    expect(api.world.adoptions.get('production/web-1/deploy/ssh-key')?.secret).toMatchObject({ privateKey: Secret.of(privateKey) })
    const body = privateKey.split('\n').slice(1, -2)
    const shown = [...answers.map(answer => answer.text + JSON.stringify(answer.headers)), api.log(), JSON.stringify(api.world.audit)].join('\n')
    for (const line of body) expect(shown).not.toContain(line)
    // The control: what is searched does hold what these requests left in it.
    expect(shown).toContain('adoption.create')
    expect(shown).toContain(key.fingerprint)
    expect(api.log()).toContain('/v1/credentials')
  })

  test('is done although Redis is away, which only the log tells', async () => {
    api.world.redis = 'away'
    expect((await api.post('/v1/credentials', credential)).status).toBe(202)
    expect(api.log()).toContain('queue/unavailable')
  })

  test('refuses a credential that is managed or being adopted already', async () => {
    await api.post('/v1/credentials', credential)
    const answer = await api.post('/v1/credentials', credential)
    expect(answer).toMatchObject({ status: 409, body: { code: 'credential/exists', field: 'name' } })
    expect(api.world.events).toHaveLength(2)
  })

  test('takes a second key of the account under another name', async () => {
    await api.post('/v1/credentials', credential)
    expect((await api.post('/v1/credentials', { ...credential, name: 'backup-job' })).status).toBe(202)
  })

  const pem = (type: 'rsa', bits: number) => generateKeyPairSync(type, { modulusLength: bits }).privateKey.export({ type: 'pkcs1', format: 'pem' })
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  const trouble: ReadonlyArray<[string, object, object]> = [
    ['an unknown zone', { zone: 'staging' }, { status: 404, code: 'zone/unknown', field: 'zone' }],
    ['an unknown host', { host: 'web-9' }, { status: 404, code: 'host/unknown', field: 'host' }],
    ...['a b', 'a;b', '-a', 'a..b', 'ä', 'a"', 'a\n', '../a', ''].map((account): [string, object, object] =>
      [`the account ${JSON.stringify(account)}`, { account }, { status: 400, code: 'name/invalid', field: 'account' }]),
    ['a malformed name', { name: 'SSH Key' }, { status: 400, code: 'name/invalid', field: 'name' }],
    ['a truncated key', { privateKey: privateKey.slice(0, 200) }, { status: 422, code: 'key/unreadable', field: 'privateKey' }],
    ['a public key', { privateKey: key.publicKey }, { status: 422, code: 'key/unreadable', field: 'privateKey' }],
    ['an encrypted key', { privateKey: encrypted }, { status: 422, code: 'key/encrypted', field: 'privateKey' }],
    ['a weak key', { privateKey: pem('rsa', 1024) }, { status: 422, code: 'key/weak', field: 'privateKey' }],
    ['a missing key', { privateKey: undefined }, { status: 422, code: 'input/unprocessable', field: 'privateKey' }],
    ['a key that is too long', { privateKey: 'x'.repeat(20_000) }, { status: 400, code: 'input/invalid', field: 'privateKey' }],
    ['an unknown field', { passphrase: 'x' }, { status: 400, code: 'input/invalid', field: 'passphrase' }]
  ]
  test.each(trouble)('refuses %s, naming the field, and changes nothing', async (_what, change, problem) => {
    const answer = await api.post('/v1/credentials', { ...credential, ...change })
    expect(answer.body).toMatchObject(problem)
    expect(api.world.events).toEqual([])
    expect(api.world.visits).toEqual([])
  })
})

describe('one credential', () => {
  test('is adopting until the worker has reported on it', async () => {
    await api.post('/v1/credentials', credential)
    expect((await api.get(path)).body).toMatchObject({ status: 'adopting', fingerprint: null, epoch: 0, rotations: [], shared: false, updatedAt: null })
  })

  test('is refused with the reason, and adopting again once another key was handed over', async () => {
    const lastFailure = { class: 'refused' as const, step: 'adopt', code: 'ssh/unreachable', message: 'the key does not open the account', at: '2026-03-01T12:00:01.000Z' }
    api.world.states.set('production/web-1/deploy/ssh-key', settledState('production/web-1/deploy/ssh-key', { status: 'refused', lastFailure }))
    expect((await api.get(path)).body).toMatchObject({ status: 'refused', lastFailure })
    await api.post('/v1/credentials', credential)
    expect((await api.get(path)).body).toMatchObject({ status: 'adopting' })
  })

  test('shows its rotations with their proofs', async () => {
    const rotation = {
      epoch: 2,
      order: 1,
      oldFingerprint: 'SHA256:old',
      newFingerprint: 'SHA256:new',
      startedAt: '2026-03-01T12:00:00.000Z',
      settledAt: '2026-03-01T12:00:01.000Z',
      proof: { by: 'publickey' as const, randomRefused: true, oldRefused: ['SHA256:old'], newAccepted: 'SHA256:new', ranCommand: true, at: '2026-03-01T12:00:01.000Z' }
    }
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { epoch: 2, order: 1, fingerprint: 'SHA256:new', rotations: [rotation] }))
    expect((await api.get(path)).body.rotations).toEqual([rotation])
  })

  test('drops what a state document holds beyond its schema', async () => {
    addManaged(api.world, { ...settledState('production/web-1/deploy/ssh-key'), privateKey: 'planted' } as never)
    expect((await api.get(path)).text).not.toContain('planted')
    expect((await api.get('/v1/credentials')).text).not.toContain('planted')
  })

  test.each([
    ['that does not exist', path, 404, 'credential/unknown'],
    ['of an unknown zone', '/v1/credentials/staging/web-1/deploy/ssh-key', 404, 'zone/unknown'],
    ['with dots in its name', '/v1/credentials/production/..%2Fbackup/deploy/ssh-key', 400, 'name/invalid'],
    ['with a malformed escape', '/v1/credentials/production/%zz/deploy/ssh-key', 404, 'request/unknown-path'],
    ['with a name that is too long', `/v1/credentials/production/${'a'.repeat(500)}/deploy/ssh-key`, 404, 'request/unknown-path']
  ])('is refused %s', async (_what, url, status, code) => {
    expect(await api.get(url)).toMatchObject({ status, body: { code } })
  })
})

describe('listing credentials', () => {
  beforeEach(() => {
    addManaged(api.world,
      settledState('production/web-1/deploy/ssh-key', { fingerprint: 'SHA256:cloned' }),
      settledState('production/web-2/root/ssh-key', { status: 'debt' }),
      settledState('backup/store-1/deploy/ssh-key', { fingerprint: 'SHA256:cloned' }),
      settledState('backup/store-2/deploy/ssh-key', { sharedWith: ['production/web-2'] })
    )
    api.world.states.set('backup/store-3/deploy/ssh-key', settledState('backup/store-3/deploy/ssh-key', { status: 'refused', fingerprint: 'SHA256:cloned' }))
  })
  const names = async (query: string) => (await api.get(`/v1/credentials${query}`)).body.items.map(item => item.host)

  test('gives them by name, refused adoptions and waiting ones too', async () => {
    await api.post('/v1/credentials', { ...credential, account: 'root' })
    expect(await names('')).toEqual(['store-1', 'store-2', 'store-3', 'web-1', 'web-1', 'web-2'])
  })

  test('tells who shares a key over all zones, whatever zone is asked for', async () => {
    const { body } = await api.get('/v1/credentials?zone=production')
    expect(body.items.map(item => [item.shared, item.sharedWith])).toEqual([
      [true, ['backup/store-1/deploy/ssh-key']], [false, []]
    ])
  })

  test('tells what the worker saw shared, such as a host key', async () => {
    expect((await api.get('/v1/credentials?host=store-2')).body.items[0]).toMatchObject({ shared: true, sharedWith: ['production/web-2'] })
  })

  test.each([
    ['?zone=backup', ['store-1', 'store-2', 'store-3']],
    ['?account=root', ['web-2']],
    ['?status=debt', ['web-2']],
    ['?shared=true', ['store-1', 'store-2', 'web-1']],
    ['?shared=false&zone=production', ['web-2']],
    ['?host=web-9', []]
  ])('filters by %s', async (query, expected) => {
    expect(await names(query)).toEqual(expected)
  })

  test('gives pages that neither repeat nor skip', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body } = await api.get(`/v1/credentials?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
      seen.push(...body.items.map(item => item.host))
      cursor = body.next
    }
    expect(seen).toEqual(['store-1', 'store-2', 'store-3', 'web-1', 'web-2'])
  })

  test('makes all pages from one reading, and a first page from what there is now', async () => {
    const { body } = await api.get('/v1/credentials?limit=2')
    api.world.states.set('production/web-2/root/ssh-key', settledState('production/web-2/root/ssh-key', { status: 'settled' }))
    const next = async (): Promise<string | undefined> => (await api.get(`/v1/credentials?limit=9&cursor=${body.next ?? ''}`)).body.items.at(-1)?.status
    expect(await next()).toBe('debt')
    expect((await api.get('/v1/credentials?host=web-2')).body.items).toMatchObject([{ status: 'settled' }])
    expect(await next()).toBe('settled')
  })

  test('and one credential says what it is now, and who else has its key a second later at most', async () => {
    const seen = async () => (await api.get('/v1/credentials/production/web-1/deploy/ssh-key')).body as object
    expect(await seen()).toMatchObject({ status: 'settled', sharedWith: ['backup/store-1/deploy/ssh-key'] })
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { status: 'debt', fingerprint: 'SHA256:cloned' }), settledState('production/web-3/deploy/ssh-key', { fingerprint: 'SHA256:cloned' }))
    expect(await seen()).toMatchObject({ status: 'debt', sharedWith: ['backup/store-1/deploy/ssh-key'] })
    await wait(1000)
    expect(await seen()).toMatchObject({ sharedWith: ['backup/store-1/deploy/ssh-key', 'production/web-3/deploy/ssh-key'] })
  })

  test.each([['?status=dead', 'status'], ['?shared=yes', 'shared'], ['?zone=staging', 'zone'], ['?zone=a&zone=b', 'zone']])('refuses %s', async (query, field) => {
    expect((await api.get(`/v1/credentials${query}`)).body).toMatchObject({ field })
  })
})
