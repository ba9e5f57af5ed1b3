import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultPolicy, isPassword, Secret } from '@rekey/domain'
import type { Credential, HandedOver } from '@rekey/domain'
import { freeSubnet, startLab } from '@rekey/lab'
import type { Lab, LabHost } from '@rekey/lab'
import { makeKey, makePassword } from '@rekey/ssh'
import { RealHosts } from './real-hosts.ts'

/*
 * Whole rotations on real hosts, with the journal in memory: what accounts that can't change themselves are changed
 * through, and what PAM has to say. The judges are `su`, `sudo` and the stock ssh.
 */

const [deployKey, rootKey, forcedKey, barredKey] = [makeKey(), makeKey(), makeKey(), makeKey()]
const passwords = Object.fromEntries(['app', 'barred', 'admin', 'tight', 'strict', 'remembering', 'expired', 'app-again'].map((name) => [name, makePassword(defaultPolicy)])) as Record<string, Secret>
let folder: string
let lab: Lab
let real: RealHosts

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
      {
        name: 'recoverable',
        address: `127.1.${subnet}.5`,
        accounts: [{ name: 'root', authorizedKeys: `${rootKey.publicKey}\n` }, { name: 'deploy', authorizedKeys: `${deployKey.publicKey}\n` }, { name: 'app', password: passwords['app-again']?.open() ?? '' }],
        pam: { noDelay: true }
      },
      { name: 'tight', address: `127.1.${subnet}.2`, accounts: [password('tight')], pam: { noDelay: true, faillock: { deny: 2 } } },
      { name: 'strict', address: `127.1.${subnet}.3`, accounts: [password('strict')], pam: { noDelay: true, pwquality: { minlen: 40 } } },
      { name: 'remembering', address: `127.1.${subnet}.4`, accounts: [password('remembering'), { ...password('expired'), passwordAge: { lastChanged: 0 } }], pam: { noDelay: true, faillock: { deny: 3 }, pwhistory: { remember: 5 }, pwquality: { minlen: 16 } } }
    ]
  })
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

beforeEach(() => { real = new RealHosts(lab) })

const passwordOf = (account: string): HandedOver => ({ password: passwords[account] ?? Secret.of('') })

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
  real.handOver('keys-only', 'app', deployKey)
  real.handOver('keys-only', 'app', passwordOf('app'), { account: 'app', name: 'ssh-key' })
  await real.visit('keys-only')
  const { old, now, state } = await real.rotate('keys-only', 'app', 'password')
  expect(state).toMatchObject({ status: 'settled', through: 'app/ssh-key', rotations: [{ proof: { by: 'su', ranCommand: true } }] })
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  expect(await suTakes('keys-only', 'app', old)).toBe(false)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
})

test.each([
  ['root', 'root'], ['sudo without a password', 'operator']
])('a password is changed through %s, as root', async (_, helper) => {
  real.handOver('keys-only', helper, rootKey)
  real.handOver('keys-only', 'app', passwordOf('app'), { account: helper, name: 'ssh-key' })
  await real.visit('keys-only')
  const { old, now, state } = await real.rotate('keys-only', 'app', 'password')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { by: 'su' } }] })
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  expect(await suTakes('keys-only', 'app', old)).toBe(false)
  expect((await lab.host('keys-only').run('ls -ld /var/lib/rekey; cat /var/lib/rekey/.rekey/app.password')).stdout).toMatch(/^drwx------ .* root root [^]*\n\d+\n$/)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
})

test('sudo asks for a password that is itself managed: it is given, and goes on working when it was rotated', async () => {
  real.handOver('keys-only', 'admin', deployKey)
  real.handOver('keys-only', 'admin', passwordOf('admin'), { account: 'admin', name: 'ssh-key' })
  real.handOver('keys-only', 'app', passwordOf('app'), { account: 'admin', name: 'ssh-key' })
  await real.visit('keys-only')
  const admin = await real.rotate('keys-only', 'admin', 'password')
  expect(admin.state.status).toBe('settled')
  expect(await sudoTakes('keys-only', 'admin', admin.now)).toBe(true)
  const { now, state } = await real.rotate('keys-only', 'app', 'password')
  expect(state.status).toBe('settled')
  expect(await suTakes('keys-only', 'app', now)).toBe(true)
  passwords['app'] = isPassword(now.current) ? now.current.password : Secret.of('')
})

