import * as crypto from 'node:crypto'
import { beforeAll, beforeEach, expect, jest, test } from '@jest/globals'

/*
 * How long a refusal takes tells nothing of a token: what was presented is hashed, and hashes are compared by what takes the same time however many of their bytes agree. A
 * clock can't show that in a test, so this looks at what is compared, and by what.
 */

const compared: Array<readonly [Buffer, Buffer]> = []
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  timingSafeEqual: (one: Buffer, other: Buffer): boolean => {
    compared.push([one, other])
    return crypto.timingSafeEqual(one, other)
  }
}))

const hashOf = (text: string): string => crypto.createHash('sha256').update(text).digest('hex')

type Start = typeof import('./client.ts').startApi
let startApi: Start
beforeAll(async () => { ({ startApi } = await import('./client.ts')) })
beforeEach(() => { compared.length = 0 })

test('tokens of the API are compared by their hashes, in constant time, whoever they are of', async () => {
  const api = await startApi()
  const { body: { token } } = await api.post('/v1/tokens', { name: 'ci', role: 'viewer', zones: ['production'] }) as unknown as { body: { token: string } }
  const wrongSecret = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')
  for (const [presented, status] of [[token, 200], [wrongSecret, 401], ['nonsense', 401], [token.slice(0, 20), 401]] as const) {
    compared.length = 0
    const answer = await api.get('/v1/hosts', { authorization: `Bearer ${presented}` })
    expect([presented, answer.status]).toEqual([presented, status])
    // With the set-up's token, and with one of that id where there is one: each time the whole hash of what was presented.
    expect(compared.length).toBeGreaterThanOrEqual(presented.length === token.length ? 2 : 1)
    for (const pair of compared) {
      expect(pair.map(({ length }) => length)).toEqual([32, 32])
      expect(pair.map((side) => side.toString('hex'))).toContain(hashOf(presented))
    }
  }
})
