import { describe, expect, test } from '@jest/globals'
import { read, told } from './reading.ts'

/** What this says about precedence, quotes and ranges was compared with ansible-core 2.19 on some thousand hosts. */
const ini = `
; the name stands for the address
lonely ansible_user=root ansible_ssh_private_key_file=/keys/web
[web] # by range
web[08:10].example.com
[db]
db-[a:c:2] ansible_host=10.20.1.9 ansible_port=2200
main_DB:2222 ansible_host=10.20.1.1 ansible_user='root'
[site:children]
web
db
[site:vars]
ansible_user = deploy
ansible_ssh_private_key_file=keys/relative
[db:vars]
ansible_user=dba
[all:vars]
ansible_user=nobody
ansible_private_key_file=~/.ssh/id_ed25519
`

const yaml = `
all:
  vars: {ansible_user: nobody, ansible_private_key_file: ~/.ssh/id_ed25519}
  hosts:
    lonely: {ansible_user: root, ansible_ssh_private_key_file: /keys/web}
  children:
    site:
      vars: {ansible_user: deploy, ansible_ssh_private_key_file: keys/relative}
      children:
        web:
          hosts:
            web[08:10].example.com:
        db:
          vars:
            ansible_user: dba
          hosts:
            db-[a:c:2]: &address {ansible_host: 10.20.1.9, ansible_port: 2200}
            main_DB:2222:
              <<: *address
              ansible_host: 10.20.1.1
              ansible_port: 2222
              ansible_user: root
`

const expected = [
  'production/lonely lonely 22 root ssh-key KEY-OF-WEB',
  'production/web08.example.com web08.example.com 22 deploy ssh-key KEY-BESIDE-THE-INVENTORY',
  'production/web09.example.com web09.example.com 22 deploy ssh-key KEY-BESIDE-THE-INVENTORY',
  'production/web10.example.com web10.example.com 22 deploy ssh-key KEY-BESIDE-THE-INVENTORY',
  'production/db-a 10.20.1.9 2200 dba ssh-key KEY-BESIDE-THE-INVENTORY',
  'production/db-c 10.20.1.9 2200 dba ssh-key KEY-BESIDE-THE-INVENTORY',
  'production/main-db 10.20.1.1 2222 root ssh-key KEY-BESIDE-THE-INVENTORY'
]

test('the INI form gives its hosts, host variables over child group over parent over all', async () => {
  expect(await told('ansible', ini)).toEqual(expected.map((row, at) => `line ${[3, 5, 5, 5, 7, 7, 8][at] ?? 0}: ${row}`))
})

test('the YAML form of the same inventory gives the same', async () => {
  expect(await told('ansible', yaml)).toEqual(expected.map((row, at) => `line ${[5, 12, 12, 12, 17, 17, 18][at] ?? 0}: ${row}`))
})

test('each group of a host, also a parent of its groups, becomes a label', async () => {
  for (const text of [ini, yaml]) {
    const { rows } = await read('ansible', text)
    expect(rows.map(row => row.result === 'accepted' ? Object.entries(row.host.labels).map(label => label.join('=')).sort() : [])).toEqual([
      [],
      ...Array(3).fill(['ansible-group.site=true', 'ansible-group.web=true']) as string[][],
      ...Array(3).fill(['ansible-group.db=true', 'ansible-group.site=true']) as string[][]
    ])
  }
})

test('a group whose name no label can have gives none, which a note tells', async () => {
  const { rows, notes } = await read('ansible', `[${'g'.repeat(60)}]\nx\n`)
  expect(rows).toMatchObject([{ result: 'accepted', host: { labels: {} } }])
  expect(notes).toEqual([{ source: 'line 1', text: expect.stringMatching(/^groups whose names no label can have: 1\./) }])
})

test('of groups side by side the priority counts, then the later name', async () => {
  const text = (priority: string) => `[a]\nx ansible_password=p\n[b]\nx\n[a:vars]\nansible_user=from-a\n${priority}\n[b:vars]\nansible_user=from-b\n`
  expect(await told('ansible', text(''))).toEqual(['line 2: production/x x 22 from-b password p'])
  expect(await told('ansible', text('ansible_group_priority=2'))).toEqual(['line 2: production/x x 22 from-a password p'])
})

test.each([
  ['plain', 'plain'],
  ['"with blanks"', 'with blanks'],
  ['\'"quoted again"\'', 'quoted again'],
  ['cut#off', 'cut'],
  ['a\\ b', 'a b'],
  ['a=b=c', 'a=b=c']
])('a password of %s on a host\'s line is what Ansible would take', async (written, password) => {
  expect(await told('ansible', `x ansible_user=u ansible_password=${written} # a comment\n`)).toEqual([`line 1: production/x x 22 u password ${password}`])
})

test.each([
  ['plain # kept', 'plain # kept'],
  ['"quoted" # dropped', 'quoted'],
  ["'it\\'s'", "it's"]
])('a password of %s among a group\'s variables is what Ansible would take', async (written, password) => {
  expect(await told('ansible', `x\n[all:vars]\nansible_user=u\nansible_ssh_pass=${written}\n`)).toEqual([`line 1: production/x x 22 u password ${password}`])
})

test('a host with a key and a password gives a row for each', async () => {
  expect(await told('ansible', 'x ansible_user=u ansible_password=p ansible_ssh_private_key_file=/keys/web\n')).toEqual([
    'line 1: production/x x 22 u ssh-key KEY-OF-WEB',
    'line 1: production/x x 22 u password p'
  ])
})

