import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DialPolicy, fingerprint, isRekeyError } from '@rekey/domain'
import type { CredentialName, Target, UserKey } from '@rekey/domain'
import { startLab } from '@rekey/lab'
import type { HostSpec, Lab, LabHost } from '@rekey/lab'
import type { Session } from '@rekey/rotation'
import { createHostAccess, makeKey, parsePrivateKey } from '@rekey/ssh'
import { describeFull, isFull } from '../packaging/full.ts'

const access = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 10_000 })
const current = makeKey()
let folder: string
let lab: Lab
let web: LabHost

function keygen (...options: string[]): UserKey {
  return parsePrivateKey(execFileSync('sh', ['-c', 'd=$(mktemp -d) && ssh-keygen -q -N "" -f "$d/key" "$@" && cat "$d/key" && rm -r "$d"', 'sh', ...options], { encoding: 'utf8' }))
}
const [rsa, ecdsa] = [keygen('-t', 'rsa', '-b', '2048'), keygen('-t', 'ecdsa', '-b', '384')]

/** Its OpenSSH 10 says so, for all accounts, before it knows which one it is asked for. */
const noRsa: HostSpec = {
  name: 'no-rsa',
  address: '127.1.100.13',
  system: 'debian-13',
  accounts: ['deploy', 'sha512', 'sha256'].map((name) => ({ name, authorizedKeys: `${current.publicKey}\n${rsa.publicKey}\n` })),
  sshdConfig: [
    'PubkeyAcceptedAlgorithms ssh-ed25519', 'Match User sha512', '  PubkeyAcceptedAlgorithms rsa-sha2-512', 'Match User sha256', '  PubkeyAcceptedAlgorithms rsa-sha2-256'
  ]
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-ssh-'))
  const authorizedKeys = `${current.publicKey} current\n`
  const account = (name: string, extra = {}): { name: string, authorizedKeys: string } => ({ name, authorizedKeys, ...extra })
  lab = await startLab({
    dir: folder,
    hosts: [
      {
        name: 'web',
        address: '127.1.100.11',
        accounts: [
          account('root'), account('deploy'), account('dash', { shell: '/bin/dash' }), account('expired'), account('noisy'), account('reads'), account('swallows'),
          account('forced', { authorizedKeys: `command="cat" ${current.publicKey}\n` }),
          account('kinds', { authorizedKeys: `${rsa.publicKey}\n${ecdsa.publicKey}\n` }),
          account('options', { authorizedKeys: `# ours\nfrom="127.0.0.0/8",environment="HOME=/tmp",environment="WHO=the  old \\"key\\"" ${current.publicKey} x\r\nssh-rsa AAAA foreign` })
        ],
        sshdConfig: ['PermitUserEnvironment yes']
      },
      {
        name: 'strict',
        address: '127.1.100.12',
        accounts: [account('root', { authorizedKeys: '# not read\n' }), account('deploy'), account('factors', { password: 'correct horse' }), account('passwords', { password: 'correct horse' })],
        sshdConfig: [
          'AuthorizedKeysFile /etc/ssh/keys/%u .ssh/authorized_keys', 'PubkeyAcceptedAlgorithms ssh-ed25519',
          'Match User factors', '  AuthenticationMethods publickey,password', 'Match User passwords', '  PubkeyAuthentication no'
        ]
      },
      ...isFull ? [noRsa] : []
    ]
  })
  web = lab.host('web')
  const rc = (name: string, text: string): Promise<void> => web.write(`/home/${name}/.bashrc`, text, name)
  await rc('noisy', 'echo rekey:welcome; echo oops >&2; printf "no end"')
  await rc('reads', 'read -r line')
  await rc('swallows', 'cat >/dev/null')
  await must(web, 'chage -E 1 expired')
  await must(lab.host('strict'), `mkdir /etc/ssh/keys && echo 'no-pty ${current.publicKey}' >/etc/ssh/keys/root`)
})
afterAll(async () => {
  await lab.stop()
  await rm(folder, { recursive: true })
})

async function must (host: LabHost, command: string): Promise<string> {
  const { code, stdout, stderr } = await host.run(command)
  if (code !== 0) throw new Error(stderr)
  return stdout
}

function target (account: string, host = web): Target {
  return { address: host.address, port: host.port, hostKeys: host.hostKeys, account, via: null }
}

function credential (account: string, host = web): CredentialName {
  return { zone: 'production', host: host.name, account, name: 'ssh-key' }
}

async function login (account: string, key = current, host = web): Promise<Session> {
  const { session, verdicts } = await access.contact(target(account, host), [key])
  if (session === undefined) throw new Error(`no login: ${verdicts.join()}`)
  return session
}

