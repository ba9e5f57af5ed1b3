import { expect, test } from '@jest/globals'
import { defaultPolicy } from '@rekey/domain'
import { Registry } from '@rekey/metrics'
import { measureSingleOperators, SingleOperators } from '../src/single-operator.ts'
import { startApi } from './client.ts'
import { addManaged, memoryPorts, settledState } from './memory-ports.ts'

test('the zones are listed by name, each with its networks and its people\'s policy', async () => {
  const api = await startApi()
  api.world.redirectApprovals = 2
  const { status, body } = await api.get('/v1/zones')
  expect([status, body.next]).toEqual([200, null])
  expect(body.items).toEqual([
    { name: 'backup', allowedNetworks: ['127.1.0.0/16'], policy: { ...defaultPolicy, redirectApprovals: 2 }, singleOperator: false },
    { name: 'production', allowedNetworks: ['127.1.0.0/16', '2001:db8::/32'], policy: expect.objectContaining({ redirectApprovals: 2 }), singleOperator: false }
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
  expect((await api.get('/v1/zones')).body.items).toMatchObject([{ name: 'backup', policy: null }, { name: 'production', policy: { observe: false } }])
})

test('single-operator mode is in the list, in a metric and in what a probe is told, until a second person has approved of anything', async () => {
  const api = await startApi()
  const told = async () => {
    const registry = new Registry()
    const found = new SingleOperators(memoryPorts(api.world))
    measureSingleOperators(found, registry)
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
