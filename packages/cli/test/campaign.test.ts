import { generateKeyPairSync, sign } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { reportText, RekeyError } from '@rekey/domain'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => { shell = await Shell.withToken() })

async function expectSession (session: string): Promise<void> {
  expect(await shell.play(session)).toBe(session.trim())
  expect(shell.api.closed).toBe(shell.apiLogins.length)
}

const id = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'
const at = '2026-03-01T09:30:00.000Z'
const counts = { total: 3, settled: 0, locked: 0, pending: 3, grace: 0, debt: 0, held: 0, observed: 0, left: 0 }
const zone = {
  zone: 'production', proposal: 7, order: null, status: 'proposed', after: [], approvals: [], approvalsNeeded: 2, approveWith: 'rekey approve production/7', startedAt: null, breakGlass: null, breaker: null, steerings: [], counts, stillUsable: 3
}
const campaign = {
  id, kind: 'revoke-all', reason: 'theft', requestedBy: 'admin', requestedAt: at, asked: '{}', lockdown: false, deadline: null, isOverdue: false, done: false, counts, stillUsable: 3, refused: { firstSeconds: null, halfSeconds: null, allSeconds: null }, zones: [zone]
}
const target = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', outcome: 'pending', refusedAt: null, hold: null, lastFailure: { message: 'nobody answers' }, lock: null, spared: null }
const dryRun = {
  dryRun: true,
  zones: [{
    zone: 'production',
    after: ['backup'],
    approvalsNeeded: 2,
    estimatedSeconds: 4,
    targets: [
      { credential: 'production/web-1/deploy/ssh-key', fingerprint: 'SHA256:old', isBurned: true, isObserved: false, hold: null, lastProvenAt: at, unreachableSince: null, isOnlyWayIn: false, isLocked: false, spared: null },
      { credential: 'production/web-2/deploy/ssh-key', fingerprint: 'SHA256:other', isBurned: false, isObserved: false, hold: 'locked-out', lastProvenAt: null, unreachableSince: at, isOnlyWayIn: true, isLocked: false, spared: null }
    ]
  }],
  burned: [{ fingerprint: 'SHA256:old', places: ['production/web-1/deploy/ssh-key'] }, { fingerprint: 'SHA256:else', places: [] }]
}
/** A campaign whose only zone is so. */
const at1 = (more: object, whole: object = {}) => ({ status: 200, body: { ...campaign, ended: { grants: 0, leases: 0, requests: 0 }, ...whole, zones: [{ ...zone, ...more }], targets: [target], next: null } })
const page = (...items: object[]) => ({ status: 200, body: { items, next: null } })
const bodies = () => shell.api.bodies as Array<Record<string, unknown>>

