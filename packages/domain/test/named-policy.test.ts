import { expect, test } from '@jest/globals'
import { winningPolicy, type NamedPolicy, type Selector } from '@rekey/domain'

const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
const policy = (own: string, priority: number, selector: Selector): NamedPolicy => ({ name: own, priority, selector, revision: 1, changedBy: 'admin', changedAt: '2026-03-01T12:00:00.000Z' })
const winner = (...policies: NamedPolicy[]) => winningPolicy(policies, { name, kind: 'ssh-key' }, { role: 'appliance' })?.name

test.each<[Selector, boolean]>([
  [{}, true],
  [{ hosts: ['web-1'] }, true],
  [{ hosts: ['web-2'] }, false],
  [{ accounts: ['root'] }, false],
  [{ names: ['ssh-key'], kinds: ['ssh-key', 'password'] }, true],
  [{ kinds: ['password'] }, false],
  [{ labels: { role: 'appliance' } }, true],
  [{ labels: { role: 'appliance', tier: '1' } }, false],
  [{ labels: { role: 'appliance' }, accounts: ['root'] }, false]
])('a policy for %j is for the credential: %s', (selector, expected) => {
  expect(winner(policy('one', 1, selector))).toBe(expected ? 'one' : undefined)
})

test('the highest priority wins, of equal ones the first by name', () => {
  expect(winner(policy('b', 5, {}), policy('a', 1, {}), policy('c', 9, { hosts: ['web-2'] }))).toBe('b')
  expect(winner(policy('b', 5, {}), policy('a', 5, {}))).toBe('a')
  expect(winner()).toBeUndefined()
})
