import { chmod, chown, mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { digestOf, fingerprint, Secret, type Credential, type Leave, type Redirect } from '@rekey/domain'
import { Shell } from './shell.ts'

const at = '2026-03-01T12:00:00.000Z'
const key = (word: string) => ({
  privateKey: Secret.of(`-----BEGIN ${word}-----\n${word}\n-----END ${word}-----\n`),
  publicKey: `ssh-ed25519 ${word}`,
  fingerprint: `SHA256:${word}`,
  epoch: 1,
  order: 0,
  madeAt: at,
  sharedWith: null
})
const credential: Credential = {
  name: { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' },
  kind: 'ssh-key',
  target: { address: '127.1.0.7', port: 22, hostKeys: ['ssh-ed25519 host'], account: 'deploy', via: null },
  through: null,
  hostSharedWith: null,
  current: key('current'),
  candidate: null,
  retired: [],
  history: [],
  epoch: 1,
  refusals: 0,
  hold: null,
  lastClearedHold: null,
  failures: 0,
  nextAttemptAt: null,
  lastFailure: null,
  burnedAt: null,
  fenceTampered: null,
  observe: false,
  observedBy: null,
  leaving: null
}
const hold = { class: 'identity-changed' as const, since: at, detail: 'the host showed SHA256:other' }
const candidate = { ...key('candidate'), epoch: 2, sentAt: at }

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.add(credential)
  await stack('local', ['production', 'backup'])
})

async function stack (name: string, zones: string[], passwordFile?: string): Promise<void> {
  const dir = join(shell.folder, '.rekey', name)
  await mkdir(dir, { recursive: true })
  for (const zone of zones) await writeFile(join(dir, `${zone}-password`), `password-of-${zone}\n`)
  await writeFile(join(dir, 'stack.json'), JSON.stringify({
    vault: { address: `https://127.0.0.1:8200/${name}` },
    caFile: join(dir, 'ca.pem'),
    api: { url: `https://127.0.0.1:8443/${name}`, tokenFile: join(dir, 'admin-token') },
    zones: zones.map(zone => ({ name: zone, operator: { username: `operator-${zone}`, passwordFile: passwordFile ?? join(dir, `${zone}-password`) } }))
  }))
}

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

