import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from '@jest/globals'
import type { Survey, SurveyedAccount } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

interface Finding { readonly id: string, readonly kind: string, readonly fingerprint?: string, readonly places: string[], readonly elsewhere: boolean, readonly detail?: string, readonly since: string | null, readonly endedBy: string }

let api: TestApi

beforeEach(async () => { api = await startApi() })

const at = noon.toISOString()
const print = (label: string): string => `SHA256:${createHash('sha256').update(label).digest('base64').replace(/=+$/, '')}`
const key = (label: string, changes: object = {}) => ({ publicKey: `ssh-ed25519 ${Buffer.from(label.padEnd(16)).toString('base64')}`, fingerprint: print(label), bits: null, restricted: false, since: at, ...changes })
const account = (name: string, changes: Partial<SurveyedAccount> = {}): SurveyedAccount => ({ account: name, uid: 1001, password: 'locked', passwordChangedOn: null, root: 'no', keys: [], authorities: [], privateKeys: [], since: at, ...changes })

function addSurvey (place: string, accounts: SurveyedAccount[], changes: object = {}): void {
  const [zone = '', host = ''] = place.split('/')
  const result = { by: 'root', asRoot: true, isComplete: true, sshd: { version: 'OpenSSH_9.2', weak: [], otherWays: [] }, hostKeys: [], authorities: [], accounts, ...changes }
  const survey: Survey = { zone, host, triedAt: at, failure: null, at, result, removals: [] }
  api.world.surveys.set(place, survey)
}

async function find (query = '', headers: Record<string, string> = {}): Promise<Finding[]> {
  const { status, body } = await api.get(`/v1/findings${query}`, headers)
  expect(status).toBe(200)
  return body.items as unknown as Finding[]
}

const managed = (name: string, label: string) => settledState(name, { fingerprint: print(label), hostKeys: [print(`host of ${name}`)] })

test('nothing is found where everything is managed, and the accounts are counted', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'))
  addSurvey('production/web-1', [account('app', { keys: [key('own')] }), account('games')])
  expect(await find()).toEqual([])
  expect((await api.get('/v1/findings')).body).toMatchObject({ accounts: { managed: 1, unmanaged: 0, surveyedHosts: 1 } })
})

test('a key that nobody manages is one finding over all accounts that it opens, and spread when there are several', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'))
  addSurvey('production/web-1', [account('app', { keys: [key('own'), key('planted', { since: '2026-02-01T00:00:00.000Z' })] })])
  expect(await find()).toMatchObject([{ kind: 'unknown-key', fingerprint: print('planted'), places: ['production/web-1/app'], since: '2026-02-01T00:00:00.000Z', endedBy: 'removal' }])
  addSurvey('backup/store-1', [account('ops', { keys: [key('planted')] })])
  const found = await find()
  expect(found.map(({ kind, places }) => [kind, places])).toEqual([
    ['spread-key', ['backup/store-1/ops', 'production/web-1/app']],
    ['unknown-key', ['backup/store-1/ops', 'production/web-1/app']],
    ['unmanaged-account', ['backup/store-1/ops']]
  ])
  expect((await api.get('/v1/findings')).body).toMatchObject({ accounts: { managed: 1, unmanaged: 1, surveyedHosts: 2 } })

  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['production'] })).body as unknown as { token: string }
  const narrow = await find('', { authorization: `Bearer ${token}` })
  expect(narrow.map(({ kind, places, elsewhere }) => [kind, places, elsewhere])).toEqual([['spread-key', ['production/web-1/app'], true], ['unknown-key', ['production/web-1/app'], true]])
  expect(JSON.stringify(narrow)).not.toMatch(/backup|store-1/)
})

test('a managed key in the file of an account where it is not managed is unknown there', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'), managed('production/web-1/ops', 'other'))
  addSurvey('production/web-1', [account('app', { keys: [key('own')] }), account('ops', { keys: [key('other'), key('own')] })])
  expect((await find()).map(({ kind, places }) => [kind, places])).toEqual([['spread-key', ['production/web-1/app', 'production/web-1/ops']], ['unknown-key', ['production/web-1/ops']]])
})

test('a replaced key counts as managed until it is proven dead', async () => {
  addManaged(api.world, { ...managed('production/web-1/app', 'own'), debts: [{ fingerprint: print('old'), since: at, notBefore: at, class: 'waiting' }], unproven: [print('next')] })
  addSurvey('production/web-1', [account('app', { keys: [key('own'), key('old'), key('next')] })])
  expect(await find()).toEqual([])
})

test('weak keys, private keys that open something, empty passwords and other ways in are found', async () => {
  addManaged(api.world, managed('production/web-1/app', 'weak'), managed('production/web-2/app', 'own'))
  addSurvey('production/web-1', [
    account('app', { keys: [key('weak', { publicKey: `ssh-rsa ${'A'.repeat(16)}`, bits: 1024 })], privateKeys: [{ fingerprint: print('own'), encrypted: false }, { fingerprint: print('nothing'), encrypted: false }] }),
    account('guest', { password: 'none' })
  ], { sshd: { version: null, weak: ['permitrootlogin yes'], otherWays: ['authorizedkeyscommand', 'trustedusercakeys'] }, authorities: [key('authority')] })
  expect((await find()).map(({ kind, places, detail }) => [kind, places, detail])).toEqual([
    ['empty-password', ['production/web-1/guest'], undefined],
    ['other-way-in', ['production/web-1'], 'authorizedkeyscommand'],
    ['private-key', ['production/web-1/app'], undefined],
    ['trusted-authority', ['production/web-1'], print('authority')],
    ['unmanaged-account', ['production/web-1/guest'], 'password none; becomes root: no'],
    ['weak-key', ['production/web-1/app'], 'RSA of 1024 bits'],
    ['weak-sshd', ['production/web-1'], 'permitrootlogin yes']
  ])
})

