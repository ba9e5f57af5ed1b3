import { median, summarise } from '@rekey/bench'
import type { Round } from '@rekey/bench'

function round (rotationSeconds: number, floorSeconds: number, more: Partial<Round> = {}): Round {
  return { rotationSeconds, floorSeconds, settled: 50, connections: 150, vaultWrites: 350, vaultReads: 400, vaultRequests: { 'update states': 50, 'read credentials': 100 }, cpu: { hosts: 4500, floorHosts: 3000, vault: 1500, worker: 1000 }, ...more }
}

test.each([
  [[7], 7],
  [[9, 1], 5],
  [[3, 1, 2], 2],
  [[10, 9, 100, 1], 9.5],
  [[5, 4, 3, 2, 1], 3]
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected)
})

test('no values have no median', () => {
  expect(() => median([])).toThrow(RangeError)
})

test('the median leaves the values in their order', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})

test('a ratio is taken within its round, so a slow moment of the machine counts on both sides of it', () => {
  const { ratios, ratio, rotationsPerSecond, floorPerSecond } = summarise([round(5, 4), round(50, 40), round(4, 3.2)])
  expect(ratios).toEqual([0.8, 0.8, 0.8])
  expect(ratio).toBe(0.8)
  expect(rotationsPerSecond).toBe(10)
  expect(floorPerSecond).toBe(12.5)
})

test('the ratio is the median of the rounds, not the ratio of the medians', () => {
  expect(summarise([round(10, 9), round(10, 5), round(2, 1.2)]).ratio).toBe(0.6)
})

test('CPU time is told for one rotation, part by part', () => {
  expect(summarise([round(5, 4), round(5, 4)]).cpuMillisecondsPerRotation).toEqual({ hosts: 90, floorHosts: 60, vault: 30, worker: 20 })
})

test('what is counted is divided by the rotations of all rounds', () => {
  const rounds = [
    round(5, 4), round(5, 4, { connections: 153, vaultWrites: 360, vaultReads: 411 }),
    round(5, 4, { settled: 20, connections: 60, vaultWrites: 140, vaultReads: 161, vaultRequests: { 'read credentials': 40, 'list orders': 6 } })
  ]
  const { vaultRequestsPerRotation, ...counts } = summarise(rounds)
  expect(counts).toMatchObject({ connectionsPerRotation: 3.025, vaultWritesPerRotation: 7.08, vaultReadsPerRotation: 8.1 })
  expect(Object.entries(vaultRequestsPerRotation)).toEqual([['read credentials', 2], ['update states', 0.83], ['list orders', 0.05]])
})
