import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPolicy, Secret } from '@rekey/domain'
import type { CredentialName, CredentialState, Through } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { makeKey, makePassword } from '@rekey/ssh'
import { RealHosts } from './real-hosts.ts'

/*
 * States of an account in which its password can't be changed, each found before anything is written on the host, told by a code of
 * its own, and no matter any more when it has passed. Each as the account itself, and through root where that makes a difference.
 */

const rootKey = makeKey()
const ownKey = makeKey()
const byRoot: Through = { account: 'root', name: 'ssh-key' }
const byOwnKey: Through = { account: 'keyed', name: 'ssh-key' }
const names = ['young', 'young-by-root', 'locked-by-root', 'keyed', 'ended', 'ended-by-root', 'ended-first', 'forced', 'forced-by-root', 'factors', 'shell'] as const
const passwords = new Map<string, Secret>(names.map((name) => [name, makePassword(defaultPolicy)]))
/** Accounts come from there as they would from LDAP (nss-systemd(8)). */
const hasDirectory = ['/lib', '/usr/lib'].some((lib) => existsSync(lib) && readdirSync(lib).some((folder) => existsSync(join(lib, folder, 'libnss_systemd.so.2'))))

let folder: string
let lab: Lab
let host: LabHost
let real: RealHosts

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-states-'))
  const subnet = await freeSubnet(150, 160)
  const user = (uid: number) => JSON.stringify({ userName: uid === 1800 ? 'remote' : 'remote-by-root', uid, gid: uid, disposition: 'regular', homeDirectory: `/home/remote${uid}`, shell: '/bin/bash' })
  lab = await startLab({
    dir: folder,
    hosts: [{
      name: 'host',
      address: `127.1.${subnet}.1`,
      accounts: [
        ...names.map((name) => ({ name, password: passwords.get(name)?.open() ?? '', ...(name === 'keyed' ? { authorizedKeys: `${ownKey.publicKey}\n` } : {}) })),
        { name: 'root', authorizedKeys: `${rootKey.publicKey}\n` }
      ],
      files: [
        { path: '/etc/nsswitch.conf', text: 'passwd: files systemd\ngroup: files systemd\nshadow: files systemd\n' },
        ...[1800, 1801].map((uid) => ({ path: `/etc/userdb/${uid === 1800 ? 'remote' : 'remote-by-root'}.user`, text: user(uid) }))
      ],
      pam: { noDelay: true }
    }]
  })
  host = lab.host('host')
  real = new RealHosts(lab)
  real.handOver('host', 'root', rootKey)
  real.handOver('host', 'keyed', ownKey)
  await must('chage -E 1 ended-first')
  for (const name of names) real.handOver('host', name, { password: passwordOf(name) }, name.endsWith('-by-root') ? byRoot : name === 'keyed' ? byOwnKey : null)
  if (hasDirectory) {
    for (const [uid, name] of [[1800, 'remote'], [1801, 'remote-by-root']] as const) {
      passwords.set(name, makePassword(defaultPolicy))
      const hash = (await must('mkpasswd -s -m sha512crypt 2>/dev/null || openssl passwd -6 -stdin', `${passwordOf(name).open()}\n`)).trim()
      await must(`cat >/etc/userdb/${name}.user-privileged && chmod 600 /etc/userdb/${name}.user-privileged && mkdir -m 700 /home/remote${uid} && chown ${uid}:${uid} /home/remote${uid}`, JSON.stringify({ privileged: { hashedPassword: [hash] } }))
      real.handOver('host', name, { password: passwordOf(name) }, name === 'remote' ? null : byRoot)
    }
  }
  await real.visit('host')
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

