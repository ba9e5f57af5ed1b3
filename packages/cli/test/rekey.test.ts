import { beforeEach, expect, test } from '@jest/globals'
import { addStack, at, credential, key } from './given.ts'
import { Shell } from './shell.ts'

const hold = { class: 'identity-changed' as const, since: at, detail: 'the host showed SHA256:other' }
const candidate = { ...key('candidate'), epoch: 2, sentAt: at }

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.add(credential)
  await addStack(shell, 'local', ['production', 'backup'])
})

const sessions: Record<string, { given?: () => void, session: string }> = {
  'reveal prints the key that opens the account now': {
    session: `
$ rekey reveal production/web-1/deploy/ssh-key
-----BEGIN current-----
current
-----END current-----
$ rekey reveal production/web-1/deploy/ssh-key --public
ssh-ed25519 current`
  },
  'reveal writes a file that only its owner can read, and never over another': {
    session: `
$ rekey reveal production/web-1/deploy/ssh-key --out key
! rekey: wrote the private key SHA256:current to key
$ mode key
600
$ cat key
-----BEGIN current-----
current
-----END current-----
$ rekey reveal production/web-1/deploy/ssh-key --out key
! rekey: FOLDER/key exists already: remove it or name another [config/invalid]
? 1
$ rekey reveal production/web-1/deploy/ssh-key --out nowhere/key
! rekey: FOLDER/nowhere/key can't be written: is its folder there, and yours? [config/invalid]
? 1`
  },
  'reveal tells that a rotation is under way, and gives the candidate when asked': {
    given: () => shell.add({ ...credential, candidate }),
    session: `
$ rekey reveal production/web-1/deploy/ssh-key --public
! rekey: a rotation is under way: if the host refuses this secret, reveal it again, or with --candidate
ssh-ed25519 current
$ rekey reveal production/web-1/deploy/ssh-key --public --candidate
ssh-ed25519 candidate`
  },
  'reveal has no candidate to give when nothing is under way': {
    session: `
$ rekey reveal production/web-1/deploy/ssh-key --candidate
! rekey: production/web-1/deploy/ssh-key has no candidate now: leave out --candidate for the secret that opens it [credential/unknown]
? 1`
  },
  'reveal refuses what is not managed': {
    session: `
$ rekey reveal production/web-9/deploy/ssh-key
! rekey: production/web-9/deploy/ssh-key is not managed: check its name; one that is still being adopted has no secret here yet [credential/unknown]
? 1`
  },
  'a hold is shown, cleared with a reason, and remembered': {
    given: () => shell.add({ ...credential, hold }),
    session: `
$ rekey reveal production/web-1/deploy/ssh-key --public
! rekey: it is on hold (identity-changed): rekey hold show production/web-1/deploy/ssh-key
ssh-ed25519 current
$ rekey hold show production/web-1/deploy/ssh-key
production/web-1/deploy/ssh-key is on hold since 2026-03-01T12:00:00.000Z: identity-changed
  the host showed SHA256:other
To let it go on: rekey hold clear production/web-1/deploy/ssh-key --reason "…"
$ rekey hold clear production/web-1/deploy/ssh-key
! rekey: say why: --reason "…"
! Try rekey --help
? 2
$ rekey hold clear production/web-1/deploy/ssh-key --reason "reinstalled on purpose"
production/web-1/deploy/ssh-key goes on. Cleared: identity-changed, by operator-production at 2026-03-01T13:00:00.000Z: reinstalled on purpose
$ rekey hold show production/web-1/deploy/ssh-key
production/web-1/deploy/ssh-key is not on hold.
Last cleared: identity-changed, by operator-production at 2026-03-01T13:00:00.000Z: reinstalled on purpose
$ rekey hold clear production/web-1/deploy/ssh-key --reason "once more"
production/web-1/deploy/ssh-key was not on hold; nothing changed.`
  },
  'a credential is observed with a reason, and managed again': {
    session: `
$ rekey observe production/web-1/deploy/ssh-key
! rekey: say why: --reason "…"
! Try rekey --help
? 2
$ rekey observe production/web-1/deploy/ssh-key --reason "frozen until the audit is over"
production/web-1/deploy/ssh-key is observed, by operator-production since 2026-03-01T13:00:00.000Z: frozen until the audit is over
Nothing of it is changed until: rekey manage production/web-1/deploy/ssh-key --reason "…"
$ rekey observe production/web-1/deploy/ssh-key --reason "once more"
production/web-1/deploy/ssh-key is observed, by operator-production since 2026-03-01T13:00:00.000Z: frozen until the audit is over
Nothing of it is changed until: rekey manage production/web-1/deploy/ssh-key --reason "…"
$ rekey manage production/web-1/deploy/ssh-key --reason "the audit is over"
production/web-1/deploy/ssh-key is managed.
$ rekey manage production/web-9/deploy/ssh-key --reason "the audit is over"
! rekey: there is no credential production/web-9/deploy/ssh-key [credential/unknown]
? 1
$ rekey manage production/web-1/deploy/ssh-key --out file --reason "the audit is over"
! rekey: unknown option '--out'
! Try rekey --help
? 2`
  },
  'a credential that its zone observes is released, and the person told what is left': {
    given: () => { shell.zoneObserves = true },
    session: `
$ rekey manage production/web-1/deploy/ssh-key --reason "the audit is over"
! rekey: the policy of its zone observes it still: policies/default, observe
production/web-1/deploy/ssh-key is released.`
  },
  'Vault says no': {
    given: () => { shell.vault = 'sealed' },
    session: `
$ rekey reveal production/web-1/deploy/ssh-key
! rekey: Vault is sealed: unseal it [vault/sealed]
? 1`
  },
  'a wrong command line is told in one line, with the way out': {
    session: `
$ rekey revael production/web-1/deploy/ssh-key
! rekey: unknown command 'revael' (Did you mean reveal?)
! Try rekey --help
? 2
$ rekey hold lift production/web-1/deploy/ssh-key
! rekey: unknown command 'lift'
! Try rekey --help
? 2
$ rekey reveal
! rekey: missing required argument 'credential'
! Try rekey --help
? 2
$ rekey reveal production/web-1/deploy
! rekey: a credential is named zone/host/account/name
! Try rekey --help
? 2
$ rekey reveal production/../deploy/ssh-key
! rekey: host is not a host name: use 1 to 63 lower-case letters, digits, dots and hyphens, no two dots in a row, a letter or digit at both ends
! Try rekey --help
? 2
$ rekey reveal production/web-1/deploy/ssh-key --pubic
! rekey: unknown option '--pubic' (Did you mean --public?)
! Try rekey --help
? 2
$ rekey hold show production/web-1/deploy/ssh-key --out file
! rekey: unknown option '--out'
! Try rekey --help
? 2`
  }
}

test.each(Object.entries(sessions))('%s', async (_name, { given, session }) => {
  given?.()
  expect((await shell.play(session)).replaceAll(shell.folder, 'FOLDER')).toBe(session.trim())
  expect(shell.closed).toBe(shell.logins.length)
})

test('a fault that nobody foresaw shows nothing of its text', async () => {
  shell.credentials.get = () => { throw new Error('the password is hunter2') }
  const { code, err } = await shell.rekey('reveal', 'production/web-1/deploy/ssh-key')
  expect(code).toBe(1)
  expect(err).not.toContain('hunter2')
})
