import { beforeEach, describe, expect, test } from '@jest/globals'
import { RekeyError } from '@rekey/domain'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => { shell = await Shell.withToken() })

async function expectSession (session: string): Promise<void> {
  expect(await shell.play(session)).toBe(session.trim())
  expect(shell.api.closed).toBe(shell.apiLogins.length)
}

const counts = { total: 3, settled: 1, locked: 0, pending: 2, grace: 0, debt: 0, held: 0, observed: 0, left: 0 }
const order = { zone: 'production', number: 7, reason: 'drill', counts, done: false, targets: [], next: null }
const credential = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', status: 'settled', observed: false, observers: [], order: 7, shared: false, sharedWith: [], madeAt: '2026-03-01T09:31:00.000Z', verifiedAt: '2026-03-01T10:07:12.000Z', heartbeat: { at: '2026-03-01T10:07:12.000Z', outcome: 'opened' }, nextHeartbeatAt: '2026-03-01T11:07:11.482Z', drift: null, fingerprint: 'SHA256:new', debts: [], owed: null, hold: null, lastFailure: null }
/** Events as the API streams them. */
const told = (data: object) => ({ event: 'order', data })
const changed = (more: Partial<typeof counts>, done = false) => ({ event: 'changes', data: { counts: { ...counts, ...more }, done, targets: [] } })
const page = (...items: object[]) => ({ status: 200, body: { items, next: null } })
const refused = (status: number, code: string, detail: string) => ({ status, body: { code, detail } })

describe('rekey status', () => {
  beforeEach(() => {
    shell.api.answers.set('GET /health/live', [{ status: 200, body: { status: 'live' } }])
    shell.api.answers.set('GET /v1/zones', [page({ name: 'backup', policyWaits: null }, { name: 'production', policyWaits: null })])
    shell.api.answers.set('GET /v1/credentials', [page(credential, { ...credential, name: 'password', status: 'held', hold: { class: 'locked-out', since: '2026-03-01T09:00:00.000Z', detail: 'nothing opens' }, drift: { since: '2026-03-01T08:00:00.000Z', opened: null, endedAt: null } })])
    const accounts = { managed: 2, unmanaged: 1, surveyedHosts: 1 }
    const found = (...items: object[]) => ({ status: 200, body: { items, next: null, accounts } })
    shell.api.answers.set('GET /v1/findings', [found(), found({ places: ['production/web-1/deploy/ssh-key'], since: '2026-03-08T09:31:00.000Z' })])
    shell.api.answers.set('GET /v1/orders', [page(), page({ zone: 'production', number: 7 })])
    shell.api.answers.set('GET /v1/orders/production/7', [{ status: 200, body: order }])
  })

  test('shows the API, each zone, holds and open orders', async () => {
    shell.api.answers.set('GET /health/ready', [{ status: 200, body: { status: 'ready' } }])
    await expectSession(`
$ rekey status
The API is live, and ready: Vault and Redis answer.
Accounts: 2 managed; 1 not, by surveys of 1 hosts.

ZONE        CREDENTIALS  SETTLED  HELD  OBSERVED
backup      0            0        0     0
production  2            1        1     0

ON HOLD                         WHY         SINCE
production/web-1/deploy/password  locked-out  2026-03-01T09:00:00.000Z

OVERDUE                          SINCE
production/web-1/deploy/ssh-key  2026-03-08T09:31:00.000Z

REFUSED BY ITS HOST               SINCE
production/web-1/deploy/password  2026-03-01T08:00:00.000Z

OPEN ORDER    SETTLED  REASON
production/7  1 of 3   drill`.replace('ON HOLD                         ', 'ON HOLD                           '))
  })

  test('tells of a policy that waits for approval', async () => {
    shell.api.answers.set('GET /health/ready', [{ status: 200, body: { status: 'ready' } }])
    const waits = { version: 3, changes: [{ field: 'redirectApprovals', inForce: 2, written: 1 }, { field: 'longestAgeSeconds', inForce: 86_400, written: null }], approvals: [{}], approvalsNeeded: 2, approveWith: 'rekey approve production/policy' }
    shell.api.answers.set('GET /v1/zones', [page({ name: 'backup', policyWaits: null }, { name: 'production', policyWaits: waits })])
    expect((await shell.rekey('status')).out).toContain('\nThe policy of production waits, with 1 of 2 approvals, to be weakened: redirectApprovals 2 → 1, longestAgeSeconds 86400 → none (rekey approve production/policy).\n')
  })

  test('ends with 1 while something is away; without Redis it shows the rest all the same', async () => {
    shell.api.answers.set('GET /health/ready', [refused(503, 'queue/unavailable', 'Redis does not answer')])
    expect(await shell.rekey('status')).toMatchObject({ code: 1, out: expect.stringMatching(/not ready: Redis does not answer\.[^]*production {2}2/) as unknown })
    shell.api.answers.set('GET /health/ready', [refused(503, 'vault/sealed', 'Vault is sealed')])
    expect(await shell.rekey('status', '--json')).toMatchObject({ code: 1, out: expect.stringContaining('"trouble": "Vault is sealed"') as unknown })
  })
})

