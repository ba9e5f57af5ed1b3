import { chmod, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
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

describe('by a browser', () => {
  const port = 18250
  const back = async (query: string) => await fetch(`http://127.0.0.1:${port}/oidc/callback?${query}`)
  const logIn = (...options: string[]) => shell.rekey('login', '--vault-addr', 'https://vault.example', '--oidc', '--oidc-port', String(port), ...options)
  /** Until the command listens. */
  async function shown (): Promise<void> {
    while (await fetch(`http://127.0.0.1:${port}/`).then(({ status }) => status, () => 0) !== 404) await new Promise((resolve) => { setTimeout(resolve, 10) })
  }

  test('a person who comes back from the provider\'s page is logged in, as whom Vault says', async () => {
    const typed = logIn('--oidc-role', 'people', '--oidc-mount', 'sso')
    await shown()
    expect((await back('state=st_1&code=c0de')).status).toBe(200)
    const { code, out, err } = await typed
    expect([code, out]).toEqual([0, expect.stringMatching(/^You are oidc-ada at https:\/\/vault\.example until /)])
    expect(err).toContain('https://sso.example/auth?state=st_1')
    expect(out + err).not.toContain('token-for')
    expect(shell.oidc).toEqual([{ address: 'https://vault.example', caFile: undefined, mount: 'sso', role: 'people', redirectUri: `http://localhost:${port}/oidc/callback` }])
    await reveal()
    expect(shell.logins.at(-1)).toMatchObject({ vaultAddress: 'https://vault.example', username: 'oidc-ada' })
  })

  test('what comes back for another login is not taken, and the login goes on', async () => {
    const typed = logIn()
    await shown()
    expect((await back('state=of-somebody-else&code=theirs')).status).toBe(404)
    expect((await back('state=st_1&code=mine')).status).toBe(200)
    expect((await typed).code).toBe(0)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({ token: 'token-for-mine' })
  })

  test('whom the provider refuses is told so, and nothing is kept', async () => {
    const typed = logIn()
    await shown()
    await back('state=st_1&error=access_denied')
    expect(await typed).toMatchObject({ code: 1, err: expect.stringContaining('the provider did not let you in') as unknown })
    await expect(stat(file())).rejects.toThrow()
  })

  test('a port that is taken, and options that don\'t go together, are said', async () => {
    const first = logIn()
    await shown()
    expect(await logIn()).toMatchObject({ code: 2, err: expect.stringContaining('--oidc-port') as unknown })
    await back('state=st_1&code=c')
    await first
    expect(await logIn('--username', 'ada')).toMatchObject({ code: 2, err: expect.stringContaining('leave --username') as unknown })
  })
})
