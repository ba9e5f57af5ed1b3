import { lstat, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ownFolder, readOwned, writeOwned } from '../src/files.ts'
import { layout } from '../src/layout.ts'
import { writeRedisConfig } from '../src/redis.ts'

/** Of a service that a thief has taken over. */
const service = 61_901
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekey-files-'))
  await mkdir(join(folder, 'others'), { mode: 0o755 })
  await writeFile(join(folder, 'others', 'file'), 'of others', { mode: 0o644 })
})
afterEach(async () => await rm(folder, { recursive: true }))

const of = async (path: string) => { const { uid, gid, mode } = await stat(join(folder, path)); return [uid, gid, (mode & 0o777).toString(8)] }

describe('a link where a service may put one', () => {
  test('is replaced by a file, and what it leads to stays as it was', async () => {
    await symlink('others/file', join(folder, 'secret'))
    await symlink('others/file', join(folder, 'secret.new'))
    await writeOwned(join(folder, 'secret'), 'a secret', service, 0o400)
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('a secret')
    expect((await lstat(join(folder, 'secret'))).isFile()).toBe(true)
    expect(await of('secret')).toEqual([service, service, '400'])
    expect(await readFile(join(folder, 'others', 'file'), 'utf8')).toBe('of others')
    expect(await of('others/file')).toEqual([0, 0, '644'])
  })

  test('is not taken for a folder, and what it leads to stays as it was', async () => {
    await symlink('others', join(folder, 'data'))
    await expect(ownFolder(join(folder, 'data'), service, 0o700)).rejects.toThrow()
    expect(await of('others')).toEqual([0, 0, '755'])
  })

  test('is not read', async () => {
    await symlink('others/file', join(folder, 'redis-password'))
    await expect(readOwned(join(folder, 'redis-password'))).rejects.toMatchObject({ code: 'ELOOP' })
  })
})

test('Redis has no choice of a name that is written again at the next start: only its data are in a folder of its own', async () => {
  const paths = layout(folder)
  await ownFolder(paths.secrets, 0, 0o711)
  await ownFolder(paths.secretsOf('api'), 0, 0o750, service)
  await writeRedisConfig(folder, service, 6379, [{ name: 'api', uid: service }])
  expect(await of('redis')).toEqual([0, service, '750'])
  expect(await readdir(paths.redis)).toEqual(['data', 'redis.conf', 'users.acl'])
  for (const file of ['redis/redis.conf', 'redis/users.acl', 'secrets/api/redis-password']) expect((await of(file)).slice(0, 2)).toEqual([service, service])
  expect(await of('redis/data')).toEqual([service, service, '700'])
})
