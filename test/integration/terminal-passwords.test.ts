import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultPolicy, DialPolicy, isPassword, Secret } from '@rekey/domain'
import type { CredentialName, Target } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import type { Session } from '@rekey/rotation'
import { createHostAccess, makePassword } from '@rekey/ssh'
import { RealHosts } from './real-hosts.ts'

/* Hosts whose passwd takes its answers from a terminal only: they get Debian's own, behind a program that insists on one. */

const stepTimeoutMs = 20_000
const dialPolicy = new DialPolicy(['127.1.0.0/16'])
const access = createHostAccess({ dialPolicy, stepTimeoutMs })
const first = Secret.of('it\'s the "first" one: $HOME \\ `id`')
let folder: string
let lab: Lab
let real: RealHosts

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-terminal-'))
  const subnet = await freeSubnet(140, 150)
  const account = (name: string, extra = {}) => ({ name, password: first.open(), ...extra })
  lab = await startLab({
    dir: folder,
    hosts: [
      { name: 'debian', address: `127.1.${subnet}.1`, accounts: ['app', 'listed', 'fenced', 'other', 'silent', 'refused'].map((name) => account(name)).concat(account('dash', { shell: '/bin/dash' })), sshdConfig: ['Match User refused', '  PermitTTY no'], pam: { noDelay: true } },
      { name: 'strict', address: `127.1.${subnet}.2`, accounts: [account('app'), account('young', { passwordAge: { minDays: 7 } })], pam: { noDelay: true, pwquality: { minlen: 40 } } },
      { name: 'busybox', address: `127.1.${subnet}.3`, accounts: [account('app')], daemon: 'dropbear', userland: 'busybox', keep: ['/usr/bin/passwd'] }
    ]
  })
  await Promise.all(lab.hosts.map(async (host) => { await insist(host) }))
  real = new RealHosts(lab)
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

/** @param extra what passwd does besides */
async function insist (host: LabHost, extra = ''): Promise<void> {
  const isBusybox = host.name === 'busybox'
  const place = isBusybox ? '/usr/bin' : '/usr/local/bin'
  // What is laid over the machine's folder is seen on this host only.
  if (isBusybox) await must(host, '[ -e /usr/bin/passwd.real ] || mv /usr/bin/passwd /usr/bin/passwd.real')
  else await must(host, `[ -e ${place}/passwd.real ] || { mount -t tmpfs -o mode=755 terminal ${place} && cp -p /usr/bin/passwd ${place}/passwd.real; }`)
  await must(host, `cat >${place}/passwd.new && chmod 755 ${place}/passwd.new && mv ${place}/passwd.new ${place}/passwd`, `#!/bin/sh\n[ -t 0 ] || { echo 'passwd: who are you?' >&2; exit 1; }\n${extra}\nexec ${place}/passwd.real\n`)
}