test('a survey is asked for once, by an operator, and shown with what is managed', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'))
  const path = '/v1/hosts/production/web-1/survey'
  expect((await api.get(path)).body).toMatchObject({ at: null, accounts: [] })
  expect(await api.post(path, {})).toMatchObject({ status: 202, body: { zone: 'production', host: 'web-1' } })
  expect([...api.world.surveysAsked]).toEqual(['production/web-1'])
  expect(api.world.events.slice(-2)).toEqual(['audit survey.ask', 'write survey request'])
  expect((await api.post('/v1/hosts/production/nowhere/survey', {})).status).toBe(404)
  addSurvey('production/web-1', [account('app', { keys: [key('own')] }), account('ops')])
  const { body, text } = await api.get(path)
  expect(body).toMatchObject({ asRoot: true, accounts: [{ account: 'app', managed: true, keys: [{ fingerprint: print('own'), type: 'ssh-ed25519' }] }, { account: 'ops', managed: false }] })
  expect(text).not.toContain(key('own').publicKey)
})

test('a finding is accepted with a reason, zone by zone, until it changes', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'), managed('backup/store-1/app', 'theirs'))
  addSurvey('production/web-1', [account('app', { keys: [key('own'), key('ops')] })])
  const unknown = async () => (await find('?kind=unknown-key'))[0] as Finding & { accepted: boolean, acceptances: unknown[] }
  const { id } = await unknown()
  const path = `/v1/findings/production/${id}/acceptance`
  expect((await api.put(path, { reason: 'our operators' })).body).toMatchObject({ id, accepted: true, acceptances: [{ zone: 'production', by: 'admin', at, reason: 'our operators' }] })
  expect(api.world.audit.at(-1)).toMatchObject({ act: 'finding.accept', target: `production/${id}`, reason: 'our operators' })
  expect(await unknown()).toMatchObject({ accepted: true })

  addSurvey('backup/store-1', [account('app', { keys: [key('theirs'), key('ops')] })])
  expect(await unknown()).toMatchObject({ id, accepted: false, acceptances: [{ zone: 'production' }] })
  addSurvey('production/web-2', [account('app', { keys: [key('ops')] })])
  expect(await unknown()).toMatchObject({ id, accepted: false, acceptances: [] })

  await api.put(path, { reason: 'there, too' })
  await api.put(path.replace('production', 'backup'), { reason: 'and there' })
  expect(await unknown()).toMatchObject({ accepted: true })
  expect((await api.delete(path)).body).toMatchObject({ accepted: false, acceptances: [{ zone: 'backup' }] })
  expect((await api.put('/v1/findings/production/0123456789abcdef/acceptance', { reason: 'x' })).body).toMatchObject({ code: 'finding/unknown' })
  const elsewhere = (await find('?kind=unmanaged-account')).find(({ places }) => places[0] === 'production/web-2/app')
  expect((await api.put(`/v1/findings/backup/${elsewhere?.id ?? ''}/acceptance`, { reason: 'x' })).status).toBe(404)
})

test('a caller sees what falls in his zones and nothing of others', async () => {
  addManaged(api.world, managed('production/web-1/app', 'own'), managed('backup/store-1/app', 'theirs'))
  addSurvey('production/web-1', [account('app', { keys: [key('own')], root: 'yes', privateKeys: [{ fingerprint: print('theirs'), encrypted: false }] }), account('ops', { keys: [key('x')] })])
  const ask = async (body: object, headers = {}) => (await api.post('/v1/blast-radius', body, headers)).body as unknown as { counts: unknown, fallen: Array<{ name: string, reason: string }> }
  expect(await ask({ fingerprints: [print('own')] })).toMatchObject({ counts: { accounts: 3, hosts: 1, secrets: 2 }, surveyedHosts: 1 })
  expect(await ask({ zones: ['backup'] })).toMatchObject({ fallen: [{ name: 'backup/store-1', reason: 'stolen' }, { name: 'backup/store-1/app', reason: 'on-host' }] })

  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['production'] })).body as unknown as { token: string }
  const narrow = { authorization: `Bearer ${token}` }
  const seen = await ask({ hosts: ['production/web-1'] }, narrow)
  expect(seen.counts).toEqual({ accounts: 2, hosts: 1, secrets: 1 })
  expect(JSON.stringify(seen)).not.toMatch(/backup|store-1/)
  expect(await ask({ fingerprints: [print('theirs')] }, narrow)).toMatchObject({ counts: { accounts: 0 } })
  for (const body of [{ hosts: ['backup/store-1'] }, { zones: ['backup'] }]) expect((await api.post('/v1/blast-radius', body, narrow)).body).toMatchObject({ code: 'zone/unknown' })
  expect((await api.post('/v1/blast-radius', {})).status).toBe(422)
})
