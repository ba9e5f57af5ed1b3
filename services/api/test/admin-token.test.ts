import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { readAdminToken } from '../src/admin-token.ts'
import { startApi } from './client.ts'
import { noon } from './memory-ports.ts'

const hash = 'a'.repeat(64)
let dir: string
let file: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rekey-admin-'))
  file = join(dir, 'admin-token-sha256')
})
afterEach(async () => {
  jest.restoreAllMocks()
  await rm(dir, { recursive: true, force: true })
})

/** Time passes for whoever asks how much has. */
function pass (milliseconds: number): void {
  const now = performance.now() + milliseconds
  jest.spyOn(performance, 'now').mockImplementation(() => now)
}

test('the set-up\'s token is refused from its end on, and whoever shows it hears why', async () => {
  const api = await startApi()
  api.world.adminEndsAt = new Date(noon.getTime() + 1000).toISOString()
  expect((await api.get('/v1/hosts')).status).toBe(200)
  api.world.now = new Date(noon.getTime() + 1000)
  expect(await api.get('/v1/hosts')).toMatchObject({ status: 401, body: { code: 'auth/missing', detail: expect.stringContaining('the set-up\'s admin token has ended at') as unknown } })
  expect((await api.get('/v1/hosts', { authorization: 'Bearer something-else' })).body).toMatchObject({ detail: expect.stringContaining('no token of this API') as unknown })
})

test.each([
  ['a hash alone, which never ends', `${hash.toUpperCase()}\n`, undefined],
  ['a hash and when it ends', `${hash} 2026-06-01T00:00:00Z\n`, '2026-06-01T00:00:00Z']
])('the file of its hash holds %s', async (_what, text, endsAt) => {
  await writeFile(file, text)
  expect(readAdminToken(file)()).toEqual({ hash, endsAt })
})

test.each(['', 'f'.repeat(63), `${hash} soon`, `${hash} 2026-06-01`, `${hash} 2026-99-01T00:00:00Z`, `${hash} 2026-06-01T00:00:00Z more`])('a file that says %j keeps the API from starting', async text => {
  await writeFile(file, text)
  expect(() => readAdminToken(file)).toThrow(expect.objectContaining({ code: 'config/invalid' }))
})

test('another token counts a second later without a restart, and one that is half written or gone changes nothing', async () => {
  await writeFile(file, hash)
  const read = readAdminToken(file)
  const next = { hash: 'b'.repeat(64), endsAt: '2026-06-01T00:00:00Z' }
  await writeFile(file, `${next.hash} ${next.endsAt}`)
  expect(read().hash).toBe(hash)
  pass(1000)
  expect(read()).toEqual(next)
  await writeFile(file, 'half')
  pass(1000)
  expect(read()).toEqual(next)
  await rm(file)
  pass(1000)
  expect(read()).toEqual(next)
})
