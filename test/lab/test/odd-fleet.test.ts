import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freeSubnet, makeOddFleet, startLab, type CommandResult, type Lab, type OddFleet } from '../src/index.ts'
import { writeWayIn } from '../src/reach.ts'
import { closedFolder, execute, ssh, type Login } from './stock-ssh.ts'

let folder: Awaited<ReturnType<typeof closedFolder>>
let fleet: OddFleet
let lab: Lab

beforeAll(async () => {
  folder = await closedFolder()
  fleet = makeOddFleet({ subnet: await freeSubnet(220, 240), noDelay: true })
  lab = await startLab({ dir: join(folder.path, 'lab'), hosts: fleet.hosts })
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

/** Host and account as the fleet lists them, `faillock/app`. */
function key (of: string): string {
  return fleet.keys.find(({ host, account }) => `${host}/${account}` === `odd-${of}`)?.privateKey ?? ''
}

function password (of: string): string {
  return fleet.passwords.find(({ host, account }) => `${host}/${account}` === `odd-${of}`)?.password ?? ''
}

async function login (of: string, login: Omit<Login, 'account'>, command = 'id -un', input = ''): Promise<CommandResult> {
  const [host = '', account = ''] = of.split('/')
  return await ssh(folder.path, lab.host(`odd-${host}`), { account, ...login }, command, input)
}

describe('an odd fleet', () => {
  test('is opened by each of its keys that stands alone', async () => {
    const alone = fleet.keys.filter(({ host }) => !['odd-second-factor', 'odd-forced-command', 'odd-behind'].includes(host))
    const answers = await Promise.all(alone.map(async ({ host, account }) => await login(`${host.slice(4)}/${account}`, { privateKey: key(`${host.slice(4)}/${account}`) })))
    expect(answers.map(({ stdout }) => stdout)).toEqual(alone.map(({ account }) => `${account}\n`))
  })

  test('is opened by each of its passwords, but for those that its traits rule out', async () => {
    const special = ['odd-keyboard-interactive', 'odd-second-factor', 'odd-locked', 'odd-nologin', 'odd-expired', 'odd-behind', 'odd-keys-only']
    const plain = fleet.passwords.filter(({ host }) => !special.includes(host))
    const answers = await Promise.all(plain.map(async ({ host, account, password }) => await login(`${host.slice(4)}/${account}`, { password })))
    expect(answers.map(({ stdout }) => stdout)).toEqual(plain.map(({ account }) => `${account}\n`))
    expect(plain.length).toBeGreaterThan(8)
    expect(new Set(fleet.passwords.map(({ password }) => password)).size).toBe(fleet.passwords.length)
  })

  test('has the accounts that a password alone does not open, or not to a shell', async () => {
    const answers = await Promise.all([
      login('locked/deploy', { password: password('locked/deploy') }),
      login('second-factor/deploy', { password: password('second-factor/deploy') }),
      login('second-factor/deploy', { privateKey: key('second-factor/deploy') }),
      login('second-factor/deploy', { privateKey: key('second-factor/deploy'), password: password('second-factor/deploy') }),
      login('keyboard-interactive/app', { password: password('keyboard-interactive/app') }),
      login('keyboard-interactive/app', { password: password('keyboard-interactive/app'), passwordMethod: 'keyboard-interactive' }),
      login('nologin/service', { password: password('nologin/service') }),
      login('expired/app', { password: password('expired/app') })
    ])
    expect(answers.map(({ code, stdout }) => [code, stdout])).toEqual([
      [255, ''], [255, ''], [255, ''], [0, 'deploy\n'], [255, ''], [0, 'app\n'], [1, 'This account is currently not available.\n'], [1, '']
    ])
  })

  test('has keys where its sshd looks for them and nowhere else, and one that runs one command only', async () => {
    expect((await login('keys-elsewhere/deploy', { privateKey: key('keys-elsewhere/deploy') }, 'ls -A .ssh; cat /etc/ssh/keys/deploy')).stdout)
      .toBe(`${fleet.keys.find(({ host }) => host === 'odd-keys-elsewhere')?.publicKey ?? ''} deploy@odd-keys-elsewhere\n`)
    expect((await login('keys-elsewhere/deploy', { privateKey: key('keys-elsewhere/deploy') }, 'echo >>/etc/ssh/keys/deploy')).code).not.toBe(0)
    expect((await login('forced-command/backup', { privateKey: key('forced-command/backup') })).stdout).toMatch(/^\d+\n$/)
  })

  test.each(['sudo-nopasswd', 'keys-elsewhere', 'forced-command', 'nologin', 'expired'])('has an admin who changes another account by sudo without a question: %s', async (host) => {
    expect((await login(`${host}/admin`, { privateKey: key(`${host}/admin`) }, 'sudo -n id -u')).stdout).toBe('0\n')
  })

  test('has a password that opens sudo too', async () => {
    const own = password('sudo-password/admin')
    expect((await login('sudo-password/admin', { password: own }, 'sudo -S -k -p "" chpasswd', `${own}\napp:Changed-By-Admin-1\n`)).code).toBe(0)
    expect((await login('sudo-password/app', { password: 'Changed-By-Admin-1' })).stdout).toBe('app\n')
  })

  test('has passwords that only su and sudo take', async () => {
    const own = password('keys-only/admin')
    expect((await login('keys-only/admin', { password: own })).code).toBe(255)
    expect((await login('keys-only/admin', { privateKey: key('keys-only/admin') }, 'sudo -S -k -p "" id -un', `${own}\n`)).stdout).toBe('root\n')
    expect((await login('keys-only/admin', { privateKey: key('keys-only/admin') }, 'su app -c "id -un"', `${password('keys-only/app')}\n`)).stdout).toBe('app\n')
  })

  test('has a host that a person\'s own ssh reaches through another one', async () => {
    const way = await writeWayIn(lab, fleet)
    expect((await execute('ssh', ['-F', way.config, 'deploy@odd-behind', 'hostname; id -un'])).stdout).toBe('odd-behind\ndeploy\n')
    const asked = await execute('sshpass', ['-e', 'ssh', '-F', way.config, '-o', 'PubkeyAuthentication=no', 'app@odd-behind', 'id -un'], { SSHPASS: password('behind/app') })
    expect(asked.stdout).toBe('app\n')
    expect((await login('behind/deploy', { privateKey: key('behind/deploy') })).stderr).toContain('Connection refused')
  })

  test('can be had in part, with the same names and addresses', () => {
    const { hosts, passwords, networks } = makeOddFleet({ zone: 'dmz', subnet: 9, only: ['pwhistory', 'faillock'] })
    expect(hosts.map(({ name, address, zone }) => [name, address, zone])).toEqual([['dmz-faillock', '127.1.9.6', 'dmz'], ['dmz-pwhistory', '127.1.9.8', 'dmz']])
    expect(passwords.map(({ host, account }) => `${host}/${account}`)).toEqual(['dmz-faillock/app', 'dmz-pwhistory/app'])
    expect(networks).toEqual({ dmz: '127.1.9.0/24' })
    expect(() => makeOddFleet({ only: ['nothing'] })).toThrow('no odd host is called nothing: there are password, ')
    expect(() => makeOddFleet({ subnet: 256 })).toThrow('no network 127.1.256.0/24')
  })
})