async function verdict (account: string, key: UserKey, host = web): Promise<string | undefined> {
  const { session, verdicts } = await access.contact(target(account, host), [key])
  await session?.close()
  return verdicts[0]
}

async function codeOf (work: Promise<unknown>): Promise<unknown> {
  return work.then(() => undefined, (error: unknown) => isRekeyError(error) ? error.code : error)
}

/** The whole of a key's replacement, without Vault. */
async function rotate (account: string, host = web): Promise<UserKey> {
  const fresh = makeKey()
  const name = credential(account, host)
  const push = await login(account, current, host)
  expect(await push.addKey({ credential: name, epoch: 2, key: fresh.publicKey, heir: current.publicKey })).toEqual({ outcome: 'applied' })
  await push.close()
  const verify = await login(account, fresh, host)
  expect(await verify.answersNonce()).toBe(true)
  expect(await verify.removeKeys({ credential: name, epoch: 2, keys: [current.publicKey] })).toEqual({ outcome: 'applied' })
  await verify.close()
  const { verdicts, session } = await access.contact(target(account, host), [makeKey(), current, fresh])
  expect(verdicts).toEqual(['refused', 'refused', 'accepted'])
  expect(await session?.answersNonce()).toBe(true)
  await session?.close()
  return fresh
}

test('a key is replaced and proven in three connections, as sshd itself saw it', async () => {
  const before = (await web.connections()).length
  const fresh = await rotate('deploy')
  const seen = (await web.connections()).slice(before)
  expect(seen).toHaveLength(3)
  const log = await must(web, 'cat /var/log/sshd.log')
  const proof = log.split('\n').filter((line) => /(Failed|Accepted) publickey for deploy/.test(line)).slice(-3)
  expect(proof.map((line) => /(Failed|Accepted)/.exec(line)?.[0])).toEqual(['Failed', 'Failed', 'Accepted'])
  expect(proof[1]).toContain(fingerprint(current.publicKey))
  expect(proof[2]).toContain(fresh.fingerprint)
  expect(await web.read('/home/deploy/.ssh/authorized_keys')).toBe(`${fresh.publicKey} rekey:production/web/deploy/ssh-key\n`)
  expect(await must(web, 'stat -c "%a %U" /home/deploy/.ssh/authorized_keys /home/deploy/.ssh/.rekey /home/deploy/.ssh/.rekey/ssh-key')).toBe('600 deploy\n700 deploy\n600 deploy\n')
})

test('root\'s key is replaced, and its fence belongs to root', async () => {
  const fresh = await rotate('root')
  expect(await web.read('/root/.ssh/authorized_keys')).toBe(`${fresh.publicKey} rekey:production/web/root/ssh-key\n`)
  expect(await must(web, 'stat -c "%a %U" /root/.ssh/.rekey/ssh-key')).toBe('600 root\n')
})

test('root\'s key is replaced where sshd reads it', async () => {
  const strict = lab.host('strict')
  const fresh = await rotate('root', strict)
  expect(await strict.read('/etc/ssh/keys/root')).toBe(`no-pty ${fresh.publicKey} rekey:production/strict/root/ssh-key\n`)
  expect(await strict.read('/root/.ssh/authorized_keys')).toBe('# not read\n')
})

test('the new key inherits the options of the old one, and foreign lines stay', async () => {
  const fresh = await rotate('options')
  const options = 'from="127.0.0.0/8",environment="HOME=/tmp",environment="WHO=the  old \\"key\\""'
  expect(await web.read('/home/options/.ssh/authorized_keys')).toBe(`# ours\nssh-rsa AAAA foreign\n${options} ${fresh.publicKey} rekey:production/web/options/ssh-key\n`)
  const file = join(folder, 'options-key')
  const known = join(folder, 'known_hosts')
  await writeFile(file, fresh.privateKey.open(), { mode: 0o600 })
  await writeFile(known, web.hostKeys.map((key) => `[${web.address}]:${web.port} ${key}\n`).join(''))
  const stock = execFileSync('ssh', ['-F', 'none', '-i', file, '-p', String(web.port), '-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=yes', '-o', `UserKnownHostsFile=${known}`, '-o', 'LogLevel=ERROR', '-o', 'BatchMode=yes', `options@${web.address}`, 'echo "$WHO"'], { encoding: 'utf8' })
  expect(stock).toBe('the  old "key"\n')
})

test('an account with dash for a shell is like any other', async () => {
  await rotate('dash')
})

test('an account that prints when it logs in, or reads a line, is like any other', async () => {
  await rotate('noisy')
  await rotate('reads')
})