describe('rekey campaign start', () => {
  beforeEach(() => { shell.api.answers.set('POST /v1/campaigns', [{ status: 200, body: dryRun }, { status: 202, body: campaign }]) })

  test('shows what is at stake, asks, and says what people have to approve', async () => {
    shell.typed = 'yes'
    await expectSession(`
$ rekey campaign start --all --reason theft --deadline 2026-03-01T12:00:00Z --breaker-percent 50 --end-sessions --keep-tokens
! ZONE        TARGETS  HELD  OUT OF REACH  OBSERVED  AFTER   EXPECTED  APPROVALS
! production  2        1     1             0         backup  4 s       2
! 
! TARGET                           BURNED  LAST PROVEN  AT STAKE
! production/web-2/deploy/ssh-key  no      -            held: locked-out; out of reach since ${at}; the only way in
! 
! BURNED       OPENS
! SHA256:old   production/web-1/deploy/ssh-key
! SHA256:else  nothing that is managed
! Propose that all of it is revoked? Type yes: 
Proposed: campaign ${id}. It starts in each zone once people have approved, each with a Vault login of his own:
  rekey approve production/7   (2 people)
Follow it: rekey campaign watch ${id}`)
    const asked = { kind: 'revoke-all', scope: { all: true }, reason: 'theft', deadline: '2026-03-01T12:00:00.000Z', breakerPercent: 50, endsSessions: true, endsTokens: false }
    expect(bodies()).toEqual([{ ...asked, dryRun: true }, asked])
    const [first, second] = shell.api.headers as Array<Record<string, string>>
    expect(first).toEqual(second)
    expect(first?.['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('proposes nothing without a yes, nor in a dry run, which lists each target', async () => {
    shell.typed = 'y'
    expect(await shell.rekey('campaign', 'start', '--all', '--reason', 'theft')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\nrekey: nothing was proposed\n$/) as unknown })
    shell.api.answers.set('POST /v1/campaigns', [{ status: 200, body: dryRun }])
    expect(await shell.rekey('campaign', 'start', '--all', '--reason', 'theft', '--dry-run')).toMatchObject({ code: 0, out: expect.stringMatching(/web-1\/deploy\/ssh-key +yes +2026[^]*web-2/) as unknown, err: 'rekey: nothing was proposed\n' })
    expect(bodies().every(({ dryRun }) => dryRun === true)).toBe(true)
  })

  test('of a lockdown shows what is locked and what is not, and asks for just that', async () => {
    const [known] = dryRun.zones
    const [first, second] = known?.targets ?? []
    shell.api.answers.set('POST /v1/campaigns', [{ status: 200, body: { ...dryRun, zones: [{ ...known, targets: [{ ...first, isLocked: true }, { ...second, hold: null, unreachableSince: null, spared: 'no-recovery' }] }] } }])
    shell.typed = 'no'
    expect(await shell.rekey('campaign', 'start', 'production', '--lockdown', '--reason', 'theft')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/web-1\/deploy\/ssh-key .* locked: nothing replaces it[^]*web-2\/deploy\/ssh-key .* replaced, not locked: nothing would lead back to the host[^]*locked down, without a replacement\? Type yes/) as unknown
    })
    expect(bodies()).toEqual([{ kind: 'revoke-all', scope: { zones: ['production'], all: true }, reason: 'theft', lockdown: true, dryRun: true }])
  })

  test('with --yes proposes at once: nobody waits until a large fleet was looked through', async () => {
    shell.api.answers.set('POST /v1/campaigns', [{ status: 202, body: campaign }])
    expect(await shell.rekey('campaign', 'start', '--all', '--reason', 'theft', '--yes')).toMatchObject({ code: 0, out: expect.stringMatching(/^Proposed: campaign/) as unknown, err: '' })
    expect(bodies()).toEqual([{ kind: 'revoke-all', scope: { all: true }, reason: 'theft' }])
  })

  test.each<[string, string[], object]>([
    ['a zone', ['production'], { scope: { zones: ['production'], all: true } }],
    ['kinds in a zone', ['production', '--kind', 'ssh-key'], { scope: { zones: ['production'], kinds: ['ssh-key'] } }],
    ['burned secrets alone', ['--burned', 'SHA256:a', '--burned', 'SHA256:b'], { scope: {}, burned: ['SHA256:a', 'SHA256:b'] }],
    ['labels', ['--label', 'role=web'], { scope: { labels: { role: 'web' } } }]
  ])('takes %s', async (_, words, request) => {
    shell.api.answers.set('POST /v1/campaigns', [{ status: 202, body: campaign }])
    expect((await shell.rekey('campaign', 'start', ...words, '--reason', 'theft', '--yes', '--json')).code).toBe(0)
    expect(bodies()).toEqual([{ kind: 'revoke-all', reason: 'theft', ...request }])
  })

  test.each<[string, string[]]>([
    ['nothing', ['--reason', 'x']],
    ['no reason', ['--all']],
    ['everything of a kind, which the API would take for a contradiction', ['--all', '--kind', 'password', '--reason', 'x']],
    ['another kind', ['production', '--kind', 'card', '--reason', 'x']],
    ['no time', ['--all', '--deadline', 'soon', '--reason', 'x']]
  ])('refuses %s', async (_, words) => {
    expect((await shell.rekey('campaign', 'start', ...words, '--yes')).code).toBe(2)
    expect(shell.api.asked).toEqual([])
  })
})

