import { beforeEach, expect, test } from '@jest/globals'
import { startApi, type TestApi } from './client.ts'
import { addManaged, settledState } from './memory-ports.ts'

const appliances = '/v1/policies/production/appliances'
const rsa = { priority: 10, selector: { labels: { role: 'appliance' }, kinds: ['ssh-key'] }, keyAlgorithm: 'rsa-4096' }
let api: TestApi

beforeEach(async () => { api = await startApi() })

test('a policy is made, replaced, read, listed and removed, each change after the audit trail has it', async () => {
  expect(await api.put(appliances, rsa)).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { zone: 'production', name: 'appliances', ...rsa, passwordLength: null, passwordSymbols: null, revision: 1, changedBy: 'admin' } })
  expect(await api.put(appliances, { priority: 1, selector: {}, passwordLength: 40, passwordSymbols: '' })).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { keyAlgorithm: 'ed25519', passwordLength: 40, passwordSymbols: '' } })
  await api.put('/v1/policies/backup/store', rsa)
  expect(await api.get(appliances)).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { priority: 1, selector: {} } })
  expect((await api.get('/v1/policies')).body.items).toMatchObject([{ zone: 'backup', name: 'store' }, { zone: 'production', name: 'appliances' }])
  expect((await api.get('/v1/policies?zone=backup')).body.items).toHaveLength(1)
  expect(await api.delete(appliances)).toMatchObject({ status: 200, body: { priority: 1 } })
  expect(await api.get(appliances)).toMatchObject({ status: 404, body: { code: 'policy/unknown', field: 'name' } })
  expect(await api.delete(appliances)).toMatchObject({ status: 404 })
  expect(api.world.events).toEqual(['audit policy.replace', 'write policy', 'audit policy.replace', 'write policy', 'audit policy.replace', 'write policy', 'audit policy.remove', 'write policy'])
})

test('nothing is done when it is another one by now', async () => {
  const { headers } = await api.put(appliances, rsa)
  await api.put(appliances, { ...rsa, priority: 11 })
  const seen = { 'if-match': String(headers['etag']) }
  expect(await api.put(appliances, rsa, seen)).toMatchObject({ status: 412, body: { code: 'request/precondition-failed' } })
  expect(await api.delete(appliances, seen)).toMatchObject({ status: 412 })
  expect((await Promise.all([1, 2].map(async priority => await api.put(appliances, { ...rsa, priority }, { 'if-match': '"2"' })))).map(({ status }) => status).sort()).toEqual([200, 412])
  // Of two others of the same zone, each comes through.
  expect((await Promise.all(['a', 'b'].map(async name => await api.put(`/v1/policies/production/${name}`, rsa)))).map(({ status }) => status)).toEqual([201, 201])
})

test('a policy may have a schedule, a grace and a heartbeat', async () => {
  const schedule = { cron: '30 2 * * mon', timeZone: 'Australia/Lord_Howe', window: { days: ['mon'], from: '22:00', to: '05:00' }, blackoutDays: ['2026-12-24'], jitterSeconds: 60 }
  const whole = { ...rsa, schedule, graceSeconds: 60, heartbeat: { everySeconds: 3600, onDrift: 'rotate' } }
  expect(await api.put(appliances, whole)).toMatchObject({ status: 201, body: whole })
  expect((await api.get(appliances)).body).toMatchObject(whole)
  expect(await api.put(appliances, rsa)).toMatchObject({ status: 200, body: { schedule: null, graceSeconds: null, heartbeat: null } })
})