describe('approve', () => {
  const endpoint = { address: '127.1.0.7', port: 22, via: null, trust: { mode: 'pinned' as const, keys: ['ssh-ed25519 AAAAhost'] } }
  const redirect: Redirect = {
    kind: 'redirect',
    zone: 'production',
    number: 7,
    host: 'web-1',
    after: 0,
    from: endpoint,
    to: { ...endpoint, address: '127.1.0.9', via: { host: 'jump', account: 'deploy', name: 'ssh-key' }, trust: { mode: 'pinned', keys: ['ssh-ed25519 AAAAother'] } },
    reason: 'moved',
    proposedBy: 'admin',
    proposedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3600_000).toISOString()
  }
  beforeEach(() => {
    shell.proposals.set(7, redirect)
    const { address, port, trust } = endpoint
    shell.hosts.set('web-1', { zone: 'production', id: 'web-1', address, port, trust, labels: {}, observe: false, createdAt: at })
  })

  test('shows what stands in Vault, and asks for the name of the host', async () => {
    shell.typed = 'web-1'
    expect(await shell.play('$ rekey approve production/7')).toBe(`
$ rekey approve production/7
! Redirect 7 of production/web-1, proposed by admin at ${redirect.proposedAt}: moved
!   address   - 127.1.0.7 port 22
!   address   + 127.1.0.9 port 22
!   by way of - no jump host
!   by way of + jump/deploy/ssh-key
!   host keys - ssh-ed25519 ${fingerprint('ssh-ed25519 AAAAhost')}
!   host keys + ssh-ed25519 ${fingerprint('ssh-ed25519 AAAAother')}
!   until     ${redirect.expiresAt}
!   digest    ${digestOf(redirect)}
! Secrets of this host will be shown to whoever is there. Compare the fingerprints at the machine itself, not over the network.
! Type the host's name, web-1, to approve: 
Approved. Proposal production/7 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('does nothing when something else is typed, and needs --yes where nobody can be asked', async () => {
    shell.typed = 'yes'
    expect(await shell.rekey('approve', 'production/7')).toMatchObject({ code: 1, out: 'Nothing was approved.\n' })
    shell.password = undefined
    expect(await shell.rekey('approve', 'production/7', '--username', 'ada', '--password-file', '.rekey/local/production-password')).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') as unknown })
    expect(shell.approvals).toEqual([])
    expect((await shell.rekey('approve', 'production/7', '--yes', '--username', 'ada', '--password-file', '.rekey/local/production-password')).code).toBe(0)
    expect(shell.approvals).toHaveLength(1)
  })

  test.each<[string, Partial<Redirect>, string]>([
    ['has expired', { expiresAt: at }, 'it expired at'],
    ['starts from elsewhere', { from: { ...endpoint, port: 23 } }, 'propose it anew'],
    ['takes a pinned key away', { to: { ...endpoint, trust: { mode: 'first-use' } } }, 'take away a pinned key']
  ])('refuses one that %s', async (_, changes, says) => {
    shell.proposals.set(7, { ...redirect, ...changes })
    expect(await shell.rekey('approve', 'production/7', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining(says) as unknown })
    expect(shell.approvals).toEqual([])
  })

  const leave: Leave = {
    kind: 'leave',
    zone: 'production',
    number: 8,
    host: 'web-1',
    credential: null,
    signOff: ['SHA256:gone'],
    reason: 'burned',
    proposedBy: 'admin',
    proposedAt: redirect.proposedAt,
    expiresAt: redirect.expiresAt
  }

  test('shows what leaves, and which secrets are signed off without a proof', async () => {
    shell.proposals.set(8, leave)
    shell.add({
      ...credential,
      hold: { class: 'locked-out', since: at, detail: '' },
      candidate: { ...key('next'), sentAt: at },
      retired: [{ ...key('gone'), wasRefused: false, retiredAt: at, notBefore: at, removedAt: null }]
    })
    shell.typed = 'web-1'
    expect(await shell.play('$ rekey approve production/8')).toBe(`
$ rekey approve production/8
! Leave 8 of production/web-1, proposed by admin at ${leave.proposedAt}: burned
!   production/web-1/deploy/ssh-key, on hold: locked-out
!     current   SHA256:current
!     successor SHA256:next
!     debt      SHA256:gone, signed off without a proof
!   until     ${leave.expiresAt}
!   digest    ${digestOf(leave)}
! From then on nothing of it is rotated, whatever is ordered, and what is signed off is never proven dead. Its secrets stay in Vault.
! Type the host's name, web-1, to approve: 
Approved. Proposal production/8 has one approval; the worker carries it out when there are enough.`.trim())
  })

  test('asks for the whole name of a credential that leaves, and refuses one that has left or is none', async () => {
    shell.add(credential)
    shell.proposals.set(8, { ...leave, credential: { account: 'deploy', name: 'ssh-key' } })
    shell.typed = 'web-1'
    expect(await shell.rekey('approve', 'production/8')).toMatchObject({ code: 1, err: expect.stringContaining('Type the credential\'s name, production/web-1/deploy/ssh-key, to approve') as unknown })
    shell.add({ ...credential, leaving: { by: 'ada', at, reason: 'sold', proposal: 3, order: 0, signedOff: [], leftAt: at } })
    expect(await shell.rekey('approve', 'production/8', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('it has left already') as unknown })
    shell.proposals.set(8, { ...leave, credential: { account: 'nobody', name: 'ssh-key' } })
    expect(await shell.rekey('approve', 'production/8', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('no such credential') as unknown })
    expect(shell.approvals).toEqual([])
  })

  test.each(['production', 'production/0', 'production/x', 'a/b/7'])('names the way out for %s', async (text) => {
    expect(await shell.rekey('approve', text)).toMatchObject({ code: 2, err: expect.stringContaining('rekey approve production/7') as unknown })
  })
})

test.each(Object.entries(sessions))('%s', async (_name, { given, session }) => {
  given?.()
  expect((await shell.play(session)).replaceAll(shell.folder, 'FOLDER')).toBe(session.trim())
  expect(shell.closed).toBe(shell.logins.length)
})

describe('the login', () => {
  const reveal = async (...options: string[]) => await shell.rekey('reveal', 'production/web-1/deploy/ssh-key', '--public', ...options)
  const last = () => {
    const login = shell.logins.at(-1)
    if (login === undefined || !('password' in login)) throw new Error('nobody has logged in with a password')
    return { ...login, password: login.password.open() }
  }

  test('comes from the local stack, by the zone of the credential', async () => {
    await reveal()
    expect(last()).toEqual({ zone: 'production', vaultAddress: 'https://127.0.0.1:8200/local', caFile: join(shell.folder, '.rekey/local/ca.pem'), username: 'operator-production', password: 'password-of-production' })
  })

  test('comes from the stack that is named', async () => {
    await stack('demo', ['production'])
    await reveal('--stack', '.rekey/demo')
    expect(last().vaultAddress).toBe('https://127.0.0.1:8200/demo')
  })

  test('comes from the options alone, and the password from the person', async () => {
    const { err } = await reveal('--vault-addr', 'https://vault.example', '--ca-file', 'my-ca.pem', '--username', 'ada')
    expect(last()).toEqual({ zone: 'production', vaultAddress: 'https://vault.example', caFile: join(shell.folder, 'my-ca.pem'), username: 'ada', password: 'typed-password' })
    expect(err).toBe('Vault password of ada at https://vault.example: \n')
  })

  test('never sends the stack\'s password for another login', async () => {
    await reveal('--username', 'ada')
    expect(last()).toMatchObject({ username: 'ada', password: 'typed-password' })
  })

  test('takes the password from a file', async () => {
    await writeFile(join(shell.folder, 'mine'), 'from a file\n')
    await reveal('--username', 'ada', '--password-file', 'mine')
    expect(last().password).toBe('from a file')
  })

  describe('never follows a stack that was merely found', () => {
    const dir = () => join(shell.folder, '.rekey', 'local')
    test.each<[string, () => Promise<void>]>([
      ['and is somebody else\'s', async () => { await chown(join(shell.folder, '.rekey'), 61_901, 61_901) }],
      ['and whose record is somebody else\'s', async () => { await chown(join(dir(), 'stack.json'), 61_901, 61_901) }],
      ['and that others can write', async () => { await chmod(dir(), 0o777) }],
      ['through a link', async () => {
        await rename(dir(), join(shell.folder, 'elsewhere'))
        await symlink('../elsewhere', dir())
      }]
    ])('%s', async (_what, spoil) => {
      await spoil()
      const said = await reveal('--username', 'ada')
      expect(said).toMatchObject({ code: 1, err: expect.stringContaining('--stack') })
      expect(said.err).not.toContain('password of')
      expect(shell.logins).toEqual([])
    })
  })

  test('sends no file from outside the stack as its password, nor through a link in it', async () => {
    await writeFile(join(shell.folder, 'id_ed25519'), 'my own key')
    for (const spoil of [
      async () => await stack('local', ['production'], join(shell.folder, 'id_ed25519')),
      async () => {
        await symlink('../../id_ed25519', join(shell.folder, '.rekey/local/password'))
        await stack('local', ['production'], join(shell.folder, '.rekey/local/password'))
      }
    ]) {
      await spoil()
      for (const options of [[], ['--stack', '.rekey/local']]) expect(await reveal(...options)).toMatchObject({ code: 1, err: expect.stringContaining('stack.json') })
      expect(shell.logins).toEqual([])
    }
  })

  test.each([
    ['there is no stack and no address', async () => { shell = await Shell.start() }, [], 2, '--vault-addr'],
    ['the named stack is not there', () => Promise.resolve(), ['--stack', 'elsewhere'], 2, 'elsewhere'],
    ['there is no terminal to ask on', async () => { await Promise.resolve(); shell.password = undefined }, ['--username', 'ada'], 2, '--password-file'],
    ['the password file is not there', () => Promise.resolve(), ['--password-file', 'nowhere'], 1, 'nowhere'],
    ['the stack has no such zone', async () => { await stack('local', ['backup']) }, [], 2, 'no zone production, but backup'],
    ['the stack\'s record is damaged', async () => { await writeFile(join(shell.folder, '.rekey/local/stack.json'), '{}') }, [], 1, 'stack.json']
  ])('is refused with the way out when %s', async (_what, given: () => Promise<void>, options, code, wayOut) => {
    await given()
    const said = await reveal(...options)
    expect(said).toMatchObject({ code, out: '', err: expect.stringContaining(wayOut) })
  })
})

test('a fault that nobody foresaw shows nothing of its text', async () => {
  shell.credentials.get = () => { throw new Error('the password is hunter2') }
  const { code, err } = await shell.rekey('reveal', 'production/web-1/deploy/ssh-key')
  expect(code).toBe(1)
  expect(err).not.toContain('hunter2')
})
