import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { inspect } from 'node:util'
import { defaultPolicy, digestOf, RekeyError, Secret, stateBeforeAdoption } from '@rekey/domain'
import type { CredentialName, Proposal } from '@rekey/domain'
import { startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { createInventory, createJournal, createOperator } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'
import { journalContract } from '../../packages/rotation/test/journal.contract.ts'
import { plainCredential } from '../../packages/rotation/test/sample-documents.ts'
import { Identities, put } from './vault-bench.ts'

let folder: string
let stack: Stack
let identities: Identities

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-vault-'))
  stack = await startStack({
    dir: folder,
    services: false,
    zones: ['production', 'backup'].map(name => ({ name, allowedNetworks: ['127.1.0.0/16'] }))
  })
  identities = new Identities(stack)
})
afterAll(async () => {
  await identities.close()
  await stack.stop()
  await rm(folder, { recursive: true, force: true })
})

const freshName = (): CredentialName => ({ zone: 'production', host: `h-${randomBytes(6).toString('hex')}`, account: 'deploy', name: 'ssh-key' })
const worker = (): ReturnType<typeof createJournal> => createJournal({ client: identities.service('worker-production'), zone: 'production' })
async function policyVersion (person: VaultClient, zone: string): Promise<number> {
  const found = await person.read([`rekey-${zone}`, 'data', 'policies', 'default']) as { metadata: { version: number } } | undefined
  return found?.metadata.version ?? 0
}
const pathOf = ({ host, account, name }: CredentialName): string[] => ['credentials', host, account, name]

journalContract('in OpenBao, each identity under its own policy', async () => {
  const api = identities.service('api')
  const inventory = createInventory({ zones: ['production', 'backup'].map(name => ({ name, client: api })), sharedClient: api })
  const person = await identities.person('production')
  const people = { operator: person, responder: await identities.person('production', 'responder') }
  return {
    zone: 'production',
    journal: worker(),
    colleague: worker(),
    neighbour: createJournal({ client: identities.service('worker-backup'), zone: 'backup' }),
    putHost: async record => { await inventory.createHost(record) },
    putAdoption: async adoption => { await inventory.createAdoption(adoption) },
    putOrder: async order => { await put(api, 'rekey-production', ['orders', String(order.number)], order) },
    putRelease: async (place, decision) => {
      const [host = '', account, name] = place.split('/')
      await inventory.createRelease(account === undefined || name === undefined ? { zone: 'production', host } : { zone: 'production', host, account, name }, decision)
    },
    putProposal: async draft => await inventory.createProposal(draft),
    approve: async (proposal, breakGlass) => { await createOperator({ client: person, zone: 'production' }).approve(proposal, breakGlass) },
    putNamedPolicy: async policy => { await inventory.replacePolicy('production', policy, 0) },
    putLabels: async (host, labels) => { await inventory.replaceLabels({ zone: 'production', host, labels, changedBy: 'admin', changedAt: '2026-01-02T03:04:05.000Z' }, 0) },
    putPolicy: async policy => { await put(person, 'rekey-production', ['policies', 'default'], policy, await policyVersion(person, 'production')) },
    approvePolicy: async ({ version, digest }, who) => {
      const waits = { zone: 'production', version, digest, writtenAt: null, changes: [], approvals: [], approvalsNeeded: 2, expiresAt: null }
      await createOperator({ client: people[who], zone: 'production' }).approvePolicy(waits)
    },
    putSurveyRequest: async host => { await inventory.askForSurvey('production', host) },
    storedVersions: async name => {
      const { versions } = await identities.service('worker-production').read(['rekey-production', 'metadata', ...pathOf(name)]) as { versions: Record<string, { destroyed: boolean }> }
      return Object.entries(versions).filter(([, { destroyed }]) => !destroyed).map(([version]) => Number(version))
    },
    close: () => Promise.resolve()
  }
})

