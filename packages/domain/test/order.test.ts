import { covers, highestOrder, inScope } from '@rekey/domain'
import type { CredentialName, Order, Scope } from '@rekey/domain'

const name: CredentialName = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
const subject = { name, kind: 'ssh-key' as const, fingerprints: ['SHA256:current', 'SHA256:retired'] }
const labels = { role: 'web', env: 'live' }

function order (number: number, scope: Scope): Order {
  return { zone: 'production', number, campaign: 'c', scope, reason: 'test', requestedBy: 'admin', requestedAt: '2026-01-01T00:00:00.000Z' }
}

test.each<[string, Scope, boolean]>([
  ['an empty scope', {}, true],
  ['lists that are absent', { hosts: undefined, accounts: undefined, names: undefined, labels: undefined }, true],
  ['no labels asked for', { labels: {} }, true],
  ['its host', { hosts: ['web-1'] }, true],
  ['its host among others', { hosts: ['web-0', 'web-1'] }, true],
  ['another host', { hosts: ['web-2'] }, false],
  ['a part of its host\'s name', { hosts: ['web'] }, false],
  ['its host in capitals', { hosts: ['WEB-1'] }, false],
  ['a list of no hosts', { hosts: [] }, false],
  ['its account', { accounts: ['deploy'] }, true],
  ['another account', { accounts: ['root'] }, false],
  ['its host and another account', { hosts: ['web-1'], accounts: ['root'] }, false],
  ['its name', { names: ['ssh-key'] }, true],
  ['another name', { names: ['password'] }, false],
  ['one of its labels', { labels: { role: 'web' } }, true],
  ['both of its labels', { labels: { role: 'web', env: 'live' } }, true],
  ['a label of another value', { labels: { role: 'db' } }, false],
  ['one label that fits and one that does not', { labels: { role: 'web', env: 'test' } }, false],
  ['a label that it lacks', { labels: { team: 'web' } }, false],
  ['everything of it', { hosts: ['web-1'], accounts: ['deploy'], names: ['ssh-key'], labels }, true]
])('a scope of %s', (_what, scope, expected) => {
  expect(inScope(scope, name, labels)).toBe(expected)
})

test.each<[string, Scope, boolean]>([
  ['its kind', { kinds: ['ssh-key'] }, true],
  ['another kind', { kinds: ['password'] }, false],
  ['its kind on another host', { kinds: ['ssh-key'], hosts: ['web-2'] }, false],
  ['a burned secret that it has', { burned: ['SHA256:retired'] }, true],
  ['a burned secret of somebody else', { burned: ['SHA256:other'] }, false],
  ['another host, and a burned secret that it has', { hosts: ['web-2'], burned: ['SHA256:current'] }, true],
  ['its host, and a burned secret of somebody else', { hosts: ['web-1'], burned: ['SHA256:other'] }, true],
  ['no burned secrets at all', { burned: [] }, false]
])('an emergency of %s', (_what, scope, expected) => {
  expect(covers(scope, subject, labels)).toBe(expected)
})

test('a credential whose kind is not known yet is of each', () => {
  expect(covers({ kinds: ['password'] }, { ...subject, kind: null }, labels)).toBe(true)
})

test('what every object inherits is no label', () => {
  for (const label of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    const scope = JSON.parse(`{ "labels": { "${label}": "x" } }`) as Scope
    expect([label, inScope(scope, name, {})]).toEqual([label, false])
    expect([label, inScope(scope, name, JSON.parse(`{ "${label}": "x" }`) as Record<string, string>)]).toEqual([label, true])
  }
})

test('the highest order that covers a credential counts, in whatever order they come', () => {
  const orders = [order(3, { hosts: ['web-1'] }), order(9, { hosts: ['web-2'] }), order(7, {}), order(1, {})]
  expect(highestOrder(orders, subject, labels)).toBe(7)
  expect(highestOrder(orders.toReversed(), subject, labels)).toBe(7)
  expect(highestOrder([], subject, labels)).toBe(0)
  expect(highestOrder([order(4, { hosts: ['web-2'] })], subject, labels)).toBe(0)
})

test('orders that were overtaken cost nothing: their scopes are not looked at', () => {
  const overtaken = Array.from({ length: 5 }, (_, n) => ({ ...order(n + 1, {}), get scope (): Scope { throw new Error('looked at') } }))
  expect(highestOrder([...overtaken, order(6, { hosts: ['web-1'] }), order(7, { hosts: ['web-2'] })], subject, labels)).toBe(6)
})

/** mulberry32: the same numbers each time, so that a failure can be looked at again. */
function randomFrom (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the words of order.ts say, without any of its code. */
function modelCovers (scope: Scope, of: CredentialName, its: Record<string, string>): boolean {
  for (const [list, value] of [[scope.hosts, of.host], [scope.accounts, of.account], [scope.names, of.name]] as const) {
    if (list === undefined) continue
    let found = false
    for (const one of list) if (one === value) found = true
    if (!found) return false
  }
  for (const label in scope.labels) {
    if (!(label in its) || its[label] !== scope.labels[label]) return false
  }
  return true
}

test('random scopes cover just what an oracle says that they do', () => {
  const random = randomFrom(20_190_210)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const some = <T>(items: readonly T[]): T[] | undefined => random() < 0.4 ? undefined : items.filter(() => random() < 0.6)
  const randomLabels = (): Record<string, string> => Object.fromEntries(['role', 'env', 'team'].filter(() => random() < 0.5).map((label) => [label, pick(['a', 'b'])]))
  const hosts = ['h1', 'h2', 'h3']
  const accounts = ['root', 'deploy']
  const names = ['ssh-key', 'password']
  let covered = 0
  const rounds = 20_000
  for (let round = 0; round < rounds; round += 1) {
    const of: CredentialName = { zone: 'z', host: pick(hosts), account: pick(accounts), name: pick(names) }
    const its = randomLabels()
    const orders = Array.from({ length: Math.floor(random() * 6) }, () => order(Math.floor(random() * 50) + 1, {
      hosts: some(hosts), accounts: some(accounts), names: some(names), labels: random() < 0.5 ? undefined : randomLabels()
    }))
    let expected = 0
    for (const one of orders) {
      const isCovered = modelCovers(one.scope, of, its)
      if (inScope(one.scope, of, its) !== isCovered) throw new Error(`round ${round}: ${JSON.stringify({ of, its, scope: one.scope, isCovered })}`)
      if (isCovered && one.number > expected) expected = one.number
    }
    if (expected > 0) covered += 1
    if (highestOrder(orders, { name: of, kind: null, fingerprints: [] }, its) !== expected) throw new Error(`round ${round}: ${JSON.stringify({ of, its, orders, expected })}`)
  }
  // Both answers were really asked for.
  expect(covered).toBeGreaterThan(rounds / 10)
  expect(covered).toBeLessThan(rounds * 0.9)
})
