import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  await writeFile(join(shell.folder, 'admin-token'), 'the-token\n')
  shell.env = { REKEY_API_ADDR: 'https://api.example:8443', REKEY_API_TOKEN_FILE: 'admin-token' }
})

async function expectSession (session: string): Promise<void> {
  expect((await shell.play(session)).replaceAll(shell.folder, 'FOLDER')).toBe(session.trim())
  expect(shell.api.closed).toBe(shell.apiLogins.length)
}

test('a token is made, listed, rotated and revoked', async () => {
  await expectSession(`
$ rekey token create ci-deploy --role operator --zone production --zone backup
! rekey: token ci-deploy, id 0000000000000001, operator of production,backup, ends 2026-05-30T12:00:00.000Z; this is the only time that it is shown
rekey_0000000000000001_secret
$ rekey token create dashboard --role viewer --all-zones --out dashboard-token
! rekey: token dashboard, id 0000000000000002, viewer of all zones, ends 2026-05-30T12:00:00.000Z; wrote it to dashboard-token
$ cat dashboard-token
rekey_0000000000000002_secret
$ mode dashboard-token
600
$ rekey token list
ID                NAME       ROLE      ZONES              STATUS  ENDS                      MADE BY
0000000000000001  ci-deploy  operator  production,backup  active  2026-05-30T12:00:00.000Z  admin
0000000000000002  dashboard  viewer    all zones          active  2026-05-30T12:00:00.000Z  admin
$ rekey token rotate 0000000000000001 --overlap 3600
! rekey: token ci-deploy, id 0000000000000001, operator of production,backup, ends 2026-05-30T12:00:00.000Z; this is the only time that it is shown
! rekey: the secret before is taken until 2026-03-01T13:00:00.000Z
rekey_0000000000000001_rotated
$ rekey token revoke 0000000000000001
ci-deploy (0000000000000001) is revoked, by admin at 2026-03-01T12:00:00.000Z.
$ rekey token revoke 0000000000000009
! rekey: there is no token 0000000000000009 [token/unknown]
? 1`)
  expect(shell.api.tokens.bodies).toEqual([
    { name: 'ci-deploy', role: 'operator', zones: ['production', 'backup'] },
    { name: 'dashboard', role: 'viewer', zones: 'all' },
    { overlapSeconds: 3600 }
  ])
})

test('--days says when it ends', async () => {
  const before = Date.now()
  await shell.rekey('token', 'create', 'ci', '--role', 'viewer', '--zone', 'production', '--days', '7')
  const lives = Date.parse(String(shell.api.tokens.bodies[0]?.['expiresAt'])) - before
  expect(Math.round(lives / 86_400_000)).toBe(7)
})

test('--json tells programs the same, and the token only where no file has it', async () => {
  const json = async (...args: string[]) => JSON.parse((await shell.rekey('token', ...args, '--json')).out) as unknown
  const create = ['create', 'ci', '--role', 'viewer', '--zone', 'production']
  expect(await json(...create)).toMatchObject({ id: '0000000000000001', name: 'ci', zones: ['production'], token: 'rekey_0000000000000001_secret' })
  expect(await json(...create, '--out', 'file')).not.toHaveProperty('token')
  expect(await json('list')).toMatchObject([{ id: '0000000000000001' }, { id: '0000000000000002' }])
  expect(await json('rotate', '0000000000000001')).toMatchObject({ token: 'rekey_0000000000000001_rotated' })
  expect(await json('revoke', '0000000000000001')).toMatchObject({ status: 'revoked' })
})

test('a file that can\'t be written is told before there is a token, and none stays behind a refusal', async () => {
  await writeFile(join(shell.folder, 'there'), '')
  expect(await shell.rekey('token', 'create', 'ci', '--role', 'viewer', '--zone', 'production', '--out', 'there')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('exists already') })
  expect(shell.api.tokens.tokens).toEqual([])
  expect(await shell.rekey('token', 'rotate', '0000000000000001', '--out', 'new')).toMatchObject({ code: 1, err: expect.stringContaining('[token/unknown]') })
  expect(await readdir(shell.folder)).not.toContain('new')
})

test.each([
  ['no role', 'create ci --zone production', 'say --role, one of viewer, operator, responder, approver, auditor, admin'],
  ['an unknown role', 'create ci --role root --zone production', 'say --role, one of viewer, operator, responder, approver, auditor, admin'],
  ['no zone', 'create ci --role viewer', 'say --zone, once for each zone, or --all-zones'],
  ['zones and all of them', 'create ci --role viewer --zone production --all-zones', 'say --zone, once for each zone, or --all-zones'],
  ['a malformed zone', 'create ci --role viewer --zone Production', '--zone is not a zone name'],
  ['no name', 'create --role viewer --zone production', 'missing required argument \'name\''],
  ['days that are none', 'create ci --role viewer --zone production --days 1.5', 'a whole number from 1 to 365'],
  ['too long a life', 'rotate 0000000000000001 --days 366', 'a whole number from 1 to 365'],
  ['too long an overlap', 'rotate 0000000000000001 --overlap 86401', 'a whole number from 0 to 86400'],
  ['an option of another command', 'revoke 0000000000000001 --days 3', 'unknown option \'--days\''],
  ['a verb that is none', 'show 0000000000000001', 'unknown command \'show\'']
])('a command line with %s is refused', async (_what, words, message) => {
  expect(await shell.rekey('token', ...words.split(' '))).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) })
  expect(shell.apiLogins).toEqual([])
})

test('a whole token where its id belongs is not repeated', async () => {
  const { code, err } = await shell.rekey('token', 'revoke', 'rekey_0000000000000001_secret')
  expect([code, err]).toEqual([2, expect.stringContaining('an ID has 16 hex digits')])
  expect(err).not.toContain('secret')
})

test('without an API it says how to name one', async () => {
  shell.env = {}
  expect(await shell.rekey('token', 'list')).toMatchObject({ code: 2, err: expect.stringContaining('say --api-addr') })
})
