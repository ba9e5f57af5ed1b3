import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
})

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
  expect(cloned).toMatchObject({ kind: 'shared-key', places: ['backup/store-1/app/ssh-key', 'production/web-2/app/ssh-key'], elsewhere: false, since: expect.any(String) as string, endedBy: 'rotation' })
  expect(cloned?.fingerprint).toBe((await system.view(system.place('web-2/app'))).fingerprint)
  const { body: { token } } = await system.api.post<{ token: string }>('/v1/tokens', { name: 'store', role: 'viewer', zones: ['backup'] })
  expect((await system.api.send<{ items: Finding[] }>('GET', '/v1/findings', { headers: { authorization: `Bearer ${token}` } })).body.items)
    .toMatchObject([{ places: ['backup/store-1/app/ssh-key'], elsewhere: true, since: null }])
  await system.done('production', await system.order('web-2'))
  expect(await find()).toEqual([])
})

describe('a policy', () => {
  const production = '/v1/policies/production'
  async function put (name: string, rules: object): Promise<void> {
    expect([200, 201]).toContain((await system.api.send('PUT', `${production}/${name}`, { body: rules })).status)
  }
  /** The keys of an account as the host's own ssh-keygen lists them: bits, fingerprint and type. */
  async function keysOf (host: string, account: string): Promise<string[][]> {
    const { stdout } = await system.lab.host(host).run(`ssh-keygen -l -f /home/${account}/.ssh/authorized_keys`)
    return stdout.trim().split('\n').map((line) => { const words = line.split(' '); return [words[0] ?? '', words[1] ?? '', words.at(-1) ?? ''] })
  }
  async function rotated (...hosts: string[]): Promise<void> {
    // RSA keys are slow to make, and all the more where others have much to do.
    await system.done('production', await system.order(...hosts), 90)
  }

  afterEach(async () => {
    for (const { name } of (await system.api.get<{ items: Array<{ name: string }> }>('/v1/policies')).body.items) expect((await system.api.send('DELETE', `${production}/${name}`)).status).toBe(200)
  })

  test('decides of which algorithm the next key on a real host is, by label, account and priority', async () => {
    await put('appliances', { priority: 10, selector: { labels: { role: 'appliance' } }, keyAlgorithm: 'rsa-4096' })
    await put('apps', { priority: 20, selector: { accounts: ['app'] }, keyAlgorithm: 'rsa-3072' })
    await put('others', { priority: 1, selector: { kinds: ['ssh-key'] }, keyAlgorithm: 'ecdsa-p256' })
    await label('web-1', { role: 'appliance' })
    await label('web-2', {})
    const policies = async () => (await system.api.pages<{ host: string, account: string, policy: string | null }>('/v1/credentials', 1000, '&zone=production')).flat().map(({ host, account, policy }) => [host, account, policy])
    expect(await policies()).toEqual([['web-1', 'deploy', 'appliances'], ['web-2', 'app', 'apps'], ['web-2', 'deploy', 'others']])
    await rotated('web-1', 'web-2')
    const fingerprint = async (place: string) => (await system.view(system.place(place))).fingerprint
    expect(await keysOf('web-1', 'deploy')).toEqual([['4096', await fingerprint('web-1/deploy'), '(RSA)']])
    expect(await keysOf('web-2', 'app')).toEqual([['3072', await fingerprint('web-2/app'), '(RSA)']])
    expect(await keysOf('web-2', 'deploy')).toEqual([['256', await fingerprint('web-2/deploy'), '(ECDSA)']])
    const { auditDir = '' } = system.stack.service('worker-production') ?? {}
    const journal = (await Promise.all((await readdir(auditDir)).map(async file => await readFile(join(auditDir, file), 'utf8')))).join('')
    expect(journal).toMatch(/"by the policy appliances, revision \d+"/)

    // The next ones are proven by these, and those after relabelling are of the other algorithm.
    await label('web-1', {})
    await rotated('web-1')
    expect(await keysOf('web-1', 'deploy')).toMatchObject([['256', expect.anything(), '(ECDSA)']])
  }, 200_000)

  test('that asks for what a host refuses keeps no key alive: the zone\'s own rules make the next one', async () => {
    const host = system.lab.host('web-1')
    const before = (await system.view(system.place('web-1/deploy'))).fingerprint
    await put('wrong', { priority: 10, selector: {}, keyAlgorithm: 'rsa-3072' })
    expect((await host.run('sed -i "1i PubkeyAcceptedAlgorithms ssh-ed25519,ecdsa-sha2-nistp256" /etc/ssh/sshd_config; kill -HUP 1; sleep 0.3')).code).toBe(0)
    await rotated('web-1')
    const view = await system.view(system.place('web-1/deploy'))
    expect(await keysOf('web-1', 'deploy')).toEqual([['256', view.fingerprint, '(ED25519)']])
    expect(view.rotations[0]?.proof.oldRefused).toContain(before)
    expect(view.hold).toBeNull()
  }, 100_000)

  test('may name a thousand hosts', async () => {
    const hosts = Array.from({ length: 1000 }, (_, n) => `web-${n + 1}`)
    await put('wide', { priority: 10, selector: { hosts }, keyAlgorithm: 'ecdsa-p256' })
    await rotated('web-1')
    expect(await keysOf('web-1', 'deploy')).toMatchObject([['256', expect.anything(), '(ECDSA)']])
  })

  test('is all that the API may write of policies, and a malformed one is left out', async () => {
    const thief = await asService(system.stack, 'api')
    const named = 'rekey-production/data/policies/named'
    for (const path of ['data/policies/default', 'data/policies/other', 'metadata/policies/default', 'data/policies/default/named']) {
      expect([path, (await thief.send('POST', `rekey-production/${path}`, { data: { observe: true, graceSeconds: 31_536_000, redirectApprovals: 1 }, options: { cas: 0 } })).status]).toEqual([path, 403])
    }
    await put('good', { priority: 1, selector: {}, keyAlgorithm: 'ecdsa-p256' })
    const { data: { policies }, metadata: { version } } = (await thief.must('GET', named))['data'] as { data: { policies: { good: object } }, metadata: { version: number } }
    const bad = { ...policies.good, name: 'bad', priority: 1000 }
    await thief.must('POST', named, { data: { policies: { ...policies, bad: { ...bad, keyAlgorithm: 'rsa-512' }, grace: { ...bad, name: 'grace', graceSeconds: 31_536_000, observe: true }, elsewhere: { ...bad, name: 'good' } } }, options: { cas: version } })
    expect((await system.api.get<{ items: unknown[] }>('/v1/policies')).body.items).toMatchObject([{ name: 'good' }])
    await rotated('web-2')
    expect(await keysOf('web-2', 'deploy')).toMatchObject([['256', expect.anything(), '(ECDSA)']])
    const log = await readFile(system.stack.service('worker-production')?.logFile ?? '', 'utf8')
    for (const name of ['bad', 'grace', 'elsewhere']) expect(log).toMatch(new RegExp(`malformed-document.*policies/named/${name}`))
    // Written anew, one is as good as any.
    await put('bad', { priority: 1000, selector: { hosts: ['web-9'] } })

    await thief.must('POST', named, { data: { policies: 'all of them' }, options: { cas: version + 2 } })
    await rotated('web-2')
    expect(await keysOf('web-2', 'deploy')).toMatchObject([['256', expect.anything(), '(ED25519)']])
    await thief.must('POST', named, { data: { policies: {} }, options: { cas: version + 3 } })
  }, 100_000)
})
