import * as crypto from 'node:crypto'
import { beforeAll, expect, jest, test } from '@jest/globals'

/* The same of a broker as services/api/test/constant-time.test.ts has of the API. */

const compared: Array<readonly [Buffer, Buffer]> = []
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  timingSafeEqual: (one: Buffer, other: Buffer): boolean => {
    compared.push([one, other])
    return crypto.timingSafeEqual(one, other)
  }
}))

let world: typeof import('./world.ts')
beforeAll(async () => { world = await import('./world.ts') })

test('the secret of a lease is compared by its hash, in constant time, also where it is of another form', async () => {
  const { take, ask } = await world.startBroker(new world.World())
  const { body: { id, secret } } = await take()
  for (const [presented, status] of [['x', 404], [`${secret}x`, 404], [secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A'), 404], [secret, 200]] as const) {
    compared.length = 0
    expect((await ask('DELETE', `/v1/leases/${id}`, presented)).status).toBe(status)
    expect(compared.map((pair) => pair.map((side) => side.toString('hex')))).toEqual([[hashOf(presented), hashOf(secret)]])
  }
})

function hashOf (text: string): string {
  return crypto.createHash('sha256').update(text).digest('hex')
}
