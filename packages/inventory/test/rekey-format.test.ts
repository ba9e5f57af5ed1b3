import { describe, expect, test } from '@jest/globals'
import { read, told } from './reading.ts'

const hostKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXdfQ0hqZb9qd0oQ0a6oF1yK0e1yqIwq8c0n9o3o2sB'

test('hosts come with labels, pinned keys and credentials, each credential as a row', async () => {
  const { rows } = await read('rekey', `
hosts:
  - zone: backup
    id: store-1
    address: store-1.example.com
    port: 2222
    labels: {role: archive}
    hostKeys: ["${hostKey} root@store-1"]
    credentials:
      - {account: root, privateKeyFile: /keys/web}
      - {account: root, name: nightly, privateKeyFile: keys/relative}
  - {id: web-1, address: 10.20.0.7, trust: first-use}
`)
  const host = { zone: 'backup', id: 'store-1', address: 'store-1.example.com', port: 2222, labels: { role: 'archive' }, trust: { mode: 'pinned', keys: [hostKey] } }
  expect(rows).toMatchObject([
    { source: 'line 10, hosts[0].credentials[0]', result: 'accepted', host, credential: { account: 'root', kind: 'ssh-key' } },
    { source: 'line 11, hosts[0].credentials[1]', result: 'accepted', host, credential: { account: 'root', name: 'nightly', kind: 'ssh-key' } },
    { source: 'line 12, hosts[1]', result: 'accepted', host: { zone: 'production', id: 'web-1', port: 22, labels: {}, trust: { mode: 'first-use' } } }
  ])
})

test('a secret comes from the text or from a file, and an editor\'s newline belongs to no password', async () => {
  expect(await told('rekey', `{"hosts": [{"id": "web-1", "address": "10.20.0.7", "credentials": [
    {"account": "a", "privateKeyFile": "~/.ssh/id_ed25519"},
    {"account": "b", "privateKey": "-----BEGIN X-----\\nx\\n"},
    {"account": "c", "passwordFile": "/keys/password", "via": "ops@bastion:22"},
    {"account": "d", "password": " p4ss "}
  ]}]}`)).toEqual([
    'line 2, hosts[0].credentials[0]: production/web-1 10.20.0.7 22 a ssh-key KEY-OF-ADA',
    'line 3, hosts[0].credentials[1]: production/web-1 10.20.0.7 22 b ssh-key -----BEGIN X-----\nx\n',
    'line 4, hosts[0].credentials[2]: production/web-1 10.20.0.7 22 c password p4ss in a file via ops@bastion:22',
    'line 5, hosts[0].credentials[3]: production/web-1 10.20.0.7 22 d password  p4ss '
  ])
})

describe('a host is refused by itself when', () => {
  const cases: ReadonlyArray<[string, string, string]> = [
    ['its id is missing', 'address: 10.20.0.7', 'id is missing'],
    ['its id is a number', 'id: 7, address: 10.20.0.7', 'id has to be the host\'s id, as text'],
    ['its id breaks the grammar', 'id: "web 1", address: 10.20.0.7', 'id is malformed; use 1 to 63'],
    ['its zone breaks the grammar', 'id: x, zone: shared, address: 10.20.0.7', 'zone is malformed; use 1 to 31'],
    ['its address is none', 'id: x, address: "10.20.0.7; reboot"', 'address neither an IP address nor a DNS name'],
    ['its address is a short form', 'id: x, address: "127.1"', 'address neither an IP address nor a DNS name'],
    ['its port is text', 'id: x, address: 10.20.0.7, port: "22"', 'port has to be a whole number'],
    ['its port is out of range', 'id: x, address: 10.20.0.7, port: 65536', 'port is not a port'],
    ['a label\'s key breaks the grammar', 'id: x, address: 10.20.0.7, labels: {"a b": c}', 'labels is malformed; use 1 to 63'],
    ['a label\'s value is no text', 'id: x, address: 10.20.0.7, labels: {a: true}', 'labels has to be keys with values'],
    ['it has too many labels', `id: x, address: 10.20.0.7, labels: {${Array.from({ length: 33 }, (_, n) => `l${n}: x`).join(', ')}}`, 'labels gives this host 33 labels'],
    ['a host key is none', 'id: x, address: 10.20.0.7, hostKeys: [web-1 ssh-ed25519 AAAA]', 'hostKeys has to be `type base64`'],
    ['an exception is none', 'id: x, address: 10.20.0.7, legacyAlgorithms: [3des-cbc]', 'legacyAlgorithms can only be of diffie-hellman-group14-sha1, ssh-rsa'],
    ['it has a key and trusts anything', `id: x, address: 10.20.0.7, trust: first-use, hostKeys: ["${hostKey}"]`, 'trust is not needed beside hostKeys'],
    ['a field is not known', 'id: x, address: 10.20.0.7, adress: 10.20.0.8', 'entry there is a field that isn\'t known; known are zone, id, address'],
    ['it is no mapping', '5', 'entry has to be a host']
  ]
  test.each(cases)('%s', async (_what, fields, reason) => {
    const entry = fields === '5' ? '5' : `{${fields}}`
    const [bad = '', good = '', ...rest] = await told('rekey', `hosts:\n- ${entry}\n- {id: good, address: 10.20.0.9}\n`)
    expect(bad).toMatch(/^line 2, hosts\[0\]: /)
    expect(bad).toContain(`REFUSED ${reason}`)
    expect([good, rest]).toEqual(['line 3, hosts[1]: production/good 10.20.0.9 22 -', []])
  })
})

