import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { CampaignRun } from '@rekey/domain'
import type { VaultHttp } from '@rekey/local'
import { asPerson as vaultOf, asService, type Who } from '../faults/harness/logins.ts'
import { adminOf } from '../faults/harness/redis.ts'
import { until } from '../faults/harness/system.ts'
import { ApiSystem } from './api-system.ts'
import { asPerson, rekey } from './command-line.ts'

/*
 * Revoke-all on real hosts: only people start it, and nothing that happens in the middle of it holds it up.
 */

interface CampaignView {
  readonly id: string
  readonly done: boolean
  readonly stillUsable: number
  readonly counts: Readonly<Record<string, number>>
  readonly refused: { readonly firstSeconds: number | null, readonly allSeconds: number | null }
  readonly zones: ReadonlyArray<{ readonly zone: string, readonly proposal: number, readonly status: string, readonly order: number | null, readonly startedAt: string | null, readonly approvals: readonly unknown[] }>
  readonly targets: ReadonlyArray<{ readonly host: string, readonly outcome: string, readonly refusedAt: string | null }>
}

let system: ApiSystem
beforeAll(async () => {
  system = await ApiSystem.start(116)
  await system.adopt('web-1/deploy', 'web-1/app', 'web-2/deploy', 'web-2/app', 'store-1/deploy', 'store-2/deploy')
})
afterAll(async () => await system.stop())

async function propose (body: object): Promise<CampaignView> {
  const answer = await system.api.post<CampaignView>('/v1/campaigns', { kind: 'revoke-all', reason: 'somebody has our keys', ...body })
  expect(answer.status).toBe(202)
  return answer.body
}

const show = async (id: string): Promise<CampaignView> => (await system.api.get<CampaignView>(`/v1/campaigns/${id}`)).body

async function approve ({ zones }: CampaignView, ...people: Who[]): Promise<void> {
  for (const { zone, proposal } of zones) {
    for (const who of people) expect((await asPerson(system.stack, zone, who, 'approve', `${zone}/${proposal}`, '--yes')).code).toBe(0)
  }
}

async function becomes (id: string, what: string, isSo: (view: CampaignView) => boolean, seconds = 40): Promise<CampaignView> {
  return await until(what, async () => {
    const view = await show(id)
    return isSo(view) ? view : undefined
  }, seconds, async () => JSON.stringify(await show(id)))
}

async function killAndStart (name: string): Promise<void> {
  const process = system.stack.service(name)
  process?.kill('SIGKILL')
  await process?.exited
  await system.stack.startService(name)
}

test('everything that the API and a worker of another zone have starts none', async () => {
  const [api, neighbour]: VaultHttp[] = [await asService(system.stack, 'api'), await asService(system.stack, 'worker-backup')]
  const person = await vaultOf(system.stack, 'production')
  const { entity_id: entity } = (await person.must('GET', 'auth/token/lookup-self'))['data'] as { entity_id: string }
  const { id, zones } = await propose({ scope: { zones: ['production'] } })
  const { proposal = 0 } = zones[0] ?? {}
  const { digest } = (await system.api.get<{ digest: string }>(`/v1/proposals/production/${proposal}`)).body
  const at = new Date().toISOString()
  const run: CampaignRun = { campaign: id, proposal, order: 1, startedAt: at, approvedBy: 'nobody', breakGlass: 'in a hurry', endsTokens: true, state: 'running', steering: 0, through: '~', waveAt: at, breaker: null, isBreakerOff: false }
  const attempts: Array<[string, object]> = [
    [`approvals/proposal-${proposal}/${entity}`, { digest, by: 'userpass-operator-production' }],
    [`approvals/proposal-${proposal}/made-up`, { digest, by: 'me', breakGlass: 'in a hurry' }],
    [`campaigns/${id}`, run],
    [`proposals/${proposal}`, {}],
    ['policies/default', { campaignApprovals: 1 }]
  ]
  for (const login of [api, neighbour]) {
    for (const [path, data] of attempts) expect([path, (await login?.send('POST', `rekey-production/data/${path}`, { data, options: { cas: 0 } }))?.status]).toEqual([path, 403])
  }
  // An order of the same words is a plain one.
  const order = { zone: 'production', number: 1, campaign: id, proposal, scope: {}, reason: 'somebody has our keys', requestedBy: 'admin', requestedAt: at }
  expect((await api?.send('POST', 'rekey-production/data/orders/1', { data: order, options: { cas: 0 } }))?.status).toBe(200)
  await system.done('production', 1)
  await approve({ zones } as unknown as CampaignView, 'operator')
  expect(await show(id)).toMatchObject({ stillUsable: 4, zones: [{ status: 'proposed', order: null, approvals: [expect.anything()] }] })
})

