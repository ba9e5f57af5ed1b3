import { describe, expect, test } from '@jest/globals'
import { addressKey, RateLimit } from '../src/rate-limit.ts'

describe('a limit', () => {
  let now = 0
  const limit = () => new RateLimit({ perSecond: 2, burst: 3 }, () => now)

  test('lets a burst through, then as many as come back, and says how long to wait', () => {
    const requests = limit()
    expect([1, 2, 3, 4].map(() => requests.take('a'))).toEqual([0, 0, 0, 1])
    now += 500
    expect([requests.take('a'), requests.take('a')]).toEqual([0, 1])
    now += 60_000
    expect([1, 2, 3, 4].map(() => requests.take('a'))).toEqual([0, 0, 0, 1])
  })

  test('says to wait longer where requests come back slowly', () => {
    const requests = new RateLimit({ perSecond: 0.1, burst: 1 }, () => now)
    expect([requests.take('a'), requests.take('a')]).toEqual([0, 10])
  })

  test('is each caller\'s own', () => {
    const requests = limit()
    for (let n = 0; n < 100; n++) requests.take('flood')
    expect(requests.take('other')).toBe(0)
  })

  test('is given back, and never more than the burst', () => {
    const requests = limit()
    requests.giveBack('a')
    expect([1, 2, 3, 4].map(() => requests.take('a'))).toEqual([0, 0, 0, 1])
    requests.giveBack('a')
    expect(requests.take('a')).toBe(0)
  })

  test('keeps a flood\'s empty bucket while ten thousand others come by', () => {
    const requests = limit()
    for (let n = 0; n < 3; n++) requests.take('flood')
    for (let n = 0; n < 20_000; n++) {
      requests.take(`other ${n}`)
      if (n % 5000 === 0) expect(requests.take('flood')).toBe(1)
    }
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64']
])('%s stands for %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})
