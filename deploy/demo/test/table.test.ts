import { makeDemoFleet } from '../src/fleet.ts'
import { broken, lineWidth, table } from '../src/table.ts'
import { beyondTable, hostTable, proofTable } from '../src/tables.ts'
import type { Seen } from '../src/story.ts'

test('columns are as wide as their widest cell', () => {
  expect(table(['a', 'b'], [['one', '2'], ['3', 'four']])).toBe([
    '  a    b',
    '  ───  ────',
    '  one  2',
    '  3    four'
  ].join('\n'))
})

test('a last cell that does not fit goes on below, between words', () => {
  const lines = table(['name', 'what'], [['it', 'word '.repeat(40).trim()]]).split('\n')
  expect(lines.every((line) => line.length <= lineWidth)).toBe(true)
  expect(lines.slice(2).map((line) => line.slice(0, 8))).toEqual(['  it    ', '        '])
  expect(broken('a longword b', 4)).toEqual(['a', 'longword', 'b'])
})

test('all tables of the demo fit into a line, whatever the host is called', () => {
  const { hosts, credentials } = makeDemoFleet(8, 40)
  const seen = credentials.map((one): Seen => ({
    ...one,
    kind: one.name,
    status: 'settled',
    fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM',
    lastFailure: { class: 'refused', step: 'push', code: 'host/refused', message: 'The host did not take the new secret: '.repeat(8), at: '' },
    shared: false,
    sharedWith: [],
    rotations: [{
      epoch: 2,
      order: 1,
      oldFingerprint: 'HMAC-SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM=',
      newFingerprint: 'HMAC-SHA256:Vb1f2m8cYx0m3uJm0oQ4yq8u7S1V2k9hZr5n6p0tXwE=',
      startedAt: '2026-03-01T09:31:00.000Z',
      settledAt: '2026-03-01T09:31:12.340Z',
      proof: { by: 'keyboard-interactive', randomRefused: true, oldRefused: [], newAccepted: '', ranCommand: true, at: '' }
    }]
  }))
  const lines = [hostTable(hosts), proofTable(seen, new Map()), beyondTable(seen)].join('\n').split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(lineWidth)
})
