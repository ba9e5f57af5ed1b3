import { expect, test } from '@jest/globals'
import { nextHeartbeat } from '@rekey/domain'

const start = Date.parse('2026-01-02T03:04:05Z')

/** As if each were done at its very time. */
function nextOf (host: number, verified: number, everySeconds: number, tried: number | null = null): number {
  const verification = { verifiedAt: new Date(verified).toISOString(), heartbeat: tried === null ? null : { at: new Date(tried).toISOString(), outcome: 'unreachable' as const } }
  return nextHeartbeat({ zone: 'production', host: `web-${host}`, account: 'deploy', name: 'ssh-key' }, verification, everySeconds).getTime()
}

test.each([60, 3600, 86_400])('ten thousand credentials that were verified at once are spread evenly over %d seconds', (everySeconds) => {
  const parts = 20
  const counts = Array<number>(parts).fill(0)
  for (let host = 0; host < 10_000; host += 1) {
    const wait = nextOf(host, start, everySeconds) - start
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(everySeconds * 1000)
    const part = Math.min(parts - 1, Math.floor(wait / everySeconds / 1000 * parts))
    counts[part] = (counts[part] ?? 0) + 1
  }
  // 500 each, and the odds against a hundred more or less of them are more than a million to one.
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(110)
})

test('of whatever time, there is one heartbeat in an interval, and it is always at the same time of it', () => {
  for (let host = 0; host < 200; host += 1) {
    const everySeconds = 10 + host * 997 % 100_000
    let at = start + host * 12_345
    const first = nextOf(host, at, everySeconds)
    for (let beat = 0; beat < 5; beat += 1) {
      at = nextOf(host, at, everySeconds)
      expect((at - first) % (everySeconds * 1000)).toBe(0)
      expect(at).toBe(first + beat * everySeconds * 1000)
    }
    // One that came to nothing counts as well.
    expect(nextOf(host, start, everySeconds, at)).toBe(at + everySeconds * 1000)
  }
})
