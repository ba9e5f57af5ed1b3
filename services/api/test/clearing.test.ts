import { beforeEach, expect, test } from '@jest/globals'
import { digestOf } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

const place = 'production/web-1/deploy/ssh-key'
const hold = { class: 'locked-out' as const, since: noon.toISOString(), detail: 'no recorded key opens' }
let api: TestApi
beforeEach(async () => {
  api = await startApi()
  addManaged(api.world, settledState(place, { status: 'held', hold }))
})

const propose = async (of = place) => await api.post(`/v1/credentials/${of}/clear`, { reason: 'the key is back' })
const seen = async () => (await api.get('/v1/proposals/production/1')).body as unknown as Record<string, unknown>

test('a clearing names the very hold, is in the audit trail first, and changes nothing', async () => {
  expect(await propose()).toMatchObject({
    status: 201,
    body: { kind: 'clearing', number: 1, credential: 'deploy/ssh-key', status: 'proposed', hold: { class: 'locked-out', since: hold.since }, detail: hold.detail, approvalsNeeded: 1, approveWith: 'rekey approve production/1' }
  })
  expect(api.world.events.slice(-2)).toEqual(['audit clear.propose', 'write proposal'])
  expect(api.world.audit.at(-1)).toMatchObject({ target: place, reason: 'the key is back', detail: `hold locked-out since ${hold.since}` })
  expect((await api.get(`/v1/credentials/${place}`)).body).toMatchObject({ status: 'held' })
})

test('what is not held, has left or is not there can\'t be cleared', async () => {
  addManaged(api.world, settledState('production/web-1/app/ssh-key'), settledState('production/web-1/old/ssh-key', { status: 'left' }))
  expect(await propose('production/web-1/app/ssh-key')).toMatchObject({ status: 409, body: { code: 'credential/not-held' } })
  expect(await propose('production/web-1/old/ssh-key')).toMatchObject({ status: 409, body: { code: 'credential/left' } })
  expect(await propose('production/web-1/nobody/ssh-key')).toMatchObject({ status: 404, body: { code: 'credential/unknown' } })
  expect(api.world.proposals).toEqual([])
})

test('it is void once the credential is on hold for something else, and carried out once it goes on by approval', async () => {
  await propose()
  addManaged(api.world, settledState(place, { status: 'held', hold: { ...hold, since: '2026-03-01T13:00:00.000Z' } }))
  expect(await seen()).toMatchObject({ status: 'void', detail: null })
  const [proposal] = api.world.proposals
  if (proposal === undefined) throw new Error('no proposal')
  api.world.approvals.set('production/1', [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at: noon.toISOString() }])
  addManaged(api.world, settledState(place))
  expect(await seen()).toMatchObject({ status: 'carried-out' })
})
