import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { doubtOfReport } from '@rekey/audit'
import { digestOf, type AuditKeys, type Campaign, type CampaignRun, type CredentialState, type SignedReport } from '@rekey/domain'
import { Registry } from '@rekey/metrics'
import { measureCampaigns } from '../src/campaigns/counts.ts'
import { giveTurns } from '../src/campaigns/turns.ts'
import { startApi, type Answer, type TestApi } from './client.ts'
import { liveGrant, liveLease, openRequest } from './grant-samples.ts'
import { addManaged, apiKey, memoryPorts, noon, settledState } from './memory-ports.ts'

let api: TestApi
beforeEach(async () => {
  api = await startApi()
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key'), settledState('production/web-2/deploy/ssh-key'), settledState('backup/store-1/root/password', { kind: 'password' }))
})

const reason = 'somebody holds our credentials'
const start = async (body: object = {}, headers: Record<string, string> = {}) => await api.post('/v1/campaigns', { kind: 'revoke-all', scope: { all: true }, reason, ...body }, headers)
const idOf = ({ body }: Answer): string => (body as unknown as { id: string }).id
const show = async (id: string) => (await api.get(`/v1/campaigns/${id}`)).body
const proposals = (): Campaign[] => api.world.proposals.filter((one): one is Campaign => one.kind === 'campaign')

function run (id: string, zone = 'production', changes: Partial<CampaignRun> = {}): void {
  const proposal = proposals().find(one => one.zone === zone && one.campaign === id)
  api.world.campaigns.set(`${zone}/${id}`, {
    campaign: id, proposal: proposal?.number ?? 0, order: 3, startedAt: noon.toISOString(), approvedBy: 'ada', breakGlass: null, endsTokens: false, state: 'running', steering: 0, through: '~', waveAt: noon.toISOString(), breaker: null, isBreakerOff: false, ...changes
  })
}

function rotated (name: string, second: number): void {
  const at = new Date(noon.getTime() + second * 1000).toISOString()
  addManaged(api.world, settledState(name, {
    order: 3,
    fingerprint: 'SHA256:new',
    rotations: [{ epoch: 2, order: 3, oldFingerprint: 'SHA256:old', newFingerprint: 'SHA256:new', startedAt: noon.toISOString(), settledAt: at, proof: { by: 'publickey', randomRefused: true, oldRefused: ['SHA256:old'], newAccepted: 'SHA256:new', ranCommand: true, at } }]
  }))
}

