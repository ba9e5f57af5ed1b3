import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fingerprint, makeKey, startLab, stopStale, type HostSpec, type Lab } from '../src/index.ts'
import { processesIn } from '../src/namespace.ts'
import { closedFolder, ssh } from './stock-ssh.ts'

const key = makeKey('ed25519', 'ours')
const other = makeKey()
const password = "it's a \"pass word\" $HOME"

function specs (octet: number): HostSpec[] {
  return [
    {
      name: 'first',
      address: `127.1.${octet}.1`,
      accounts: [
        { name: 'deploy', authorizedKeys: `# 'ours'\n${key.publicKey}`, password },
        { name: 'backup', authorizedKeys2: `${key.publicKey}\n`, shell: '/bin/sh' },
        { name: 'root', authorizedKeys: `${key.publicKey}\n` }
      ]
    },
    { name: 'second', address: `127.1.${octet}.2`, accounts: [{ name: 'app', authorizedKeys: `${other.publicKey}\n` }] }
  ]
}

/** All that the lab could disturb on the machine. */
async function machine (): Promise<string> {
  const files = await Promise.all(['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/gshadow', '/etc/hostname', '/proc/self/mounts']
    .map(async (path) => await readFile(path, 'utf8').catch(() => '')))
  const folders = await Promise.all(['/home', '/etc', '/etc/ssh', '/root'].map(async (path) => (await readdir(path)).join(' ')))
  return [...files, ...folders].join('\n')
}

let folder: Awaited<ReturnType<typeof closedFolder>>
let before: string
let lab: Lab