async function must (command: string, input = ''): Promise<string> {
  const { code, stdout, stderr } = await host.run(command, input)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

function passwordOf (account: string): Secret {
  return passwords.get(account) ?? Secret.of('')
}

const nameOf = (account: string): CredentialName => real.name('host', account, 'password')

/** All that the host has written down of an account's password and its rotations. */
async function written (account: string): Promise<string> {
  return await must(`grep '^${account}:' /etc/shadow; cat ~${account}/.ssh/.rekey/password /var/lib/rekey/.rekey/${account}.password 2>/dev/null; true`)
}

/** Orders a rotation that can't be done, and returns what is told of it. Nothing may have been written on the host. */
async function stopped (account: string): Promise<CredentialState> {
  const before = await written(account)
  const { state, now } = await real.rotate('host', account, 'password')
  expect(await written(account)).toBe(before)
  expect(now).toMatchObject({ hold: null, refusals: 0, candidate: { sentAt: null } })
  return state
}

async function goesOn (account: string): Promise<void> {
  real.zone.putCredential({ ...real.document(nameOf(account)), nextAttemptAt: null })
  await real.visit('host')
  expect(real.state(nameOf(account))).toMatchObject({ status: 'settled' })
  expect(real.state(nameOf(account)).rotations.length).toBeGreaterThan(0)
}

test('a password that is too young waits for the day on which it may be changed, which is told, and counts as no refusal', async () => {
  await must('chage -m 3 young')
  const [, , changed] = (await must('grep ^young: /etc/shadow')).split(':')
  const until = new Date((Number(changed) + 3) * 86_400_000)
  for (let visits = 0; visits < 4; visits += 1) {
    const state = await stopped('young')
    expect(state.lastFailure).toMatchObject({ class: 'refused', code: 'host/too-young', step: 'push', message: expect.stringContaining(`from ${until.toISOString().slice(0, 10)} on`) as string })
    const wait = Date.parse(state.nextAttemptAt ?? '') - Date.now()
    // It is looked at once a day whether somebody has lowered the age.
    expect(wait).toBeGreaterThan(86_300_000)
    expect(wait).toBeLessThan(86_400_000 + 700_000)
    real.zone.putCredential({ ...real.document(nameOf('young')), nextAttemptAt: null })
  }
  expect(real.document(nameOf('young')).failures).toBe(0)
  await must('chage -m 1 young')
  const { nextAttemptAt } = await stopped('young')
  const tomorrow = (Number(changed) + 1) * 86_400_000
  expect(Date.parse(nextAttemptAt ?? '')).toBeGreaterThanOrEqual(tomorrow)
  expect(Date.parse(nextAttemptAt ?? '')).toBeLessThan(tomorrow + 700_000)
  await must('chage -m 0 young')
  await goesOn('young')
})

test('through root a password\'s age is no matter', async () => {
  await must('chage -m 3 young-by-root')
  expect((await real.rotate('host', 'young-by-root', 'password')).state.status).toBe('settled')
})

test.each([
  ['locked-by-root', 'by root, whose change would open it again'], ['keyed', 'by the account itself']
])('a password that somebody has locked stays locked: %s, %s', async (account) => {
  await must(`passwd -l ${account}`)
  expect((await stopped(account)).lastFailure).toMatchObject({ class: 'refused', code: 'host/locked', message: expect.stringContaining('passwd -u') as string })
  expect(await must(`passwd -S ${account}`)).toContain(`${account} L `)
  await must(`passwd -u ${account}`)
  await goesOn(account)
})

test('an account that has expired is told from a host that is out of order', async () => {
  await must('chage -E 1 ended && chage -E 1 ended-by-root')
  expect((await stopped('ended')).lastFailure).toMatchObject({ code: 'host/account-expired', message: expect.stringContaining('chage -E') as string })
  // Root could change it, but nobody could prove the new one.
  expect((await stopped('ended-by-root')).lastFailure).toMatchObject({ class: 'refused', code: 'host/account-expired' })
  for (const account of ['ended', 'ended-by-root']) {
    await must(`chage -E -1 ${account}`)
    await goesOn(account)
  }
})

test('an account that had expired is adopted when it is prolonged', async () => {
  expect(real.state(nameOf('ended-first'))).toMatchObject({ status: 'adopting', lastFailure: { code: 'host/account-expired' } })
  await must('chage -E -1 ended-first')
  await real.visit('host')
  expect(real.document(nameOf('ended-first')).epoch).toBe(1)
})

test('an account whose password has expired says so, and root replaces it', async () => {
  await must('chage -d 0 forced && chage -d 0 forced-by-root')
  expect((await stopped('forced')).lastFailure).toMatchObject({ class: 'refused', code: 'host/expired', message: expect.stringContaining('demands another password') as string })
  expect((await real.rotate('host', 'forced-by-root', 'password')).state.status).toBe('settled')
  await must('chage -d -1 forced')
  await goesOn('forced')
})

test('an account that has lost its shell says so', async () => {
  await must('usermod -s /usr/sbin/nologin shell')
  expect((await stopped('shell')).lastFailure).toMatchObject({ class: 'refused', code: 'host/no-commands' })
  await must('usermod -s /bin/bash shell')
  await goesOn('shell')
})

test('a second factor that is asked for since is told, and nothing is sent', async () => {
  await must('printf "Match User factors\\n  AuthenticationMethods password,publickey\\n" >>/etc/ssh/sshd_config && kill -HUP 1 && sleep 0.5')
  expect((await stopped('factors')).lastFailure).toMatchObject({ class: 'not-sent', code: 'host/more-factors', message: expect.stringContaining('second factor') as string })
  await must('head -n -2 /etc/ssh/sshd_config >/etc/ssh/new && mv /etc/ssh/new /etc/ssh/sshd_config && kill -HUP 1 && sleep 0.5')
  await goesOn('factors')
});

(hasDirectory ? test.each : test.skip.each)([
  ['remote'], ['remote-by-root']
])('the password of an account that is not in /etc/passwd is left to where it is: %s', async (account) => {
  expect(await must(`getent passwd ${account}`)).toContain('/bin/bash')
  expect((await stopped(account)).lastFailure).toMatchObject({ class: 'refused', code: 'host/not-local', message: expect.stringContaining('LDAP') as string })
})
