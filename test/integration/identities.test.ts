import { generateKeyPairSync, sign } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { startPeopleProvider } from '@rekey/lab'
import { ensureCertificates, layout, startStack, stateRoot } from '@rekey/local'
import type { ServiceProcess, Stack } from '@rekey/local'
import { Browser } from './browser.ts'
import { rekey } from './command-line.ts'
import { DocumentedApi } from './documented-api.ts'
import type { Answer, Problem } from './documented-api.ts'
import { freePort } from './free-port.ts'

/** People at the API, by the identity tokens of a real OpenBao. No worker runs. */
const dir = join(stateRoot, `test-identities-${process.pid}`)
const password = 'correct horse battery staple'
let stack: Stack
let service: ServiceProcess
let api: DocumentedApi

/** By their groups: ada has another role in each zone; carl is in no group of Rekey's. */
const people = {
  ada: ['rekey-operator-production', 'rekey-viewer-backup'],
  bob: ['rekey-auditor-production'],
  carl: [],
  eve: ['rekey-viewer-production']
} as const
type Person = keyof typeof people

/** What each logs in to Vault with, and the id of his entity. */
const logins = new Map<Person, { readonly token: string, readonly entity: string }>()

beforeAll(async () => {
  stack = await startStack({ dir, services: false, zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] })) })
  await stack.asRoot(async root => {
    for (const name of Object.keys(people)) {
      await root.must('POST', `auth/userpass/users/${name}`, { password, token_policies: ['rekey-identity'], token_no_default_policy: true })
      const auth = (await root.must('POST', `auth/userpass/login/${name}`, { password }))['auth'] as { client_token: string, entity_id: string }
      await root.must('POST', `identity/entity/id/${auth.entity_id}`, { name })
      logins.set(name as Person, { token: auth.client_token, entity: auth.entity_id })
    }
    for (const group of new Set(Object.values(people).flat())) {
      const members = Object.entries(people).filter(([, groups]) => (groups as readonly string[]).includes(group)).map(([name]) => logins.get(name as Person)?.entity)
      await root.must('POST', 'identity/group', { name: group, policies: ['rekey-identity'], member_entity_ids: members })
    }
    // Another role by the same key and issuer, as an organisation has for its other programs.
    await root.must('POST', 'identity/oidc/key/rekey', { algorithm: 'EdDSA', allowed_client_ids: ['rekey', 'grafana'] })
    await root.must('POST', 'identity/oidc/role/grafana', { key: 'rekey', client_id: 'grafana', ttl: '5m', template: '{"groups": ["rekey-admin"]}' })
    await root.must('PUT', 'sys/policies/acl/rekey-identity', { policy: `${await readFile(new URL('../../deploy/vault/rekey-identity.hcl', import.meta.url), 'utf8')}\npath "identity/oidc/token/grafana" { capabilities = ["read"] }` })
  })
  service = await stack.startService('api', { REKEY_API_REQUESTS_PER_SECOND: '2', REKEY_API_REQUEST_BURST: '60' })
  api = await DocumentedApi.of(stack)
})

afterAll(async () => {
  api.close()
  await stack.stop()
  await rm(dir, { recursive: true })
})

async function identityOf (who: Person, role = 'rekey'): Promise<string> {
  const answer = await stack.vaultHttp.as(logins.get(who)?.token ?? '').must('GET', `identity/oidc/token/${role}`)
  return (answer['data'] as { token: string }).token
}

const ask = async (token: string, method: string, path: string, body?: object): Promise<Answer<Problem>> => await api.send(method, path, { body, headers: { authorization: `Bearer ${token}` } })
const codeOf = ({ status, body }: Answer<Problem>): number | string => status < 400 ? status : body.code
const host = (zone: string, id: string) => ({ zone, id, address: '127.1.90.1', trustOnFirstUse: true })

