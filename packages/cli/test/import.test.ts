import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { RekeyError } from '@rekey/domain'
import { makeKey } from '@rekey/ssh'
import { Shell } from './shell.ts'

const hostKey = makeKey().publicKey
const key = makeKey().privateKey.open()

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  await writeFile(join(shell.folder, 'key'), key)
  await writeFile(join(shell.folder, 'token'), 'the-token\n')
  await writeFile(join(shell.folder, 'ca.pem'), 'the-ca')
  await writeFile(join(shell.folder, 'known_hosts'), `10.20.0.7,10.20.0.8 ${hostKey}\n`)
  await writeFile(join(shell.folder, 'hosts.ini'), `
web-1 ansible_host=10.20.0.7
web-2 ansible_host=10.20.0.8
[all:vars]
ansible_user=deploy
ansible_ssh_private_key_file=key
`)
  shell.env = { REKEY_API_ADDR: 'https://api.example:8443', REKEY_API_CA_FILE: 'ca.pem', REKEY_API_TOKEN_FILE: 'token' }
})

const command = '$ rekey import hosts.ini --format ansible --zone production --known-hosts known_hosts'

async function expectSession (session: string): Promise<void> {
  expect((await shell.play(session)).replaceAll(shell.folder, 'FOLDER')).toBe(session.trim())
  expect(shell.api.closed).toBe(shell.apiLogins.length)
}