beforeAll(async () => {
  folder = await closedFolder()
  before = await machine()
  lab = await startLab({ dir: join(folder.path, 'lab'), hosts: specs(240) })
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

describe('a host of the lab', () => {
  test('lets the stock ssh in by key, under strict host key checking, to a home below a state folder that only root may enter', async () => {
    const result = await ssh(folder.path, lab.host('first'), { account: 'deploy', privateKey: key.privateKey }, 'id -un; hostname; pwd; stat -c "%U %a" . .ssh .ssh/authorized_keys')
    expect(result).toEqual({ code: 0, stderr: '', stdout: 'deploy\nfirst\n/home/deploy\ndeploy 700\ndeploy 700\ndeploy 600\n' })
  })

  test('knows root, a key in authorized_keys2, and an account that Debian has too', async () => {
    const host = lab.host('first')
    expect((await ssh(folder.path, host, { account: 'root', privateKey: key.privateKey }, 'id -u; pwd')).stdout).toBe('0\n/root\n')
    expect((await ssh(folder.path, host, { account: 'backup', privateKey: key.privateKey }, 'id -u; id -gn; echo $SHELL; pwd')).stdout)
      .toBe('1001\nbackup\n/bin/sh\n/home/backup\n')
  })

  test('is not the host that another key is pinned for', async () => {
    const result = await ssh(folder.path, lab.host('first'), { account: 'deploy', privateKey: key.privateKey, pinned: other.publicKey }, 'true')
    expect(result.code).toBe(255)
    expect(result.stderr).toContain('Host key verification failed')
  })

  test('logs each refused and accepted key by its fingerprint', async () => {
    const host = lab.host('second')
    await ssh(folder.path, host, { account: 'app', privateKey: key.privateKey }, 'true')
    await ssh(folder.path, host, { account: 'app', privateKey: other.privateKey }, 'true')
    const verdicts = (await host.connections()).map((connection) => connection.verdicts)
    expect(verdicts.slice(-2)).toEqual([
      [{ verdict: 'refused', method: 'publickey', account: 'app', fingerprint: key.fingerprint }],
      [{ verdict: 'accepted', method: 'publickey', account: 'app', fingerprint: other.fingerprint }]
    ])
    expect(other.fingerprint).toBe(fingerprint(other.publicKey))
  })

  test('holds files byte for byte as they were given', async () => {
    expect(await lab.host('first').read('/home/deploy/.ssh/authorized_keys')).toBe(`# 'ours'\n${key.publicKey}`)
    await lab.host('first').write('/home/deploy/a b', 'x\\n\'"$y', 'deploy:deploy')
    expect(await lab.host('first').read('/home/deploy/a b')).toBe('x\\n\'"$y')
    expect((await lab.host('first').run('stat -c %U:%G "/home/deploy/a b"')).stdout).toBe('deploy:deploy\n')
    await expect(lab.host('first').write('/usr/local/bin/passwd', '')).rejects.toThrow('host first: /usr/local/bin/passwd is the machine\'s, and every host has it')
    await expect(lab.host('first').read('/no/such')).rejects.toThrow('host first: cat: /no/such: No such file or directory')
  })

  test('has users, processes and files apart from every other host', async () => {
    const [first, second] = [lab.host('first'), lab.host('second')]
    expect((await first.run('getent passwd app')).code).toBe(2)
    expect((await second.run('getent passwd deploy')).code).toBe(2)
    expect((await second.run('id -un 1000')).stdout).toBe('app\n')
    expect(await first.run('for folder in /etc /var/lib; do echo mine >$folder/of-a-lab-host; done')).toMatchObject({ code: 0 })
    expect((await second.run('ls -d /etc/of-a-lab-host /var/lib/of-a-lab-host')).stdout).toBe('')
    expect(['/etc', '/var/lib'].filter((place) => existsSync(join(place, 'of-a-lab-host')))).toEqual([])
    await first.run('echo mine >/tmp/note; sleep 1000 >/dev/null 2>&1 &')
    expect((await second.run('ls /tmp; pgrep -x sleep')).stdout).toBe('')
    expect((await first.run('pgrep -cx sleep; cat /tmp/note; pkill -x sleep')).stdout).toBe('1\nmine\n')
    expect((await ssh(folder.path, second, { account: 'app', privateKey: key.privateKey }, 'true')).code).toBe(255)
  })

  test('passes on exit codes, both outputs and what is given on stdin', async () => {
    expect(await lab.host('first').run('cat; echo bad >&2; exit 7', 'given')).toEqual({ code: 7, stdout: 'given', stderr: 'bad\n' })
    expect((await lab.host('first').run('kill -TERM $$')).code).toBe(143)
  })

  test('changes passwords by the real passwd and chpasswd, through PAM', async () => {
    const host = lab.host('first')
    expect((await ssh(folder.path, host, { account: 'deploy', password }, 'id -un')).stdout).toBe('deploy\n')
    const changed = await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey },
      `LC_ALL=C passwd <<'END'\n${password}\nFresh-Pass-1\nFresh-Pass-1\nEND`)
    expect(changed.stderr).toContain('password updated successfully')
    expect((await ssh(folder.path, host, { account: 'deploy', password }, 'id -un')).code).toBe(255)
    expect((await ssh(folder.path, host, { account: 'deploy', password: 'Fresh-Pass-1' }, 'id -un')).stdout).toBe('deploy\n')
    expect((await host.run('chpasswd', 'deploy:Another-2\n')).code).toBe(0)
    expect((await ssh(folder.path, host, { account: 'deploy', password: 'Another-2' }, 'id -un')).stdout).toBe('deploy\n')
    expect((await lab.host('second').run('grep -c deploy /etc/shadow')).stdout).toBe('0\n')
  })

  test('answers sshd -T with the configuration that it runs on', async () => {
    const { stdout } = await lab.host('first').run('/usr/sbin/sshd -T -C user=deploy,host=h,addr=127.0.0.1')
    expect(stdout).toContain('authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\n')
    expect(stdout).toContain('listenaddress 127.1.240.1:22022\n')
    expect(stdout).toContain('maxstartups 10:30:100\n')
  })

  test('comes back with its disks after a power cut, and is reached by run while it is off', async () => {
    const host = lab.host('first')
    const { pid } = host
    await host.stop()
    expect(() => host.pid).toThrow('host first is off')
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey }, 'true')).stderr).toContain('Connection refused')
    await host.write('/home/deploy/while-off', 'restored', 'deploy')
    await host.start()
    expect(host.pid).not.toBe(pid)
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey }, 'cat while-off; ps -o pid= -C sshd | head -1')).stdout).toBe('restored      1\n')
    await host.stop()
    await host.start()
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey }, 'cat while-off')).stdout).toBe('restored')
  })

  test('is off when its sshd was killed from outside, and starts again', async () => {
    const host = lab.host('second')
    process.kill(host.pid, 'SIGKILL')
    while (host.isOn) await sleep(5)
    await host.start()
    expect((await ssh(folder.path, host, { account: 'app', privateKey: other.privateKey }, 'id -un')).stdout).toBe('app\n')
  })

  test('keeps connections open and silent while it is paused', async () => {
    const host = lab.host('second')
    await host.pause()
    const socket = connect(host.port, host.address)
    let heard = ''
    socket.on('data', (data) => { heard += data.toString() })
    await sleep(300)
    expect(heard).toBe('')
    await host.resume()
    while (!heard.startsWith('SSH-2.0-')) await sleep(10)
    socket.destroy()
  })
})

