import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readInventory } from '@rekey/inventory'

/** The stock client is asked what it makes of a configuration (`ssh -G`), and the import has to make the same of it. */
const names = ['web', 'web-1', 'db', 'a.ex']
const configs = [
  'Host *\nUser u1\nHost web db\nHostName %h.example\nUser u2\nPort 2200\nIdentityFile /k/a\nHost *\nIdentityFile /k/b\n',
  'port=2022\nHost !web web* a.ex\n  HostName="%h.ex" # here\n\tUser "u1"\nHost web\nuser u2\nidentityfile "/k/b c"\n',
  'Host ?b *.ex\nHostName h1.ex\nMatch host h1.ex\nUser u1\nMatch originalhost web*,!web-1\nUser u2\nMatch all\nUser u3\nIdentityFile /k/%h-%n-%p-%r\n',
  'User u\nHost web\nProxyJump j1\nProxyCommand none\nHost *\nProxyCommand nc %h %p\nProxyJump u@j2:22,j3\nIdentityFile /k/a\nIdentityFile /k/a\nIdentityFile ~/k\n',
  'Host db\nHostName other\nHost web\nHostName \'w.ex\'\nMatch !host other\nPort 23\nUser \'u\'\nIdentityFile /k/%%x\n'
]

let folder: string
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'rekey-openssh-')) })
afterAll(async () => await rm(folder, { recursive: true }))

test.each(configs)('ssh and the import understand the same by configuration %#', async config => {
  const file = join(folder, 'config')
  // A name is imported where it stands behind Host; here all of them do.
  const text = `${config}Host ${names.join(' ')}\nUser ${userInfo().username}\nIdentityFile /k/last\n`
  await writeFile(file, text)
  for (const name of names) {
    expect([name, await imported(text, name)]).toEqual([name, await asked(file, name)])
  }
})

interface Understood {
  readonly address: string
  readonly port: string
  readonly user: string
  readonly via: string | undefined
  readonly identities: string[]
}

async function asked (file: string, name: string): Promise<Understood> {
  const { stdout } = await promisify(execFile)('ssh', ['-G', '-F', file, name])
  const all = (option: string) => stdout.split('\n').filter(line => line.startsWith(`${option} `)).map(line => line.slice(option.length + 1))
  const [address = '', port = '', user = ''] = ['hostname', 'port', 'user'].map(option => all(option)[0])
  const filled = (path: string) => path.replace('~', '/home/ada').replace(/%[hnpr%]/g, token => ({ '%h': address, '%n': name, '%p': port, '%r': user })[token] ?? '%')
  return { address, port, user, via: all('proxyjump')[0], identities: all('identityfile').map(filled) }
}

/** What the rows say, with the path of each identity as its secret. */
async function imported (text: string, name: string): Promise<Understood> {
  // One name at a time, so that no other is the same machine.
  const { rows } = await readInventory(text.replace(`Host ${names.join(' ')}\n`, `Host ${name}\n`), {
    format: 'openssh', zone: 'z', knownHosts: undefined, trustFirstUse: true, baseDir: '/', home: '/home/ada', readFile: path => Promise.resolve(path)
  })
  const mine = rows.flatMap(row => row.result === 'accepted' && row.host.id === name ? [row] : [])
  return {
    address: mine[0]?.host.address ?? '',
    port: String(mine[0]?.host.port ?? ''),
    user: mine[0]?.credential?.account ?? '',
    via: mine[0]?.credential?.via,
    identities: mine.map(row => row.credential?.secret.open() ?? '')
  }
}
