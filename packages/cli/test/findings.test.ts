import { beforeEach, expect, test } from '@jest/globals'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => { shell = await Shell.withToken() })

async function expectSession (session: string): Promise<void> {
  expect(await shell.play(session)).toBe(session.trim())
}

const accounts = { managed: 38, unmanaged: 2, surveyedHosts: 20 }
const finding = { id: '4f6b9c1d2e3a5b70', kind: 'unknown-key', fingerprint: 'SHA256:ops', places: ['production/web-1/app', 'production/web-2/app', 'production/web-3/app'], elsewhere: true, accepted: true, acceptances: [] }
const survey = {
  zone: 'production',
  host: 'web-1',
  triedAt: '2026-03-01T09:30:00.000Z',
  failure: null,
  at: '2026-03-01T09:30:00.000Z',
  by: 'deploy',
  asRoot: true,
  complete: true,
  sshd: { version: 'OpenSSH_9.2', weak: ['permitrootlogin yes'], otherWays: [] },
  hostKeys: [],
  authorities: [],
  accounts: [{ account: 'app', managed: false, password: 'set', root: 'no', keys: [{}, {}], privateKeys: [] }]
}

test('findings are listed with the count of what nobody manages, and accepted', async () => {
  shell.api.answers.set('GET /v1/findings', [{ status: 200, body: { items: [finding, { ...finding, id: '0123456789abcdef', kind: 'weak-sshd', fingerprint: undefined, detail: 'permitrootlogin yes', places: ['production/web-1'], elsewhere: false, accepted: false }], next: null, accounts } }])
  shell.api.answers.set('PUT /v1/findings/production/4f6b9c1d2e3a5b70/acceptance', [{ status: 200, body: { ...finding, accepted: false } }])
  await expectSession(`
$ rekey findings --zone production
Accounts: 38 managed; 2 not, by surveys of 20 hosts.

FINDING           KIND         WHERE                                                            WHAT                 STATE
4f6b9c1d2e3a5b70  unknown-key  production/web-1/app, production/web-2/app, 1 more, other zones  SHA256:ops           accepted
0123456789abcdef  weak-sshd    production/web-1                                                 permitrootlogin yes  open
$ rekey findings accept production/4f6b9c1d2e3a5b70 --reason ours
unknown-key 4f6b9c1d2e3a5b70 is accepted in production; it touches other zones, too, where it is not.
$ rekey findings accept 4f6b9c1d2e3a5b70 --reason ours
! rekey: a finding is named zone/id: rekey findings accept production/4f6b9c1d2e3a5b70
! Try rekey --help
? 2`)
})

test('an unknown key is proposed to be removed from where it was found in a zone', async () => {
  shell.api.answers.set('GET /v1/findings', [{ status: 200, body: { items: [finding, { ...finding, id: '0123456789abcdef', kind: 'weak-sshd' }], next: null, accounts } }])
  for (const host of ['web-1', 'web-2', 'web-3']) shell.api.answers.set(`POST /v1/hosts/production/${host}/removals`, [{ status: 201, body: { approveWith: `rekey approve production/${host.slice(-1)}` } }])
  await expectSession(`
$ rekey findings remove production/4f6b9c1d2e3a5b70 --host web-2 --reason gone
SHA256:ops stays where it is until people approve.
To remove it from production/web-2/app: rekey approve production/2
$ rekey findings remove production/0123456789abcdef --reason gone
! rekey: 0123456789abcdef is a weak-sshd: only an unknown-key can be removed
! Try rekey --help
? 2
$ rekey findings remove production/4f6b9c1d2e3a5b71 --reason gone
! rekey: there is no finding 4f6b9c1d2e3a5b71 in production: rekey findings list --zone production
! Try rekey --help
? 2`)
  expect((await shell.rekey('findings', 'remove', 'production/4f6b9c1d2e3a5b70', '--reason', 'gone')).out).toContain('from production/web-3/app: rekey approve production/3')
  expect(shell.api.bodies.at(-1)).toEqual({ account: 'app', fingerprint: 'SHA256:ops', reason: 'gone' })
})

test('a survey is asked for, waited for and shown', async () => {
  const path = '/v1/hosts/production/web-1/survey'
  shell.api.answers.set(`GET ${path}`, [{ status: 200, body: { ...survey, triedAt: null, at: null, accounts: [] } }, { status: 200, body: { ...survey, triedAt: null } }, { status: 200, body: survey }])
  shell.api.answers.set(`POST ${path}`, [{ status: 202, body: { zone: 'production', host: 'web-1' } }])
  await expectSession(`
$ rekey survey production/web-1
host        production/web-1
surveyed    2026-03-01T09:30:00.000Z, by deploy as root
sshd        OpenSSH_9.2
weak        permitrootlogin yes
other ways  -
accounts    0 managed, 1 not

ACCOUNT  MANAGED  PASSWORD  ROOT  KEYS  PRIVATE KEYS
app      no       set       no    2     0`)
  shell.api.answers.set(`GET ${path}`, [{ status: 200, body: { ...survey, failure: 'ssh/unreachable' } }])
  expect(await shell.rekey('survey', 'production/web-1', '--last')).toMatchObject({ code: 1, out: expect.stringContaining('failure     ssh/unreachable') as unknown })
  expect(await shell.rekey('survey', 'web-1')).toMatchObject({ code: 2 })
})

test('what falls is told with the reason', async () => {
  shell.api.answers.set('POST /v1/blast-radius', [{ status: 200, body: { counts: { accounts: 1, hosts: 1, secrets: 1 }, surveyedHosts: 2, fallen: [{ kind: 'secret', name: 'SHA256:ops', reason: 'stolen', from: null }, { kind: 'account', name: 'production/web-1/ops', reason: 'opened-by', from: 'SHA256:ops' }, { kind: 'host', name: 'production/web-1', reason: 'root-of', from: 'production/web-1/ops' }] } }])
  await expectSession(`
$ rekey blast-radius SHA256:ops
1 accounts and 1 hosts fall, as far as 2 surveys tell.

WHAT     NAME                  WHY
secret   SHA256:ops            stolen
account  production/web-1/ops  opened by SHA256:ops
host     production/web-1      root by production/web-1/ops
$ rekey blast-radius
! rekey: say what is stolen: fingerprints, --host or --zone
! Try rekey --help
? 2`)
  expect(shell.api.bodies).toEqual([{ fingerprints: ['SHA256:ops'], hosts: [], zones: [] }])
})
