import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => { shell = await Shell.start() })

const place = ['--vault-addr', 'https://vault.example', '--username', 'ada']
const file = () => join(shell.folder, 'run', 'rekey', 'vault-login.json')
const reveal = async (...options: string[]) => await shell.rekey('reveal', 'production/web-1/deploy/ssh-key', ...options)

test('a login is kept in a file that only its person can read, used without a password, and revoked', async () => {
  const { code, out, err } = await shell.rekey('login', ...place)
  expect([code, out]).toEqual([0, expect.stringMatching(/^You are ada at https:\/\/vault\.example until /)])
  expect(err).not.toContain('the-vault-token')
  expect([(await stat(file())).mode & 0o777, (await stat(join(file(), '..'))).mode & 0o777]).toEqual([0o600, 0o700])
  expect(await readFile(file(), 'utf8')).not.toContain('typed-password')
  shell.password = undefined
  for (const options of [[], place]) {
    await reveal(...options)
    expect(shell.logins.at(-1)).toMatchObject({ zone: 'production', vaultAddress: 'https://vault.example', username: 'ada', token: { open: expect.any(Function) as unknown } })
  }
  expect(await shell.rekey('logout')).toMatchObject({ code: 0, out: 'You are logged out of https://vault.example.\n' })
  expect(shell.loggedOut.map(({ token }) => token.open())).toEqual(['the-vault-token'])
  expect(await reveal(...place)).toMatchObject({ code: 2, err: expect.stringContaining('--password-file') as unknown })
  expect(await shell.rekey('logout')).toMatchObject({ code: 0, out: 'You were not logged in.\n' })
})

test.each([
  ['another person', ['--vault-addr', 'https://vault.example', '--username', 'bob']],
  ['another Vault', ['--vault-addr', 'https://elsewhere.example', '--username', 'ada']]
])('a login is not shown to %s', async (_, options) => {
  await shell.rekey('login', ...place)
  await reveal(...options)
  expect(shell.logins.at(-1)).not.toHaveProperty('token')
})

test('a login that others can read is refused', async () => {
  await shell.rekey('login', ...place)
  await chmod(file(), 0o644)
  expect(await reveal()).toMatchObject({ code: 1, err: expect.stringContaining('is not yours alone') as unknown })
})

test('a wrong password leaves nothing behind, and a Vault that is away still forgets', async () => {
  shell.vault = 'forbidden'
  expect((await shell.rekey('login', ...place)).code).toBe(1)
  await expect(stat(file())).rejects.toThrow()
  shell.vault = 'up'
  await shell.rekey('login', ...place)
  shell.vault = 'sealed'
  expect(await shell.rekey('logout')).toMatchObject({ code: 1, err: expect.stringContaining('it ends by itself at') as unknown })
  await expect(stat(file())).rejects.toThrow()
})
