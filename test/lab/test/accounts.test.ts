import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freeSubnet, makeKey, startLab, type AccountSpec, type CommandResult, type Lab } from '../src/index.ts'
import { closedFolder, ssh, type Login } from './stock-ssh.ts'

const key = makeKey()
const password = 'Old-Password-1'

/** An account with a password and a key, and what is special about it. */
function account (name: string, special: Partial<AccountSpec>): AccountSpec {
  return { name, authorizedKeys: `${key.publicKey}\n`, password, ...special }
}

let folder: Awaited<ReturnType<typeof closedFolder>>
let lab: Lab

beforeAll(async () => {
  folder = await closedFolder()
  const accounts = [
    account('plain', {}),
    account('admin', { sudo: 'nopasswd' }),
    account('operator', { sudo: 'password' }),
    account('expired', { passwordAge: { lastChanged: 0 } }),
    account('young', { passwordAge: { minDays: 1 } }),
    account('closed', { passwordAge: { accountExpires: 1 } }),
    account('locked', { locked: true }),
    account('service', { shell: '/usr/sbin/nologin' }),
    account('forced', { authorizedKeys: `restrict,command="/usr/bin/printf 'only this: %s' \\"$SSH_ORIGINAL_COMMAND\\"" ${key.publicKey}\n` })
  ]
  lab = await startLab({ dir: join(folder.path, 'lab'), hosts: [{ name: 'one', address: `127.1.${await freeSubnet(220, 240)}.1`, accounts, pam: { noDelay: true } }] })
})

afterAll(async () => {
  await lab.stop()
  await folder.remove()
})

async function byKey (name: string, command: string, input = ''): Promise<CommandResult> {
  return await ssh(folder.path, lab.host('one'), { account: name, privateKey: key.privateKey }, command, input)
}

async function byPassword (name: string, command: string, more: Partial<Login> = {}): Promise<CommandResult> {
  return await ssh(folder.path, lab.host('one'), { account: name, password, ...more }, command)
}

describe('an account of a lab host', () => {
  test('becomes root by the real sudo without a question, where it may', async () => {
    expect(await byKey('admin', 'sudo -n id -u')).toEqual({ code: 0, stdout: '0\n', stderr: '' })
    expect((await byKey('plain', 'sudo -n id -u')).stderr).toContain('a password is required')
  })

  test('becomes root by its own password, and neither without nor with a wrong one', async () => {
    const asked = await Promise.all([
      byKey('operator', 'sudo -n id -u'),
      byKey('operator', 'sudo -S -k -p "" id -u', `${password}\n`),
      byKey('operator', 'sudo -S -k -p "" id -u', 'wrong\n'),
      byKey('plain', 'sudo -S -k -p "" id -u', `${password}\n`)
    ])
    expect(asked.map(({ code, stdout }) => [code, stdout])).toEqual([[1, ''], [0, '0\n'], [1, ''], [1, '']])
    expect(asked[3].stderr).toContain('plain is not in the sudoers file')
  })

  test('is root by su with root\'s password only', async () => {
    await lab.host('one').run('chpasswd', 'root:Root-Password-1\n')
    expect((await byKey('plain', 'su root -c "id -u"', 'Root-Password-1\n')).stdout).toBe('0\n')
    expect((await byKey('plain', 'su root -c "id -u"', `${password}\n`)).code).toBe(1)
  })

  test('whose password has expired gets in and is made to change it, by key too', async () => {
    const refused = await byKey('expired', 'id -un')
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('Password change required but no TTY available.')
    expect((await byKey('expired', 'passwd', `${password}\nFresh-Password-1\nFresh-Password-1\n`)).code).toBe(1)
    expect((await lab.host('one').run('passwd -S expired')).stdout).toMatch(/^expired P (1970-01-01|01\/01\/1970) /)
  })

  test('whose password is too young can\'t change it', async () => {
    const result = await byKey('young', 'LC_ALL=C passwd', `${password}\nFresh-Password-1\nFresh-Password-1\n`)
    expect(result.code).toBe(10)
    expect(result.stderr).toContain('You must wait longer to change your password.')
    expect((await byPassword('young', 'id -un')).stdout).toBe('young\n')
  })

  test('that has expired lets neither key nor password in', async () => {
    for (const { code, stderr } of [await byKey('closed', 'true'), await byPassword('closed', 'true')]) {
      expect(code).toBe(255)
      expect(stderr).toContain('Your account has expired')
    }
  })

  test('that is locked takes the key and not the password', async () => {
    expect((await byKey('locked', 'id -un')).stdout).toBe('locked\n')
    expect((await byPassword('locked', 'id -un')).code).toBe(255)
    expect((await lab.host('one').run('passwd -S locked')).stdout).toMatch(/^locked L /)
  })

  test('without a shell logs in and can do nothing', async () => {
    expect(await byPassword('service', 'id')).toMatchObject({ code: 1, stdout: 'This account is currently not available.\n' })
  })

  test('with a forced command runs that and no other', async () => {
    expect((await byKey('forced', 'id -un')).stdout).toBe('only this: id -un')
    expect((await byPassword('forced', 'id -un')).stdout).toBe('forced\n')
  })
})