test('it goes on to its end when the API and the worker are killed and Redis is flushed, and a host that was away is proven when it comes back', async () => {
  const { token } = (await system.api.post<{ token: string }>('/v1/tokens', { name: 'stolen', role: 'admin', zones: 'all' })).body
  const statusOf = async (): Promise<number> => (await system.api.send('GET', '/v1/orders', { headers: { authorization: `Bearer ${token}` } })).status
  expect(await statusOf()).toBe(200)
  const before = await system.view(system.place('web-1/deploy'))
  await system.lab.host('web-2').stop()

  const campaign = await propose({ scope: { all: true }, breakerPercent: 90 })
  await approve(campaign, 'operator', 'responder')
  await Promise.all([killAndStart('api'), killAndStart('worker-production'), (async () => {
    const redis = await adminOf(system.stack)
    await redis.flushall()
    redis.disconnect()
  })()])
  const waiting = await becomes(campaign.id, 'all but the host that is away', ({ counts }) => counts['settled'] === 4)
  expect(waiting).toMatchObject({ done: false, stillUsable: 2, counts: { total: 6 } })
  expect(await statusOf()).toBe(401)
  expect(waiting.targets.filter(({ outcome }) => outcome !== 'settled').map(({ host }) => host)).toEqual(['web-2', 'web-2'])

  await system.lab.host('web-2').start()
  const { refused, zones } = await becomes(campaign.id, 'done', ({ done }) => done)
  expect(refused.allSeconds).toBeGreaterThan(refused.firstSeconds ?? Infinity)
  expect(zones.map(({ status }) => status)).toEqual(['done', 'done'])
  const after = await system.view(system.place('web-1/deploy'))
  expect(after.rotations[0]).toMatchObject({ oldFingerprint: before.fingerprint, proof: { randomRefused: true, oldRefused: [before.fingerprint] } })
  expect((await system.lab.host('web-2').read('/home/deploy/.ssh/authorized_keys')).trim().split('\n')).toHaveLength(1)

  const typed = async (...args: string[]) => await rekey(args, system.stack.dir)
  expect(await typed('campaign', 'watch', campaign.id, '--timeout', '30', '--stack', system.stack.dir)).toMatchObject({ code: 0, out: expect.stringContaining('Still usable by the attacker: 0 of 6') as unknown })
  expect((await typed('campaign', 'report', campaign.id, '--out', 'report.json', '--stack', system.stack.dir)).code).toBe(0)
  expect((await asPerson(system.stack, 'production', 'operator', 'audit', 'heads', 'production', '--out', 'heads.json')).code).toBe(0)
  expect(await typed('campaign', 'verify', 'report.json', '--keys', 'heads.json')).toMatchObject({ code: 0, out: expect.stringContaining('nothing was changed since') as unknown })
  const report = await readFile(join(system.stack.dir, 'report.json'), 'utf8')
  expect(report).toContain(before.fingerprint)
  await writeFile(join(system.stack.dir, 'edited.json'), report.replace('"stillUsable": 0', '"stillUsable": 1'))
  expect(await typed('campaign', 'verify', 'edited.json', '--keys', 'heads.json')).toMatchObject({ code: 1 })
})