test('hosts and credentials are listed, and shown one by one', async () => {
  const host = { zone: 'production', id: 'web-1', address: '10.20.0.7', port: 22, via: null, recovery: null, legacyAlgorithms: [], labels: { role: 'web' }, hostKeys: [], trustOnFirstUse: true, observed: true, createdAt: '2026-03-01T09:00:00.000Z', redirect: null }
  shell.api.answers.set('GET /v1/hosts', [page(host), page(host)])
  shell.api.answers.set('GET /v1/credentials', [page(credential), page(credential)])
  const proof = { by: 'publickey', ranCommand: true, randomRefused: true, oldRefused: ['SHA256:old'], newAccepted: 'SHA256:new', at: '2026-03-01T09:31:01.000Z' }
  shell.api.answers.set('GET /v1/credentials/production/web-1/deploy/ssh-key', [{ status: 200, body: { ...credential, rotations: [{ order: 7, settledAt: '2026-03-01T09:31:01.000Z', newFingerprint: 'SHA256:new', proof }] } }])
  await expectSession(`
$ rekey hosts --zone production
HOST              ADDRESS       BY WAY OF  OBSERVED  LABELS
production/web-1  10.20.0.7:22  -          yes       role=web
$ rekey hosts show production/web-1
host       production/web-1
address    10.20.0.7 port 22
by way of  no jump host
recovery   none
host keys  whichever it shows first
labels     role=web
observed   yes
added      2026-03-01T09:00:00.000Z

CREDENTIAL      STATUS   FINGERPRINT
deploy/ssh-key  settled  SHA256:new
$ rekey credentials --shared --status settled
CREDENTIAL                       STATUS   ORDER  SHARED  MADE                      FINGERPRINT
production/web-1/deploy/ssh-key  settled  7      no      2026-03-01T09:31:00.000Z  SHA256:new
$ rekey credentials show production/web-1/deploy/ssh-key
credential   production/web-1/deploy/ssh-key
status       settled
fingerprint  SHA256:new
made         2026-03-01T09:31:00.000Z
verified     2026-03-01T10:07:12.000Z
heartbeat    opened at 2026-03-01T10:07:12.000Z
next         heartbeat at 2026-03-01T11:07:11.482Z
order        7
observed     no

Rotation for order 7, settled 2026-03-01T09:31:01.000Z, judged by publickey
  random  refused
  old     refused   SHA256:old
  new     accepted  SHA256:new, and ran a command`)
  expect(shell.api.asked).toContain('GET /v1/credentials?limit=1000&status=settled&shared=true')
})

test('debts are listed with what ends each', async () => {
  const debt = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', fingerprint: 'SHA256:old', isCurrent: false, class: 'grace', since: '2026-03-01T09:31:00.000Z', notBefore: '2026-03-02T09:31:00.000Z', lastFailure: null, nextAttemptAt: null, endedBy: 'time', advice: 'It stays open.' }
  const open = { ...debt, host: 'web-2', class: 'unreachable', lastFailure: { code: 'ssh/unreachable' }, nextAttemptAt: '2026-03-01T09:36:00.000Z', advice: 'The host has to be reached.' }
  shell.api.answers.set('GET /v1/debts', [page(debt, open), page()])
  await expectSession(`
$ rekey debts --zone production --class unreachable
CREDENTIAL                       FINGERPRINT  CLASS        SINCE                     NEXT ATTEMPT              LAST FAILURE
production/web-1/deploy/ssh-key  SHA256:old   grace        2026-03-01T09:31:00.000Z  -                         -
production/web-2/deploy/ssh-key  SHA256:old   unreachable  2026-03-01T09:31:00.000Z  2026-03-01T09:36:00.000Z  ssh/unreachable

grace        It stays open.
unreachable  The host has to be reached.
$ rekey debts
Every secret that should be dead is proven dead.`)
  expect(shell.api.asked).toContain('GET /v1/debts?limit=1000&zone=production&class=unreachable')
})

