import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, type CredentialState, type HostRecord, type Leaving } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { startApi, type TestApi } from './client.ts'
import { addManaged, noon, settledState } from './memory-ports.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key'), settledState('production/web-1/root/ssh-key'), settledState('production/db-1/deploy/ssh-key'))
})

const reason = 'sold'
const at = noon.toISOString()
const leaving = (changes: Partial<Leaving> = {}): Leaving => ({ by: 'ada (e-1)', at, reason, proposal: 1, order: 1, signedOff: [], leftAt: at, ...changes })

function changeHost (id: string, changes: Partial<HostRecord>): void {
  const known = api.world.hosts.get(`production/${id}`)
  if (known === undefined) throw new Error('no host')
  api.world.hosts.set(`production/${id}`, { ...known, ...changes })
}

function changeState (name: string, changes: Partial<CredentialState>): void {
  addManaged(api.world, { ...settledState(name), ...changes })
}

const leaveHost = async (id: string, body: object = {}) => await api.post(`/v1/hosts/production/${id}/leave`, { reason, ...body })
const leave = async (place: string, body: object = {}) => await api.post(`/v1/credentials/production/${place}/leave`, { reason, ...body })
const names = async (query = '') => (await api.get(`/v1/credentials?zone=production${query}`)).body.items.map(({ host, ...item }) => `${host}/${(item as unknown as { account: string }).account}`)

describe('proposing a leave', () => {
  test('of a host changes nothing, is in the audit trail first, and says what a person runs', async () => {
    expect(await leaveHost('web-1')).toMatchObject({
      status: 201,
      body: { kind: 'leave', number: 1, host: 'web-1', credential: null, status: 'proposed', signOff: [], unproven: [], neededBy: [], approvals: [], approvalsNeeded: 1, approveWith: 'rekey approve production/1' }
    })
    expect(api.world.events.slice(-2)).toEqual(['audit leave.propose', 'write proposal'])
    expect(api.world.audit.at(-1)).toMatchObject({ target: 'production/web-1', reason, detail: 'nothing signed off' })
  })

  test('of a credential names it, and only what it owes', async () => {
    changeState('production/web-1/deploy/ssh-key', { unproven: ['SHA256:a'] })
    changeState('production/web-1/root/ssh-key', { unproven: ['SHA256:b'] })
    expect((await leave('web-1/deploy/ssh-key', { signOff: true })).body).toMatchObject({ credential: 'deploy/ssh-key', signOff: ['SHA256:a'], unproven: ['SHA256:a'] })
    expect((await leaveHost('web-1', { signOff: true })).body).toMatchObject({ signOff: ['SHA256:a', 'SHA256:b'] })
    expect((await leaveHost('web-1')).body).toMatchObject({ signOff: [], unproven: ['SHA256:a', 'SHA256:b'] })
  })

  test.each<[string, () => void, string]>([
    ['a host behind it', () => { changeHost('db-1', { via: { host: 'web-1', account: 'deploy', name: 'ssh-key' } }) }, 'production/db-1'],
    ['a credential that is changed through it', () => { changeState('production/web-1/root/ssh-key', { through: 'deploy/ssh-key' }) }, 'production/web-1/root/ssh-key'],
    ['those whom it gives a way in again', () => { changeHost('web-1', { recovery: { account: 'deploy', name: 'ssh-key' } }) }, 'production/web-1/root/ssh-key']
  ])('is refused before %s', async (_, given, who) => {
    given()
    expect(await leave('web-1/deploy/ssh-key')).toMatchObject({ status: 409, body: { code: 'leave/still-needed', detail: expect.stringContaining(`before ${who}:`) as unknown } })
    expect(api.world.proposals).toEqual([])
  })

  test('of a host is refused before one behind it, and not for what leaves with it', async () => {
    changeHost('web-1', { recovery: { account: 'deploy', name: 'ssh-key' } })
    expect((await leaveHost('web-1')).status).toBe(201)
    changeHost('db-1', { via: { host: 'web-1', account: 'deploy', name: 'ssh-key' } })
    expect((await leaveHost('web-1')).body).toMatchObject({ code: 'leave/still-needed' })
    expect((await leave('web-1/root/ssh-key')).status).toBe(201)
    expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ neededBy: ['production/db-1'] })
    changeHost('db-1', { leave: 9, leftAt: at })
    expect((await leaveHost('web-1')).status).toBe(201)
  })

  test.each<[string, () => Promise<unknown>, number, string]>([
    ['a host that there is not', async () => await leaveHost('web-9'), 404, 'host/unknown'],
    ['a credential that there is not', async () => await leave('web-1/nobody/ssh-key'), 404, 'credential/unknown'],
    ['one whose adoption was refused', async () => { changeState('production/web-1/deploy/ssh-key', { status: 'refused' }); api.world.credentials.delete('production/web-1/deploy/ssh-key'); return await leave('web-1/deploy/ssh-key') }, 404, 'credential/unknown'],
    ['a host that has left', async () => { changeHost('web-1', { leave: 1, leftAt: at }); return await leaveHost('web-1') }, 409, 'host/left'],
    ['a credential that has left', async () => { changeState('production/web-1/deploy/ssh-key', { status: 'left', leaving: leaving() }); return await leave('web-1/deploy/ssh-key') }, 409, 'credential/left'],
    ['no reason', async () => await leaveHost('web-1', { reason: '' }), 400, 'input/invalid'],
    ['an unknown field', async () => await leaveHost('web-1', { force: true }), 400, 'input/invalid']
  ])('is refused for %s', async (_, ask, status, code) => {
    expect(await ask()).toMatchObject({ status, body: { code } })
    expect(api.world.proposals).toEqual([])
  })
})

