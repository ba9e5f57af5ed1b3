import { expect, test } from '@jest/globals'
import type { VaultClient } from '../src/client.ts'
import { createJournal } from '../src/index.ts'

test('visits that ask for the zone\'s policy at the same time cost two readings, and what is written between two is seen by the later one', async () => {
  let observe = false
  const reads: string[] = []
  const read = async (path: string[]): Promise<unknown> => {
    reads.push(path.join('/'))
    const seen = observe
    await new Promise((resolve) => { setImmediate(resolve) })
    if (path.includes('in-force')) return undefined
    return { data: { observe: seen }, metadata: { version: 1, created_time: '' } }
  }
  const journal = createJournal({ client: { read } as unknown as VaultClient, zone: 'production' })
  const early = journal.policy()
  await Promise.resolve()
  observe = true
  const late = await Promise.all(Array.from({ length: 16 }, async () => await journal.policy()))
  expect((await early).observe).toBe(false)
  expect(late.map((policy) => policy.observe)).toEqual(late.map(() => true))
  expect(reads.map((path) => path.replace('rekey-production/data/', ''))).toEqual(['policies/default', 'in-force/policy', 'policies/default', 'in-force/policy'])
})
