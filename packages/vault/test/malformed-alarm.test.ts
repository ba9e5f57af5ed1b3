import { expect, test } from '@jest/globals'
import { RekeyError } from '@rekey/domain'
import { malformedAlarm } from '../src/malformed-alarm.ts'

test('a malformed document is an alarm that names it, and not again at every look', () => {
  let clock = 0
  const lines: unknown[] = []
  const note = (fields: unknown): void => { lines.push(fields) }
  const alarm = malformedAlarm({ info: note, warn: note, error: note }, () => clock)
  const malformed = (path: string): RekeyError => new RekeyError('vault/malformed', 'the document is malformed', { path, field: 'epoch' })
  for (let n = 0; n < 10; n++) for (const path of ['credentials/web-1/root/ssh-key', 'orders/3']) alarm(malformed(path))
  expect(lines).toEqual(['credentials/web-1/root/ssh-key', 'orders/3'].map(path => ({ event: 'alarm', alarm: 'malformed-document', path, field: 'epoch' })))
  clock += 3_600_000
  alarm(malformed('orders/3'))
  expect(lines).toHaveLength(3)
})
