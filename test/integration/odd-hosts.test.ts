import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultPolicy, DialPolicy, formatName, isPassword, Secret } from '@rekey/domain'
import type { Credential, CredentialName, CredentialState, HandedOver, Through } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { visitHost } from '@rekey/rotation'
import { createHostAccess, makeKey, makePassword, secretMaker } from '@rekey/ssh'
import { createMemoryJournal, MemoryZone } from '../../packages/rotation/test/memory-journal.ts'

/*
 * Whole rotations on real hosts, with the journal in memory: what accounts that can't change themselves are changed
 * through, and what PAM has to say. The judges are `su`, `sudo` and the stock ssh.
 */

const hosts = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 20_000 })
const [deployKey, rootKey, forcedKey, barredKey] = [makeKey(), makeKey(), makeKey(), makeKey()]
const passwords = Object.fromEntries(['app', 'barred', 'admin', 'tight', 'strict', 'remembering', 'expired'].map((name) => [name, makePassword(defaultPolicy)])) as Record<string, Secret>
let folder: string
let lab: Lab
let zone: MemoryZone

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-odd-'))
  const subnet = await freeSubnet(120, 130)
  const password = (name: string) => ({ name, password: passwords[name]?.open() ?? '' })
  lab = await startLab({
    dir: folder,
    hosts: [
      {
        name: 'keys-only',
        address: `127.1.${subnet}.1`,
        accounts: [
          { ...password('app'), authorizedKeys: `${deployKey.publicKey}\n` },
          { ...password('admin'), authorizedKeys: `${deployKey.publicKey}\n`, sudo: 'password' },
          { name: 'operator', authorizedKeys: `${rootKey.publicKey}\n`, sudo: 'nopasswd' },
          { name: 'root', authorizedKeys: `${rootKey.publicKey}\n` },
          { name: 'forced', authorizedKeys: `command="cat" ${forcedKey.publicKey}\n` },
          { ...password('barred'), authorizedKeys: `${barredKey.publicKey}\n`, shell: '/usr/sbin/nologin' }
        ],
        sshdConfig: ['PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
        pam: { noDelay: true }
      },
      { name: 'tight', address: `127.1.${subnet}.2`, accounts: [password('tight')], pam: { noDelay: true, faillock: { deny: 2 } } },
      { name: 'strict', address: `127.1.${subnet}.3`, accounts: [password('strict')], pam: { noDelay: true, pwquality: { minlen: 40 } } },
      { name: 'remembering', address: `127.1.${subnet}.4`, accounts: [password('remembering'), { ...password('expired'), passwordAge: { lastChanged: 0 } }], pam: { noDelay: true, faillock: { deny: 3 }, pwhistory: { remember: 5 }, pwquality: { minlen: 16 } } }
    ]
  })
}, 60_000)
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

beforeEach(() => {
  zone = new MemoryZone('production')
  for (const { name, address, port, hostKeys } of lab.hosts) {
    zone.putHost({ zone: 'production', id: name, address, port, trust: { mode: 'pinned', keys: hostKeys }, labels: {}, createdAt: new Date().toISOString() })
  }
})

const nameOf = (host: string, account: string, name: string): CredentialName => ({ zone: 'production', host, account, name })

function handOver (host: string, account: string, secret: HandedOver, through: Through | null = null): CredentialName {
  const name = nameOf(host, account, 'password' in secret ? 'password' : 'ssh-key')
  zone.putAdoption({ name, secret, through, order: 0, askedAt: new Date().toISOString(), askedBy: 'ada' })
  return name
}

const passwordOf = (account: string): HandedOver => ({ password: passwords[account] ?? Secret.of('') })

async function visit (host: string): Promise<void> {
  await visitHost(host, {
    ports: { journal: createMemoryJournal(zone), hosts, secrets: secretMaker, audit: { record: () => Promise.resolve() }, now: () => new Date(), log: { info () {}, warn () {}, error () {} } },
    lease: { assertHeld () {} },
    backoff: { firstSeconds: 0.01, mostSeconds: 0.01 }
  })
}

