import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freeSubnet, makeKey, startLab, type CommandResult, type HostSpec, type Lab } from '../src/index.ts'
import { closedFolder, ssh } from './stock-ssh.ts'

const key = makeKey()
const password = 'Old-1'

let folder: Awaited<ReturnType<typeof closedFolder>>
let lab: Lab

function host (subnet: number, number: number, special: Pick<HostSpec, 'name' | 'pam' | 'sshdConfig'>): HostSpec {
  const { name, pam, ...rest } = special
  const accounts = ['deploy', 'app'].map((name) => ({ name, authorizedKeys: `${key.publicKey}\n`, password }))
  return { name, address: `127.1.${subnet}.${number}`, accounts, pam: { noDelay: true, ...pam }, ...rest }
}

beforeAll(async () => {
  folder = await closedFolder()
  const subnet = await freeSubnet(220, 240)
  lab = await startLab({
    dir: join(folder.path, 'lab'),
    hosts: [
      host(subnet, 1, { name: 'counting', pam: { faillock: { deny: 3, unlockSeconds: 0 } }, sshdConfig: ['KbdInteractiveAuthentication yes'] }),
      host(subnet, 2, { name: 'strict', pam: { pwquality: { minlen: 16, minclass: 3, enforce_for_root: true } } }),
      host(subnet, 3, { name: 'remembering', pam: { pwhistory: { remember: 3 } } }),
      host(subnet, 4, { name: 'both', pam: { pwquality: { minlen: 8 }, pwhistory: { remember: 3 }, faillock: { deny: 3 } } }),
      host(subnet, 5, { name: 'two-factor', sshdConfig: ['AuthenticationMethods publickey,password'] }),
      host(subnet, 6, { name: 'asking', sshdConfig: ['PasswordAuthentication no', 'KbdInteractiveAuthentication yes'] })
    ]
  })
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

async function login (name: string, password: string, passwordMethod: 'password' | 'keyboard-interactive' = 'password'): Promise<CommandResult> {
  return await ssh(folder.path, lab.host(name), { account: 'deploy', password, passwordMethod }, 'id -un')
}

async function passwd (name: string, ...lines: string[]): Promise<CommandResult> {
  return await ssh(folder.path, lab.host(name), { account: 'deploy', privateKey: key.privateKey }, 'LC_ALL=C passwd', lines.map((line) => `${line}\n`).join(''))
}

describe('faillock on a lab host', () => {
  test('closes an account after three wrong passwords, says so when it is asked by keyboard-interactive, and opens it at a reset', async () => {
    const counting = lab.host('counting')
    await Promise.all(['a', 'b', 'c'].map(async (wrong) => await login('counting', wrong)))
    expect((await counting.run('faillock --user deploy')).stdout.match(/RHOST/g)).toHaveLength(3)
    expect((await login('counting', password)).code).toBe(255)
    const asked = await login('counting', password, 'keyboard-interactive')
    expect(asked.code).toBe(255)
    expect(asked.stderr).toContain('The account is locked due to 3 failed logins.')
    expect((await ssh(folder.path, counting, { account: 'app', password }, 'id -un')).stdout).toBe('app\n')
    expect((await ssh(folder.path, counting, { account: 'deploy', privateKey: key.privateKey }, '/usr/sbin/faillock --user deploy --reset')).code).toBe(0)
    expect((await login('counting', password)).stdout).toBe('deploy\n')
  })

  test('forgets at a right password, not at a login by key, and counts for this host only', async () => {
    await login('both', 'wrong')
    await ssh(folder.path, lab.host('both'), { account: 'deploy', privateKey: key.privateKey }, 'true')
    expect((await lab.host('both').run('faillock --user deploy')).stdout.match(/RHOST/g)).toHaveLength(1)
    expect((await login('both', password)).code).toBe(0)
    expect((await lab.host('both').run('faillock --user deploy')).stdout).not.toContain('RHOST')
    expect(existsSync('/run/faillock/deploy')).toBe(false)
  })
})

describe('pwquality on a lab host', () => {
  test('refuses a short new password and takes a long one', async () => {
    const short = await passwd('strict', password, 'Fourteen-chars', 'Fourteen-chars', 'Fourteen-chars')
    expect(short.code).toBe(10)
    expect(short.stderr).toContain('BAD PASSWORD: The password is shorter than 16 characters')
    expect((await passwd('strict', password, 'without-capitals-or-digits', 'without-capitals-or-digits')).stderr)
      .toContain('BAD PASSWORD: The password contains less than 3 character classes')
    expect((await passwd('strict', password, 'Seventeen-chars-17', 'Seventeen-chars-17')).code).toBe(0)
    expect((await login('strict', 'Seventeen-chars-17')).stdout).toBe('deploy\n')
  })

  test('holds for root where it is told to', async () => {
    expect((await lab.host('strict').run('chpasswd', 'app:abc\n')).code).toBe(1)
    expect((await lab.host('both').run('chpasswd', 'app:abc\n')).code).toBe(0)
  })

  test('is nothing that the machine itself has', async () => {
    expect((await lab.host('remembering').run('cat /etc/pam.d/common-password')).stdout).not.toContain('pwquality')
    expect((await lab.host('two-factor').run('cat /etc/pam.d/common-password')).stdout).not.toContain('pwhistory')
  })
})

test.each(['remembering', 'both'])('pwhistory refuses an old password, also the one that the host came up with: %s', async (name) => {
  expect((await passwd(name, password, 'Fresh-Password-1', 'Fresh-Password-1')).code).toBe(0)
  expect((await passwd(name, 'Fresh-Password-1', 'Fresh-Password-2', 'Fresh-Password-2')).code).toBe(0)
  const again = await passwd(name, 'Fresh-Password-2', 'Fresh-Password-1', 'Fresh-Password-1')
  expect(again.code).toBe(10)
  expect(again.stderr).toContain('Password has been already used. Choose another.')
  expect((await login(name, 'Fresh-Password-2')).code).toBe(0)
})

describe('sshd on a lab host', () => {
  test('wants key and password where two factors are asked for', async () => {
    const host = lab.host('two-factor')
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey, password }, 'id -un')).stdout).toBe('deploy\n')
    expect((await ssh(folder.path, host, { account: 'deploy', privateKey: key.privateKey }, 'id -un')).code).toBe(255)
    expect((await ssh(folder.path, host, { account: 'deploy', password }, 'id -un')).code).toBe(255)
  })

  test('takes a password by keyboard-interactive only, where it is told to', async () => {
    expect((await login('asking', password)).stderr).toContain('Permission denied (publickey,keyboard-interactive)')
    expect((await login('asking', password, 'keyboard-interactive')).stdout).toBe('deploy\n')
    const [verdict] = (await lab.host('asking').connections()).at(-1)?.verdicts ?? []
    expect(verdict).toEqual({ verdict: 'accepted', method: 'keyboard-interactive/pam', account: 'deploy', fingerprint: '' })
  })
})
