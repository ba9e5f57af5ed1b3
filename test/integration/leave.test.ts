import type { VaultHttp } from '@rekey/local'
import { asPerson, asService } from '../faults/harness/logins.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import { asOperator } from './command-line.ts'

/*
 * What leaves is rotated by no later revoke. So people decide it, with their own Vault logins; everything that the API has, takes nothing out.
 */

interface Leave { readonly number: number, readonly status: string, readonly digest: string, readonly signOff: readonly string[], readonly unproven: readonly string[] }
interface HostView { readonly id: string, readonly status: string }

let system: ApiSystem

beforeAll(async () => {
  system = await ApiSystem.start(80)
  await system.adopt('web-1/deploy', 'web-1/app', 'web-2/deploy', 'web-2/app', 'store-1/deploy')
})
afterAll(async () => await system.stop())

async function propose (place: string, body: object = {}): Promise<Leave> {
  const answer = await system.api.post<Leave>(`/v1/${place}/leave`, { reason: 'sold', ...body })
  expect([answer.status, answer.body.status]).toEqual([201, 'proposed'])
  return answer.body
}

const approve = async ({ number }: Leave, zone = 'production') => await asOperator(system.stack, zone, 'approve', `${zone}/${number}`, '--yes')
const service = async (name: string): Promise<VaultHttp> => await asService(system.stack, name)
const documentOf = async (vault: VaultHttp, path: string) => ((await vault.must('GET', `rekey-production/data/${path}`))['data'] as { data: object }).data

async function hosts (status: string): Promise<string[]> {
  return (await system.api.get<{ items: HostView[] }>(`/v1/hosts?zone=production&status=${status}`)).body.items.map(({ id }) => id)
}

