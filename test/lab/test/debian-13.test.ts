import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeFull } from '../../packaging/full.ts'
import { freeSubnet, makeKey, startLab, type Lab, type LabHost } from '../src/index.ts'
import { debian13 } from '../src/requirements.ts'
import { closedFolder, ssh } from './stock-ssh.ts'

const key = makeKey()
const other = makeKey()
const password = 'it\'s the "first" one'

describeFull('a host of Debian 13', () => {
  let folder: Awaited<ReturnType<typeof closedFolder>>
  let lab: Lab
  let host: LabHost

  beforeAll(async () => {
    folder = await closedFolder()
    const subnet = await freeSubnet(220, 240)
    lab = await startLab({
      dir: join(folder.path, 'lab'),
      hosts: [1, 2].map((number) => ({
        name: `trixie-${number}`,
        address: `127.1.${subnet}.${number}`,
        system: 'debian-13',
        accounts: [{ name: 'deploy', authorizedKeys: `${key.publicKey}\n`, password, sudo: 'nopasswd' }, { name: 'root', authorizedKeys: `${key.publicKey}\n` }]
      }))
    })
    host = lab.host('trixie-1')
  })
  afterAll(async () => {
    await lab.stop()
    await folder.remove()
  })

  const byKey = async (command: string, privateKey = key.privateKey) => await ssh(folder.path, host, { account: 'deploy', privateKey }, command)

  test('lets the stock ssh in by key and by password, and runs its own programs', async () => {
    const { stdout } = await byKey('cut -d. -f1 /etc/debian_version; hostname; pwd; sudo -n id -u')
    expect(stdout).toBe('13\ntrixie-1\n/home/deploy\n0\n')
    expect(await ssh(folder.path, host, { account: 'deploy', password }, 'id -un')).toMatchObject({ code: 0, stdout: 'deploy\n' })
    expect((await host.run('/usr/sbin/sshd -V')).stderr).toMatch(/^OpenSSH_10\./)
    expect((await host.connections()).flatMap(({ verdicts }) => verdicts)).toMatchObject([{ verdict: 'accepted', fingerprint: key.fingerprint }, { verdict: 'accepted', method: 'password' }])
  })

  test('keeps what it writes to itself, over a power cut, too', async () => {
    const made = await readdir(join(debian13, 'etc'))
    expect(await host.run('useradd -m added && echo mine >/usr/bin/mine && rm /usr/bin/diff')).toMatchObject({ code: 0 })
    await host.stop()
    expect((await host.run('cat /usr/bin/mine')).stdout).toBe('mine\n')
    await host.start()
    expect((await byKey('id -un added; cat /usr/bin/mine; ls /mnt /usr/bin/diff')).stdout).toBe('added\nmine\n/mnt:\n')
    expect((await lab.host('trixie-2').run('ls /usr/bin/mine /usr/bin/diff')).stdout).toBe('/usr/bin/diff\n')
    expect(await readdir(join(debian13, 'etc'))).toEqual(made)
  })

  test('lets nobody in from an address from which some logins in a row were refused, as OpenSSH does unless it is told otherwise', async () => {
    const shutOut = /closed by remote host|reset by peer/
    let answer = ''
    // Four within five seconds, which a busy machine may not come to.
    for (let guesses = 0; guesses < 20 && !shutOut.test(answer); guesses += 1) answer = (await byKey('true', other.privateKey)).stderr
    expect((await byKey('true')).stderr).toMatch(shutOut)
    expect(await readFile(host.logFile, 'utf8')).toMatch(/drop connection .* penalty: failed authentication/)
  })
})

test.each([
  [{ userland: 'busybox' }, 'host h: what runs debian-13 is served by its own OpenSSH and programs'],
  [{ daemon: 'dropbear' }, 'host h: what runs debian-13 is served by its own OpenSSH and programs'],
  [{ pam: { pwquality: { minlen: 16 } } }, 'host h: debian-13 has no pam_pwquality']
] as const)('a host of Debian 13 with %j is refused', async (special, message) => {
  const hosts = [{ name: 'h', address: '127.1.240.9', system: 'debian-13', accounts: [], ...special }] as const
  await expect(startLab({ dir: '/nonexistent', hosts })).rejects.toThrow(message)
})