describe('proposing a campaign', () => {
  test('proposes it in each zone, places no order, and is in the audit trail first', async () => {
    const answer = await start()
    expect(answer).toMatchObject({
      status: 202,
      body: { kind: 'revoke-all', zones: [{ zone: 'backup', approvalsNeeded: 2, approveWith: 'rekey approve backup/1' }, { zone: 'production', proposal: 2, after: [] }] }
    })
    expect(await show(idOf(answer))).toMatchObject({ done: false, stillUsable: 3, counts: { total: 3, pending: 3 }, zones: [{ status: 'proposed', order: null }, { status: 'proposed' }] })
    expect(api.world.orders).toEqual([])
    expect(api.world.visits).toEqual([])
    expect(api.world.events.slice(-4)).toEqual(['audit campaign.propose', 'audit campaign.propose', 'write proposal', 'write proposal'])
    expect(proposals()).toMatchObject([{ zone: 'backup', scope: {}, endsTokens: true, breakerPercent: 30, waitSeconds: 300 }, { zone: 'production' }])
  })

  test('over everything reads no credential, so that ten thousand are accepted as soon as three', async () => {
    api.world.states.values = () => { throw new Error('states were read') }
    for (const scope of [{ all: true }, { zones: ['production'] }]) expect((await start({ scope })).status).toBe(202)
    expect((await start({ scope: { hosts: ['web-1'] } })).status).toBe(500)
  })

  test('tells how many have to approve of it where one was enough until a second person had approved of anything', async () => {
    api.world.campaignApprovals = 1
    const asked = async () => (await start({ scope: { zones: ['production'] } })).body
    expect(await asked()).toMatchObject({ zones: [{ approvalsNeeded: 1 }] })
    const words = (...entities: string[]) => entities.map(entity => ({ entity, by: entity, digest: 'f'.repeat(64), at: noon.toISOString() }))
    api.world.approvals.set('production/1', words('e-1', 'e-2'))
    expect(await asked()).toMatchObject({ zones: [{ approvalsNeeded: 2 }] })
  })

  test('of a zone that has nothing is refused', async () => {
    for (const name of [...api.world.credentials].filter(one => one.startsWith('backup/'))) api.world.credentials.delete(name)
    await start()
    expect(proposals().map(({ zone }) => zone)).toEqual(['production'])
    expect(await start({ scope: { zones: ['backup', 'production'] } })).toMatchObject({ status: 422, body: { code: 'order/matches-nothing', field: 'scope.zones' } })
  })

  test('with a key proposes it once, and completes what is missing', async () => {
    const headers = { 'idempotency-key': 'abc' }
    const first = await start({}, headers)
    api.world.proposals.splice(1, 1)
    expect(idOf(await start({}, headers))).toBe(idOf(first))
    expect(proposals().map(({ zone }) => zone)).toEqual(['backup', 'production'])
    await start({}, headers)
    expect(proposals()).toHaveLength(2)
    expect(await start({ scope: { zones: ['production'] } }, headers)).toMatchObject({ status: 422, body: { code: 'idempotency/mismatch' } })
    expect(idOf(await start())).not.toBe(idOf(first))
  })

  test('lets zones of a lower rank begin before the others', async () => {
    api.world.ranks.set('backup', 10)
    await start({ waitSeconds: 60 })
    expect(proposals()).toMatchObject([{ zone: 'backup', after: [] }, { zone: 'production', after: ['backup'], waitSeconds: 60 }])
  })

  test('resolves labels to the hosts that have them', async () => {
    api.world.labels.set('production/web-2', { labels: { role: 'web' }, version: 1 })
    await start({ scope: { labels: { role: 'web' } } })
    expect(proposals()).toMatchObject([{ zone: 'production', scope: { hosts: ['web-2'] }, endsTokens: false, asked: expect.stringContaining('"role":"web"') as unknown }])
  })

  test('of burned secrets alone covers where they open, by fingerprint or by public key', async () => {
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { fingerprint: 'SHA256:burned', debts: [{ fingerprint: 'SHA256:debt', since: noon.toISOString(), notBefore: noon.toISOString(), class: 'waiting' }] }))
    expect(await show(idOf(await start({ scope: {}, burned: ['SHA256:debt'] })))).toMatchObject({ counts: { total: 1 }, zones: [{ zone: 'production' }] })
    expect(proposals()).toMatchObject([{ scope: { burned: ['SHA256:debt'] } }])
    expect(await start({ scope: {}, burned: ['SHA256:nobody'] })).toMatchObject({ status: 422, body: { code: 'order/matches-nothing' } })
    expect(await start({ scope: {}, burned: ['ssh-ed25519 AAAA'] })).toMatchObject({ status: 422, body: { code: 'key/unreadable', field: 'burned[0]' } })
  })

  test('of a kind leaves the other alone', async () => {
    expect(await show(idOf(await start({ scope: { kinds: ['password'] } })))).toMatchObject({ counts: { total: 1 }, zones: [{ zone: 'backup' }] })
  })

  test.each<[object, number, string]>([
    [{ scope: {} }, 422, 'input/unprocessable'],
    [{ scope: { all: true, hosts: ['web-1'] } }, 422, 'input/unprocessable'],
    [{ scope: { hosts: ['nowhere'] } }, 422, 'order/matches-nothing'],
    [{ kind: 'lockdown' }, 400, 'input/invalid'],
    [{ reason: '' }, 400, 'input/invalid']
  ])('refuses %j', async (body, status, code) => {
    expect(await start(body)).toMatchObject({ status, body: { code } })
    expect(api.world.proposals).toEqual([])
  })
})