test('everything that the API has takes nothing out', async () => {
  const [api, worker, neighbour] = [await service('api'), await service('worker-production'), await asPerson(system.stack, 'backup')]
  const { number, digest } = await propose('hosts/production/web-1')
  const record = await documentOf(api, 'hosts/web-1')
  const { entity_id: entity } = (await (await asPerson(system.stack, 'production')).must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
  const approval = { data: { digest, by: 'userpass-operator-production' }, options: { cas: 0 } }
  for (const login of [api, worker, neighbour]) expect((await login.send('POST', `rekey-production/data/approvals/proposal-${number}/${entity}`, approval)).status).toBe(403)
  const requests: Array<[string, string, unknown]> = [
    ['POST', 'rekey-production/data/hosts/web-1', { data: { ...record, leave: number }, options: { cas: 1 } }],
    ['POST', `rekey-production/data/proposals/${number}`, { data: {}, options: { cas: 1 } }],
    ['POST', 'rekey-production/data/credentials/web-1/deploy/ssh-key', { data: {}, options: { cas: 1 } }],
    ['POST', 'rekey-production/data/states/web-1/deploy/ssh-key', { data: {}, options: { cas: 1 } }],
    ['POST', 'rekey-production/data/policies/default', { data: { leaveApprovals: 1 }, options: { cas: 0 } }]
  ]
  for (const [method, where, body] of requests) expect([where, (await api.send(method, where, body)).status]).toEqual([where, 403])

  const done = await system.order('web-1')
  expect((await system.done('production', done)).counts).toMatchObject({ total: 2, settled: 2 })
  expect((await system.api.get<Leave>(`/v1/proposals/production/${number}`)).body.status).toBe('proposed')
  expect(await hosts('present')).toEqual(['web-1', 'web-2'])
})

test('a host leaves once a person has approved, and its secrets still open it', async () => {
  const leave = await propose('hosts/production/web-1', { reason: 'sold to the neighbours' })
  const { code, shown } = await approve(leave)
  expect([code, shown]).toEqual([0, expect.stringMatching(/Leave \d+ of production\/web-1, proposed by admin[\s\S]*sold to the neighbours[\s\S]*production\/web-1\/app\/ssh-key[\s\S]*one approval/)])
  for (const account of ['deploy', 'app']) {
    const view = await system.reaches(system.place(`web-1/${account}`), 'left')
    expect(view.leaving).toMatchObject({ proposal: leave.number, by: expect.stringMatching(/^userpass-operator-production \(/) as string, reason: 'sold to the neighbours', signedOff: [] })
  }
  await until('the host has left', async () => (await hosts('left')).length === 1 ? true : undefined)
  expect(await hosts('present')).toEqual(['web-2'])
  const { shown: key } = await asOperator(system.stack, 'production', 'reveal', 'production/web-1/deploy/ssh-key')
  expect(key).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/)
  const { shown: publicKey } = await asOperator(system.stack, 'production', 'reveal', 'production/web-1/deploy/ssh-key', '--public')
  expect(await system.lab.host('web-1').read('/home/deploy/.ssh/authorized_keys')).toContain(publicKey.trim())

  const refused = await system.api.post('/v1/credentials', { ...system.newCredential(system.place('web-1/deploy')), account: 'late' })
  expect(refused).toMatchObject({ status: 409, body: { code: 'host/left' } })
})

test('a host that is gone for good leaves with its debts signed off, and no later revoke of the zone waits for it', async () => {
  const [deploy, app] = [system.place('web-2/deploy'), system.place('web-2/app')]
  await system.lab.host('web-2').stop()
  await system.order('web-2')
  await system.becomes(deploy, 'has a successor that can\'t be put in place', ({ unproven }) => unproven.length === 2)
  await system.becomes(app, 'has one, too', ({ unproven }) => unproven.length === 2)

  const unsigned = await propose('hosts/production/web-2')
  await approve(unsigned)
  expect((await system.becomes(deploy, 'leaves', ({ leaving }) => leaving !== null)).leaving).toMatchObject({ order: 2, leftAt: null })
  const signed = await propose('hosts/production/web-2', { signOff: true, reason: 'its disks burned' })
  expect(signed.signOff).toHaveLength(4)
  const { shown } = await approve(signed)
  expect(shown).toMatch(/current {3}\S+, signed off without a proof\n {4}successor \S+, signed off without a proof/)
  for (const place of [deploy, app]) expect((await system.reaches(place, 'left')).leaving?.signedOff).toHaveLength(2)
  expect((await system.api.get('/v1/orders/production/2')).body).toMatchObject({ done: true, counts: { total: 2, left: 2 } })

  expect((await system.api.post('/v1/orders', { scope: { zones: ['production'] }, reason: 'revoke all' })).body).toMatchObject({ code: 'order/matches-nothing' })
  await system.api.post('/v1/orders', { scope: { all: true }, reason: 'revoke all' })
  expect(await system.done('backup', 1)).toMatchObject({ counts: { total: 1, settled: 1 } })
  expect((await asOperator(system.stack, 'production', 'reveal', 'production/web-2/app/ssh-key', '--candidate')).shown).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/)
})

test('a worker that is killed while a host leaves leaves the rest to the next one', async () => {
  const place = system.place('store-1/deploy')
  const host = system.lab.host('store-1')
  await host.stop()
  const before = await system.view(place)
  await system.api.post('/v1/orders', { scope: { zones: ['backup'] }, reason: 'a drill' })
  await system.becomes(place, 'waits for its host', ({ unproven }) => unproven.length === 2)
  await approve(await propose('hosts/backup/store-1'), 'backup')
  await system.becomes(place, 'leaves', ({ leaving }) => leaving !== null)
  const worker = system.stack.service('worker-backup')
  worker?.kill('SIGKILL')
  await worker?.exited
  await host.start()
  await system.stack.startService('worker-backup')
  const view = await system.reaches(place, 'left')
  expect(view).toMatchObject({ debts: [], unproven: [], leaving: { signedOff: [] } })
  expect(view.fingerprint).not.toBe(before.fingerprint)
  expect(view.rotations[0]?.proof).toMatchObject({ randomRefused: true, oldRefused: [before.fingerprint] })
  expect((await host.read('/home/deploy/.ssh/authorized_keys')).trim().split('\n')).toHaveLength(1)
})
