import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, endpointOf, type HostRecord } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { startApi, type TestApi } from './client.ts'

const hostKey = makeKey().publicKey
const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', port: 2222, hostKeys: [hostKey] }
const path = '/v1/hosts/production/web-1/redirects'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  await api.post('/v1/hosts', host)
})

function record (): HostRecord {
  const found = api.world.hosts.get('production/web-1')
  if (found === undefined) throw new Error('no host')
  return found
}

function approve (number: number, entity = 'e-1'): void {
  const redirect = api.world.proposals.find((one) => one.number === number)
  if (redirect === undefined) throw new Error('no redirect')
  const key = `production/${number}`
  api.world.approvals.set(key, [...api.world.approvals.get(key) ?? [], { entity, by: 'userpass-ada', digest: digestOf(redirect), at: redirect.proposedAt }])
}

describe('proposing a redirect', () => {
  test('changes nothing, is in the audit trail first, and says what a person runs', async () => {
    const before = record()
    const answer = await api.post(path, { address: '127.1.0.9', reason: 'moved' })
    expect(answer).toMatchObject({
      status: 201,
      body: {
        number: 1,
        host: 'web-1',
        status: 'proposed',
        from: { address: '127.1.0.7', port: 2222, hostKeys: [hostKey] },
        to: { address: '127.1.0.9', port: 2222, hostKeys: [hostKey] },
        approvals: [],
        approvalsNeeded: 1,
        approveWith: 'rekey approve production/1',
        proposedAt: '2026-03-01T12:00:00.000Z',
        expiresAt: '2026-03-02T12:00:00.000Z'
      }
    })
    expect(record()).toEqual(before)
    expect(api.world.events.slice(2)).toEqual(['audit redirect.propose', 'write proposal'])
  })

  test('starts from the redirect that was carried out last', async () => {
    api.world.hosts.set('production/web-1', { ...record(), redirect: 7 })
    await api.post(path, { port: 22, reason: 'moved' })
    expect(api.world.proposals[0]).toMatchObject({ after: 7 })
  })

  test('takes another way, ends one, and pins other keys', async () => {
    await api.post('/v1/hosts', { ...host, id: 'jump', address: '127.1.0.1' })
    expect((await api.post(path, { via: 'jump/deploy/ssh-key', reason: 'closed off' })).body).toMatchObject({ to: { via: 'jump/deploy/ssh-key' } })
    api.world.hosts.set('production/web-1', { ...record(), via: { host: 'jump', account: 'deploy', name: 'ssh-key' } })
    expect((await api.post(path, { via: null, reason: 'opened up' })).body).toMatchObject({ from: { via: 'jump/deploy/ssh-key' }, to: { via: null } })
    const other = makeKey().publicKey
    expect((await api.post(path, { hostKeys: [`${other} root@web-1`], reason: 'reinstalled' })).body).toMatchObject({ to: { hostKeys: [other] } })
  })

  test.each<[string, object, number, string, string | undefined]>([
    ['what is so already', { address: '127.1.0.7', port: 2222 }, 422, 'redirect/changes-nothing', undefined],
    ['nothing at all', {}, 422, 'redirect/changes-nothing', undefined],
    ['an address outside the zone', { address: '10.0.0.1' }, 422, 'network/not-allowed', 'address'],
    ['Vault\'s own address', { address: '127.1.255.1' }, 422, 'network/not-allowed', 'address'],
    ['a key that is none', { hostKeys: ['nonsense'] }, 422, 'key/unreadable', 'hostKeys[0]'],
    ['a way by itself', { via: 'web-1/deploy/ssh-key' }, 422, 'input/unprocessable', 'via'],
    ['an unknown jump host', { via: 'jump/deploy/ssh-key' }, 404, 'host/unknown', 'via'],
    ['a life of more than a week', { port: 22, expiresInSeconds: 700_000 }, 400, 'input/invalid', 'expiresInSeconds'],
    ['a reason that turns the line round', { reason: 'moved \u202e' }, 400, 'input/invalid', 'reason'],
    ['an unknown field', { user: 'root' }, 400, 'input/invalid', 'user']
  ])('is refused for %s', async (_, body, status, code, field) => {
    const answer = await api.post(path, { reason: 'drill', ...body })
    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ code, ...field === undefined ? {} : { field } })])
    expect(api.world.proposals).toEqual([])
  })

  test('does not happen when it can\'t be recorded', async () => {
    api.world.disk = 'full'
    expect(await api.post(path, { port: 22, reason: 'drill' })).toMatchObject({ status: 503, body: { code: 'audit/unwritable' } })
    expect(api.world.proposals).toEqual([])
  })
})

describe('what became of a redirect', () => {
  const status = async (number: number): Promise<unknown> => (JSON.parse((await api.get(`/v1/proposals/production/${number}`)).text) as { status: string }).status

  test('is told: proposed, approved by enough persons, carried out, void or expired', async () => {
    api.world.redirectApprovals = 2
    await api.post(path, { address: '127.1.0.9', reason: 'moved' })
    await api.post(path, { address: '127.1.0.8', reason: 'moved' })
    approve(1)
    approve(1)
    expect(await status(1)).toBe('proposed')
    approve(1, 'e-2')
    expect(await status(1)).toBe('approved')
    const [first] = api.world.proposals
    api.world.hosts.set('production/web-1', { ...record(), address: '127.1.0.9', redirect: 1 })
    expect(first).toMatchObject({ to: endpointOf(record()) })
    expect([await status(1), await status(2)]).toEqual(['carried-out', 'void'])
    await api.post(path, { port: 22, reason: 'moved', expiresInSeconds: 60 })
    api.world.now = new Date(api.world.now.getTime() + 61_000)
    expect(await status(3)).toBe('expired')
  })

  test('is listed by zone and host, the newest first, in pages', async () => {
    for (const port of [1, 2, 3]) await api.post(path, { port, reason: 'drill' })
    const page = await api.get('/v1/proposals?zone=production&host=web-1&limit=2')
    expect(page.body.items.map(({ number }) => number)).toEqual([3, 2])
    expect((await api.get(`/v1/proposals?zone=production&host=web-1&limit=2&cursor=${page.body.next}`)).body.items.map(({ number }) => number)).toEqual([1])
    expect((await api.get('/v1/proposals?host=web-2')).body.items).toEqual([])
  })

  test('is unknown for a number that was never given', async () => {
    expect(await api.get('/v1/proposals/production/5')).toMatchObject({ status: 404, body: { code: 'proposal/unknown', field: 'number' } })
  })
})
