import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freeSubnet, makeKey, startLab, type CommandResult, type HostSpec, type Lab } from '../src/index.ts'
import { closedFolder, ssh } from './stock-ssh.ts'

const key = makeKey()
const other = makeKey()
const password = 'Old-Password-1'

let folder: Awaited<ReturnType<typeof closedFolder>>
let lab: Lab

beforeAll(async () => {
  folder = await closedFolder()
  const subnet = await freeSubnet(220, 240)
  const accounts = ['app', 'root'].map((name) => ({ name, authorizedKeys: `${key.publicKey}\n`, password }))
  const host = (number: number, special: Omit<HostSpec, 'address' | 'accounts'>): HostSpec => ({ address: `127.1.${subnet}.${number}`, accounts, ...special })
  const keep = ['/usr/bin/passwd', '/usr/sbin/chpasswd']
  lab = await startLab({
    dir: join(folder.path, 'lab'),
    hosts: [
      host(1, { name: 'dropbear', daemon: 'dropbear', dropbearOptions: ['-T 2'], hostKey: makeKey('ecdsa-p256').privateKey }),
      host(2, { name: 'appliance', daemon: 'dropbear', userland: 'busybox' }),
      host(3, { name: 'busybox', userland: 'busybox', keep, pam: { noDelay: true } }),
      host(4, { name: 'router', daemon: 'dropbear', userland: 'busybox', keep: [...keep, '/usr/bin/flock'] })
    ]
  })
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

async function byKey (name: string, command: string, input = ''): Promise<CommandResult> {
  return await ssh(folder.path, lab.host(name), { account: 'app', privateKey: key.privateKey }, command, input)
}

async function byPassword (name: string, password: string): Promise<CommandResult> {
  return await ssh(folder.path, lab.host(name), { account: 'app', password }, 'id -un')
}

describe('a host with Dropbear', () => {
  test('lets the stock ssh in by key and by password, under strict host key checking', async () => {
    expect(await byKey('dropbear', 'id -un; hostname; pwd; ps -o args= -p 1')).toMatchObject({
      code: 0, stdout: expect.stringMatching(/^app\ndropbear\n\/home\/app\n\/usr\/sbin\/dropbear /) as unknown
    })
    expect((await byPassword('dropbear', password)).stdout).toBe('app\n')
    expect((await ssh(folder.path, lab.host('dropbear'), { account: 'root', privateKey: key.privateKey }, 'id -u')).stdout).toBe('0\n')
    const wrong = await ssh(folder.path, lab.host('dropbear'), { account: 'app', privateKey: key.privateKey, pinned: other.publicKey }, 'true')
    expect(wrong.stderr).toContain('Host key verification failed')
  })

  test('logs connections and what it accepted, and wrong passwords; of a refused key only the connection', async () => {
    const host = lab.host('router')
    await ssh(folder.path, host, { account: 'app', privateKey: other.privateKey }, 'true')
    await byKey('router', 'true')
    await byPassword('router', 'wrong')
    await byPassword('router', password)
    const connections = await host.connections()
    expect(connections.map(({ verdicts }) => verdicts)).toEqual([
      [],
      [{ verdict: 'accepted', method: 'publickey', account: 'app', fingerprint: key.fingerprint }],
      [{ verdict: 'refused', method: 'password', account: 'app', fingerprint: '' }],
      [{ verdict: 'accepted', method: 'password', account: 'app', fingerprint: '' }]
    ])
    expect(new Set(connections.map(({ port }) => port)).size).toBe(4)
  })

  test('says why it did not start', async () => {
    const taken = { name: 'taken', address: lab.host('dropbear').address, daemon: 'dropbear' as const, accounts: [] }
    await expect(startLab({ dir: join(folder.path, 'taken'), hosts: [taken] })).rejects.toThrow(/host taken .* did not start: .*Address already in use/)
  })
})

describe('a host with BusyBox', () => {
  test.each(['appliance', 'busybox'])('has its applets and no program of Debian: %s', async (name) => {
    const { stdout } = await byKey(name, 'readlink -f /proc/$$/exe; for p in bash flock perl python3 sudo sshd node unshare; do command -v $p; done; echo done')
    expect(stdout).toBe('/usr/bin/busybox\n/usr/bin/unshare\ndone\n')
    expect((await byKey(name, 'for p in /usr/bin/unshare /bin/sh; do readlink -f $p; done; /usr/sbin/sshd -T')).stdout).toBe('/usr/bin/busybox\n/usr/bin/busybox\n')
    expect((await byKey(name, 'ls /run/.disk')).code).not.toBe(0)
  })

  test('runs what a login gives it by its own sh', async () => {
    expect((await byKey('appliance', 'umask 077; sed s/a/b/ >x; stat -c %a x; cat x', 'a\n')).stdout).toBe('600\nb\n')
  })

  test.each(['busybox', 'router'])('changes passwords by the passwd and chpasswd that were kept: %s', async (name) => {
    expect((await byKey(name, 'LC_ALL=C passwd', `${password}\nFresh-Pass-1\nFresh-Pass-1\n`)).stderr).toContain('password updated successfully')
    expect((await byPassword(name, password)).code).toBe(255)
    expect((await byPassword(name, 'Fresh-Pass-1')).stdout).toBe('app\n')
    expect((await lab.host(name).run('chpasswd', `app:${password}\n`)).code).toBe(0)
    expect((await byPassword(name, password)).stdout).toBe('app\n')
    expect((await lab.host('router').run('flock /tmp/lock echo locked')).stdout).toBe('locked\n')
    expect((await byKey('appliance', 'passwd')).code).toBe(127)
  })

  test.each(['appliance', 'busybox'])('comes back after a power cut: %s', async (name) => {
    await byKey(name, 'echo kept >note')
    await lab.host(name).stop()
    expect((await lab.host(name).run('cat /home/app/note')).stdout).toBe('kept\n')
    await lab.host(name).start()
    expect((await byKey(name, 'cat note; hostname')).stdout).toBe(`kept\n${name}\n`)
  })
})