describe('the lab', () => {
  test('changes nothing of the machine: no user list, no home, no mount', async () => {
    expect(await machine()).toBe(before)
  })

  test('runs beside another one with hosts of the same names', async () => {
    const beside = await startLab({ dir: join(folder.path, 'beside'), hosts: specs(241) })
    try {
      await beside.host('first').run('userdel -r deploy')
      expect((await ssh(folder.path, beside.host('first'), { account: 'deploy', privateKey: key.privateKey }, 'true')).code).toBe(255)
      expect((await ssh(folder.path, lab.host('first'), { account: 'deploy', privateKey: key.privateKey }, 'true')).code).toBe(0)
    } finally {
      await beside.stop()
    }
    expect((await ssh(folder.path, lab.host('first'), { account: 'deploy', privateKey: key.privateKey }, 'true')).code).toBe(0)
  })

  test('leaves no process and no mount behind, not even a daemon that an account started', async () => {
    const dir = join(folder.path, 'ended')
    const ended = await startLab({ dir, hosts: specs(242) })
    const host = ended.host('first')
    await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey }, 'setsid -f sleep 1000 >/dev/null 2>&1')
    let processes = await processesIn(host.pid)
    // sshd's own process for the session ends a moment after the client.
    while (processes.length > 2) {
      await sleep(10)
      processes = await processesIn(host.pid)
    }
    expect(processes).toHaveLength(2)
    await ended.stop()
    for (const { pid } of processes) expect(existsSync(`/proc/${pid}`)).toBe(false)
    expect(await machine()).toBe(before)
    expect(await readFile(host.logFile, 'utf8')).toContain('Accepted publickey for deploy')
    await expect(host.start()).rejects.toThrow('removed with its lab')
  })

  test('refuses a folder in which a lab runs, and stops what a crashed run left there', async () => {
    const dir = join(folder.path, 'stale')
    // Never stopped by its maker, as when that one crashed.
    const crashed = await startLab({ dir, hosts: specs(243) })
    const pids = crashed.hosts.map((host) => host.pid)
    await expect(startLab({ dir, hosts: specs(243) })).rejects.toThrow(`a lab runs in ${dir} already`)
    expect(await stopStale(dir)).toBe(2)
    for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false)
    expect(await stopStale(dir)).toBe(0)
    await (await startLab({ dir, hosts: specs(243) })).stop()
  })

  test('never stops a process that only has the id of one of its own', async () => {
    const dir = join(folder.path, 'reused')
    const stranger = spawn('sleep', ['1000'])
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    await mkdir(join(dir, 'hosts', 'first'), { recursive: true })
    await writeFile(join(dir, 'hosts', 'first', 'processes.json'), JSON.stringify([{ pid: stranger.pid, started: 1, boot }]))
    expect(await stopStale(dir)).toBe(0)
    expect(stranger.kill()).toBe(true)
    expect(await stopStale(join(folder.path, 'nothing-here'))).toBe(0)
  })

  test('says which host did not start and why, and leaves none running', async () => {
    const hosts = [...specs(244), { name: 'third', address: '127.1.240.1', accounts: [] }]
    await expect(startLab({ dir: join(folder.path, 'clash'), hosts })).rejects.toThrow(/host third \(127\.1\.240\.1:22022\) did not start: .*Address already in use/)
    await expect(startLab({ dir: join(folder.path, 'clash'), hosts: [{ name: 'x', address: '127.1.244.1', accounts: [], sshdConfig: ['Nonsense yes'] }] }))
      .rejects.toThrow(/host x .* did not start: .*Nonsense/)
    await (await startLab({ dir: join(folder.path, 'clash'), hosts: specs(244) })).stop()
  })

  test.each([
    [{ name: 'a b', address: '127.1.1.1', accounts: [] }, 'host name is not a host name'],
    [{ name: 'a', address: '127.0.0.1', accounts: [] }, 'not an address in 127.1.0.0/16'],
    [{ name: 'a', address: '127.1.1.1', port: 0, accounts: [] }, 'the port must be a number from 1 to 65535'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'x;y' }] }, 'use 1 to 32 letters, digits'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'x' }, { name: 'x' }] }, 'two accounts called x'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'sshd' }] }, 'sshd itself needs the account sshd'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'x', password: 'a\nb' }] }, 'chpasswd takes no line break'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'x', passwordAge: { minDays: 0.5 } }] }, 'minDays of x is not a number of days'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], pam: { faillock: { deny: -1 } } }, 'deny is not a whole number'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], pam: { pwquality: { minlen: 8, 'x y': 1 } } }, '"x y" is no setting of pwquality.conf'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], files: [{ path: '/usr/x', text: '' }] }, '"/usr/x" is not a place of its own'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], daemon: 'dropbear' as const, sshdConfig: ['x'] }, 'Dropbear has no sshd_config'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], dropbearOptions: ['-T 3'] }, 'its server is not Dropbear'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], keep: ['/usr/bin/passwd'] }, 'all of Debian\'s programs anyway'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], userland: 'busybox' as const, keep: ['/bin/passwd'] }, 'is no program in /usr/bin or /usr/sbin'],
    [{ name: 'a', address: '127.1.1.1', accounts: [{ name: 'x', sudo: 'nopasswd' as const }], userland: 'busybox' as const }, 'keep /usr/bin/sudo'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], via: 'b' }, 'there is no way to its jump host b'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], via: 'a' }, 'there is no way to its jump host a'],
    [{ name: 'a', address: '127.1.1.1', accounts: [], hostKey: 'nonsense' }, 'its host key is not an unencrypted']
  ])('refuses a host that can\'t be: %j', async (host, message) => {
    await expect(startLab({ dir: join(folder.path, 'bad'), hosts: [host] })).rejects.toThrow(message)
  })
})