describe('a person', () => {
  test('has in each zone the role that his group there gives him, and sees no other zone', async () => {
    const [ada, eve] = [await identityOf('ada'), await identityOf('eve')]
    const answers = {
      seesBoth: await ask(ada, 'GET', '/v1/zones'),
      addsInProduction: await ask(ada, 'POST', '/v1/hosts', host('production', 'web-1')),
      addsInBackup: await ask(ada, 'POST', '/v1/hosts', host('backup', 'store-1')),
      listsBackup: await ask(ada, 'GET', '/v1/hosts?zone=backup'),
      makesTokens: await ask(ada, 'GET', '/v1/tokens'),
      seesProduction: await ask(eve, 'GET', '/v1/hosts?zone=production'),
      seesBackup: await ask(eve, 'GET', '/v1/hosts?zone=backup'),
      adds: await ask(eve, 'POST', '/v1/hosts', host('production', 'web-2'))
    }
    expect(Object.fromEntries(Object.entries(answers).map(([what, answer]) => [what, codeOf(answer)]))).toEqual({
      seesBoth: 200, addsInProduction: 201, addsInBackup: 'auth/forbidden', listsBackup: 200, makesTokens: 'auth/forbidden', seesProduction: 200, seesBackup: 'zone/unknown', adds: 'auth/forbidden'
    })
    expect(answers.addsInBackup.body).toMatchObject({ field: 'zone', detail: 'this needs the role operator in the zone backup, and you have the role viewer; ask an admin for another' })
  })

  test('without a zone in what he asks, asks for those in which he has the role', async () => {
    const { body } = await ask(await identityOf('ada'), 'POST', '/v1/orders', { scope: { all: true }, reason: 'a drill', dryRun: true }) as unknown as Answer<{ orders?: Array<{ zone: string }>, code?: string }>
    expect(body.orders?.map(({ zone }) => zone) ?? body.code).toEqual('order/matches-nothing')
  })

  test('who is in no group of Rekey is let nowhere', async () => {
    expect(codeOf(await ask(await identityOf('carl'), 'GET', '/v1/hosts'))).toBe('auth/forbidden')
  })

  test('is named by his entity in the journal, in the log, and in nothing that he did not do', async () => {
    const { entity = '' } = logins.get('ada') ?? {}
    await ask(await identityOf('ada'), 'POST', '/v1/hosts', host('production', 'web-9'))
    const lines = (await readFile(join(service.auditDir, 'journal.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
    expect(lines.at(-1)).toMatchObject({ act: 'host.create', actor: `ada/${entity}` })
    expect(await readFile(service.logFile, 'utf8')).toContain(`"caller":"ada/${entity}"`)
  })

  test('has a new role with the next token, and gets no token any more once he is disabled', async () => {
    const { entity = '' } = logins.get('bob') ?? {}
    expect(codeOf(await ask(await identityOf('bob'), 'GET', '/v1/tokens'))).toBe('auth/forbidden')
    await stack.asRoot(async root => {
      await root.must('POST', 'identity/group/name/rekey-admin-production', { policies: ['rekey-identity'], member_entity_ids: [entity] })
    })
    expect(codeOf(await ask(await identityOf('bob'), 'GET', '/v1/tokens'))).toBe(200)
    await stack.asRoot(async root => { await root.must('POST', `identity/entity/id/${entity}`, { disabled: true }) })
    await expect(identityOf('bob')).rejects.toMatchObject({ code: 'stack/failed' })
  })

  test('is let in at once with a token by Vault\'s next key', async () => {
    await ask(await identityOf('eve'), 'GET', '/v1/hosts')
    await stack.asRoot(async root => { await root.must('POST', 'identity/oidc/key/rekey/rotate', { verification_ttl: '1s' }) })
    expect(codeOf(await ask(await identityOf('eve'), 'GET', '/v1/hosts'))).toBe(200)
  })
})

describe('is refused:', () => {
  const changed = (token: string, change: (parts: string[]) => string[]): string => change(token.split('.')).join('.')
  const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const bad: Record<string, () => Promise<string>> = {
    'one that Vault has signed for another program': async () => await identityOf('eve', 'grafana'),
    'one whose groups were changed': async () => changed(await identityOf('eve'), ([head = '', body = '', signature = '']) => [head, json({ ...JSON.parse(Buffer.from(body, 'base64url').toString()) as object, groups: ['rekey-admin'] }), signature]),
    'one without a signature': async () => changed(await identityOf('eve'), ([, body = '']) => [json({ alg: 'none' }), body, '']),
    'one that somebody else has signed': async () => changed(await identityOf('eve'), ([head = '', body = '']) => {
      const { privateKey } = generateKeyPairSync('ed25519')
      return [head, body, sign(null, Buffer.from(`${head}.${body}`), privateKey).toString('base64url')]
    }),
    'the person\'s Vault token itself': async () => await Promise.resolve(logins.get('eve')?.token ?? '')
  }
  test.each(Object.entries(bad))('%s', async (_what, make) => {
    expect(codeOf(await ask(await make(), 'GET', '/v1/hosts'))).toBe('auth/missing')
  })
})

test('a flood of one person is answered with 429, and locks nobody else out', async () => {
  const [eve, ada] = [await identityOf('eve'), await identityOf('ada')]
  // With another token she is the same person.
  const another = await identityOf('eve')
  const answers = await Promise.all(Array.from({ length: 150 }, async (_, index) => await ask(index % 2 === 0 ? eve : another, 'GET', '/v1/hosts')))
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(40)
  expect(codeOf(await ask(ada, 'GET', '/v1/hosts'))).toBe(200)
  expect((await api.get('/v1/hosts')).status).toBe(200)
})

test('rekey asks as the person who has logged in', async () => {
  const env = { XDG_RUNTIME_DIR: join(dir, 'run') }
  const place = ['--vault-addr', stack.vault.address, '--ca-file', stack.caFile]
  const operator = stack.zones.find(({ name }) => name === 'backup')?.operator
  expect(await rekey(['login', ...place, '--username', operator?.username ?? '', '--password-file', operator?.passwordFile ?? ''], dir, env)).toMatchObject({ code: 0 })
  const hosts = async () => await rekey(['hosts', '--api-addr', stack.api.url, '--ca-file', stack.caFile], dir, env)
  await api.post('/v1/hosts', host('backup', 'store-7'))
  expect(await hosts()).toMatchObject({ code: 0, out: expect.stringContaining('store-7') as unknown })
  expect((await hosts()).out).not.toContain('web-1')
  expect(await readFile(service.logFile, 'utf8')).toMatch(/"caller":"operator-backup\/[0-9a-f-]{36}"/)
  await rekey(['logout'], dir, env)
  expect(await hosts()).toMatchObject({ code: 2, err: expect.stringContaining('rekey login') as unknown })
})

test('whoever logs in at the organisation\'s OpenID provider has what his groups there give him', async () => {
  const port = await freePort()
  const redirectUri = `http://localhost:${port}/oidc/callback`
  const paths = layout(dir)
  await ensureCertificates(paths, [{ name: 'provider', uid: 0 }])
  const [cert, key, ca] = await Promise.all([paths.certificate('provider'), paths.certificateKey('provider'), stack.caFile].map(async (file) => await readFile(file, 'utf8')))
  if (cert === undefined || key === undefined || ca === undefined) throw new Error('no certificate')
  // It warns of all that makes it one for tests.
  const quiet = [jest.spyOn(console, 'warn'), jest.spyOn(console, 'info')].map((spy) => spy.mockImplementation(() => {}))
  const provider = await startPeopleProvider({ tls: { cert, key }, redirectUri, people: { grace: ['oncall'], mallory: [] } })
  try {
    await stack.asRoot(async root => {
      await root.must('POST', 'sys/auth/oidc', { type: 'oidc' })
      await root.must('POST', 'auth/oidc/config', { oidc_discovery_url: provider.url, oidc_discovery_ca_pem: ca, oidc_client_id: provider.clientId, oidc_client_secret: provider.clientSecret, default_role: 'people' })
      await root.must('POST', 'auth/oidc/role/people', { user_claim: 'sub', groups_claim: 'groups', allowed_redirect_uris: [redirectUri], token_policies: ['rekey-identity'], token_no_default_policy: true, token_ttl: '1h' })
      const { accessor } = (await root.must('GET', 'sys/auth'))['oidc/'] as { accessor: string }
      const { id } = (await root.must('POST', 'identity/group', { name: 'directory-oncall', type: 'external' }))['data'] as { id: string }
      await root.must('POST', 'identity/group-alias', { name: 'oncall', mount_accessor: accessor, canonical_id: id })
      await root.must('POST', 'identity/group', { name: 'rekey-operator-backup', policies: ['rekey-identity'], member_group_ids: [id] })
    })
    const env = { XDG_RUNTIME_DIR: join(dir, 'run-oidc') }
    const browser = new Browser(ca)
    const logIn = async (person: string) => await rekey(['login', '--oidc', '--oidc-port', String(port), '--vault-addr', stack.vault.address, '--ca-file', stack.caFile], dir, env, (shown) => {
      const page = /https:\S+/.exec(shown)?.[0]
      if (page !== undefined) browser.logIn(page, person).catch(() => {})
    })
    const hosts = async () => await rekey(['hosts', '--api-addr', stack.api.url, '--ca-file', stack.caFile], dir, env)

    expect(await logIn('grace')).toMatchObject({ code: 0, out: expect.stringContaining('You are oidc-grace at') as unknown })
    await api.post('/v1/hosts', host('backup', 'store-8'))
    expect(await hosts()).toMatchObject({ code: 0, out: expect.stringContaining('store-8') as unknown })
    await rekey(['logout'], dir, env)
    browser.forget()
    expect((await logIn('mallory')).code).toBe(0)
    expect(await hosts()).toMatchObject({ code: 1, err: expect.stringContaining('this needs the role viewer, and you have none') as unknown })
    expect(await rekey(['login', '--oidc', '--oidc-role', 'nobody', '--vault-addr', stack.vault.address, '--ca-file', stack.caFile], dir, env)).toMatchObject({ code: 1, err: expect.stringContaining('auth/oidc') as unknown })
  } finally {
    await provider.close()
    for (const spy of quiet) spy.mockRestore()
  }
})