async function rotate (host: string, account: string, name: string): Promise<{ old: Credential, now: Credential, state: CredentialState }> {
  const id = nameOf(host, account, name)
  const old = documentOf(id)
  const number = zone.orders.size + 1
  zone.putOrder({ zone: 'production', number, campaign: 'c', scope: { hosts: [host], accounts: [account], names: [name] }, reason: 'test', requestedBy: 'ada', requestedAt: new Date().toISOString() })
  await visit(host)
  return { old, now: documentOf(id), state: stateOf(id) }
}

function documentOf (name: CredentialName): Credential {
  const stored = zone.credentials.get(formatName(name))
  if (stored === undefined) throw new Error(JSON.stringify(zone.states.get(formatName(name))?.lastFailure))
  return stored.value
}

function stateOf (name: CredentialName): CredentialState {
  const state = zone.states.get(formatName(name))
  if (state === undefined) throw new Error('no state')
  return state
}

/** Whether `su` takes the password, asked as an account that is not root. */
async function suTakes (host: string, account: string, { current }: Credential): Promise<boolean> {
  if (!isPassword(current)) throw new Error('no password')
  const { stdout, stderr } = await lab.host(host).run(`setpriv --reuid nobody --regid nogroup --clear-groups su ${account} -c 'echo let in'`, `${current.password.open()}\n`)
  return `${stdout}${stderr}`.includes('let in') || stderr.includes('currently not available') || stdout.includes('currently not available')
}

