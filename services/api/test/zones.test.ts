import { expect, test } from '@jest/globals'
import { defaultPolicy } from '@rekey/domain'
import { startApi } from './client.ts'

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