test('a dry run tells what would happen, and creates nothing', async () => {
  addManaged(api.world, settledState('production/web-2/app/ssh-key', { lastFailure: { class: 'unreachable', step: 'push', code: 'ssh/unreachable', message: 'x', at: noon.toISOString() }, fingerprint: 'SHA256:burned' }), settledState('production/web-2/deploy/ssh-key'), settledState('production/web-3/app/ssh-key', { fingerprint: 'SHA256:burned' }))
  rotated('production/web-1/deploy/ssh-key', 4)
  api.world.ranks.set('backup', 1)
  const { hosts } = api.world
  const known = hosts.get('production/web-1')
  if (known !== undefined) hosts.set('production/web-1', { ...known, labels: { 'revoke-rank': '1' } })
  api.world.grants.push(liveGrant, { ...liveGrant, name: 'store', selector: { hosts: ['store-1'] } })
  api.world.leases.push(liveLease, { ...liveLease, id: '0mmq1k2ac-5f1b6c1e7d3e4a7d9f0a0d6c', returnedAt: liveLease.takenAt })
  api.world.requests.push({ request: openRequest, words: [] }, { request: { ...openRequest, id: '0mmq1k2ae-5f1b6c1e7d3e4a7d9f0a0d6c', expiresAt: '2026-03-01T11:59:59.000Z' }, words: [] })
  const answer = await start({ dryRun: true, burned: ['SHA256:burned'] })
  expect(answer).toMatchObject({
    status: 200,
    body: {
      dryRun: true,
      zones: [
        { zone: 'backup', approvalsNeeded: 2, estimatedSeconds: null, targets: [{ credential: 'backup/store-1/root/password', isOnlyWayIn: true, isBurned: false }] },
        { zone: 'production', after: ['backup'], estimatedSeconds: 4, ended: { grants: 2, leases: 1, requests: 1 }, targets: expect.arrayContaining([{ credential: 'production/web-2/app/ssh-key', fingerprint: 'SHA256:burned', isBurned: true, isObserved: false, hold: null, lastProvenAt: null, unreachableSince: noon.toISOString(), isOnlyWayIn: true, isLocked: false, spared: null }]) as unknown }
      ],
      burned: [{ fingerprint: 'SHA256:burned', places: ['production/web-2/app/ssh-key', 'production/web-3/app/ssh-key'] }]
    }
  })
  expect((answer.body as unknown as { zones: Array<{ targets: Array<{ credential: string }> }> }).zones[1]?.targets[0]?.credential).toBe('production/web-1/deploy/ssh-key')
  expect(api.world.proposals).toEqual([])
  expect(api.world.audit).toEqual([])
})

test('a dry run over burned secrets alone counts the leases and the requests for leases that have them, and no grant', async () => {
  api.world.grants.push(liveGrant)
  api.world.leases.push(liveLease)
  api.world.requests.push({ request: openRequest, words: [] })
  const ended = async (fingerprint: string) => ((await start({ dryRun: true, scope: {}, burned: [fingerprint] })).body as unknown as { zones: Array<{ zone: string, ended: object }> }).zones.find(({ zone }) => zone === 'production')?.ended
  addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { fingerprint: 'SHA256:one' }), settledState('production/web-2/deploy/ssh-key', { fingerprint: 'SHA256:two' }))
  expect(await ended('SHA256:one')).toEqual({ grants: 0, leases: 1, requests: 1 })
  expect(await ended('SHA256:two')).toEqual({ grants: 0, leases: 0, requests: 0 })
})

test('of grants, leases and requests for leases it counts, in what is shown and in the report, those that its order has ended when it began', async () => {
  const later = { ...liveLease, id: '0mmq1k2ac-5f1b6c1e7d3e4a7d9f0a0d6c', order: 3 }
  const gone = { ...liveLease, id: '0mmq1k2ad-5f1b6c1e7d3e4a7d9f0a0d6c', returnedAt: liveLease.takenAt }
  api.world.grants.push(liveGrant, { ...liveGrant, name: 'given-anew', order: 3 }, { ...liveGrant, name: 'store', selector: { hosts: ['store-1'] } })
  api.world.leases.push(liveLease, later, gone)
  // The first one is asked for when it has begun, and the lease of the third one was fetched before.
  api.world.requests.push(...['0mmq1k2ba', '0mmq1k2bb', '0mmq1k2ab'].map((time, index) => ({ request: { ...openRequest, id: `${time}-5f1b6c1e7d3e4a7d9f0a0d6c`, ...index === 0 && { order: 3, askedAt: '2026-03-01T12:30:00.000Z' } }, words: [] })))
  const id = idOf(await start({ scope: { hosts: ['web-1'] } }))
  expect(await show(id)).toMatchObject({ ended: { grants: 0, leases: 0, requests: 0 } })
  run(id)
  // It is given back, and its time has come, as of all leases.
  api.world.leases[0] = { ...liveLease, returnedAt: new Date(noon.getTime() + 1000).toISOString() }
  api.world.now = new Date(noon.getTime() + 3600_000)
  expect(await show(id)).toMatchObject({ ended: { grants: 1, leases: 1, requests: 1 } })
  expect((await api.get(`/v1/campaigns/${id}/report`)).body).toMatchObject({ report: { ended: { grants: 1, leases: 1, requests: 1 } } })
})