test('an account that swallows all input, or runs one command only, runs nothing of ours', async () => {
  for (const account of ['swallows', 'forced']) {
    const session = await login(account)
    expect(await session.answersNonce()).toBe(false)
    const change = await session.addKey({ credential: credential(account), epoch: 1, key: makeKey().publicKey, heir: current.publicKey })
    expect(change).toEqual({ outcome: 'refused', account: { code: 'host/no-commands' }, reason: expect.stringContaining('runs no commands') as string })
    await session.close()
    expect((await web.read(`/home/${account}/.ssh/authorized_keys`)).split('\n')).toHaveLength(2)
  }
})

test('six keys fit into one connection when the last one opens, and six refusals prove nothing', async () => {
  const randoms = Array.from({ length: 6 }, makeKey)
  const five = await access.contact(target('forced'), randoms.slice(0, 5))
  expect([five.verdicts, five.session]).toEqual([Array(5).fill('refused'), undefined])
  expect(await codeOf(access.contact(target('forced'), randoms))).toBe('ssh/dropped')
  const six = await access.contact(target('forced'), [...randoms.slice(0, 5), current])
  expect(six.verdicts).toEqual([...Array<string>(5).fill('refused'), 'accepted'])
  await six.session?.close()
})

test('RSA and ECDSA keys log in, RSA by SHA-2', async () => {
  expect(await verdict('kinds', rsa)).toBe('accepted')
  expect(await verdict('kinds', ecdsa)).toBe('accepted')
})

test('a kind of key that the host does not take is refused, as a login by it would be', async () => {
  const strict = lab.host('strict')
  await must(strict, `echo '${rsa.publicKey}' >>/home/deploy/.ssh/authorized_keys`)
  const { verdicts, session } = await access.contact(target('deploy', strict), [rsa, ecdsa, current])
  expect(verdicts).toEqual(['refused', 'refused', 'accepted'])
  await session?.close()
})

describeFull('a host that says it takes no RSA key', () => {
  test('refuses one that it is shown all the same, beside the key that opens', async () => {
    const { verdicts, session } = await access.contact(target('deploy', lab.host('no-rsa')), [rsa, current])
    await session?.close()
    expect(verdicts).toEqual(['refused', 'accepted'])
  })

  test.each(['sha512', 'sha256'])('takes it for an account that is the exception, with %s', async (account) => {
    expect(await verdict(account, rsa, lab.host('no-rsa'))).toBe('accepted')
  })
})

test('a second factor and an account without keys make a key unclear, never refused', async () => {
  const strict = lab.host('strict')
  const { verdicts } = await access.contact(target('factors', strict), [makeKey(), current, makeKey()])
  expect(verdicts).toEqual(['refused', 'unclear', 'untried'])
  const none = await access.contact(target('passwords', strict), [makeKey(), current])
  expect(none.verdicts).toEqual(['unclear', 'untried'])
})

test('an expired account ends the connection, which proves nothing', async () => {
  expect(await codeOf(access.contact(target('expired'), [current]))).toBe('ssh/dropped')
})

test('a host that freezes in the middle is given up in time, and a later script finds things as they are', async () => {
  const hasty = createHostAccess({ dialPolicy: new DialPolicy(['127.1.0.0/16']), stepTimeoutMs: 1500 })
  const strict = lab.host('strict')
  const { session } = await hasty.contact(target('deploy', strict), [current])
  expect(await session?.answersNonce()).toBe(true)
  await strict.pause()
  const change = { credential: credential('deploy', strict), epoch: 1, key: makeKey().publicKey, heir: current.publicKey }
  expect(await codeOf(session?.addKey(change) ?? Promise.resolve())).toBe('ssh/timeout')
  expect(await codeOf(hasty.contact(target('deploy', strict), [current]))).toBe('ssh/timeout')
  await session?.close()
  await strict.resume()
  const again = await login('deploy', current, strict)
  expect(await again.addKey(change)).toEqual({ outcome: 'applied' })
  await again.close()
  expect((await strict.read('/home/deploy/.ssh/authorized_keys')).split(change.key)).toHaveLength(2)
})

test('a host that goes down leaves what was asked of it unknown', async () => {
  const strict = lab.host('strict')
  const session = await login('deploy', current, strict)
  expect(await session.answersNonce()).toBe(true)
  await strict.stop()
  expect(await codeOf(session.answersNonce())).toBe('ssh/dropped')
  await session.close()
  expect(await codeOf(access.contact(target('deploy', strict), [current]))).toBe('ssh/unreachable')
  await strict.start()
  expect(await verdict('deploy', current, strict)).toBe('accepted')
})