test('jump hosts are told, and other detours are left out with a note', async () => {
  const args = (text: string) => `x ansible_user=u ansible_password=p ansible_ssh_common_args='${text}'\n`
  expect(await told('ansible', args('-o ProxyJump=ops@bastion:22,second'))).toEqual(['line 1: production/x x 22 u password p via ops@bastion:22,second'])
  expect(await told('ansible', args('-4 -J bastion'))).toEqual(['line 1: production/x x 22 u password p via bastion'])
  const { rows, notes } = await read('ansible', args('-o ProxyCommand="sshpass -p hunter2 ssh -W %h:%p bastion"'))
  expect([rows.length, notes]).toEqual([1, [{ source: 'line 1', text: expect.stringMatching(/^ansible_ssh_common_args sends the connection another way/) }]])
  expect(JSON.stringify(notes)).not.toContain('hunter2')
})

describe('a row is refused when', () => {
  const cases: ReadonlyArray<[string, string, string]> = [
    ['the address is a template', 'x ansible_host="{{ ip }}"', 'x REFUSED ansible_host is a Jinja template, and Rekey evaluates none; write the value itself'],
    ['the password is a template', 'x ansible_user=u ansible_password="{{ hunter2 }}"', 'x u REFUSED ansible_password is a Jinja template'],
    ['the password is vaulted', 'all: {hosts: {x: {ansible_user: u, ansible_ssh_pass: !vault "$ANSIBLE_VAULT;1.1;AES256 6162"}}}', 'x u REFUSED ansible_ssh_pass is encrypted with ansible-vault'],
    ['the password is vaulted, in INI', 'x ansible_user=u ansible_password="!vault |"', 'x u REFUSED ansible_password is encrypted with ansible-vault'],
    ['the user is a template', 'x ansible_user="{{ u }}" ansible_password=p', 'x REFUSED ansible_user is a Jinja template'],
    ['there is no user', 'x ansible_password=p', 'x REFUSED ansible_user names no account'],
    ['the port is none', 'x ansible_port=ssh', 'x REFUSED ansible_port is not a port'],
    ['the connection is local', 'x ansible_connection=local', 'x REFUSED ansible_connection is not SSH'],
    ['the address is no address', 'x ansible_host=a_b', 'x REFUSED ansible_host neither an IP address'],
    ['an address stands where an id is needed', '[2001:db8::7]:22', ' REFUSED host is malformed; use 1 to 63'],
    ['a range ends before it begins', 'x[5:1]', ' REFUSED host has a range that isn\'t one'],
    ['a range is padded unevenly', 'x[01:100]', ' REFUSED host has a range whose ends differ in length'],
    ['a range has no end worth the name', 'x[1:999999999999]', ' REFUSED host is a range of more than 100000 hosts'],
    ['ranges multiply', 'x[1:9999][1:9999][1:9999]', ' REFUSED host is a range of more than 100000 hosts'],
    ['a word follows that is no variable', 'x hunter2', ' REFUSED variable has something behind the host\'s name'],
    ['a quote is open', 'x ansible_password="hunter2', ' REFUSED host has a quote without its other half'],
    ['variables are no mapping', 'all: {hosts: {x: hunter2}}', ' REFUSED vars has to be a mapping']
  ]
  test.each(cases)('%s', async (_what, text, reason) => {
    const [row = ''] = await told('ansible', `${text}\n`)
    expect(row).toContain(`line 1: ${reason}`)
    expect(row).not.toContain('hunter2')
  })
})

test('what a host overrides may be a template in its group', async () => {
  expect(await told('ansible', 'x ansible_host=10.20.0.7\n[all:vars]\nansible_host={{ ip }}\n')).toEqual(['line 1: production/x 10.20.0.7 22 -'])
})

test('two names that become the same id are refused the second time', async () => {
  expect((await told('ansible', 'Web_1 ansible_host=10.20.0.7\nweb-1 ansible_host=10.20.0.8\n'))[1]).toContain('web-1 REFUSED host has the same id as the host on line 1')
})

test('the zone comes by group, from one group only, and otherwise from the rest', async () => {
  const text = '[web]\nx\ny\n[db]\ny\nz\n[other]\nw\n'
  expect(await told('ansible', text, { zone: { byGroup: { web: 'front', db: 'back' }, otherwise: 'rest' } })).toEqual([
    'line 2: front/x x 22 -',
    'line 3: y REFUSED zone the groups of this host are given to more than one zone; a host belongs to one',
    'line 6: back/z z 22 -',
    'line 8: rest/w w 22 -'
  ])
})

describe('the whole inventory is refused, with the line, when', () => {
  const cases: ReadonlyArray<[string, string, string]> = [
    ['a section is none', 'x\n[a b]\ny\n', 'line 2: this is no section'],
    ['a section has another kind', '[a:hunter2]\n', 'line 1: a section is [group], [group:children] or [group:vars]'],
    ['groups go in a circle', '[a:children]\nb\n[b:children]\na\n', 'groups hold each other in a circle'],
    ['a group of YAML holds itself', 'all: &a\n  children: {b: *a}\n', 'nested without end'],
    ['the file is vaulted', '$ANSIBLE_VAULT;1.1;AES256\n6162\n', 'line 1: the whole file is encrypted with ansible-vault'],
    ['it belongs to an inventory plugin', 'plugin: amazon.aws.aws_ec2\n', 'line 1: this is not an inventory in YAML; import what `ansible-inventory --list --yaml` prints'],
    ['a key was pasted into it', 'x\n-----BEGIN OPENSSH PRIVATE KEY-----\nabcdef\n', 'line 2: a private key stands here']
  ]
  test.each(cases)('%s', async (_what, text, message) => {
    await expect(read('ansible', text)).rejects.toMatchObject({ code: 'input/invalid', message: expect.stringContaining(message) })
  })
})