describe('a lockdown', () => {
  const lock = { campaign: '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b', order: 3, begunAt: noon.toISOString(), lockedAt: noon.toISOString(), proof: { randomRefused: true, refused: ['SHA256:old'], recoveryAccepted: 'SHA256:root', at: noon.toISOString() } }

  test('is proposed as one, with the end of live logins, by two people whatever the policy says', async () => {
    const answer = await start({ scope: { zones: ['production'] }, lockdown: true })
    expect(answer).toMatchObject({ status: 202, body: { lockdown: true, zones: [{ approvalsNeeded: 2 }] } })
    expect(proposals()).toMatchObject([{ lockdown: true, endsSessions: true }])
    expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ kind: 'campaign', lockdown: true, approvalsNeeded: 2 })
    // A policy that is changed afterwards changes nothing of that, nor does a word that breaks the glass.
    api.world.campaignApprovals = 1
    const [proposal] = proposals()
    if (proposal === undefined) throw new Error('no proposal')
    api.world.approvals.set('production/1', [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at: noon.toISOString(), breakGlass: 'alone' }])
    expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ status: 'proposed', approvalsNeeded: 2 })
    expect(await show(idOf(answer))).toMatchObject({ lockdown: true, zones: [{ status: 'proposed' }] })
  })

  test.each<[string, number, object, object]>([
    ['in single-operator mode', 1, {}, { status: 409, body: { code: 'lockdown/needs-two', detail: expect.stringContaining('production') as unknown } }],
    ['that leaves live logins alone', 2, { endsSessions: false }, { status: 422, body: { code: 'input/unprocessable', field: 'endsSessions' } }]
  ])('%s is refused, and nothing is proposed', async (_, approvals, more, refusal) => {
    api.world.campaignApprovals = approvals
    expect(await start({ scope: { zones: ['production'] }, lockdown: true, ...more })).toMatchObject(refusal)
    expect(proposals()).toEqual([])
  })

  test('is steered by proposals that say what they are of', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] }, lockdown: true }))
    await api.post(`/v1/campaigns/${id}/steerings`, { action: 'resume', reason })
    expect(api.world.proposals.at(-1)).toMatchObject({ kind: 'steering', action: 'resume', lockdown: true })
    expect((await api.get('/v1/proposals/production/2')).body).toMatchObject({ kind: 'steering', lockdown: true, approvalsNeeded: 2 })
  })

  test('in a dry run tells what is locked, what is replaced instead, and why', async () => {
    const of = (name: string, changes: Partial<CredentialState> = {}): void => addManaged(api.world, settledState(`production/${name}`, changes))
    for (const name of ['web-1/root/ssh-key', 'web-1/git/ssh-key', 'web-1/root/password']) of(name, { kind: name.endsWith('password') ? 'password' : 'ssh-key' })
    of('web-1/app/ssh-key', { through: 'git/ssh-key' })
    const known = api.world.hosts.get('production/web-1')
    const behind = api.world.hosts.get('production/web-2')
    if (known === undefined || behind === undefined) throw new Error('no host')
    api.world.hosts.set('production/web-1', { ...known, recovery: { account: 'root', name: 'ssh-key' } })
    const plan = async (): Promise<object> => {
      const { body } = await start({ scope: { zones: ['production'] }, lockdown: true, dryRun: true })
      const { targets } = (body as unknown as { zones: Array<{ targets: Array<{ credential: string, isLocked: boolean, spared: string | null }> }> }).zones[0] ?? { targets: [] }
      return Object.fromEntries(targets.map(({ credential, isLocked, spared }) => [credential.replace('production/', ''), isLocked ? 'locked' : spared]))
    }
    expect(await plan()).toEqual({
      'web-1/deploy/ssh-key': 'locked', 'web-1/app/ssh-key': 'locked', 'web-1/git/ssh-key': 'through', 'web-1/root/ssh-key': 'recovery', 'web-1/root/password': 'sudo', 'web-2/deploy/ssh-key': 'no-recovery'
    })
    api.world.hosts.set('production/web-2', { ...behind, via: { host: 'web-1', account: 'deploy', name: 'ssh-key' } })
    expect(await plan()).toMatchObject({ 'web-1/deploy/ssh-key': 'jump-host' })
    expect(proposals()).toEqual([])
  })

  test('counts what it has locked as done, with the proof in the report', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] }, lockdown: true }))
    run(id, 'production', { lockdown: { passed: [] } })
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { status: 'held', hold: { class: 'locked-down', since: noon.toISOString(), detail: 'locked' }, lock }))
    expect(await show(id)).toMatchObject({ done: false, stillUsable: 1, counts: { locked: 1, pending: 1, held: 0 }, targets: [{ outcome: 'locked', refusedAt: noon.toISOString(), lock }, { outcome: 'pending', lock: null }] })
    rotated('production/web-2/deploy/ssh-key', 5)
    expect(await show(id)).toMatchObject({ done: true, stillUsable: 0, zones: [{ status: 'done' }] })
    expect((await api.get(`/v1/campaigns/${id}/report`)).body).toMatchObject({ report: { proposals: [{ lockdown: true }], targets: [{ outcome: 'locked', lock }, { outcome: 'settled', lock: null }] } })
    // What was begun is not done.
    addManaged(api.world, settledState('production/web-1/deploy/ssh-key', { status: 'rotating', lock: { ...lock, proof: null } }))
    expect(await show(id)).toMatchObject({ counts: { locked: 0, pending: 1 } })
  })
})

