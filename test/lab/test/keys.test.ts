import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { makeKey, publicKeyOf, type KeyType } from '../src/index.ts'
import { closedFolder, execute } from './stock-ssh.ts'

let folder: Awaited<ReturnType<typeof closedFolder>>
beforeAll(async () => { folder = await closedFolder() })
afterAll(async () => { await folder.remove() })

describe('a key of the lab', () => {
  test.each(['ed25519', 'ecdsa-p256', 'rsa-3072'] satisfies KeyType[])('of type %s is read by ssh-keygen, with its comment and fingerprint', async (type) => {
    const key = makeKey(type, 'somebody@somewhere')
    const file = join(folder.path, type)
    await writeFile(file, key.privateKey, { mode: 0o600 })
    expect((await execute('ssh-keygen', ['-y', '-f', file])).stdout).toBe(`${key.publicKey} somebody@somewhere\n`)
    expect((await execute('ssh-keygen', ['-l', '-f', file])).stdout).toContain(` ${key.fingerprint} somebody@somewhere (`)
  })

  test('is well formed also where a number begins with zero bits, as every 256th does', () => {
    const keys = Array.from({ length: 2000 }, (_, index) => makeKey(index % 2 === 0 ? 'ed25519' : 'ecdsa-p256'))
    for (const key of keys) expect(publicKeyOf(key.privateKey)).toBe(key.publicKey)
    const lengths = new Set(keys.map((key) => Buffer.from(key.publicKey.split(' ')[1] ?? '', 'base64').length))
    expect([...lengths].sort()).toEqual([104, 51])
  })
})