test('without that password the credential says what is missing, and nothing is changed', async () => {
  real.handOver('keys-only', 'admin', deployKey)
  real.handOver('keys-only', 'app', passwordOf('app'), { account: 'admin', name: 'ssh-key' })
  await real.visit('keys-only')
  expect(real.state(real.name('keys-only', 'app', 'password'))).toMatchObject({ status: 'adopting', lastFailure: { code: 'host/no-way-through', message: expect.stringContaining('sudo') as string } })
})

test.each([
  ['forced', forcedKey], ['barred', barredKey]
])('the key of %s, who runs no commands, is rotated through root, and its proof says that none ran', async (account, key) => {
  real.handOver('keys-only', 'root', rootKey)
  real.handOver('keys-only', account, key, { account: 'root', name: 'ssh-key' })
  await real.visit('keys-only')
  const host = lab.host('keys-only')
  const { old, now, state } = await real.rotate('keys-only', account, 'ssh-key')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { by: 'publickey', ranCommand: false } }] })
  expect([await sshTakes(host, account, now), await sshTakes(host, account, old)]).toEqual([true, false])
  expect((await host.run(`stat -c '%U %a' ${host.home(account)}/.ssh/authorized_keys`)).stdout).toBe(`${account} 600\n`)
})

test('a host that closes the account at the second wrong password gets one wrong and then the right one in each connection', async () => {
  real.handOver('tight', 'tight', passwordOf('tight'))
  await real.visit('tight')
  const { state } = await real.rotate('tight', 'tight', 'password')
  expect(state).toMatchObject({ status: 'settled', rotations: [{ proof: { randomRefused: true } }] })
  const tally = await lab.host('tight').run('faillock --user tight')
  expect(tally.stdout).not.toMatch(/ V$/m)
})

test('what the host finds too weak is replaced twice, then held; the present one still opens, and a longer one goes in', async () => {
  const name = real.handOver('strict', 'strict', passwordOf('strict'))
  await real.visit('strict')
  let { state, now } = await real.rotate('strict', 'strict', 'password')
  for (let visits = 0; visits < 5 && state.hold === null; visits += 1) {
    await new Promise((resolve) => { setTimeout(resolve, 30) })
    await real.visit('strict')
    state = real.state(name)
  }
  expect(state).toMatchObject({ status: 'held', hold: { class: 'refused-twice', detail: expect.stringContaining('passwordLength') as string } })
  now = real.document(name)
  expect(now.retired.filter(({ wasRefused }) => wasRefused)).toHaveLength(3)
  expect(await suTakes('strict', 'strict', now)).toBe(true)

  real.zone.policy = { ...real.zone.policy, passwordLength: 48 }
  real.zone.putCredential({ ...now, hold: null, refusals: 0, nextAttemptAt: null })
  await real.visit('strict')
  expect(real.state(name)).toMatchObject({ status: 'settled', debts: [] })
  expect(await suTakes('strict', 'strict', real.document(name))).toBe(true)
})

test('faillock, pwquality and pwhistory together do not stand in the way, and the count of failures ends at none', async () => {
  real.handOver('remembering', 'remembering', passwordOf('remembering'))
  await real.visit('remembering')
  for (let rotations = 0; rotations < 2; rotations += 1) expect((await real.rotate('remembering', 'remembering', 'password')).state.status).toBe('settled')
  expect((await lab.host('remembering').run('faillock --user remembering')).stdout).not.toMatch(/ V$/m)
})

test('an account whose host demands another password first is not adopted, and the state says why', async () => {
  const name = real.handOver('remembering', 'expired', passwordOf('expired'))
  await real.visit('remembering')
  expect(real.state(name)).toMatchObject({ status: 'refused', lastFailure: { code: 'host/expired', message: expect.stringContaining('demands another password') as string } })
})