describe('how far a campaign is', () => {
  test('says what an attacker may still open, and when the old was refused', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    expect(await show(id)).toMatchObject({ stillUsable: 2, zones: [{ status: 'proposed' }], refused: { firstSeconds: null, halfSeconds: null, allSeconds: null } })
    run(id, 'production', { through: '' })
    expect(await show(id)).toMatchObject({ stillUsable: 2, zones: [{ status: 'waiting', order: 3 }] })
    run(id)
    rotated('production/web-1/deploy/ssh-key', 5)
    expect(await show(id)).toMatchObject({ done: false, stillUsable: 1, refused: { firstSeconds: 5, halfSeconds: 5, allSeconds: null }, targets: [{ host: 'web-1', outcome: 'settled', refusedAt: expect.any(String) as unknown }, { host: 'web-2', outcome: 'pending', refusedAt: null }] })
    rotated('production/web-2/deploy/ssh-key', 9)
    expect(await show(id)).toMatchObject({ done: true, stillUsable: 0, refused: { firstSeconds: 5, halfSeconds: 5, allSeconds: 9 }, zones: [{ status: 'done' }] })
    expect((await api.get('/v1/campaigns')).body).toMatchObject({ items: [{ id, done: true }] })
    expect((await api.get('/v1/campaigns?zone=backup')).body.items).toEqual([])
  })

  test.each<[string, Partial<CampaignRun>]>([
    ['paused', { state: 'paused' }],
    ['stopped', { state: 'stopped' }],
    ['halted', { breaker: { at: noon.toISOString(), reason: 'too many' } }],
    ['waves', { through: '50-00' }],
    ['all-hosts', {}]
  ])('tells that it is %s', async (status, changes) => {
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    run(id, 'production', changes)
    expect(await show(id)).toMatchObject({ zones: [{ status }] })
  })

  test('of approvals tells who has approved, and who alone', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    const [proposal] = proposals()
    if (proposal === undefined) throw new Error('no proposal')
    api.world.approvals.set('production/1', [{ entity: 'e-1', by: 'ada', digest: digestOf(proposal), at: noon.toISOString(), breakGlass: 'alone' }, { entity: 'e-2', by: 'eve', digest: 'f'.repeat(64), at: noon.toISOString() }])
    expect(await show(id)).toMatchObject({ zones: [{ status: 'approved', approvals: [{ entity: 'e-1', by: 'ada', at: noon.toISOString(), breakGlass: 'alone' }] }] })
    expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ kind: 'campaign', status: 'approved', campaign: id, approvals: [{ breakGlass: 'alone' }] })
    run(id)
    expect((await api.get('/v1/proposals/production/1')).body).toMatchObject({ status: 'carried-out' })
  })

  test('is told late when its deadline has passed', async () => {
    const id = idOf(await start({ deadline: '2026-03-01T12:30:00Z' }))
    expect(await show(id)).toMatchObject({ deadline: '2026-03-01T12:30:00.000Z', isOverdue: false })
    api.world.now = new Date('2026-03-01T12:31:00Z')
    expect(await show(id)).toMatchObject({ isOverdue: true })
  })

  test('of one that there is not is a refusal', async () => {
    expect(await api.get('/v1/campaigns/0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b')).toMatchObject({ status: 404, body: { code: 'campaign/unknown' } })
  })
})