describe('rekey rotate', () => {
  const dryRun = { status: 200, body: { dryRun: true, orders: [{ zone: 'production', targets: 1, credentials: ['production/web-1/deploy/ssh-key'], observed: [] }] } }
  const placed = { status: 202, body: { campaign: 'c', orders: [{ zone: 'production', number: 7, targets: 1, observed: 0 }] } }
  beforeEach(() => { shell.api.answers.set('POST /v1/orders', [dryRun, placed]) })
  const bodies = () => shell.api.bodies as Array<{ dryRun?: boolean, scope: unknown, reason: string }>

  test('shows what is covered, asks, and orders it', async () => {
    shell.typed = 'yes'
    await expectSession(`
$ rekey rotate production/web-1 --reason "a laptop was stolen"
! production: one credential
!   production/web-1/deploy/ssh-key
! Rotate this one? Type yes: 
Ordered: production/7, one credential. Follow it: rekey orders watch production/7`)
    expect(bodies()).toEqual([true, undefined].map(dryRun => ({ ...dryRun && { dryRun }, scope: { zones: ['production'], hosts: ['web-1'] }, reason: 'a laptop was stolen' })))
    expect(shell.api.headers[1]).toEqual({ 'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/) })
  })

  test('orders nothing without a yes, nor in a dry run', async () => {
    shell.typed = 'y'
    expect(await shell.rekey('rotate', 'production', '--reason', 'drill')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\nrekey: nothing was ordered\n$/) as unknown })
    shell.api.answers.set('POST /v1/orders', [dryRun])
    expect(await shell.rekey('rotate', 'production', '--reason', 'drill', '--dry-run')).toMatchObject({ code: 0, err: 'rekey: nothing was ordered\n' })
    expect(bodies().every(({ dryRun }) => dryRun === true)).toBe(true)
    shell.password = undefined
    shell.api.answers.set('POST /v1/orders', [dryRun])
    expect(await shell.rekey('rotate', 'production', '--reason', 'drill')).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') as unknown })
  })

  test('follows what it has ordered', async () => {
    shell.api.streams.push([told(order), new RekeyError('api/unavailable', 'the API\'s answer broke off')], refused(503, 'vault/unavailable', 'Vault does not answer'), [changed({ settled: 3, pending: 0 }, true)])
    await expectSession(`
$ rekey rotate production/web-1 --reason drill --yes --wait
! production: one credential
!   production/web-1/deploy/ssh-key
! production/7  1 of 3 settled, 2 pending
! rekey: the API's answer broke off; looking again
! rekey: Vault does not answer; looking again
! production/7  3 of 3 settled
Order production/7 is done: 3 of 3 settled. drill`)
    expect(shell.api.seen).toEqual([undefined, 'seen-0', 'seen-0'])
  })

  test.each<[string, string[], unknown]>([
    ['a zone', ['production'], { zones: ['production'], all: true }],
    ['two hosts of a zone', ['production/a', 'production/b'], { zones: ['production'], hosts: ['a', 'b'] }],
    ['a credential', ['production/a/root/password'], { zones: ['production'], hosts: ['a'], accounts: ['root'], names: ['password'] }],
    ['labels', ['production', '--label', 'role=web'], { zones: ['production'], labels: { role: 'web' } }],
    ['everything', ['--all'], { all: true }]
  ])('takes %s as a scope', async (_, words, scope) => {
    await shell.rekey('rotate', ...words, '--reason', 'drill', '--yes')
    expect(bodies()[0]?.scope).toEqual(scope)
  })

  test.each<[string, string[]]>([
    ['nothing', []],
    ['everything and a zone', ['production', '--all']],
    ['a zone and a host', ['production', 'backup/a']],
    ['two hosts of two zones, which would make four', ['production/a', 'backup/b']],
    ['too long a name', ['a/b/c/d/e']]
  ])('refuses %s', async (_, words) => {
    expect((await shell.rekey('rotate', ...words, '--reason', 'drill', '--yes')).code).toBe(2)
    expect(shell.api.asked).toEqual([])
  })
})