describe('a credential is refused by itself when', () => {
  const cases: ReadonlyArray<[string, string, string]> = [
    ['nothing opens the account', 'account: a', 'a REFUSED privateKeyFile nothing opens this account'],
    ['there are two secrets', 'account: a, privateKeyFile: /keys/web, password: p4ss', 'a REFUSED password is a second secret'],
    ['the account is missing', 'privateKeyFile: /keys/web', 'REFUSED account is missing'],
    ['the account breaks the grammar', 'account: "a;b", privateKeyFile: /keys/web', 'REFUSED account is malformed; use 1 to 32'],
    ['the name breaks the grammar', 'account: a, name: SSH Key, privateKeyFile: /keys/web', 'a REFUSED name is malformed; use 1 to 31'],
    ['the file can\'t be read', 'account: a, privateKeyFile: /keys/nowhere', 'a REFUSED privateKeyFile names a file that can\'t be read'],
    ['the file is empty', 'account: a, privateKeyFile: /keys/empty', 'a REFUSED privateKeyFile is empty'],
    ['the file is too long', 'account: a, privateKeyFile: /keys/long', 'a REFUSED privateKeyFile is longer than'],
    ['the file is in somebody\'s home', 'account: a, privateKeyFile: ~eve/key', 'a REFUSED privateKeyFile starts in somebody\'s home'],
    ['the password is a number', 'account: a, password: 12345', 'a REFUSED password has to be text; put it in quotes'],
    ['the password is encrypted', 'account: a, password: !vault $ANSIBLE_VAULT', 'a REFUSED password is encrypted'],
    ['it is no mapping', '"5"', 'REFUSED entry has to be a credential']
  ]
  test.each(cases)('%s', async (_what, fields, reason) => {
    const entry = fields.startsWith('"') ? fields : `{${fields}}`
    const [bad = '', good = ''] = await told('rekey', `hosts:\n- id: x\n  address: 10.20.0.7\n  credentials:\n  - ${entry}\n  - {account: good, privateKeyFile: /keys/db}\n`)
    expect(bad).toMatch(/^line 5, hosts\[0\]\.credentials\[0\]: x /)
    expect(bad).toContain(reason)
    expect(good).toContain('good ssh-key KEY-OF-DB')
  })
})

test('a host that is told in two ways is refused the second time, and so is a credential that comes twice', async () => {
  expect(await told('rekey', `hosts:
- {id: x, address: 10.20.0.7, credentials: [{account: a, privateKeyFile: /keys/web}]}
- {id: x, address: 10.20.0.8}
- {id: x, address: 10.20.0.7, credentials: [{account: a, privateKeyFile: /keys/db}, {account: b, privateKeyFile: /keys/db}]}
`)).toEqual([
    'line 2, hosts[0].credentials[0]: production/x 10.20.0.7 22 a ssh-key KEY-OF-WEB',
    expect.stringContaining('x REFUSED host has the same id as the host on line 2, hosts[0].credentials[0]'),
    expect.stringContaining('x a REFUSED name the credential of line 2, hosts[0].credentials[0] has the same host, account and name'),
    'line 4, hosts[2].credentials[1]: production/x 10.20.0.7 22 b ssh-key KEY-OF-DB'
  ])
})

describe('the whole text is refused, with the line, when', () => {
  const bomb = `a: &a [x, x]\n${['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh'].map(([before = '', name = '']) => `${name}: &${name} [*${before}, *${before}]`).join('\n')}\nhosts: [*h]\n`
  const cases: ReadonlyArray<[string, string, string]> = [
    ['it is no YAML', 'hosts:\n  - id: x\n bad', 'line 3: this is not well-formed YAML ('],
    ['a key comes twice', 'hosts: []\nhosts: []\n', 'line 2: this is not well-formed YAML (duplicate key)'],
    ['there are no hosts', 'machines: []', 'line 1: this has no list `hosts`'],
    ['there is more than hosts', 'hosts: []\nzones: []', 'line 1: `hosts` is the only thing'],
    ['it is empty', '', 'line 1: this has no list `hosts`'],
    ['aliases explode', bomb, 'aliases stand for more'],
    ['it is nested without end', 'hosts: ' + '['.repeat(100_000), 'this is not'],
    ['it is no text', 'hosts:\0', 'the inventory is no text']
  ]
  test.each(cases)('%s', async (_what, text, message) => {
    await expect(read('rekey', text)).rejects.toMatchObject({ code: 'input/invalid', message: expect.stringContaining(message), detail: { field: 'inventory' } })
  })
})

test('the zone of the entry counts, then the chosen one, and without any the host is refused', async () => {
  const text = 'hosts: [{id: x, zone: backup, address: 10.20.0.7}, {id: y, address: 10.20.0.8}]'
  expect(await told('rekey', text, { zone: undefined })).toEqual([
    'line 1, hosts[0]: backup/x 10.20.0.7 22 -',
    'line 1, hosts[1]: y REFUSED zone no zone is named for this host; say which it belongs to'
  ])
})