test('what became of a leave is told', async () => {
  const status = async (number: number): Promise<unknown> => (JSON.parse((await api.get(`/v1/proposals/production/${number}`)).text) as { status: string }).status
  await leaveHost('web-1')
  await leave('web-1/deploy/ssh-key')
  expect([await status(1), await status(2)]).toEqual(['proposed', 'proposed'])
  for (const proposal of api.world.proposals) api.world.approvals.set(`production/${proposal.number}`, [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at }])
  expect([await status(1), await status(2)]).toEqual(['approved', 'approved'])
  changeState('production/web-1/deploy/ssh-key', { status: 'left', leaving: leaving() })
  changeHost('web-1', { leave: 1 })
  expect([await status(1), await status(2)]).toEqual(['carried-out', 'void'])
})

describe('what has left', () => {
  beforeEach(() => {
    changeState('production/web-1/deploy/ssh-key', { status: 'left', leaving: leaving(), unproven: ['SHA256:a'] })
    changeHost('web-1', { leave: 1, leftAt: at })
  })

  test('is in no list but that of what has left, with who approved and why', async () => {
    expect(await names()).toEqual(['db-1/deploy', 'web-1/root'])
    expect(await names('&status=left')).toEqual(['web-1/deploy'])
    expect((await api.get('/v1/credentials/production/web-1/deploy/ssh-key')).body).toMatchObject({ status: 'left', leaving: leaving() })
    expect((await api.get('/v1/hosts?zone=production')).body.items.map(({ id }) => id)).toEqual(['db-1'])
    expect((await api.get('/v1/hosts?zone=production&status=left')).body.items).toMatchObject([{ id: 'web-1', status: 'left', leave: 1, leftAt: at }])
  })

  test('is no target of what is ordered later, and is told apart where it was one', async () => {
    api.world.orders.push({ zone: 'production', number: 1, campaign: 'c', scope: {}, reason, requestedBy: 'admin', requestedAt: at })
    const all = await api.post('/v1/orders', { scope: { zones: ['production'] }, reason, dryRun: true })
    expect(all.body.orders[0]?.credentials).toEqual(['production/db-1/deploy/ssh-key', 'production/web-1/root/ssh-key'])
    expect((await api.post('/v1/orders', { scope: { accounts: ['deploy'], hosts: ['web-1'] }, reason })).body).toMatchObject({ code: 'order/matches-nothing' })
    await api.post('/v1/orders', { scope: { zones: ['production'] }, reason })
    expect((await api.get('/v1/orders/production/1')).body.counts).toMatchObject({ total: 3, left: 1 })
    expect((await api.get('/v1/orders/production/2')).body.counts).toMatchObject({ total: 2, left: 0 })
  })

  test('gives its id and its name to nobody, and nobody new may rely on it', async () => {
    const privateKey = makeKey().privateKey.open()
    const host = { zone: 'production', id: 'web-1', address: '127.1.0.7', trustOnFirstUse: true }
    const refusals: Array<[string, Promise<{ status: number, body: unknown }>]> = [
      ['host/left', api.post('/v1/hosts', host)],
      ['host/left', api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'new', privateKey })],
      ['host/left', api.post('/v1/hosts/production/web-1/redirects', { port: 7, reason })],
      ['host/left', api.post('/v1/hosts', { ...host, id: 'db-2', via: 'web-1/root/ssh-key' })]
    ]
    for (const [code, answer] of refusals) expect(await answer).toMatchObject({ status: 409, body: { code, detail: expect.stringContaining('production/web-1 has left') as unknown } })
    changeHost('web-1', { leave: undefined, leftAt: undefined } as object)
    const ofTheName: Array<Promise<{ status: number, body: unknown }>> = [
      api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'deploy', privateKey }),
      api.post('/v1/credentials', { zone: 'production', host: 'web-1', account: 'new', privateKey: makeKey().privateKey.open(), through: 'deploy/ssh-key' }),
      api.post('/v1/hosts', { ...host, id: 'db-2', via: 'web-1/deploy/ssh-key' })
    ]
    for (const answer of ofTheName) expect(await answer).toMatchObject({ status: 409, body: { code: 'credential/left', detail: expect.stringContaining('web-1/deploy/ssh-key has left') as unknown } })
    expect(api.world.adoptions.size).toBe(0)
  })
})
