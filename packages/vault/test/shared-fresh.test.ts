import { expect, test } from '@jest/globals'
import { sharedFresh } from '../src/shared-fresh.ts'

/** A reader whose reads end when they are told to. */
function gated () {
  const ends: Array<(error?: Error) => void> = []
  const read = sharedFresh(async () => {
    const number = ends.length + 1
    return await new Promise<number>((resolve, reject) => { ends.push((error) => { if (error === undefined) resolve(number); else reject(error) }) })
  })
  const settled = async () => await new Promise((resolve) => { setImmediate(resolve) })
  return { ends, read, settled }
}

test('whoever asks while a read is under way gets the next one, which all who wait share', async () => {
  const { ends, read, settled } = gated()
  const first = read()
  await settled()
  const crowd = Array.from({ length: 50 }, async () => await read())
  await settled()
  expect(ends).toHaveLength(1)
  ends[0]?.()
  expect(await first).toBe(1)
  await settled()
  const late = read()
  await settled()
  expect(ends).toHaveLength(2)
  ends[1]?.()
  expect(new Set(await Promise.all(crowd))).toEqual(new Set([2]))
  await settled()
  ends[2]?.()
  expect(await late).toBe(3)
})

test('a read that fails is told to those who shared it, and to nobody after them', async () => {
  const { ends, read, settled } = gated()
  const first = read()
  await settled()
  const second = read()
  ends[0]?.(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await settled()
  ends[1]?.()
  expect(await second).toBe(2)
})
