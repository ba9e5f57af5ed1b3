import { chmod, chown, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { addStack, credential } from './given.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.add(credential)
  await addStack(shell, 'local', ['production', 'backup'])
})

describe('the login', () => {
  const reveal = async (...options: string[]) => await shell.rekey('reveal', 'production/web-1/deploy/ssh-key', '--public', ...options)
  const last = () => {
    const login = shell.logins.at(-1)
    if (login === undefined || !('password' in login)) throw new Error('nobody has logged in with a password')
    return { ...login, password: login.password.open() }
  }

  test('comes from the local stack, by the zone of the credential', async () => {
    await reveal()
    expect(last()).toEqual({ zone: 'production', vaultAddress: 'https://127.0.0.1:8200/local', caFile: join(shell.folder, '.rekey/local/ca.pem'), username: 'operator-production', password: 'password-of-production' })
  })

  test('comes from the stack that is named', async () => {
    await addStack(shell, 'demo', ['production'])
    await reveal('--stack', '.rekey/demo')
    expect(last().vaultAddress).toBe('https://127.0.0.1:8200/demo')
  })

  test('comes from the options alone, and the password from the person', async () => {
    const { err } = await reveal('--vault-addr', 'https://vault.example', '--ca-file', 'my-ca.pem', '--username', 'ada')
    expect(last()).toEqual({ zone: 'production', vaultAddress: 'https://vault.example', caFile: join(shell.folder, 'my-ca.pem'), username: 'ada', password: 'typed-password' })
    expect(err).toBe('Vault password of ada at https://vault.example: \n')
  })

  test('never sends the stack\'s password for another login', async () => {
    await reveal('--username', 'ada')
    expect(last()).toMatchObject({ username: 'ada', password: 'typed-password' })
  })

  test('takes the password from a file', async () => {
    await writeFile(join(shell.folder, 'mine'), 'from a file\n')
    await reveal('--username', 'ada', '--password-file', 'mine')
    expect(last().password).toBe('from a file')
  })

  describe('never follows a stack that was merely found', () => {
    const dir = () => join(shell.folder, '.rekey', 'local')
    test.each<[string, () => Promise<void>]>([
      ['and is somebody else\'s', async () => { await chown(join(shell.folder, '.rekey'), 61_901, 61_901) }],
      ['and whose record is somebody else\'s', async () => { await chown(join(dir(), 'stack.json'), 61_901, 61_901) }],
      ['and that others can write', async () => { await chmod(dir(), 0o777) }],
      ['through a link', async () => {
        await rename(dir(), join(shell.folder, 'elsewhere'))
        await symlink('../elsewhere', dir())
      }]
    ])('%s', async (_what, spoil) => {
      await spoil()
      const said = await reveal('--username', 'ada')
      expect(said).toMatchObject({ code: 1, err: expect.stringContaining('--stack') })
      expect(said.err).not.toContain('password of')
      expect(shell.logins).toEqual([])
    })
  })

  test('sends no file from outside the stack as its password, nor through a link in it', async () => {
    await writeFile(join(shell.folder, 'id_ed25519'), 'my own key')
    for (const spoil of [
      async () => await addStack(shell, 'local', ['production'], join(shell.folder, 'id_ed25519')),
      async () => {
        await symlink('../../id_ed25519', join(shell.folder, '.rekey/local/password'))
        await addStack(shell, 'local', ['production'], join(shell.folder, '.rekey/local/password'))
      }
    ]) {
      await spoil()
      for (const options of [[], ['--stack', '.rekey/local']]) expect(await reveal(...options)).toMatchObject({ code: 1, err: expect.stringContaining('stack.json') })
      expect(shell.logins).toEqual([])
    }
  })

  test.each([
    ['there is no stack and no address', async () => { shell = await Shell.start() }, [], 2, '--vault-addr'],
    ['the named stack is not there', () => Promise.resolve(), ['--stack', 'elsewhere'], 2, 'elsewhere'],
    ['there is no terminal to ask on', async () => { await Promise.resolve(); shell.password = undefined }, ['--username', 'ada'], 2, '--password-file'],
    ['the password file is not there', () => Promise.resolve(), ['--password-file', 'nowhere'], 1, 'nowhere'],
    ['the stack has no such zone', async () => { await addStack(shell, 'local', ['backup']) }, [], 2, 'no zone production, but backup'],
    ['the stack\'s record is damaged', async () => { await writeFile(join(shell.folder, '.rekey/local/stack.json'), '{}') }, [], 1, 'stack.json']
  ])('is refused with the way out when %s', async (_what, given: () => Promise<void>, options, code, wayOut) => {
    await given()
    const said = await reveal(...options)
    expect(said).toMatchObject({ code, out: '', err: expect.stringContaining(wayOut) })
  })
})
