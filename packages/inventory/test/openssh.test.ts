import { describe, expect, test } from '@jest/globals'
import { read, told } from './reading.ts'

/** What this says about patterns, quotes and order was compared with `ssh -G` of OpenSSH 9.2 on some thousand names. */
test('each name without wildcards gives a host, and the entries with wildcards supply defaults', async () => {
  expect(await told('openssh', `
Host web-1
  HostName 10.20.0.7
  IdentityFile /keys/web
Host db_1 db-2 !db-3
  hostname=%h.example.com
  Port 2222   # a comment
  User "dba"
Host db*
  IdentityFile ~/.ssh/id_ed25519
Host *
  User deploy
  Port 22
`)).toEqual([
    'line 4: production/web-1 10.20.0.7 22 deploy ssh-key KEY-OF-WEB',
    'line 5: db-1 REFUSED HostName neither an IP address nor a DNS name; write it as 10.20.0.7, 2001:db8::7 or web-1.example.com',
    'line 10: production/db-2 db-2.example.com 2222 dba ssh-key KEY-OF-ADA'
  ])
})

test('the first value counts, and identities add up, the further ones named after their files', async () => {
  expect(await told('openssh', 'User first\nHost x\nUser second\nIdentityFile /keys/web\nHost *\nIdentityFile /keys/web\nIdentityFile /keys/db\nIdentityFile %d/.ssh/id_ed25519\n')).toEqual([
    'line 4: production/x x 22 first ssh-key KEY-OF-WEB',
    'line 7: production/x x 22 first ssh-key/db KEY-OF-DB',
    'line 8: production/x x 22 first ssh-key/id-ed25519 KEY-OF-ADA'
  ])
})

test('several names of one machine make one host, whose other name a note tells', async () => {
  const text = 'Host web web-root\nHostName 10.20.0.7\nIdentityFile /keys/web\nHost web-root\nUser root\nHost web\nUser deploy\n'
  expect(await told('openssh', text)).toEqual([
    'line 3: production/web 10.20.0.7 22 deploy ssh-key KEY-OF-WEB',
    'line 3: production/web 10.20.0.7 22 root ssh-key KEY-OF-WEB'
  ])
  expect((await read('openssh', text)).notes).toEqual([{ source: 'line 1', text: 'a name here leads to the same machine as the first name on line 1, under which it is imported' }])
})

test('the same private address behind two jump hosts is two machines', async () => {
  expect(await told('openssh', 'Host a b\nHostName 10.0.0.5\nUser u\nIdentityFile /keys/web\nHost a\nProxyJump ops@east:22\nHost b\nProxyJump west\n')).toEqual([
    'line 4: production/a 10.0.0.5 22 u ssh-key KEY-OF-WEB via ops@east:22',
    'line 4: production/b 10.0.0.5 22 u ssh-key KEY-OF-WEB via west'
  ])
})

test('known_hosts is looked up by address and port, or by HostKeyAlias', async () => {
  const key = `ssh-ed25519 ${'a'.repeat(68)}`
  const { rows } = await read('openssh', 'Host x\nHostName 10.20.0.7\nPort 2222\nHost y\nHostKeyAlias other\nHost z\n', {
    knownHosts: `[10.20.0.7]:2222 ${key}\nother ${key}\n`, trustFirstUse: false
  })
  expect(rows).toMatchObject([
    { result: 'accepted', host: { trust: { mode: 'pinned', keys: [key] } } },
    { result: 'accepted', host: { trust: { mode: 'pinned', keys: [key] } } },
    { result: 'refused', host: 'z', field: 'known_hosts' }
  ])
})

test('Match is followed where names of hosts decide it, and otherwise left out with a note', async () => {
  const text = 'Host x y\nMatch originalhost x\nUser ada\nMatch host y,z\nUser bob\nMatch exec "touch /tmp/never"\nUser eve\nMatch all\nIdentityFile /keys/web\n'
  expect(await told('openssh', text)).toEqual(['line 9: production/x x 22 ada ssh-key KEY-OF-WEB', 'line 9: production/y y 22 bob ssh-key KEY-OF-WEB'])
  expect((await read('openssh', text)).notes).toEqual([{ source: 'line 6', text: expect.stringContaining('Match depends on more than names of hosts') }])
})

test('a ProxyCommand is left out with a note that doesn\'t repeat it', async () => {
  const { notes } = await read('openssh', 'Host x\nProxyCommand sshpass -p "hunter2 nc %h %p\n')
  expect(notes).toEqual([{ source: 'line 1', text: expect.stringContaining('sends the connection another way') }])
})

describe('a row is refused when', () => {
  const cases: ReadonlyArray<[string, string, string]> = [
    ['another file is included', 'Include conf.d/*\n', 'line 1:  REFUSED Include is not followed'],
    ['the user is missing', 'Host x\nIdentityFile /keys/web\n', 'line 2: x REFUSED User names no account'],
    ['the identity isn\'t there', 'Host x\nUser u\nIdentityFile /keys/nowhere\n', 'line 3: x u REFUSED IdentityFile names a file that can\'t be read'],
    ['the identity depends on the machine', 'Host x\nUser u\nIdentityFile /keys/%l\n', 'line 3: x u REFUSED IdentityFile has a token that depends on the machine'],
    ['the identity depends on the environment', 'Host x\nUser u\nIdentityFile $' + '{KEYS}/web\n', 'line 3: x u REFUSED IdentityFile depends on an environment variable'],
    ['the address has an unknown token', 'Host x\nHostName %k.example.com\n', 'line 1: x REFUSED HostName has a token other than %h'],
    ['the port is none', 'Host x\nPort ssh\n', 'line 1: x REFUSED Port is not a port'],
    ['the name can be no id', 'Host böse\nHostName 10.20.0.7\n', 'line 1:  REFUSED Host is malformed; use 1 to 63']
  ]
  test.each(cases)('%s', async (_what, text, reason) => {
    expect((await told('openssh', text))[0]).toContain(reason)
  })
})

test.each([
  ['a line is none', 'Host x\n<<<<\n', 'line 2: this is no line of an OpenSSH configuration'],
  ['an option has no value', 'Host x\nHostName\n', 'line 2: this option has no value'],
  ['a quote is open', 'Host x\nUser "hunter2\n', 'line 2: a quote has no other half'],
  ['a key was pasted into it', 'Host x\n-----BEGIN OPENSSH PRIVATE KEY-----\n', 'line 2: a private key stands here']
])('the whole configuration is refused, with the line, when %s', async (_what, text, message) => {
  await expect(read('openssh', text)).rejects.toMatchObject({ code: 'input/invalid', message: expect.stringContaining(message) })
})
