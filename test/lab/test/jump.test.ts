import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeFull } from '../../packaging/full.ts'
import { freeSubnet, makeKey, startLab, type CommandResult, type HostSpec, type Lab } from '../src/index.ts'
import { closedFolder, execute, ssh } from './stock-ssh.ts'

const key = makeKey()
const password = 'Old-Password-1'

let folder: Awaited<ReturnType<typeof closedFolder>>
let lab: Lab
let config: string

beforeAll(async () => { folder = await closedFolder() })
afterAll(async () => { await folder.remove() })

async function through (jumps: string, host: string, command = 'hostname'): Promise<CommandResult> {
  return await execute('ssh', ['-F', config, ...jumps === '' ? [] : ['-J', jumps], host, command])
}

/** From OpenSSH 9.8 on, as Debian 13 has it, sshd starts sessions in another way. */
for (const [system, describeIt] of [['machine', describe], ['debian-13', describeFull]] as const) {
  describeIt(`a host behind a jump host, system ${system}`, () => {
    beforeAll(async () => {
      const network = `127.1.${await freeSubnet(220, 240)}`
      const accounts = [{ name: 'app', authorizedKeys: `${key.publicKey}\n`, password }]
      const host = (name: string, number: number, more: Partial<HostSpec> = {}): HostSpec => ({ name, address: `${network}.${number}`, accounts, ...more })
      lab = await startLab({
        dir: join(folder.path, system),
        hosts: [
          host('inner', 7, { via: 'jump', system }),
          host('router', 8, { via: 'jump', daemon: 'dropbear', userland: 'busybox' }),
          host('deep', 7, { via: 'inner' }),
          host('outer', 7),
          host('jump', 1, { system }),
          host('shut', 2, { sshdConfig: ['AllowTcpForwarding no'] }),
          host('closed', 8, { via: 'shut' })
        ]
      })
      config = join(folder.path, `${system}-config`)
      const id = join(folder.path, `${system}-key`)
      const known = join(folder.path, `${system}-known`)
      await writeFile(id, key.privateKey, { mode: 0o600 })
      await writeFile(known, lab.hosts.map(({ name, hostKeys }) => `${name} ${hostKeys[0] ?? ''}\n`).join(''))
      await writeFile(config, [
        // Known by name, as an address alone does not say which host is meant.
        ...lab.hosts.map(({ name, address, port }) => `Host ${name}\n  HostName ${address}\n  Port ${port}\n  HostKeyAlias ${name}`),
        `Host *\n  User app\n  IdentityFile ${id}\n  IdentitiesOnly yes\n  IdentityAgent none\n  BatchMode yes\n  StrictHostKeyChecking yes\n  UserKnownHostsFile ${known}\n`
      ].join('\n'))
    })

    afterAll(async () => {
      await lab.stop()
    })

    test.each([['jump', 'inner'], ['jump', 'router'], ['jump,inner', 'deep']])('is reached by ssh -J %s: %s', async (jumps, name) => {
      expect(await through(jumps, name)).toEqual({ code: 0, stderr: '', stdout: `${name}\n` })
      expect((await lab.host(name).connections()).at(-1)?.verdicts).toEqual([{ verdict: 'accepted', method: 'publickey', account: 'app', fingerprint: key.fingerprint }])
    })

    test('is not reached from the machine, nor through a jump host that is not its own', async () => {
      const before = (await lab.host('router').connections()).length
      expect((await through('', 'router')).stderr).toContain('Connection refused')
      expect((await through('shut', 'router')).stderr).toContain('administratively prohibited')
      expect((await through('jump,inner', 'router')).code).toBe(255)
      expect(await lab.host('router').connections()).toHaveLength(before)
    })

    test('may have the address of another host, which is who answers a direct dial', async () => {
      expect(lab.host('inner').address).toBe(lab.host('outer').address)
      expect((await through('', 'outer')).stdout).toBe('outer\n')
      const mistaken = await through('', 'inner')
      expect(mistaken.code).toBe(255)
      expect(mistaken.stderr).toContain('Host key verification failed')
      expect((await through('jump', 'outer')).stderr).toContain('Host key verification failed')
    })

    test('is out of reach while its jump host forwards nothing, or is off', async () => {
      expect((await through('shut', 'closed')).stderr).toContain('administratively prohibited')
      await lab.host('jump').stop()
      expect((await through('jump', 'inner')).stderr).toContain('Connection refused')
      expect((await lab.host('inner').run('hostname')).stdout).toBe('inner\n')
      await lab.host('inner').stop()
      await lab.host('inner').start()
      await lab.host('jump').start()
      expect((await through('jump', 'inner')).stdout).toBe('inner\n')
      expect((await through('jump,inner', 'deep')).stdout).toBe('deep\n')
    })

    test('goes by the real rules of sshd, as its jump host does', async () => {
      await lab.host('jump').write('/home/app/.ssh/authorized_keys', `permitopen="${lab.host('inner').address}:${lab.host('inner').port}" ${key.publicKey}\n`)
      expect((await through('jump', 'inner')).stdout).toBe('inner\n')
      expect((await through('jump', 'router')).stderr).toContain('administratively prohibited')
      expect((await ssh(folder.path, lab.host('jump'), { account: 'app', password }, 'hostname')).stdout).toBe('jump\n')
    })
  })
}

test('a jump host that could not be one is refused', async () => {
  const hosts = [{ name: 'a', address: '127.1.1.1', accounts: [], daemon: 'dropbear' as const }, { name: 'b', address: '127.1.1.2', accounts: [], via: 'a' }]
  await expect(startLab({ dir: join(folder.path, 'bad'), hosts })).rejects.toThrow('host a: a jump host runs OpenSSH and Debian\'s programs')
})