test('campaigns are listed, and shown with what people can do', async () => {
  shell.api.answers.set('GET /v1/campaigns', [page(campaign)])
  const steering = { proposal: 9, action: 'resume', reason: 'looked', proposedBy: 'admin', proposedAt: at, expiresAt: at, isOpen: true, approveWith: 'rekey approve production/9' }
  shell.api.answers.set(`GET /v1/campaigns/${id}`, [
    at1({ status: 'halted', order: 12, approvals: [{}, {}], breaker: { at, reason: 'too many' }, steerings: [steering, { ...steering, isOpen: false }], counts: { ...counts, pending: 2, held: 1 } }, { ended: { grants: 1, leases: 2, requests: 3 }, refused: { firstSeconds: 2.14, halfSeconds: null, allSeconds: null } })
  ])
  await expectSession(`
$ rekey campaign
CAMPAIGN                              PROPOSED                  ZONES                 STILL USABLE  REASON
${id}  ${at}  production: proposed  3 of 3        theft
$ rekey campaign show ${id}
Campaign ${id}, proposed by admin at ${at}: theft
Still usable by the attacker: 3 of 3
Refused: the first after 2.1 s, half after -, all after -

ZONE        STATUS  ORDER          APPROVALS  STILL USABLE  NOT PROVEN
production  halted  production/12  2 of 2     3 of 3        2 pending, 1 held
production: too many: rekey campaign resume ${id}, or stop
production: 1 on hold, which a person has to clear: rekey campaign show ${id}
production: resume was proposed (looked): rekey approve production/9
Ended before anything was replaced: grants 1, live leases 2, requests for leases 3

CREDENTIAL                       OUTCOME  OLD REFUSED  WHAT IS KNOWN
production/web-1/deploy/ssh-key  pending  -            nobody answers`)
  expect((await shell.rekey('campaign', 'show', '7')).code).toBe(2)
})

describe('rekey campaign watch', () => {
  const told = (event: string, settled: number, more: object = {}) => {
    const so = { ...counts, settled, pending: 3 - settled }
    return { event, data: { ...campaign, done: settled === 3, stillUsable: 3 - settled, counts: so, zones: [{ ...zone, status: 'waves', counts: so, stillUsable: 3 - settled, ...more }], targets: [] } }
  }

  test('tells what an attacker may still open until it is done, and goes on where a stream broke off', async () => {
    shell.api.streams.push([told('campaign', 0, { status: 'proposed' }), told('changes', 1), new RekeyError('api/unavailable', 'the API\'s answer broke off')], [{ event: 'end', data: { reason: 'auth/missing', detail: 'this token has ended' } }], [told('changes', 3, { status: 'done' })])
    const { code, out, err } = await shell.rekey('campaign', 'watch', id)
    expect([code, err.trim().split('\n')]).toEqual([0, [
      'still usable by the attacker: 3 of 3 | production proposed 3 of 3',
      'still usable by the attacker: 2 of 3 | production waves 2 of 3',
      'rekey: the API\'s answer broke off; looking again',
      'still usable by the attacker: 0 of 3 | production done 0 of 3'
    ]])
    expect(out).toContain('Still usable by the attacker: 0 of 3\n')
    expect(shell.api.seen).toEqual([undefined, 'seen-1', 'seen-0'])
  })

  test.each(['halted', 'paused'])('ends with 1 once it is %s, as only people can let it go on', async (status) => {
    shell.api.streams.push([told('campaign', 1), told('changes', 1, { status, breaker: { at, reason: 'too many' } })])
    expect(await shell.rekey('campaign', 'watch', id)).toMatchObject({ code: 1, out: expect.stringContaining(`rekey campaign resume ${id}`) as unknown })
  })

  test('says as JSON how the campaign is, without its targets', async () => {
    shell.api.streams.push([told('campaign', 3, { status: 'done' })])
    const { out } = await shell.rekey('campaign', 'watch', id, '--json')
    expect(JSON.parse(out)).toMatchObject({ id, stillUsable: 0 })
    expect(out).not.toContain('targets')
  })

  test('gives up when it was told to, and says that the campaign goes on', async () => {
    expect(await shell.rekey('campaign', 'watch', id, '--timeout', '1')).toMatchObject({ code: 1, err: expect.stringContaining(`it goes on: rekey campaign watch ${id}`) as unknown })
  })
})