describe('rekey orders', () => {
  test('are listed and shown', async () => {
    shell.api.answers.set('GET /v1/orders', [page({ ...order, requestedAt: '2026-03-01T09:00:00.000Z', requestedBy: 'admin' })])
    shell.api.answers.set('GET /v1/orders/production/7', [
      { status: 200, body: { ...order, targets: [{ ...credential, outcome: 'settled' }], next: 'more' } },
      { status: 200, body: { ...order, targets: [{ ...credential, host: 'web-2', outcome: 'held', hold: { detail: 'nothing opens' } }] } }
    ])
    await expectSession(`
$ rekey orders
ORDER         PLACED                    BY     REASON
production/7  2026-03-01T09:00:00.000Z  admin  drill
$ rekey orders show production/7
Order production/7 is open: 1 of 3 settled. drill

CREDENTIAL                       OUTCOME  WHAT IS KNOWN
production/web-1/deploy/ssh-key  settled
production/web-2/deploy/ssh-key  held     nothing opens`)
  })

  test('are watched with a bar on a terminal, until only a person can go on', async () => {
    shell.isTerminal = true
    const stuck = { ...counts, settled: 2, pending: 0, held: 1 }
    shell.api.streams.push([told(order), changed(stuck)])
    const { code, out, err } = await shell.rekey('orders', 'watch', 'production/7', '--json')
    expect([code, JSON.parse(out)]).toEqual([1, [{ zone: 'production', number: 7, counts: stuck, done: false }]])
    expect(err.split('\r').slice(1).map(line => line.slice(0, 26))).toEqual([`[${'#'.repeat(8)}${'.'.repeat(16)}]`, `[${'#'.repeat(16)}${'.'.repeat(8)}]`])
  })

  test('a watch gives up when it was told to, and says that the order goes on', async () => {
    expect(await shell.rekey('orders', 'watch', 'production/7', '--timeout', '1')).toMatchObject({ code: 1, err: expect.stringContaining('it goes on: rekey orders watch production/7') as unknown })
  })

  test('what the API refuses ends a watch, at once or in the middle', async () => {
    shell.api.streams.push(refused(404, 'order/unknown', 'production has no order 9'), [told(order), { event: 'end', data: { reason: 'auth/missing', detail: 'this token has ended' } }], refused(401, 'auth/missing', 'this token was revoked'))
    expect(await shell.rekey('orders', 'watch', 'production/9')).toMatchObject({ code: 1, err: 'rekey: production has no order 9 [order/unknown]\n' })
    expect(await shell.rekey('orders', 'watch', 'production/7')).toMatchObject({ code: 1, err: expect.stringContaining('this token was revoked [auth/missing]') as unknown })
  })

  test('a process of the API that stops, or a person\'s token that ends, is followed by another', async () => {
    shell.api.streams.push([told(order), { event: 'end', data: { reason: 'stopping', detail: 'come again' } }], [{ event: 'end', data: { reason: 'auth/missing', detail: 'this token has ended' } }], [{ event: 'done', data: { counts: { ...counts, settled: 3, pending: 0 } } }])
    expect(await shell.rekey('orders', 'watch', 'production/7')).toMatchObject({ code: 0, out: 'Order production/7 is done: 3 of 3 settled. drill\n' })
  })

  test('a watch needs an order', async () => {
    expect(await shell.rekey('orders', 'watch', 'production')).toMatchObject({ code: 2 })
  })
})

test('an API that is away is told in one line', async () => {
  shell.api.answers.set('GET /health/live', [new RekeyError('api/unavailable', 'nobody answers')])
  expect(await shell.rekey('status')).toMatchObject({ code: 1, out: '', err: 'rekey: nobody answers [api/unavailable]\n' })
})

test('rekey schedule shows what will be replaced when', async () => {
  const due = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', policy: 'monthly', schedule: { cron: '0 0 1 * *', timeZone: 'Europe/Berlin', window: { days: ['mon', 'tue'], from: '22:00', to: '05:00' } }, by: 'schedule', madeAt: '2026-03-01T09:31:00.000Z', startsAt: '2026-04-06T20:00:00.000Z', overdue: false }
  shell.api.answers.set('GET /v1/schedule', [page(due, { ...due, host: 'web-2', policy: null, schedule: null, by: 'age', startsAt: '2026-04-07T09:00:00.000Z', overdue: true })])
  await expectSession(`
$ rekey schedule --zone production --until 2026-05-01T00:00:00Z
CREDENTIAL                       POLICY   MADE                      BEGINS                    WINDOW                             WHY
production/web-1/deploy/ssh-key  monthly  2026-03-01T09:31:00.000Z  2026-04-06T20:00:00.000Z  mon,tue 22:00-05:00 Europe/Berlin  schedule
production/web-2/deploy/ssh-key  -        2026-03-01T09:31:00.000Z  2026-04-07T09:00:00.000Z  -                                  overdue`)
  expect(shell.api.asked).toEqual(['GET /v1/schedule?limit=1000&zone=production&until=2026-05-01T00%3A00%3A00Z'])
  shell.api.answers.set('GET /v1/schedule', [page()])
  expect(await shell.rekey('schedule')).toMatchObject({ out: '', err: expect.stringContaining('nothing is replaced by itself') as unknown })
})