test('steering is proposed in each zone, and does nothing by itself', async () => {
  const id = idOf(await start())
  run(id)
  expect(await api.post(`/v1/campaigns/${id}/steerings`, { action: 'pause', reason: 'it looks odd' })).toMatchObject({
    status: 202, body: { zones: [{ zone: 'backup', steerings: [{ proposal: 3, action: 'pause', approveWith: 'rekey approve backup/3' }] }, { zone: 'production', status: 'all-hosts', steerings: [{ action: 'pause' }] }] }
  })
  expect(api.world.audit.at(-1)).toMatchObject({ act: 'campaign.pause.propose', target: 'production', reason: 'it looks odd' })
  run(id, 'production', { steering: 4, state: 'paused' })
  expect((await api.get('/v1/proposals/production/4')).body).toMatchObject({ kind: 'steering', action: 'pause', status: 'carried-out' })
  expect((await api.get('/v1/proposals/backup/3')).body).toMatchObject({ status: 'proposed' })
})

describe('tokens that were made before a campaign', () => {
  const make = async (zones: readonly string[] | 'all') => (await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones })).body as unknown as { token: string, id: string }
  const statusOf = async (token: string) => (await api.get('/v1/orders', { authorization: `Bearer ${token}` })).status
  /** What was looked at half a second ago is looked at again. */
  const aMoment = async () => { await wait(600) }

  test('are refused once it has begun, in its zones; others and new ones are not', async () => {
    const [old, all, elsewhere] = [await make(['production']), await make('all'), await make(['backup'])]
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    await aMoment()
    expect(await statusOf(old.token)).toBe(200)
    run(id, 'production', { endsTokens: true, startedAt: new Date(noon.getTime() + 1000).toISOString() })
    await aMoment()
    expect([await statusOf(old.token), await statusOf(all.token), await statusOf(elsewhere.token)]).toEqual([401, 401, 200])
    api.world.now = new Date(noon.getTime() + 2000)
    expect(await statusOf((await make(['production'])).token)).toBe(200)
    const rotated = (await api.post(`/v1/tokens/${old.id}/rotate`, { overlapSeconds: 60 })).body as unknown as { token: string }
    expect([await statusOf(rotated.token), await statusOf(old.token)]).toEqual([200, 401])
  })

  test('stay when it does not end them', async () => {
    const { token } = await make(['production'])
    run(idOf(await start({ scope: { zones: ['production'] }, endsTokens: false })), 'production', { startedAt: new Date(noon.getTime() + 1000).toISOString() })
    await aMoment()
    expect(await statusOf(token)).toBe(200)
  })
})

test('a zone is told that it is its turn when all hosts of those before it were tried', async () => {
  api.world.ranks.set('backup', 1)
  const id = idOf(await start())
  const ports = memoryPorts(api.world)
  run(id, 'production', { through: '' })
  await giveTurns(ports)
  run(id, 'backup', { through: '50-0' })
  await giveTurns(ports)
  run(id, 'backup')
  await giveTurns(ports)
  run(id, 'backup', { state: 'paused' })
  await giveTurns(ports)
  expect([...api.world.turns]).toEqual([])
  run(id, 'backup')
  addManaged(api.world, settledState('backup/store-1/root/password', { kind: 'password', lastFailure: { class: 'unreachable', step: 'push', code: 'ssh/unreachable', message: 'x', at: noon.toISOString() } }))
  await giveTurns(ports)
  expect([...api.world.turns]).toEqual([`production/${id}`])
})

