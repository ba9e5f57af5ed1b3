import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { asPerson } from '../src/api/as-person.ts'
import { addStack } from './given.ts'
import { Shell } from './shell.ts'

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  shell.api.answers.set('GET /v1/orders', [{ status: 200, body: { items: [], next: null } }])
})

const addStackWithToken = async () => {
  await addStack(shell, 'local', ['production'])
  for (const [file, text] of [['ca.pem', 'the-ca'], ['admin-token', 'the-token-of-local']] as const) await writeFile(join(shell.folder, '.rekey', 'local', file), text)
}
const logIn = async () => await shell.rekey('login', '--vault-addr', 'https://vault.example', '--username', 'ada')
const orders = async (...options: string[]) => await shell.rekey('orders', ...options)

test('whoever is logged in asks the API as himself when there is no token', async () => {
  await logIn()
  expect(await orders('--api-addr', 'https://rekey.example')).toMatchObject({ code: 0 })
  expect(await shell.bearer()).toBe('identity-1')
  expect(shell.identitiesFor).toMatchObject([{ vaultAddress: 'https://vault.example', username: 'ada' }])
})

test('a token that is named is sent, unless he says that he asks as himself', async () => {
  await addStackWithToken()
  await logIn()
  await orders()
  expect(await shell.bearer()).toBe('the-token-of-local')
  await orders('--as-person')
  expect(await shell.bearer()).toBe('identity-1')
})

test.each([
  ['no token and no login', ['--api-addr', 'https://rekey.example'], 'log in with rekey login'],
  ['a stack and no login', ['--as-person'], 'log in with rekey login']
])('with %s he is told what to do', async (_what, options, says) => {
  await addStackWithToken()
  expect(await orders(...options)).toMatchObject({ code: 2, err: expect.stringContaining(says) as unknown })
  expect(shell.apiLogins).toEqual([])
})

test('the identity token is in no file', async () => {
  await logIn()
  await orders('--api-addr', 'https://rekey.example')
  await shell.bearer()
  await rm(join(shell.folder, 'run', 'rekey', 'vault-login.json'))
  expect(await orders('--api-addr', 'https://rekey.example')).toMatchObject({ code: 2 })
})

describe('the identity token', () => {
  const login = { vaultAddress: 'https://vault.example', caFile: undefined, username: 'ada', token: undefined as never }
  /** @param lives how long each token lasts, in seconds */
  const source = (...lives: Array<number | Error>) => {
    let asked = 0
    return asPerson(login, {
      identityToken: async () => {
        await Promise.resolve()
        const life = lives[asked++]
        if (life === undefined || life instanceof Error) throw life ?? new Error('asked once more')
        return { token: { open: () => `identity-${asked}` } as never, ttlSeconds: life }
      }
    })
  }
  const told = async (next: ReturnType<typeof source>) => (await next()).open()

  test('is fetched once for requests at the same time, and used while it lasts', async () => {
    const next = source(300)
    expect(await Promise.all([told(next), told(next)])).toEqual(['identity-1', 'identity-1'])
    expect(await told(next)).toBe('identity-1')
  })

  test('is fetched anew before its end', async () => {
    const next = source(30, 300)
    expect([await told(next), await told(next), await told(next)]).toEqual(['identity-1', 'identity-2', 'identity-2'])
  })

  test('is asked for again after Vault has refused', async () => {
    const next = source(new Error('sealed'), 300)
    await expect(next()).rejects.toThrow('sealed')
    expect(await told(next)).toBe('identity-2')
  })
})