test('a dry run shows what would happen, --apply does it, and a second one finds it there', async () => {
  await expectSession(`
${command}
SOURCE  HOST              ACCOUNT  WHAT WOULD HAPPEN
line 2  production/web-1  deploy   create host and key
line 3  production/web-2  deploy   create host and key

Nothing was changed. 2 to create, 0 already there, 0 refused. Do it with --apply.`)
  expect(shell.api.writes).toBe(0)
  await expectSession(`
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 2  production/web-1  deploy   created host and key
line 3  production/web-2  deploy   created host and key

2 created, 0 already there, 0 refused.
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 2  production/web-1  deploy   already there
line 3  production/web-2  deploy   already there

0 created, 2 already there, 0 refused.
${command}
SOURCE  HOST              ACCOUNT  WHAT WOULD HAPPEN
line 2  production/web-1  deploy   already there
line 3  production/web-2  deploy   already there

Nothing was changed. 0 to create, 2 already there, 0 refused.`)
  expect(shell.api.writes).toBe(4)
  expect(shell.api.hosts.get('production/web-1')).toEqual({ zone: 'production', id: 'web-1', address: '10.20.0.7', port: 22, labels: {}, hostKeys: [hostKey], observe: true })
  expect(shell.api.credentials.get('production/web-1/deploy/ssh-key')).toEqual({ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', privateKey: key, observe: false, status: 'adopting' })
})

test('what is new is observed, a host with all it has and a key of a host that is there by itself, unless it is to be managed', async () => {
  await shell.play(`\n$ ${command.slice(2)} --apply\n`)
  expect(shell.api.hosts.get('production/web-1')).toMatchObject({ observe: true })
  shell.api.credentials.clear()
  await shell.play(`\n$ ${command.slice(2)} --apply\n`)
  expect(shell.api.credentials.get('production/web-1/deploy/ssh-key')).toMatchObject({ observe: true })
  shell.api.credentials.clear()
  await shell.play(`\n$ ${command.slice(2)} --apply --manage\n`)
  expect(shell.api.credentials.get('production/web-1/deploy/ssh-key')).toMatchObject({ observe: false })
})

test('what is refused keeps nothing else back', async () => {
  await writeFile(join(shell.folder, 'hosts.yaml'), `
hosts:
- {id: a, address: 10.20.0.7, credentials: [{account: root, password: hunter2}, {account: deploy, privateKeyFile: key}]}
- {id: b, address: 10.20.0.9}
- {id: c, address: 10.20.0.8, credentials: [{account: root, privateKeyFile: token}]}
- {id: d, zone: staging, address: 10.20.0.8}
`)
  await expectSession(`
$ rekey import hosts.yaml --format rekey --zone production --known-hosts known_hosts --apply
SOURCE                           HOST          ACCOUNT  WHAT HAPPENED
line 3, hosts[0].credentials[0]  production/a  root     created host and password
line 3, hosts[0].credentials[1]  production/a  deploy   created key
line 4, hosts[1]                 b             -        refused: known_hosts: has no line for this host's address and port; add its key once you have checked it, or allow trust on first use
line 5, hosts[2].credentials[0]  production/c  root     refused: privateKey: this is not a private key: hand over the whole file, from its BEGIN line to its END line
line 6, hosts[3]                 staging/d     -        refused: zone: no such zone; there are production, backup

2 created, 0 already there, 3 refused.
? 1`)
})

test('what the API refuses is told by its words, and its host\'s keys are not sent then', async () => {
  await writeFile(join(shell.folder, 'hosts.ini'), 'web-1 ansible_host=10.20.0.7 ansible_user=deploy ansible_ssh_private_key_file=key ansible_password=p\nweb-2 ansible_host=10.20.0.8\n')
  shell.api.trouble.push(new RekeyError('network/not-allowed', '10.20.0.7 lies outside the networks\u001b[2J', { field: 'address' }))
  await expectSession(`
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 1  production/web-1  deploy   refused: address: 10.20.0.7 lies outside the networks [2J
line 1  production/web-1  deploy   refused: host: the API refused its host: 10.20.0.7 lies outside the networks [2J
line 2  production/web-2  -        created host

1 created, 0 already there, 2 refused.
? 1`)
  expect([...shell.api.credentials]).toEqual([])
})

test('when the API goes away the rest is not done, and the next run goes on there', async () => {
  shell.api.trouble.push(undefined, undefined, new RekeyError('api/unavailable', 'the connection to the API failed'))
  await expectSession(`
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 2  production/web-1  deploy   created host and key
line 3  production/web-2  deploy   not done: the connection to the API failed [api/unavailable]

1 created, 0 already there, 0 refused, 1 not done: run it again to go on.
? 1
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 2  production/web-1  deploy   already there
line 3  production/web-2  deploy   created host and key

1 created, 1 already there, 0 refused.`)
})

test('a host of that id that is elsewhere, or has another key, gets no key', async () => {
  shell.api.hosts.set('production/web-1', { zone: 'production', id: 'web-1', address: '10.20.0.70', port: 22, labels: {}, hostKeys: [] })
  shell.api.hosts.set('production/web-2', { zone: 'production', id: 'web-2', address: '10.20.0.8', port: 22, labels: {}, hostKeys: [makeKey().publicKey] })
  await expectSession(`
${command} --apply
SOURCE  HOST              ACCOUNT  WHAT HAPPENED
line 2  production/web-1  deploy   refused: address: Rekey has a host of this id at another address or port; give this one another id, or redirect that one
line 3  production/web-2  deploy   refused: hostKeys: Rekey has other keys pinned for the host of this id; find out which are right

0 created, 0 already there, 2 refused.
? 1`)
  expect(shell.api.writes).toBe(0)
})

test('a key that the worker refused may be handed over again', async () => {
  shell.api.hosts.set('production/web-1', { zone: 'production', id: 'web-1', address: '10.20.0.7', port: 22, labels: {}, hostKeys: [hostKey] })
  shell.api.credentials.set('production/web-1/deploy/ssh-key', { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key', status: 'refused' })
  const { out } = await shell.rekey(...command.split(' ').slice(2))
  expect(out).toContain('line 2  production/web-1  deploy   create key')
})

test('--json tells the same to programs, notes included, and no secret', async () => {
  await writeFile(join(shell.folder, 'config'), 'Host web-1\nHostName 10.20.0.7\nUser deploy\nIdentityFile key\nHost web-2\nHostName 10.20.0.8\nUser deploy\nIdentityFile key\nProxyJump web-1\nHost x y\nMatch exec true\n')
  const { code, out, err } = await shell.rekey('import', 'config', '--format', 'openssh', '--zone', 'production', '--known-hosts', 'known_hosts', '--json')
  expect([code, err]).toEqual([1, ''])
  expect(JSON.parse(out)).toEqual({
    applied: false,
    counts: { create: 2, created: 0, there: 0, refused: 2, 'not-done': 0 },
    rows: [
      { source: 'line 4', zone: 'production', host: 'web-1', address: '10.20.0.7', port: 22, trust: 'pinned', account: 'deploy', outcome: 'create', creates: ['host', 'key'] },
      { source: 'line 8', zone: 'production', host: 'web-2', address: '10.20.0.8', port: 22, trust: 'pinned', account: 'deploy', via: 'web-1/deploy/ssh-key', outcome: 'create', creates: ['host', 'key'] },
      ...['x', 'y'].map(host => ({ source: 'line 10', host, outcome: 'refused', creates: [], field: 'known_hosts', reason: expect.stringContaining('has no line') }))
    ],
    notes: [
      { source: 'line 11', text: expect.stringContaining('Match depends on more') }
    ]
  })
  expect(out).not.toContain(key.split('\n')[1])
})

describe('jump hosts', () => {
  const config = async (...hosts: Array<[name: string, address: string, jump?: string | undefined, user?: string]>) => {
    await writeFile(join(shell.folder, 'config'), hosts.map(([name, address, jump, user = 'deploy']) => `Host ${name}\nHostName ${address}\nUser ${user}\nIdentityFile key\n${jump === undefined ? '' : `ProxyJump ${jump}\n`}`).join(''))
    return await shell.rekey('import', 'config', '--format', 'openssh', '--zone', 'production', '--trust-first-use', '--apply')
  }
  const ways = () => [...shell.api.hosts].map(([, { id, via }]) => [id, via ?? null])

  test('become the credential that opens them, and are created first', async () => {
    expect((await config(['inner', '10.20.0.9', 'gate'], ['second', '10.20.0.10', 'ops@10.20.0.1:22,inner'], ['gate', '10.20.0.1', undefined, 'ops'])).code).toBe(1)
    expect(ways()).toEqual([['gate', null], ['inner', 'gate/ops/ssh-key']])
    expect((await config(['inner', '10.20.0.9', 'gate'], ['second', '10.20.0.10', 'gate,inner'])).code).toBe(0)
    expect(ways()).toEqual([['gate', null], ['inner', 'gate/ops/ssh-key'], ['second', 'inner/deploy/ssh-key']])
  })

  test('are taken from what Rekey has, and a second run changes nothing', async () => {
    await config(['gate', '10.20.0.1'])
    await config(['inner', '10.20.0.9', 'deploy@gate'])
    expect(ways()).toEqual([['gate', null], ['inner', 'gate/deploy/ssh-key']])
    const { writes } = shell.api
    expect((await config(['inner', '10.20.0.9', 'deploy@gate'])).out).toContain('already there')
    expect(shell.api.writes).toBe(writes)
  })

  test.each<[string, Parameters<typeof config>, string]>([
    ['that are nowhere', [['inner', '10.20.0.9', 'gate']], 'neither in this inventory nor in Rekey'],
    ['without a secret of that user', [['gate', '10.20.0.1'], ['inner', '10.20.0.9', 'root@gate']], 'neither in this inventory nor in Rekey'],
    ['at another port', [['gate', '10.20.0.1'], ['inner', '10.20.0.9', 'gate:2222']], 'neither in this inventory nor in Rekey'],
    ['that are the host itself', [['inner', '10.20.0.9', 'inner']], 'neither in this inventory nor in Rekey'],
    ['of which the nearer is reached otherwise', [['gate', '10.20.0.1'], ['second', '10.20.0.2'], ['inner', '10.20.0.9', 'gate,second']], 'reached through the one before it']
  ])('%s refuse the host behind them', async (_, hosts, reason) => {
    const { code, out } = await config(...hosts)
    expect([code, out.split('\n').filter(line => line.includes('inner')).join()]).toEqual([1, expect.stringContaining(reason)])
    expect(ways().map(([id]) => id)).not.toContain('inner')
  })

  test('are never left out for a host that Rekey reaches otherwise', async () => {
    await config(['gate', '10.20.0.1'], ['inner', '10.20.0.9'])
    expect(await config(['gate', '10.20.0.1'], ['inner', '10.20.0.9', 'gate'])).toMatchObject({ code: 1, out: expect.stringContaining('another way') as unknown })
  })
})

test('without an API a dry run tells what it can, and --apply is refused', async () => {
  shell.env = {}
  const { code, out, err } = await shell.rekey(...command.split(' ').slice(2))
  expect([code, out]).toEqual([0, expect.stringContaining('create host and key')])
  expect(err).toContain('no API was named')
  expect(await shell.rekey(...command.split(' ').slice(2), '--apply')).toMatchObject({ code: 2, err: expect.stringContaining('say --api-addr') })
})

describe('the API', () => {
  const importing = async (...options: string[]) => await shell.rekey('import', 'hosts.ini', '--format', 'ansible', '--zone', 'production', '--trust-first-use', ...options)
  const last = async () => ({ ...shell.apiLogins.at(-1), token: await shell.bearer() })

  test('comes from the environment, which names files', async () => {
    await importing()
    expect(await last()).toEqual({ url: 'https://api.example:8443', ca: 'the-ca', token: 'the-token' })
  })

  test('comes from the command line first, and the environment\'s token doesn\'t go to its address', async () => {
    expect(await importing('--api-addr', 'https://elsewhere.example')).toMatchObject({ code: 2, err: expect.stringContaining('--token-file') })
    await writeFile(join(shell.folder, 'other-token'), 'other-token')
    await importing('--api-addr', 'https://elsewhere.example', '--token-file', 'other-token')
    expect(await last()).toEqual({ url: 'https://elsewhere.example', ca: undefined, token: 'other-token' })
  })

  test('comes from a local stack, too', async () => {
    const dir = join(shell.folder, '.rekey', 'local')
    await mkdir(dir, { recursive: true })
    const file = (name: string) => join(dir, name)
    await writeFile(file('ca.pem'), 'the-ca')
    await writeFile(file('token'), 'the-token')
    await writeFile(file('stack.json'), JSON.stringify({ vault: { address: 'https://127.0.0.1:8200' }, caFile: file('ca.pem'), api: { url: 'https://127.0.0.1:8443', tokenFile: file('token') }, zones: [] }))
    await importing('--stack', '.rekey/local')
    expect(await last()).toEqual({ url: 'https://127.0.0.1:8443', ca: 'the-ca', token: 'the-token' })
    shell.env = {}
    await importing()
    expect((await last()).url).toBe('https://127.0.0.1:8443')
  })

  test.each([
    ['plain HTTP', ['--api-addr', 'http://api.example', '--token-file', 'token'], 2, 'begins with https://'],
    ['a token file that isn\'t there', ['--token-file', 'nowhere'], 1, 'the token file'],
    ['a CA file that isn\'t there', ['--ca-file', 'nowhere'], 1, 'the CA file']
  ])('is refused with %s', async (_what, options, code, wayOut) => {
    expect(await importing(...options)).toMatchObject({ code, out: '', err: expect.stringContaining(wayOut) })
    expect(shell.apiLogins).toEqual([])
  })
})

test.each([
  ['no file', 'import --format ansible --zone production', 'missing required argument \'file\''],
  ['two files', 'import a b --format ansible --zone production', 'too many arguments'],
  ['no format', 'import hosts.ini --zone production', 'say --format, one of rekey, ansible, openssh'],
  ['an unknown format', 'import hosts.ini --format terraform --zone production', 'say --format, one of rekey, ansible, openssh'],
  ['no zone', 'import hosts.ini --format ansible', 'say --zone'],
  ['a malformed zone', 'import hosts.ini --format ansible --zone Production', '--zone is not a zone name'],
  ['two zones', 'import hosts.ini --format ansible --zone a --zone b', 'two zones'],
  ['groups of another format', 'import config --format openssh --zone web=a', 'for the groups of --format ansible'],
  ['an option of another command', 'import hosts.ini --format ansible --zone a --out x', 'unknown option \'--out\''],
  ['its options at another command', 'reveal production/web-1/deploy/ssh-key --apply', 'unknown option \'--apply\'']
])('a command line with %s is refused', async (_what, words, message) => {
  expect(await shell.rekey(...words.split(' '))).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) })
})

test('an inventory that is none, or isn\'t there, is told in one line', async () => {
  await writeFile(join(shell.folder, 'hosts.yaml'), 'hosts:\n  hunter2: ]')
  await expectSession(`
$ rekey import hosts.yaml --format rekey
! rekey: line 2: this is not well-formed YAML (unexpected token) [input/invalid]
? 1
$ rekey import nowhere --format rekey
! rekey: FOLDER/nowhere can't be read [config/invalid]
? 1`)
})

test('a long import says how far it is', async () => {
  await writeFile(join(shell.folder, 'hosts.ini'), 'web-[1:40] ansible_host=10.20.0.7\n')
  const { err } = await shell.rekey(...command.split(' ').slice(2), '--apply')
  expect(err).toBe('rekey: 10 of 40 rows\nrekey: 20 of 40 rows\nrekey: 30 of 40 rows\nrekey: 40 of 40 rows\n')
})
