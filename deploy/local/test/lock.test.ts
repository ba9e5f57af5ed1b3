import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exclusively } from '../src/lock.ts'

let folder = ''
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'rekey-lock-')) })
afterAll(async () => await rm(folder, { recursive: true }))

test('two commands on one stack take turns', async () => {
  const file = join(folder, 'turns')
  const seen: string[] = []
  const turn = async (name: string) => await exclusively(file, 10, async () => {
    seen.push(`${name} begins`)
    await sleep(50)
    seen.push(`${name} ends`)
  })
  await Promise.all([turn('a'), turn('b')])
  expect(seen.map(line => line.slice(2))).toEqual(['begins', 'ends', 'begins', 'ends'])
  expect(seen[0]?.[0]).toBe(seen[1]?.[0])
})

test('who waits too long is told that another one is at work', async () => {
  const file = join(folder, 'long')
  await exclusively(file, 1, async () => {
    await expect(exclusively(file, 0, async () => await Promise.resolve())).rejects.toMatchObject({ code: 'stack/failed' })
  })
})

test('a failure of the work gives the lock back', async () => {
  const file = join(folder, 'failure')
  await expect(exclusively(file, 1, async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
  await expect(exclusively(file, 1, async () => await Promise.resolve('in'))).resolves.toBe('in')
})
