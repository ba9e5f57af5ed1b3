import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPolicy, DialPolicy, Secret } from '@rekey/domain'
import type { CredentialName, Password, Target } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import type { Contact, Session } from '@rekey/rotation'
import { createHostAccess, makeKey, makePassword } from '@rekey/ssh'

const access = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 20_000 })
const first = asPassword('it\'s the "first" one: $HOME \\ `id`')
let folder: string
let lab: Lab

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-passwords-'))
  const subnet = await freeSubnet(110, 120)
  const account = (name: string, extra = {}) => ({ name, password: first.password.open(), ...extra })
  lab = await startLab({
    dir: folder,
    hosts: [
      { name: 'plain', address: `127.1.${subnet}.1`, accounts: [account('app'), account('root'), account('dash', { shell: '/bin/dash' }), account('young')], sshdConfig: ['PermitRootLogin yes'] },
      { name: 'prompts', address: `127.1.${subnet}.2`, accounts: [account('app')], sshdConfig: ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes'] },
      {
        name: 'strict',
        address: `127.1.${subnet}.3`,
        accounts: [account('factors', { authorizedKeys: `${makeKey().publicKey}\n` }), account('keysonly')],
        sshdConfig: ['Match User factors', '  AuthenticationMethods password,publickey', 'Match User keysonly', '  AuthenticationMethods publickey']
      }
    ]
  })
  await must(lab.host('plain'), 'chage -m 7 young')
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

async function must (host: LabHost, command: string, input = ''): Promise<string> {
  const { code, stdout, stderr } = await host.run(command, input)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

function asPassword (text: string): Password {
  return { password: Secret.of(text), fingerprint: 'of a test' }
}

function fresh (): Password {
  return { password: makePassword(defaultPolicy), fingerprint: 'of a test' }
}

function target (host: string, account: string): Target {
  const { address, port, hostKeys } = lab.host(host)
  return { address, port, hostKeys, account, via: null }
}

const credential = (host: string, account: string): CredentialName => ({ zone: 'production', host, account, name: 'password' })

async function contact (host: string, account: string, passwords: readonly Password[]): Promise<Contact> {
  return await access.contact(target(host, account), passwords)
}

async function login (host: string, account: string, password: Password): Promise<Session> {
  const { session, verdicts } = await contact(host, account, [password])
  if (session === undefined) throw new Error(`no login: ${verdicts.join()}`)
  return session
}

test.each([
  ['app', 'plain', 'password', 'by passwd'],
  ['dash', 'plain', 'password', 'by passwd, from dash'],
  ['root', 'plain', 'password', 'by chpasswd, as root'],
  ['app', 'prompts', 'keyboard-interactive', 'by passwd, where sshd asks by prompts only']
])('the password of %s on %s is replaced and proven by the method %s: %s', async (account, host, method) => {
  const next = fresh()
  const name = credential(host, account)
  const push = await login(host, account, first)
  expect(await push.setPassword({ credential: name, epoch: 2, from: first.password, to: next.password })).toEqual({ outcome: 'applied' })

  // The session that pushed is still there when the new one logs in.
  const verify = await login(host, account, next)
  expect(await push.answersNonce()).toBe(true)
  expect(await verify.answersNonce()).toBe(true)
  await push.close()

  // Whoever comes later with less changes nothing.
  expect(await verify.setPassword({ credential: name, epoch: 1, from: next.password, to: first.password })).toEqual({ outcome: 'fenced', seen: 2 })
  await verify.close()

  const proof = await contact(host, account, [fresh(), first, next])
  expect({ verdicts: proof.verdicts, by: proof.by }).toEqual({ verdicts: ['refused', 'refused', 'accepted'], by: method })
  expect(await proof.session?.answersNonce()).toBe(true)
  await proof.session?.close()
})

test('a host that refuses a password says why, and the old one stays', async () => {
  const session = await login('plain', 'young', first)
  const change = await session.setPassword({ credential: credential('plain', 'young'), epoch: 2, from: first.password, to: fresh().password })
  expect(change).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('minimum age') as string })
  await session.close()
  await (await login('plain', 'young', first)).close()
})

test('a present password that is another one changes nothing', async () => {
  const password = fresh()
  await must(lab.host('plain'), `echo 'young:${password.password.open()}' | chpasswd && chage -m 0 young`)
  const session = await login('plain', 'young', password)
  const change = await session.setPassword({ credential: credential('plain', 'young'), epoch: 3, from: fresh().password, to: fresh().password })
  expect(change.outcome).toBe('refused')
  await session.close()
  await (await login('plain', 'young', password)).close()
})

test('a password that is one factor of two, or that is not asked for, proves nothing', async () => {
  expect((await contact('strict', 'factors', [first, fresh()])).verdicts).toEqual(['unclear', 'untried'])
  expect((await contact('strict', 'keysonly', [fresh(), first])).verdicts).toEqual(['unclear', 'untried'])
})

test('no process of the host ever has a password among its arguments or in its environment', async () => {
  const host = lab.host('plain')
  const now = fresh()
  await must(host, `echo 'dash:${now.password.open()}' | chpasswd`)
  const session = await login('plain', 'dash', now)
  const next = fresh()
  // A passwd that shows all that it could be seen by. What is laid over the machine's folder is seen on this host only.
  await must(host, 'mount -t tmpfs -o mode=755 shown /usr/local/bin && cat >/usr/local/bin/passwd && chmod 755 /usr/local/bin/passwd && touch /tmp/seen && chmod 666 /tmp/seen',
    '#!/bin/sh\ncat /proc/*/cmdline /proc/*/environ >>/tmp/seen 2>/dev/null\nexec /usr/bin/passwd\n')
  expect(await session.setPassword({ credential: credential('plain', 'dash'), epoch: 9, from: now.password, to: next.password })).toEqual({ outcome: 'applied' })
  await session.close()
  const seen = await must(host, 'cat /tmp/seen; umount /usr/local/bin')
  expect(seen).toContain('sshd')
  expect(seen).not.toContain(now.password.open())
  expect(seen).not.toContain(next.password.open())
})
