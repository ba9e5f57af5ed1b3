import { beforeEach, expect, test } from '@jest/globals'
import { formatName } from '@rekey/domain'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

interface Finding { readonly kind: string, readonly fingerprint: string, readonly places: string[], readonly elsewhere: boolean, readonly since: string | null }

let api: TestApi

beforeEach(async () => { api = await startApi() })

const at = (minute: number): string => `2026-03-01T12:0${minute}:00.000Z`
const own = (name: string) => settledState(name, { hostKeys: [`SHA256:host of ${name.split('/')[1] ?? ''}`] })

async function find (query = '', headers: Record<string, string> = {}): Promise<Finding[]> {
  const { status, body } = await api.get(`/v1/findings${query}`, headers)
  expect(status).toBe(200)
  return body.items as unknown as Finding[]
}

test('nothing is found where every place has its own', async () => {
  addManaged(api.world, own('production/web-1/deploy'), own('production/web-1/app'), own('production/web-2/deploy'))
  expect(await find()).toEqual([])
})

test('a key of two places is one finding, since the second was handed over', async () => {
  addManaged(api.world,
    { ...own('production/web-1/app'), fingerprint: 'SHA256:cloned', madeAt: at(1) },
    { ...own('production/web-2/app'), fingerprint: 'SHA256:cloned', madeAt: at(3), sharedWith: ['production/web-1/app/ssh-key'] })
  const refused = { ...own('production/web-3/app'), fingerprint: 'SHA256:cloned', madeAt: at(2), status: 'refused' as const }
  api.world.states.set(formatName(refused), refused)
  expect(await find()).toMatchObject([{ kind: 'shared-key', fingerprint: 'SHA256:cloned', places: ['production/web-1/app/ssh-key', 'production/web-2/app/ssh-key'], elsewhere: false, since: at(3), endedBy: 'rotation' }])
})

test('it lasts while the replaced key is not proven dead, and ends with the proof', async () => {
  const rotated = { ...own('production/web-1/app'), debts: [{ fingerprint: 'SHA256:cloned', since: at(4), notBefore: at(4), class: 'waiting' as const }] }
  // The second one that was adopted keeps saying who was first.
  addManaged(api.world, rotated, { ...own('production/web-2/app'), fingerprint: 'SHA256:cloned', sharedWith: ['production/web-1/app/ssh-key'] })
  const [finding] = await find()
  expect(finding?.places).toEqual(['production/web-1/app/ssh-key', 'production/web-2/app/ssh-key'])
  expect((await api.get('/v1/credentials/production/web-2/app/ssh-key')).body).toMatchObject({ shared: true, sharedWith: ['production/web-1/app/ssh-key'] })
  api.world.states.set(formatName(rotated), { ...rotated, debts: [] })
  expect(await find()).toEqual([])
})

test('passwords and host keys are found too, the latter once for each host', async () => {
  const password = { kind: 'password' as const, fingerprint: 'HMAC-SHA256:same' }
  addManaged(api.world,
    { ...own('production/web-1/ops/password'), ...password },
    { ...own('production/web-2/ops/password'), ...password },
    { ...own('production/db-1/app'), hostKeys: ['SHA256:image', 'SHA256:own'] },
    { ...own('production/db-2/app'), hostKeys: ['SHA256:image'], sharedWith: ['production/db-1'] },
    { ...own('production/db-2/ops'), hostKeys: ['SHA256:image'], sharedWith: ['production/db-1'] },
    // Who was first is in no state any more.
    { ...own('production/db-3/app'), sharedWith: ['production/db-0'] })
  expect((await find()).map(({ kind, fingerprint, places, since }) => [kind, fingerprint, places, since]).sort()).toEqual([
    ['shared-host-key', 'SHA256:host of db-3', ['production/db-0', 'production/db-3'], null],
    ['shared-host-key', 'SHA256:image', ['production/db-1', 'production/db-2'], null],
    ['shared-password', 'HMAC-SHA256:same', ['production/web-1/ops/password', 'production/web-2/ops/password'], expect.any(String)]
  ])
  expect(await find('?kind=shared-password')).toHaveLength(1)
  expect(await find('?host=db-2')).toMatchObject([{ fingerprint: 'SHA256:image' }])
  expect(await find('?zone=backup')).toEqual([])
})

test('of a place in another zone a caller hears that it is there, and not which', async () => {
  addManaged(api.world,
    { ...own('production/web-1/app'), fingerprint: 'SHA256:cloned', madeAt: at(1) },
    { ...own('backup/store-1/app'), fingerprint: 'SHA256:cloned', madeAt: at(2) },
    { ...own('backup/store-1/ops'), fingerprint: 'SHA256:theirs' },
    { ...own('backup/store-2/ops'), fingerprint: 'SHA256:theirs' })
  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['production'] })).body as unknown as { token: string }
  expect(await find('', { authorization: `Bearer ${token}` })).toMatchObject([{ fingerprint: 'SHA256:cloned', places: ['production/web-1/app/ssh-key'], elsewhere: true, since: null }])
  expect(await find()).toHaveLength(2)
})

test('the list comes in pages', async () => {
  for (const key of ['a', 'b', 'c']) {
    addManaged(api.world, { ...own(`production/${key}-1/app`), fingerprint: `SHA256:${key}` }, { ...own(`production/${key}-2/app`), fingerprint: `SHA256:${key}` })
  }
  const first = (await api.get('/v1/findings?limit=2')).body
  const second = (await api.get(`/v1/findings?limit=2&cursor=${first.next ?? ''}`)).body
  expect(second.next).toBeNull()
  expect(new Set([...first.items, ...second.items].map(item => (item as unknown as Finding).fingerprint))).toEqual(new Set(['SHA256:a', 'SHA256:b', 'SHA256:c']))
})

test('what no heartbeat has seen to open for two intervals is unverified, also while no worker runs', async () => {
  const verified = (seconds: number) => ({ verifiedAt: new Date(noon.getTime() - seconds * 1000).toISOString() })
  addManaged(api.world,
    { ...own('production/web-1/app'), ...verified(1), heartbeat: { at: at(5), outcome: 'unreachable' } },
    { ...own('production/web-2/app'), verifiedAt: new Date(noon.getTime() + 3_600_000).toISOString() },
    { ...own('production/web-3/app'), ...verified(9000), drift: { since: at(5), opened: null, endedAt: null } },
    { ...own('backup/store-1/app'), ...verified(9000) })
  expect(await find('?kind=unverified')).toEqual([])
  await api.put('/v1/policies/production/watched', { priority: 1, selector: {}, heartbeat: { everySeconds: 3600, onDrift: 'report' } })
  // Nobody has asked before.
  expect(await find('?kind=unverified')).toEqual([])
  api.world.now = new Date(noon.getTime() + 7_201_000)
  expect(await find('?kind=unverified')).toMatchObject([{ places: ['production/web-1/app/ssh-key'], since: '2026-03-01T14:00:00.000Z', endedBy: 'verification', detail: 'the last heartbeat: unreachable' }])
})

test('a host that does not take the current secret has drifted, until it does', async () => {
  const drift = { since: at(5), opened: 'SHA256:older', endedAt: null }
  addManaged(api.world, { ...own('production/web-1/app'), drift }, { ...own('production/web-2/app'), drift: { ...drift, endedAt: at(6) } })
  expect(await find('?kind=drift')).toMatchObject([{ kind: 'drift', places: ['production/web-1/app/ssh-key'], since: at(5), endedBy: 'rotation', detail: expect.stringContaining('SHA256:older') as unknown }])
})