/** Whether the stock ssh gets in with the key. */
async function sshTakes (host: LabHost, account: string, { current }: Credential): Promise<boolean> {
  if (isPassword(current)) throw new Error('no key')
  const key = join(folder, `key-${Math.random()}`)
  const known = join(folder, 'known_hosts')
  await writeFile(key, current.privateKey.open(), { mode: 0o600 })
  await writeFile(known, host.hostKeys.map((one) => `[${host.address}]:${host.port} ${one}\n`).join(''))
  const { stderr } = await promisify(execFile)('ssh', ['-n', '-F', 'none', '-v', '-i', key, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${known}`, '-p', String(host.port), `${account}@${host.address}`, 'true']).catch((error: unknown) => error as { stderr: string })
  return stderr.includes('Authenticated to')
}

async function sudoTakes (host: string, account: string, { current }: Credential): Promise<boolean> {
  if (!isPassword(current)) throw new Error('no password')
  const { code } = await lab.host(host).run(`su -s /bin/sh ${account} -c 'sudo -S -k -p "" true'`, `${current.password.open()}\n`)
  return code === 0
}

test('a password that sshd does not take is changed and proven through the key of the same account, su being the judge', async () => {
  handOver('keys-only', 'app', deployKey)
  handOver('keys-only', 'app', passwordOf('app'), { account: 'app', name: 'ssh-key' })
  await visit('keys-only')
  const { old, now, state } = await rotate('keys-only', 'app', 'password')
  expect(state).toMatchObject({ status: 'settled', through: 'app/ssh-key', rotations: [{ proof: { by: 'su', ranCommand: true } }] })
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  expect(await suTakes('keys-only', 'app', old)).toBe(false)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
}, 60_000)

test.each([
  ['root', 'root'], ['sudo without a password', 'operator']
])('a password is changed through %s, as root', async (_, helper) => {
  handOver('keys-only', helper, rootKey)
  handOver('keys-only', 'app', passwordOf('app'), { account: helper, name: 'ssh-key' })
  await visit('keys-only')
  const { old, now, state } = await rotate('keys-only', 'app', 'password')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { by: 'su' } }] })
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  expect(await suTakes('keys-only', 'app', old)).toBe(false)
  expect((await lab.host('keys-only').run('ls -ld /var/lib/rekey; cat /var/lib/rekey/.rekey/app.password')).stdout).toMatch(/^drwx------ .* root root [^]*\n\d+\n$/)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
}, 60_000)

test('sudo asks for a password that is itself managed: it is given, and goes on working when it was rotated', async () => {
  handOver('keys-only', 'admin', deployKey)
  handOver('keys-only', 'admin', passwordOf('admin'), { account: 'admin', name: 'ssh-key' })
  handOver('keys-only', 'app', passwordOf('app'), { account: 'admin', name: 'ssh-key' })
  await visit('keys-only')
  const admin = await rotate('keys-only', 'admin', 'password')
  expect(admin.state.status).toBe('settled')
  expect(await sudoTakes('keys-only', 'admin', admin.now)).toBe(true)
  const { now, state } = await rotate('keys-only', 'app', 'password')
  expect(state.status).toBe('settled')
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
}, 60_000)

test('without that password the credential says what is missing, and nothing is changed', async () => {
  handOver('keys-only', 'admin', deployKey)
  handOver('keys-only', 'app', passwordOf('app'), { account: 'admin', name: 'ssh-key' })
  await visit('keys-only')
  expect(stateOf(nameOf('keys-only', 'app', 'password'))).toMatchObject({ status: 'adopting', lastFailure: { code: 'host/no-way-through', message: expect.stringContaining('sudo') as string } })
}, 60_000)

test.each([
  ['forced', forcedKey], ['barred', barredKey]
])('the key of %s, who runs no commands, is rotated through root, and its proof says that none ran', async (account, key) => {
  handOver('keys-only', 'root', rootKey)
  handOver('keys-only', account, key, { account: 'root', name: 'ssh-key' })
  await visit('keys-only')
  const host = lab.host('keys-only')
  const { old, now, state } = await rotate('keys-only', account, 'ssh-key')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { by: 'publickey', ranCommand: false } }] })
  expect([await sshTakes(host, account, now), await sshTakes(host, account, old)]).toEqual([true, false])
  expect((await host.run(`stat -c '%U %a' ${host.home(account)}/.ssh/authorized_keys`)).stdout).toBe(`${account} 600\n`)
}, 60_000)

test('a host that closes the account at the second wrong password gets one wrong and then the right one in each connection', async () => {
  handOver('tight', 'tight', passwordOf('tight'))
  await visit('tight')
  const { state } = await rotate('tight', 'tight', 'password')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { randomRefused: true } }] })
  const tally = await lab.host('tight').run('faillock --user tight')
  expect(tally.stdout).not.toMatch(/ V$/m)
}, 60_000)

test('what the host finds too weak is replaced twice, then held; the present one still opens, and a longer one goes in', async () => {
  const name = handOver('strict', 'strict', passwordOf('strict'))
  await visit('strict')
  let { state, now } = await rotate('strict', 'strict', 'password')
  for (let visits = 0; visits < 5 && state.hold === null; visits += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 30) })
    await visit('strict')
    state = stateOf(name)
  }
  expect(state).toMatchObject({ status: 'held', hold: { class: 'refused-twice', detail: expect.stringContaining('passwordLength') as string } })
  now = documentOf(name)
  expect(now.retired.filter(({ wasRefused }) => wasRefused)).toHaveLength(3)
  expect(await suTakes('strict', 'strict', now)).toBe(true)

  zone.policy = { ...zone.policy, passwordLength: 48 }
  zone.putCredential({ ...now, hold: null, refusals: 0, nextAttemptAt: null })
  await visit('strict')
  expect(stateOf(name)).toMatchObject({ status: 'settled', debts: [] })
  expect(await suTakes('strict', 'strict', documentOf(name))).toBe(true)
}, 60_000)

test('faillock, pwquality and pwhistory together do not stand in the way, and the count of failures ends at none', async () => {
  handOver('remembering', 'remembering', passwordOf('remembering'))
  await visit('remembering')
  for (let rotations = 0; rotations < 2; rotations += 1) expect((await rotate('remembering', 'remembering', 'password')).state.status).toBe('settled')
  expect((await lab.host('remembering').run('faillock --user remembering')).stdout).not.toMatch(/ V$/m)
}, 60_000)

test('an account whose host demands another password first is not adopted, and the state says why', async () => {
  const name = handOver('remembering', 'expired', passwordOf('expired'))
  await visit('remembering')
  expect(stateOf(name)).toMatchObject({ status: 'refused', lastFailure: { message: expect.stringContaining('demands another password') as string } })
}, 60_000)
