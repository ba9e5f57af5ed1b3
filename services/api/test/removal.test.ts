import { beforeEach, expect, test } from '@jest/globals'
import { digestOf, fingerprint, type Survey } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

const at = noon.toISOString()
const keyOf = (label: string) => {
  const publicKey = `ssh-ed25519 ${Buffer.from(label.padEnd(16)).toString('base64')}`
  return { publicKey, fingerprint: fingerprint(publicKey), bits: null }
}
const [own, planted, authority] = [keyOf('own'), keyOf('planted'), keyOf('authority')]
let api: TestApi

beforeEach(async () => {
  api = await startApi()
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { fingerprint: own.fingerprint }))
  const account = { account: 'deploy', uid: 1000, password: 'locked' as const, passwordChangedOn: null, root: 'yes' as const, keys: [own, planted].map((key) => ({ ...key, restricted: false, since: at })), authorities: [authority], privateKeys: [], since: at }
  const survey: Survey = { zone: 'production', host: 'web-1', triedAt: at, failure: null, at, removals: [], result: { by: 'root', asRoot: true, isComplete: true, sshd: { version: null, weak: [], otherWays: [] }, hostKeys: [], authorities: [], accounts: [account] } }
  api.world.surveys.set('production/web-1', survey)
})

const propose = async (changes: object = {}) => await api.post('/v1/hosts/production/web-1/removals', { account: 'deploy', fingerprint: planted.fingerprint, reason: 'a stranger', ...changes })
const seen = async () => (await api.get('/v1/proposals/production/1')).body as unknown as Record<string, unknown>
const endsAs = (refused: string | null) => {
  const survey = api.world.surveys.get('production/web-1')
  if (survey !== undefined) api.world.surveys.set('production/web-1', { ...survey, removals: [{ proposal: 1, at, refused }] })
}

test('a removal names the very key, is in the audit trail first, and changes nothing', async () => {
  expect(await propose()).toMatchObject({
    status: 201,
    body: { kind: 'removal', number: 1, host: 'web-1', account: 'deploy', fingerprint: planted.fingerprint, status: 'proposed', refused: null, approvalsNeeded: 1, approveWith: 'rekey approve production/1' }
  })
  expect(api.world.events.slice(-2)).toEqual(['audit removal.propose', 'write proposal'])
  expect(api.world.audit.at(-1)).toMatchObject({ target: 'production/web-1/deploy', reason: 'a stranger', detail: planted.fingerprint })
  expect(api.world.proposals).toMatchObject([{ publicKey: planted.publicKey }])
})

test('what is managed, an authority, or was not found there can\'t be removed', async () => {
  expect(await propose({ fingerprint: own.fingerprint })).toMatchObject({ status: 409, body: { code: 'removal/key-managed', detail: expect.stringContaining('production/web-1/deploy/ssh-key') as unknown } })
  expect(await propose({ fingerprint: authority.fingerprint })).toMatchObject({ status: 409, body: { code: 'removal/authority' } })
  for (const other of [{ account: 'app' }, { fingerprint: keyOf('other').fingerprint }]) expect(await propose(other)).toMatchObject({ status: 404, body: { code: 'removal/key-unknown' } })
  expect(await propose({ fingerprint: 'x' })).toMatchObject({ status: 400, body: { code: 'input/invalid', field: 'fingerprint' } })
  expect(api.world.proposals).toEqual([])
})

test('it is shown as carried out, or as void with the reason, as the worker has recorded it', async () => {
  await propose()
  const [proposal] = api.world.proposals
  if (proposal === undefined) throw new Error('no proposal')
  api.world.approvals.set('production/1', [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at }])
  expect(await seen()).toMatchObject({ status: 'approved' })
  endsAs('the file is a symbolic link')
  expect(await seen()).toMatchObject({ status: 'void', refused: 'the file is a symbolic link' })
  endsAs(null)
  expect(await seen()).toMatchObject({ status: 'carried-out', refused: null })
})