describe('a document that is not as Rekey writes it', () => {
  const secret = 'c2VjcmV0LW9mLWEtdGVzdA'

  test.each<[string, string, (raw: Record<string, unknown>) => object]>([
    ['a missing field', 'epoch', ({ epoch: _, ...raw }) => raw],
    ['a field of another type', 'epoch', raw => ({ ...raw, epoch: secret })],
    ['a secret that is none', 'current.privateKey', raw => ({ ...raw, current: { ...raw['current'] as object, privateKey: { inner: secret } } })],
    ['another name than its path', 'name', raw => ({ ...raw, name: freshName() })],
    ['another account than its path', 'target.account', raw => ({ ...raw, target: { ...raw['target'] as object, account: 'root' } })]
  ])('is refused: %s', async (_, field, spoil) => {
    const client = identities.service('worker-production')
    const reported: RekeyError[] = []
    const journal = createJournal({ client, zone: 'production', onMalformed: error => { reported.push(error) } })
    const credential = plainCredential(freshName())
    const sibling = plainCredential({ ...credential.name, account: 'root' })
    await journal.save(credential, 0)
    await journal.save(sibling, 0)
    const { data } = await client.read(['rekey-production', 'data', ...pathOf(credential.name)]) as { data: Record<string, unknown> }
    await put(client, 'rekey-production', pathOf(credential.name), spoil(data), 1)

    const failure = await journal.credential(credential.name).catch((error: unknown) => error as RekeyError)
    expect(failure).toMatchObject({ code: 'vault/malformed', detail: { path: pathOf(credential.name).join('/'), field } })
    expect(inspect(failure, { depth: 9 })).not.toContain(secret)
    expect((await journal.credentials(credential.name.host)).map(({ value }) => value.name.account)).toEqual(['root'])
    expect(reported).toHaveLength(1)
  })

  test('is none when it was written before there were jump hosts', async () => {
    const client = identities.service('worker-production')
    const credential = { ...plainCredential(freshName()) }
    const { via: _, ...target } = credential.target
    await worker().save(credential, 0)
    const { data } = await client.read(['rekey-production', 'data', ...pathOf(credential.name)]) as { data: Record<string, unknown> }
    await put(client, 'rekey-production', pathOf(credential.name), { ...data, target }, 1)
    expect((await worker().credential(credential.name))?.value).toEqual({ ...credential, target: { ...target, via: null } })
  })

  test('is never written either', async () => {
    const credential = plainCredential(freshName())
    await expect(worker().save({ ...credential, epoch: -1 }, 0)).rejects.toMatchObject({ code: 'vault/malformed', detail: { field: 'epoch' } })
  })

  test('counts as no state, and the next report replaces it', async () => {
    const client = identities.service('worker-production')
    const journal = createJournal({ client, zone: 'production' })
    const { zone, host, account, name } = freshName()
    await put(client, 'rekey-production', ['states', host, account, name], { nonsense: true })
    expect(await journal.state({ zone, host, account, name })).toBeUndefined()
    await journal.report({ ...stateBeforeAdoption({ zone, host, account, name }), status: 'settled', epoch: 1, updatedAt: '2026-01-02T03:04:05.000Z' })
    expect(await journal.state({ zone, host, account, name })).toMatchObject({ status: 'settled' })
  })
})

test('a document of before there was observation is read as one that is not observed', async () => {
  const [client, api] = [identities.service('worker-production'), identities.service('api')]
  const journal = worker()
  const credential = plainCredential(freshName())
  const { zone, host, account, name } = credential.name
  await journal.save(credential, 0)
  const { data: { observe: _, observedBy: __, ...older } } = await client.read(['rekey-production', 'data', ...pathOf(credential.name)]) as { data: Record<string, unknown> }
  await put(client, 'rekey-production', pathOf(credential.name), older, 1)
  const { observed: ___, observers: ____, planned: _____, ...state } = { ...stateBeforeAdoption(credential.name), status: 'settled' as const, updatedAt: '2026-01-02T03:04:05.000Z' }
  await put(client, 'rekey-production', ['states', host, account, name], state)
  await put(api, 'rekey-production', ['hosts', host], { zone, id: host, address: '127.1.0.1', port: 22, trust: { mode: 'first-use' }, labels: {}, createdAt: '2026-01-02T03:04:05.000Z' })
  expect(await journal.credential(credential.name)).toEqual({ value: credential, version: 2 })
  expect(await journal.host(host)).toMatchObject({ observe: false })
  expect(await journal.state(credential.name)).toMatchObject({ observed: false, observers: [], planned: null })
})

