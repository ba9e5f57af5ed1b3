import { expect, test } from '@jest/globals'
import { defaultPolicy, digestOfPolicy } from '@rekey/domain'
import { Registry } from '@rekey/metrics'
import { measureZonePolicies, ZonePolicies } from '../src/zone-policies.ts'
import { startApi } from './client.ts'
import { addManaged, memoryPorts, noon, settledState } from './memory-ports.ts'

test('the zones are listed by name, each with its networks and its people\'s policy', async () => {
  const api = await startApi()
  api.world.redirectApprovals = 2
  const { status, body } = await api.get('/v1/zones')
  expect([status, body.next]).toEqual([200, null])
  expect(body.items).toEqual([
    { name: 'backup', allowedNetworks: ['127.1.0.0/16'], policy: { ...defaultPolicy, redirectApprovals: 2 }, policyWaits: null, singleOperator: false },
    { name: 'production', allowedNetworks: ['127.1.0.0/16', '2001:db8::/32'], policy: expect.objectContaining({ redirectApprovals: 2 }), policyWaits: null, singleOperator: false }
  ])
  const page = await api.get('/v1/zones?limit=1')
  expect((await api.get(`/v1/zones?cursor=${page.body.next ?? ''}`)).body.items).toMatchObject([{ name: 'production' }])
})

test('a caller sees his own', async () => {
  const api = await startApi()
  const { token } = (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['backup'] })).body as unknown as { token: string }
  expect((await api.get('/v1/zones', { authorization: `Bearer ${token}` })).body.items).toMatchObject([{ name: 'backup' }])
})

test('one whose policy is malformed is listed without it', async () => {
  const api = await startApi()
  api.world.malformedPolicies.add('backup')
  expect((await api.get('/v1/zones')).body.items).toMatchObject([{ name: 'backup', policy: null, policyWaits: null }, { name: 'production', policy: { observe: false } }])
})

test('a policy that one person has weakened is shown as it is in force, and what waits of it with who has approved', async () => {
  const api = await startApi()
  const { world } = api
  const at = world.now.toISOString()
  const words = (digest: string, ...people: string[]) => people.map(by => ({ entity: `entity-of-${by}`, by, digest, at }))
  const zones = async () => (await api.get('/v1/zones')).body.items as unknown as Array<{ policy: object, policyWaits: { digest: string } | null }>
  world.approvals.set('production/1', words('d'.repeat(64), 'ada', 'bea'))
  world.inForce.set('production', { redirectApprovals: 2, longestAgeSeconds: 86_400, rank: 10 })

  const [backup, production] = await zones()
  expect(backup).toMatchObject({ policy: { redirectApprovals: 1 }, policyWaits: null })
  expect(production?.policy).toEqual({ ...defaultPolicy, redirectApprovals: 2, longestAgeSeconds: 86_400, rank: 10 })
  const digest = digestOfPolicy({ zone: 'production', version: 1, writtenAt: noon.toISOString(), policy: defaultPolicy })
  expect(production?.policyWaits).toEqual({
    version: 1,
    writtenAt: '2026-03-01T12:00:00.000Z',
    expiresAt: '2026-03-08T12:00:00.000Z',
    digest,
    changes: [{ field: 'redirectApprovals', inForce: 2, written: 1 }, { field: 'rank', inForce: 10, written: 50 }, { field: 'longestAgeSeconds', inForce: 86_400, written: null }],
    approvals: [],
    approvalsNeeded: 2,
    approveWith: 'rekey approve production/policy'
  })

  const registry = new Registry()
  const found = new ZonePolicies(memoryPorts(world))
  measureZonePolicies(found, registry)
  expect(await found.remark()).toBe('a weaker policy waits for approval: production')
  const metrics = await registry.metrics()
  expect([...metrics.matchAll(/^rekey_policy_waits\{zone="(.*)"\} (.*)$/gm)].map(([, zone, value]) => [zone, value]).sort()).toEqual([['backup', '0'], ['production', '1']])

  world.approvals.set('production/policy', words(digest, 'ada'))
  expect((await zones())[1]).toMatchObject({ policy: { redirectApprovals: 2 }, policyWaits: { approvals: [{ entity: 'entity-of-ada', by: 'ada', at }] } })
  world.approvals.set('production/policy', words(digest, 'ada', 'bea'))
  expect((await zones())[1]).toMatchObject({ policy: defaultPolicy, policyWaits: null })
})

test('single-operator mode is in the list, in a metric and in what a probe is told, until a second person has approved of anything', async () => {
  const api = await startApi()
  const told = async () => {
    const registry = new Registry()
    const found = new ZonePolicies(memoryPorts(api.world))
    measureZonePolicies(found, registry)
    const items = (await api.get('/v1/zones')).body.items as unknown as Array<{ singleOperator: boolean }>
    return [items.map(({ singleOperator }) => singleOperator), [...(await registry.metrics()).matchAll(/^rekey_single_operator\{zone="(.*)"\} 1$/gm)].map(([, zone]) => zone).sort(), await found.remark()]
  }
  expect(await told()).toEqual([[false, false], [], undefined])
  api.world.campaignApprovals = 1
  expect(await told()).toEqual([[true, true], ['backup', 'production'], 'single-operator mode: backup, production'])
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key'))
  await api.post('/v1/campaigns', { kind: 'revoke-all', scope: { zones: ['production'] }, reason: 'a test' })
  const at = api.world.now.toISOString()
  api.world.approvals.set('production/1', ['ada', 'bea'].map(by => ({ entity: `entity-of-${by}`, by, digest: 'd'.repeat(64), at })))
  expect(await told()).toEqual([[true, false], ['backup'], 'single-operator mode: backup'])
})