test.each<[string, object, string]>([
  ['neither cron nor an age', {}, 'everySeconds'],
  ['both of them', { cron: '0 2 * * *', everySeconds: 60 }, 'everySeconds'],
  ['an unknown time zone', { cron: '0 2 * * *', timeZone: 'Europe/Atlantis' }, 'timeZone'],
  ['an hour that no day has', { cron: '0 24 * * *' }, 'cron'],
  ['a day that never comes', { cron: '0 0 30 2 *' }, 'cron'],
  ['a range the wrong way round', { cron: '5-1 * * * *' }, 'cron']
])('a schedule with %s is refused', async (_what, schedule, field) => {
  expect(await api.put(appliances, { ...rsa, schedule })).toMatchObject({ status: 422, body: { code: 'input/unprocessable', field: `schedule.${field}` } })
  expect(api.world.events).toEqual([])
})

test('a credential says by which policy its next secret is made', async () => {
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key'), settledState('production/web-2/deploy/ssh-key'), settledState('production/web-2/ops/password', { kind: 'password' }))
  const policies = async () => (await api.get('/v1/credentials')).body.items.map(item => (item as unknown as { policy: string | null }).policy)
  expect(await policies()).toEqual([null, null, null])
  await api.put(appliances, rsa)
  expect(await policies()).toEqual([null, null, null])
  await api.put('/v1/hosts/production/web-2/labels', { labels: { role: 'appliance' } })
  expect(await policies()).toEqual([null, 'appliances', null])
  await api.put('/v1/policies/production/all', { priority: 1, selector: {} })
  expect(await policies()).toEqual(['all', 'appliances', 'all'])
  expect((await api.get('/v1/credentials/production/web-2/deploy/ssh-key')).body).toMatchObject({ policy: 'appliances' })
  await api.put('/v1/policies/production/first', { priority: 11, selector: { hosts: ['web-2'], accounts: ['deploy'] } })
  expect(await policies()).toEqual(['all', 'first', 'all'])
})

test.each<[string, object, string]>([
  ['a short password', { passwordLength: 21 }, 'passwordLength'],
  ['a long one', { passwordLength: 129 }, 'passwordLength'],
  ['symbols that a shell takes', { passwordSymbols: '$' }, 'passwordSymbols'],
  ['a weak algorithm', { keyAlgorithm: 'rsa-1024' }, 'keyAlgorithm'],
  ['no priority', { priority: undefined }, 'priority'],
  ['no selector', { selector: undefined }, 'selector'],
  ['a zone in its selector', { selector: { zones: ['backup'] } }, 'selector.zones'],
  ['an unknown kind', { selector: { kinds: ['token'] } }, 'selector.kinds[0]'],
  ['a longest age', { longestAgeSeconds: 60 }, 'longestAgeSeconds'],
  ['a cron of six fields', { schedule: { cron: '* * * * * *' } }, 'schedule.cron'],
  ['a window without an end', { schedule: { everySeconds: 60, window: { from: '01:00' } } }, 'schedule.window.to'],
  ['an hour that no clock shows', { schedule: { everySeconds: 60, window: { from: '24:00', to: '01:00' } } }, 'schedule.window.from'],
  ['an unknown answer to drift', { heartbeat: { everySeconds: 60, onDrift: 'hold' } }, 'heartbeat.onDrift'],
  ['approvals', { redirectApprovals: 1 }, 'redirectApprovals'],
  ['an end of observation', { observe: false }, 'observe']
])('a policy with %s is refused', async (_what, change, field) => {
  expect(await api.put(appliances, { ...rsa, ...change })).toMatchObject({ status: 400, body: { field } })
  expect(api.world.events).toEqual([])
})

test('the name of the people\'s own is no name for one', async () => {
  expect(await api.put('/v1/policies/production/default', rsa)).toMatchObject({ status: 400, body: { code: 'name/invalid', field: 'name' } })
})

test('an operator may see them and not change them', async () => {
  await api.put(appliances, rsa)
  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'operator', zones: ['production'] })).body as unknown as { token: string }
  const operator = { authorization: `Bearer ${token}` }
  expect((await api.get(appliances, operator)).status).toBe(200)
  expect((await api.put(appliances, rsa, operator)).status).toBe(403)
  expect((await api.delete(appliances, operator)).status).toBe(403)
})