test('a release that can\'t be read releases nothing, is reported, and stops no other', async () => {
  const api = identities.service('api')
  const reported: RekeyError[] = []
  const journal = createJournal({ client: identities.service('worker-production'), zone: 'production', onMalformed: error => { reported.push(error) } })
  const { host } = freshName()
  const release = { by: 'admin', at: '2026-01-02T03:04:05.000Z', reason: 'drill' }
  await put(api, 'rekey-production', ['managed', host], { ...release, at: 'yesterday' })
  await put(api, 'rekey-production', ['managed', host, 'deploy', 'ssh-key'], release)
  expect(await journal.releases(host)).toEqual({ host: false, credentials: ['deploy/ssh-key'] })
  expect(reported.map(({ code, detail }) => [code, detail['path'], detail['field']])).toEqual([['vault/malformed', `managed/${host}`, 'at']])
})

describe('a person\'s word on a proposal', () => {
  async function proposed (seconds = 3600): Promise<Proposal> {
    const inventory = createInventory({ zones: [{ name: 'production', client: identities.service('api') }], sharedClient: identities.service('api') })
    return await inventory.createProposal({ kind: 'steering', zone: 'production', campaign: randomUUID(), action: 'pause', reason: 'drill', proposedBy: 'admin', expiresAt: new Date(Date.now() + seconds * 1000).toISOString() })
  }

  test('that was of another text is not taken for one on this, and says so', async () => {
    const [proposal, person] = [await proposed(), await identities.person('production')]
    const { entity_id: entity } = await person.read(['auth', 'token', 'lookup-self']) as { entity_id: string }
    const older = { digest: 'd'.repeat(64), by: 'userpass-ada' }
    await put(person, 'rekey-production', ['approvals', `proposal-${proposal.number}`, entity], older)
    const operator = createOperator({ client: person, zone: 'production' })
    await expect(operator.approve(proposal)).rejects.toMatchObject({ code: 'approval/exists', message: expect.stringMatching(`digest was ${older.digest} and is ${digestOf(proposal)} now.*have it proposed anew`) as string })
  })

  test('that comes too late by Vault\'s clock is none', async () => {
    const [proposal, operator] = [await proposed(-1), createOperator({ client: await identities.person('production'), zone: 'production' })]
    await expect(operator.approve(proposal)).rejects.toMatchObject({ code: 'input/invalid', message: expect.stringMatching(`expired at ${proposal.expiresAt}: have it proposed anew`) as string })
  })

  test('can be given again, but does not become broken glass', async () => {
    const [proposal, operator] = [await proposed(), createOperator({ client: await identities.person('production'), zone: 'production' })]
    const [first] = await operator.approve(proposal)
    expect(await operator.approve(proposal)).toEqual([first])
    await expect(operator.approve(proposal, 'nobody answers')).rejects.toMatchObject({ code: 'approval/exists', message: expect.stringMatching('without breaking the glass.*have a second person approve') as string })
    expect(await worker().approvals(proposal.number)).toEqual([first])
  })
})

describe('a policy that a person wrote by hand', () => {
  test.each<[string, unknown, boolean]>([['text', 'true', true], ['text', 'false', false], ['a boolean', true, true]])('may say observe as %s: %j', async (_, observe, meant) => {
    const person = await identities.person('backup')
    await put(person, 'rekey-backup', ['policies', 'default'], { observe }, await policyVersion(person, 'backup'))
    expect(await createJournal({ client: identities.service('worker-backup'), zone: 'backup' }).policy()).toEqual({ ...defaultPolicy, observe: meant })
  })
})

describe('a zone\'s worker', () => {
  test('finds its mount as it must be set', async () => {
    expect(await worker().checkMount()).toBe(true)
  })

  test('is refused every document of another zone', async () => {
    const stranger = createJournal({ client: identities.service('worker-backup'), zone: 'production' })
    const { name } = plainCredential(freshName())
    await worker().save(plainCredential(name), 0)
    await expect(stranger.credential(name)).rejects.toMatchObject({ code: 'vault/forbidden' })
    await expect(stranger.save(plainCredential(name), 1)).rejects.toMatchObject({ code: 'vault/forbidden' })
    await expect(stranger.hosts()).rejects.toMatchObject({ code: 'vault/forbidden' })
    await expect(stranger.orders()).rejects.toMatchObject({ code: 'vault/forbidden' })
  })
})