test('a campaign is steered by proposals', async () => {
  const steering = { proposal: 9, action: 'pause', reason: 'odd', proposedBy: 'admin', proposedAt: at, expiresAt: at, isOpen: true, approveWith: 'rekey approve production/9' }
  shell.api.answers.set(`POST /v1/campaigns/${id}/steerings`, [{ status: 202, body: { ...campaign, zones: [{ ...zone, steerings: [steering] }] } }])
  await expectSession(`
$ rekey campaign pause ${id} --reason odd
Proposed to pause the campaign ${id}. It does so once people have approved, each with a Vault login of his own:
  rekey approve production/9   (2 people)`)
  expect(bodies()).toEqual([{ action: 'pause', reason: 'odd' }])
  expect((await shell.rekey('campaign', 'stop', id)).code).toBe(2)
})

describe('the report of a campaign', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const report = { format: 'rekey-campaign-report/1', madeAt: at, madeFor: 'admin', campaign, ended: { grants: 0, leases: 0, requests: 0 }, proposals: [], targets: [] }
  const signedBy = (made: object, key = privateKey) => ({ report: made, key: 'rekey-audit', signature: `vault:v1:${sign(null, Buffer.from(reportText(made)), key).toString('base64')}` })
  beforeEach(async () => {
    const keys = { 'rekey-audit': { 1: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64') } }
    await writeFile(join(shell.folder, 'heads.json'), JSON.stringify({ exportedAt: at, keys, heads: [] }))
    shell.api.answers.set(`GET /v1/campaigns/${id}/report`, [{ status: 200, body: signedBy(report) }])
  })
  const verify = async (file: string) => await shell.rekey('campaign', 'verify', file, '--keys', 'heads.json')

  test('is written to a file, and verified off line by keys that were exported', async () => {
    expect(await shell.rekey('campaign', 'report', id, '--out', 'report.json')).toMatchObject({ code: 0, err: expect.stringContaining('rekey campaign verify report.json') as unknown })
    shell.api.answers.clear()
    expect(await verify('report.json')).toMatchObject({ code: 0, out: expect.stringContaining('nothing was changed since') as unknown })
    expect(JSON.parse((await shell.rekey('campaign', 'verify', 'report.json', '--keys', 'heads.json', '--json')).out)).toMatchObject({ isGenuine: true, campaign: id })
  })

  test.each<[string, () => object]>([
    ['was edited', () => ({ ...signedBy(report), report: { ...report, campaign: { ...campaign, stillUsable: 0 } } })],
    ['another key has signed', () => signedBy(report, generateKeyPairSync('ed25519').privateKey)]
  ])('that %s is not believed', async (_, made) => {
    await writeFile(join(shell.folder, 'report.json'), JSON.stringify(made()))
    expect(await verify('report.json')).toMatchObject({ code: 1, out: expect.stringContaining('not to be believed') as unknown })
  })

  test('needs keys, and to be a report', async () => {
    await writeFile(join(shell.folder, 'report.json'), '{}')
    expect((await shell.rekey('campaign', 'verify', 'report.json')).code).toBe(2)
    expect(await verify('report.json')).toMatchObject({ code: 1, err: expect.stringContaining('is not what rekey campaign report writes') as unknown })
  })
})