test('a recovery credential gives an account a key again, with the least that a rotation needs, and a password that somebody has changed', async () => {
  const host = lab.host('recoverable')
  real.zone.putHost({ ...must(real.zone.hosts.get('recoverable')), recovery: { account: 'root', name: 'ssh-key' } })
  real.handOver('recoverable', 'root', rootKey)
  real.handOver('recoverable', 'deploy', deployKey)
  real.handOver('recoverable', 'app', passwordOf('app-again'))
  await real.visit('recoverable')

  await host.run('rm -r /home/deploy/.ssh')
  const deploy = await real.rotate('recoverable', 'deploy', 'ssh-key')
  expect(deploy.state).toMatchObject({ status: 'settled', order: 1 })
  expect(await sshTakes(host, 'deploy', deploy.now)).toBe(true)
  expect((await host.run('cat /home/deploy/.ssh/authorized_keys && stat -c "%U %a" /home/deploy/.ssh/authorized_keys')).stdout).toMatch(/^restrict,pty ssh-ed25519 \S+ rekey:\S+\ndeploy 600\n$/)

  await host.run("echo 'app:changed by somebody' | chpasswd")
  let app = await real.rotate('recoverable', 'app', 'password')
  for (let visits = 0; visits < 4 && app.state.status !== 'settled'; visits += 1) {
    // The search for a changed password waits a quarter of an hour each time, so as to close the account to nobody.
    real.zone.putCredential({ ...real.document(real.name('recoverable', 'app', 'password')), nextAttemptAt: null })
    await real.visit('recoverable')
    app = { ...app, state: real.state(real.name('recoverable', 'app', 'password')), now: real.document(real.name('recoverable', 'app', 'password')) }
  }
  expect(app.state).toMatchObject({ status: 'settled', hold: null })
  expect(await suTakes('recoverable', 'app', app.now)).toBe(true)

  await real.visit('recoverable')
  const root = real.document(real.name('recoverable', 'root', 'ssh-key'))
  expect(root).toMatchObject({ burnedAt: null, retired: [] })
  expect(root.history.length).toBeGreaterThan(0)
  expect(await sshTakes(host, 'root', root)).toBe(true)
})

test('a recovery credential resets a fence that can\'t be used: one that was damaged, and a folder of another owner in its place', async () => {
  const host = lab.host('recoverable')
  const fence = '/home/fenced/.ssh/.rekey/ssh-key'
  real.zone.putHost({ ...must(real.zone.hosts.get('recoverable')), recovery: { account: 'root', name: 'ssh-key' } })
  const root = makeKey()
  const own = makeKey()
  await host.run(`echo '${root.publicKey}' >>/root/.ssh/authorized_keys; useradd -m fenced; install -d -m 700 -o fenced -g fenced /home/fenced/.ssh; echo '${own.publicKey}' >/home/fenced/.ssh/authorized_keys; chown fenced: /home/fenced/.ssh/authorized_keys`)
  real.handOver('recoverable', 'root', root)
  const name = real.handOver('recoverable', 'fenced', own)
  await real.visit('recoverable')
  for (const spoil of [`mkdir -p ${fence} && chown fenced: /home/fenced/.ssh/.rekey && chmod 700 /home/fenced/.ssh/.rekey && touch ${fence}/x && chown -R root: ${fence}`, `echo nonsense >${fence}`]) {
    expect(await host.run(spoil)).toMatchObject({ code: 0 })
    const { state, now } = await real.rotate('recoverable', 'fenced', 'ssh-key')
    expect(state).toMatchObject({ status: 'settled', order: real.zone.orders.size, hold: null })
    expect((await host.run(`cat ${fence}; stat -c %U ${fence}`)).stdout).toBe(`${now.epoch}\nfenced\n`)
    expect(await sshTakes(host, 'fenced', now)).toBe(true)
  }
  await real.visit('recoverable')
  expect(real.document(real.name('recoverable', 'root', 'ssh-key'))).toMatchObject({ burnedAt: null, current: { epoch: expect.any(Number) as number } })
  expect(real.document(real.name('recoverable', 'root', 'ssh-key')).history.length).toBeGreaterThan(0)
  // A number far above Vault's is nobody's damage.
  await host.run(`echo 5000 >${fence}`)
  expect((await real.rotate('recoverable', 'fenced', 'ssh-key')).state).toMatchObject({ status: 'held', hold: { class: 'fence-unusable' } })
  expect((await host.run(`cat ${fence}`)).stdout).toBe('5000\n')
  expect(real.document(name).fenceTampered).toBeNull()
})

function must<T> (value: T | undefined): T {
  if (value === undefined) throw new Error('missing')
  return value
}