describe('the report', () => {
  const keys = (): AuditKeys => ({ 'rekey-audit': { 1: apiKey.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64') } })

  test('is signed, also while the campaign runs, and tells each proof and what is owed', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    run(id)
    rotated('production/web-1/deploy/ssh-key', 5)
    const signed = (await api.get(`/v1/campaigns/${id}/report`)).body as unknown as SignedReport
    const [proposal] = proposals()
    expect(signed.report).toMatchObject({
      format: 'rekey-campaign-report/1',
      campaign: { id, stillUsable: 1, zones: [{ zone: 'production', status: 'all-hosts' }] },
      proposals: [{ zone: 'production', digest: proposal && digestOf(proposal) }],
      targets: [
        { credential: 'production/web-1/deploy/ssh-key', outcome: 'settled', proofs: [{ newFingerprint: 'SHA256:new', proof: { randomRefused: true, oldRefused: ['SHA256:old'] } }] },
        { credential: 'production/web-2/deploy/ssh-key', outcome: 'pending', proofs: [] }
      ]
    })
    expect(doubtOfReport(signed, keys())).toBeUndefined()
  })

  test('is not believed once a word of it was changed, or when another key has signed it', async () => {
    const id = idOf(await start({ scope: { zones: ['production'] } }))
    run(id)
    const signed = (await api.get(`/v1/campaigns/${id}/report`)).body as unknown as SignedReport<{ campaign: { stillUsable: number } }>
    const { report } = signed
    expect(doubtOfReport({ ...signed, report: { ...report, campaign: { ...report.campaign, stillUsable: 0 } } }, keys())).toMatch(/not by the key/)
    expect(doubtOfReport({ ...signed, key: 'rekey-audit-production' }, { ...keys(), 'rekey-audit-production': keys()['rekey-audit'] ?? {} })).toMatch(/does not sign for the API/)
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')
    expect(doubtOfReport(signed, { 'rekey-audit': { 1: other } })).toMatch(/not by the key/)
    expect(doubtOfReport(signed, {})).toMatch(/not among the keys/)
  })
})

test('what a campaign has not proven by its deadline is a finding and counted, and so is who was enough alone', async () => {
  const id = idOf(await start({ scope: { zones: ['production'] }, deadline: new Date(noon.getTime() + 60_000).toISOString() }))
  run(id, 'production', { breakGlass: 'nobody answers' })
  rotated('production/web-1/deploy/ssh-key', 5)
  const findings = async () => (await api.get('/v1/findings?kind=campaign-overdue')).body.items
  const metrics = async (): Promise<string> => {
    const registry = new Registry()
    measureCampaigns(memoryPorts(api.world), registry)
    return await registry.metrics()
  }
  expect(await findings()).toEqual([])
  expect(await metrics()).toMatch(/^rekey_campaign_overdue\{zone="production"\} 0$/m)
  api.world.now = new Date(noon.getTime() + 120_000)
  expect(await findings()).toMatchObject([{ kind: 'campaign-overdue', places: ['production/web-2/deploy/ssh-key'], detail: expect.stringContaining(id) as unknown }])
  expect(await metrics()).toMatch(/^rekey_campaign_overdue\{zone="production"\} 1$/m)
  expect(await metrics()).toMatch(/^rekey_break_glass\{zone="production"\} 1$/m)
  run(id, 'production', { breakGlass: 'nobody answers', steeredAlone: (['pause', 'stop'] as const).map(action => ({ proposal: 2, action, at: noon.toISOString(), reason: 'nobody answers' })) })
  expect(await metrics()).toMatch(/^rekey_break_glass\{zone="production"\} 3$/m)
  rotated('production/web-2/deploy/ssh-key', 90)
  expect(await findings()).toEqual([])
})

test('whoever watches a campaign has only what is open read, and not everything each time', async () => {
  const id = idOf(await start({ scope: { zones: ['production'] } }))
  run(id)
  rotated('production/web-1/deploy/ssh-key', 5)
  expect(await show(id)).toMatchObject({ counts: { settled: 1, pending: 1 } })

  const { states } = api.world
  const read: string[] = []
  const known = new Map(states)
  states.get = name => { read.push(name); return known.get(name) }
  states.values = () => { throw new Error('all states were read') }
  expect(await Promise.all([show(id), show(id), show(id)])).toMatchObject([{ stillUsable: 1 }, { stillUsable: 1 }, { stillUsable: 1 }])
  expect(new Set(read)).toEqual(new Set(['production/web-2/deploy/ssh-key']))
  rotated('production/web-2/deploy/ssh-key', 9)
  for (const [name, state] of states) known.set(name, state)
  expect(await show(id)).toMatchObject({ done: true, stillUsable: 0, refused: { firstSeconds: 5, allSeconds: 9 } })
  read.length = 0
  expect(await show(id)).toMatchObject({ done: true })
  expect(read).toEqual([])
  expect((await api.get(`/v1/campaigns/${id}/report`)).status).toBe(500)
})