test('a document of more entries than Vault takes is refused by a name of its own, and not written', async () => {
  const client = identities.service('worker-production')
  const name = freshName()
  const entries = (count: number): object => ({ entries: Array.from({ length: count }, () => 'x') })
  await expect(put(client, 'rekey-production', pathOf(name), entries(100_001))).rejects.toMatchObject({ code: 'vault/too-large', message: expect.stringContaining('max_request_json_strings') as unknown })
  expect(await client.read(['rekey-production', 'data', ...pathOf(name)])).toBeUndefined()
  await put(client, 'rekey-production', pathOf(name), entries(99_000))
})

describe('when Vault fails', () => {
  test('a sealed one says so, and work goes on once it is unsealed', async () => {
    const journal = worker()
    const credential = plainCredential(freshName())
    await journal.save(credential, 0)
    await stack.sealVault()
    await expect(journal.credential(credential.name)).rejects.toMatchObject({ code: 'vault/sealed' })
    await expect(journal.save(credential, 1)).rejects.toMatchObject({ code: 'vault/sealed' })
    await expect(worker().credential(credential.name)).rejects.toMatchObject({ code: 'vault/sealed' })
    await stack.unsealVault()
    expect(await journal.save(credential, 1)).toBe(2)
  })

  test('a frozen one is given up in time, and what became of a write shows when it is read again', async () => {
    const client = identities.service('worker-production', { timeoutMs: 1000 })
    const journal = createJournal({ client, zone: 'production' })
    const credential = plainCredential(freshName())
    await journal.save(credential, 0)
    process.kill(stack.vault.pid, 'SIGSTOP')
    try {
      const failure = await journal.save({ ...credential, failures: 1 }, 1).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'vault/unavailable' })
    } finally {
      process.kill(stack.vault.pid, 'SIGCONT')
    }
    const read = await journal.credential(credential.name)
    expect([1, 2]).toContain(read?.version)
    expect(read?.value.failures).toBe((read?.version ?? 0) - 1)
  })

  test('a killed one is unavailable, and found again by the same client after its restart', async () => {
    const journal = worker()
    const credential = plainCredential(freshName())
    await journal.save(credential, 0)
    process.kill(stack.vault.pid, 'SIGKILL')
    await expect(journal.save(credential, 1)).rejects.toMatchObject({ code: 'vault/unavailable' })
    await stack.restartVault()
    expect(await journal.save(credential, 1)).toBe(2)
  })

  test('a certificate of another authority is not spoken to', async () => {
    const other = join(folder, 'other-ca.pem')
    await writeFile(other, rootCertificates[0] ?? '')
    const journal = createJournal({ client: identities.service('worker-production', { caFile: other }), zone: 'production' })
    await expect(journal.hosts()).rejects.toMatchObject({ code: 'vault/unavailable', message: expect.stringMatching(/CA file/) as string })
  })

  test('a token that Vault no longer knows is replaced without anybody noticing', async () => {
    const person = await identities.person('production')
    const credential = plainCredential(freshName())
    await worker().save(credential, 0)
    const journal = createJournal({ client: person, zone: 'production' })
    await journal.credential(credential.name)
    await person.write(['auth', 'token', 'revoke-self'], {})
    expect(await Promise.all([1, 2, 3].map(async () => (await journal.credential(credential.name))?.version))).toEqual([1, 1, 1])
  })

  test('no error shows the token or a secret of the document', async () => {
    const planted = `planted-${randomBytes(8).toString('hex')}`
    const stranger = createJournal({ client: identities.service('worker-backup'), zone: 'production' })
    const base = plainCredential(freshName())
    const credential = { ...base, current: { ...base.current, privateKey: Secret.of(planted) } }
    const journal = worker()
    await journal.save(credential, 0)
    const failures = await Promise.all([
      stranger.save(credential, 0), journal.save(credential, 7), journal.save({ ...credential, epoch: -1 }, 1)
    ].map(async call => await call.then(() => undefined, (error: unknown) => error)))
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(RekeyError)
      const shown = inspect(failure, { depth: 12, showHidden: true }) + JSON.stringify(failure) + String((failure as Error).stack)
      expect(shown).not.toContain(planted)
      expect(shown).not.toMatch(/hvs\.|s\.[A-Za-z0-9]{24}|X-Vault-Token/)
    }
    expect(inspect(failures[0], { depth: 12 })).toContain('vault/forbidden') // the control: what would be shown
  })
})
