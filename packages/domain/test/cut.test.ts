import { expect, test } from '@jest/globals'
import { orderAgainstGrant, orderAgainstLease, orderAgainstRequest, type Order, type Scope, type Selector } from '@rekey/domain'

const campaign = (scope: Scope, change: Partial<Order> = {}): Order => ({ zone: 'production', number: 3, campaign: 'c', proposal: 4, scope, reason: 'stolen', requestedBy: 'worker', requestedAt: '2026-03-01T12:00:00.000Z', ...change })
const secrets = [{ name: { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }, fingerprint: 'SHA256:one', epoch: 1 }]

test.each<[string, Scope, Selector, boolean]>([
  ['all of the zone', {}, { hosts: ['web-1'] }, true],
  ['one of its hosts', { hosts: ['web-1'] }, { hosts: ['web-1', 'web-2'] }, true],
  ['other hosts', { hosts: ['web-3'] }, { hosts: ['web-1', 'web-2'] }, false],
  ['other accounts of its hosts', { accounts: ['root'] }, { hosts: ['web-1'], accounts: ['deploy'] }, false],
  ['hosts that its labels may choose', { hosts: ['web-3'] }, { labels: { role: 'web' } }, true],
  ['another kind', { kinds: ['password'] }, { kinds: ['ssh-key'] }, false],
  ['burned secrets alone', { burned: ['SHA256:one'] }, { hosts: ['web-1'] }, false]
])('a campaign over %s ends a grant of before it, or not', (_, scope, selector, ends) => {
  expect(orderAgainstGrant({ order: 2, selector }, [campaign(scope)]) !== undefined).toBe(ends)
})

test.each<[string, Scope, boolean]>([
  ['all of the zone', {}, true],
  ['its host', { hosts: ['web-1'] }, true],
  ['another host', { hosts: ['web-2'] }, false],
  ['its secret, which somebody else has', { burned: ['SHA256:one'] }, true],
  ['another secret', { burned: ['SHA256:two'] }, false]
])('a campaign over %s ends a lease of before it, and a request for one, or not', (_, scope, ends) => {
  expect(orderAgainstLease({ order: 2, secrets }, [campaign(scope)]) !== undefined).toBe(ends)
  const request = { order: 2, credentials: secrets.map(({ name }) => name), fingerprints: secrets.map(({ fingerprint }) => fingerprint) }
  expect(orderAgainstRequest(request, undefined, [campaign(scope)]) !== undefined).toBe(ends)
})

test('what came after the campaign\'s order stands, and a plain order ends nothing', () => {
  expect(orderAgainstGrant({ order: 3, selector: {} }, [campaign({})])).toBeUndefined()
  expect(orderAgainstLease({ order: 3, secrets }, [campaign({})])).toBeUndefined()
  const { proposal: _, ...plain } = campaign({})
  expect(orderAgainstGrant({ order: 0, selector: {} }, [plain])).toBeUndefined()
})

test('whatever campaign ends the grant ends a request by it, and only that where the request is of after its order', () => {
  const request = { order: 3, credentials: secrets.map(({ name }) => name), fingerprints: ['SHA256:one'] }
  expect(orderAgainstRequest(request, { order: 2, selector: { hosts: ['web-1', 'web-2'] } }, [campaign({ hosts: ['web-2'] })])).toMatchObject({ number: 3 })
  expect(orderAgainstRequest(request, { order: 3, selector: {} }, [campaign({})])).toBeUndefined()
})
