import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makeFleet, startLab, type Fleet, type Lab } from '../src/index.ts'
import { describe as tell, writeWayIn, type WayIn } from '../src/reach.ts'
import { closedFolder, execute, ssh } from './stock-ssh.ts'

let folder: Awaited<ReturnType<typeof closedFolder>>
let fleet: Fleet
let lab: Lab
let way: WayIn

beforeAll(async () => {
  folder = await closedFolder()
  fleet = makeFleet({ zones: { production: 5, backup: 3 }, subnet: 246 })
  lab = await startLab({ dir: join(folder.path, 'a lab'), hosts: fleet.hosts })
  way = await writeWayIn(lab, fleet)
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

describe('a fleet of eight', () => {
  test('is opened by each of its keys, and each key opens nothing else unless it is shared', async () => {
    for (const key of fleet.keys) {
      expect(await ssh(folder.path, lab.host(key.host), { account: key.account, privateKey: key.privateKey }, 'hostname; id -un'))
        .toMatchObject({ code: 0, stdout: `${key.host}\n${key.account}\n` })
    }
    const [first] = fleet.keys
    for (const other of fleet.keys.slice(1)) {
      expect((await ssh(folder.path, lab.host(other.host), { account: other.account, privateKey: first?.privateKey ?? '' }, 'true')).code).toBe(255)
    }
  })

  test('has the peculiarities of real ones', () => {
    const files = fleet.hosts.flatMap((host) => host.accounts.map((account) => account.authorizedKeys ?? ''))
    expect(new Set(fleet.keys.map((key) => key.type))).toEqual(new Set(['ed25519', 'rsa-3072', 'ecdsa-p256']))
    expect(new Set(fleet.keys.map((key) => key.account))).toEqual(new Set(['deploy', 'app', 'backup', 'root']))
    expect(files.filter((file) => !file.endsWith('\n'))).toHaveLength(1)
    expect(files.filter((file) => file.startsWith('#'))).toHaveLength(1)
    const [twice] = fleet.hosts.flatMap((host) => host.accounts.filter((account) => account.authorizedKeys2 !== undefined))
    const body = fleet.keys.find((key) => key.account === twice?.name)?.publicKey ?? ''
    expect([twice?.authorizedKeys?.includes(body), twice?.authorizedKeys2?.includes(body)]).toEqual([true, true])
    expect(fleet.keys.filter((key) => key.sharedWith !== undefined).map((key) => [`${key.zone}/${key.host}/${key.account}`, key.sharedWith])).toEqual([
      ['production/production-5/app', 'backup/backup-1/app'],
      ['backup/backup-1/app', 'production/production-5/app']
    ])
    expect(fleet.networks).toEqual({ production: '127.1.246.0/24', backup: '127.1.247.0/24' })
  })

  test('has a key whose options sshd obeys', async () => {
    const key = fleet.keys.find(({ options }) => options !== '')
    const host = lab.host(key?.host ?? '')
    expect(key?.options).toBe('from="127.0.0.0/8",environment="REKEY_DEMO=1",no-agent-forwarding')
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key?.privateKey ?? '' }, 'echo $REKEY_DEMO')).stdout).toBe('1\n')
  })

  test('is reached by the commands that the lab prints, as they stand', async () => {
    const commands = tell(fleet, way).filter((line) => line.startsWith('  ssh '))
    expect(commands).toHaveLength(2)
    expect((await execute('sh', ['-c', commands[0] ?? ''])).stdout).toBe('production-1\n')
    expect((await execute('sh', ['-c', `${commands[1]?.replace(/ {2,}\(.*/, '') ?? ''} hostname`])).stdout).toBe('production-1\n')
    expect((await execute('ssh', ['-F', way.config, 'root@production-2', 'hostname'])).stdout).toBe('production-2\n')
  })
})

describe('a uniform fleet', () => {
  test('gives each of 200 hosts one account and one Ed25519 key of its own', () => {
    const { hosts, keys } = makeFleet({ zones: { production: 200 }, uniform: true })
    expect(new Set(hosts.map(({ address }) => address)).size).toBe(200)
    expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(200)
    expect(new Set(keys.map(({ account, type }) => `${account} ${type}`))).toEqual(new Set(['deploy ed25519']))
  })

  test.each([[{ a: 251 }, 1, 'from 0 to 250'], [{ a: 1.5 }, 1, 'from 0 to 250'], [{ a: 1, b: 1 }, 255, 'no network 127.1.256.0/24']])('does not fit %j from subnet %i on', (zones, subnet, message) => {
    expect(() => makeFleet({ zones, subnet })).toThrow(message)
  })
})