async function must (host: LabHost, command: string, input = ''): Promise<string> {
  const { code, stdout, stderr } = await host.run(command, input)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

const asPassword = (password: Secret) => ({ password, fingerprint: 'of a test' })
const credential = (host: string, account: string): CredentialName => ({ zone: 'production', host, account, name: 'password' })

function target (host: string, account: string): Target {
  const { address, port, hostKeys } = lab.host(host)
  return { address, port, hostKeys, account, via: null }
}

async function login (host: string, account: string, password: Secret, through = access): Promise<Session> {
  const { session, verdicts } = await through.contact(target(host, account), [asPassword(password)])
  if (session === undefined) throw new Error(`no login: ${verdicts.join()}`)
  return session
}

test.each([
  ['debian', 'app'], ['debian', 'dash'], ['busybox', 'app']
])('on %s the password of %s is rotated by a dialogue, and proven', async (host, account) => {
  real.handOver(host, account, { password: first })
  await real.visit(host)
  for (let rotations = 0; rotations < 2; rotations += 1) {
    const { old, now, state } = await real.rotate(host, account, 'password')
    expect(state).toMatchObject({ status: 'settled', lastFailure: null, epoch: old.epoch + 1 })
    if (!isPassword(old.current) || !isPassword(now.current)) throw new Error('no password')
    const { verdicts, session } = await access.contact(target(host, account), [old.current, now.current])
    expect(verdicts).toEqual(['refused', 'accepted'])
    await session?.close()
    expect(await must(lab.host(host), `cat ~${account}/.ssh/.rekey/password`)).toBe(`${now.epoch}\n`)
  }
})

test('the session that pushed stays open, and whoever comes later with less changes nothing', async () => {
  const next = makePassword(defaultPolicy)
  const push = await login('debian', 'fenced', first)
  expect(await push.setPassword({ credential: credential('debian', 'fenced'), epoch: 5, from: first, to: next })).toEqual({ outcome: 'applied' })
  const verify = await login('debian', 'fenced', next)
  expect(await push.answersNonce()).toBe(true)
  await push.close()
  expect(await verify.setPassword({ credential: credential('debian', 'fenced'), epoch: 4, from: next, to: first })).toEqual({ outcome: 'fenced', seen: 5 })
  await verify.close()
})

test('what the host finds too weak is refused in its own words, and the old one stays', async () => {
  const session = await login('strict', 'app', first)
  const change = await session.setPassword({ credential: credential('strict', 'app'), epoch: 2, from: first, to: makePassword(defaultPolicy) })
  expect(change).toMatchObject({ outcome: 'refused', forGood: true, reason: expect.stringContaining('(it says: The password is shorter than 40 characters)') as string })
  await session.close()
  await (await login('strict', 'app', first)).close()
  const longer = makePassword({ ...defaultPolicy, passwordLength: 48 })
  const again = await login('strict', 'app', first)
  expect(await again.setPassword({ credential: credential('strict', 'app'), epoch: 3, from: first, to: longer })).toEqual({ outcome: 'applied' })
  await again.close()
  await (await login('strict', 'app', longer)).close()
})

test('a present password that is another one changes nothing', async () => {
  const session = await login('debian', 'other', first)
  expect(await session.setPassword({ credential: credential('debian', 'other'), epoch: 2, from: makePassword(defaultPolicy), to: makePassword(defaultPolicy) })).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('does not take the present password') as string })
  // A terminal would take these for commands.
  expect(await session.setPassword({ credential: credential('debian', 'other'), epoch: 2, from: Secret.of('a\u0003b'), to: makePassword(defaultPolicy) })).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('control characters') as string })
  await session.close()
  await (await login('debian', 'other', first)).close()
})

test('an account that gets no terminal says what is missing', async () => {
  const session = await login('debian', 'refused', first)
  expect(await session.setPassword({ credential: credential('debian', 'refused'), epoch: 2, from: first, to: makePassword(defaultPolicy) })).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('PermitTTY') as string })
  expect(await session.answersNonce()).toBe(true)
  await session.close()
})

test('neither password is ever among a process\'s arguments or in its environment', async () => {
  const host = lab.host('debian')
  const next = makePassword(defaultPolicy)
  await must(host, 'touch /tmp/seen && chmod 666 /tmp/seen')
  await insist(host, '(sleep 0.3; cat /proc/*/cmdline /proc/*/environ >>/tmp/seen 2>/dev/null) & cat /proc/*/cmdline /proc/*/environ >>/tmp/seen 2>/dev/null')
  const session = await login('debian', 'listed', first)
  expect(await session.setPassword({ credential: credential('debian', 'listed'), epoch: 2, from: first, to: next })).toEqual({ outcome: 'applied' })
  await session.close()
  await insist(host)
  const seen = await must(host, 'cat /tmp/seen')
  expect(seen).toContain('sshd')
  expect(seen).not.toContain(first.open())
  expect(seen).not.toContain(next.open())
})

test('a passwd that falls silent is not waited for, is gone with its connection, and has changed nothing', async () => {
  const host = lab.host('debian')
  const next = makePassword(defaultPolicy)
  await insist(host, 'printf "Current password: "; read -r old; echo; printf "New password: "; read -r new; echo; exec sleep 300')
  const impatient = createHostAccess({ dialPolicy, stepTimeoutMs: 3000 })
  const session = await login('debian', 'silent', first, impatient)
  const failure = await session.setPassword({ credential: credential('debian', 'silent'), epoch: 2, from: first, to: next }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'ssh/timeout' })
  expect(`${String(failure)}${JSON.stringify(failure)}`).not.toContain(next.open())
  await insist(host)
  const again = await login('debian', 'silent', first)
  // Its lock is free at once.
  expect(await again.setPassword({ credential: credential('debian', 'silent'), epoch: 2, from: first, to: next })).toEqual({ outcome: 'applied' })
  await again.close()
  expect(await must(host, 'ps ax | grep -c "[s]leep 300" || true')).toBe('0\n')
})
