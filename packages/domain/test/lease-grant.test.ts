import { expect, test } from '@jest/globals'
import { mismatches, selects, unsoundness, type GrantTerms } from '../src/index.ts'

const now = new Date('2026-03-01T09:30:00.000Z')
const terms: GrantTerms = {
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'rekey-production',
  claims: { repository_id: '4711', ref: 'refs/heads/main' },
  subjectWildcard: false,
  allow: [],
  selector: { hosts: ['web-1'] },
  maxTtlSeconds: 600,
  maxUses: null,
  approval: false,
  rotateAfter: 'lease',
  notBefore: null,
  notAfter: null
}
const claims = { iss: terms.issuer, aud: terms.audience, sub: 'repo:acme/shop:ref:refs/heads/main', repository: 'acme/shop', repository_id: '4711', ref: 'refs/heads/main', event_name: 'push', head_ref: '' }

const of = (grant: Partial<GrantTerms>, token: Record<string, unknown> = {}) => mismatches({ ...terms, ...grant }, { ...claims, ...token }, now).map(({ claim }) => claim)

test('a token that has what a grant names may use it', () => {
  expect(of({})).toEqual([])
})

test.each([
  ['another repository of the same name', { repository_id: '4712' }, ['repository_id']],
  ['a number in place of a text', { repository_id: 4711 }, ['repository_id']],
  ['a list in place of a text', { repository_id: ['4711'] }, ['repository_id']],
  ['a missing claim', { repository_id: undefined }, ['repository_id']],
  ['another branch', { ref: 'refs/heads/main2' }, ['ref']],
  ['a branch in other letters', { ref: 'refs/heads/Main' }, ['ref']],
  ['another issuer and audience', { iss: 'https://other.example', aud: 'else' }, ['iss', 'aud']],
  ['a pull request by its event', { event_name: 'pull_request' }, ['event_name']],
  ['a pull request that runs with the target\'s rights', { event_name: 'pull_request_target' }, ['event_name']],
  ['a pull request by its head', { head_ref: 'feature' }, ['head_ref']],
  ['a pull request by its subject', { sub: 'repo:acme/shop:pull_request' }, ['sub']],
  ['a merge request of GitLab', { pipeline_source: 'merge_request_event' }, ['pipeline_source']],
  ['a merge request by its ref', { ref_path: 'refs/merge-requests/3/head' }, ['ref_path']],
  ['a fork by its mark', { fork: 'true' }, ['fork']],
  ['a fork by where its head lies', { head_repository: 'evil/shop' }, ['head_repository']],
  ['a claim that objects have by birth', { repository_id: '4711', ref: undefined, toString: 'x' }, ['ref']]
])('refused: %s', (_, token, expected) => {
  expect(of({}, token)).toEqual(expected)
})

test('a pull request by its ref is named for that, whatever the grant demands of the ref', () => {
  expect(of({ claims: { repository_id: '4711' } }, { ref: 'refs/pull/3/merge' })).toEqual(['ref'])
})

test('a claim that no token has by itself is not found in what every object has', () => {
  expect(of({ claims: { ...terms.claims, constructor: 'x' } })).toEqual(['constructor'])
})

test('pull requests and forks are let in where the grant says so, each by itself', () => {
  const token = { event_name: 'pull_request', head_repository: 'friend/shop' }
  expect(of({ allow: ['pull-request'] }, token)).toEqual(['head_repository'])
  expect(of({ allow: ['pull-request', 'fork'] }, token)).toEqual([])
})

test.each([
  ['repo:acme/shop:ref:refs/heads/*', 'repo:acme/shop:ref:refs/heads/release/1', true],
  ['repo:acme/shop:ref:refs/heads/*', 'repo:acme/shop:ref:refs/tags/1', false],
  ['repo:acme/*:ref:refs/heads/main', 'repo:acme/shop:environment:x:ref:refs/heads/main', false],
  ['repo:acme/*', 'repo:acme/shop:pull', false],
  ['repo:acme/shop.*', 'repo:acme/shopX', false]
])('the subject %s, %s: %s', (pattern, sub, fits) => {
  expect(of({ claims: { sub: pattern }, subjectWildcard: true }, { sub }).length === 0).toBe(fits)
})

test('a grant for a group lets in whoever is in it, and a list is looked into nowhere else', () => {
  const grant = { claims: { groups: 'rekey-responder-production' } }
  expect(of(grant, { groups: ['staff', 'rekey-responder-production'] })).toEqual([])
  for (const groups of [['rekey-responder'], ['rekey-responder-production-eu'], [['rekey-responder-production']], [], undefined, { 0: 'rekey-responder-production' }]) expect(of(grant, { groups })).toEqual(['groups'])
  expect(of({ claims: { roles: 'admin' } }, { roles: ['admin'] })).toEqual(['roles'])
  expect(unsoundness({ ...terms, ...grant })).toBeUndefined()
})

test('a * stands for itself unless the grant says otherwise', () => {
  expect(of({ claims: { sub: 'repo:acme/*' } }, { sub: 'repo:acme/shop' })).toEqual(['sub'])
})

test('a grant is for its time only', () => {
  expect(of({ notBefore: '2026-03-01T09:30:00.001Z' })).toEqual(['now'])
  expect(of({ notAfter: '2026-03-01T09:30:00.000Z' })).toEqual(['now'])
  expect(of({ notBefore: '2026-03-01T09:30:00.000Z', notAfter: '2026-03-01T09:30:00.001Z' })).toEqual([])
})

test('what does not match is told on one line, and no longer than an operator can read', () => {
  const [first] = mismatches(terms, { ...claims, ref: `\u001b[2J\n${'x'.repeat(10_000)}` }, now)
  expect(first?.says).toMatch(/^[\x20-\x7e]{1,300}$/)
})

test.each([
  ['an issuer by http', { issuer: 'http://ci.example' }, 'issuer'],
  ['an issuer with a query', { issuer: 'https://ci.example/?a=b' }, 'issuer'],
  ['an issuer with a password', { issuer: 'https://a:b@ci.example' }, 'issuer'],
  ['nobody in particular', { claims: { ref: 'refs/heads/main' } }, 'claims'],
  ['a wildcard by accident', { claims: { sub: 'repo:acme/*' } }, 'claims.sub'],
  ['everybody', { claims: { sub: '*' }, subjectWildcard: true }, 'claims.sub'],
  ['a wildcard without one', { claims: { sub: 'repo:acme/shop' }, subjectWildcard: true }, 'subjectWildcard'],
  ['an end before its begin', { notBefore: '2026-03-01T09:30:00.000Z', notAfter: '2026-03-01T09:30:00.000Z' }, 'notAfter']
])('a grant for %s is unsound', (_, grant, field) => {
  expect(unsoundness({ ...terms, ...grant })?.field).toBe(field)
})

test('a grant covers what its selector says, by name and by kind', () => {
  const name = { zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }
  const covers = (selector: GrantTerms['selector']) => selects(selector, { name, kind: 'ssh-key' }, { role: 'web' })
  expect([covers({ hosts: ['web-1'] }), covers({ labels: { role: 'web' } }), covers({}), covers({ kinds: ['password'] }), covers({ accounts: ['root'] }), covers({ labels: { role: 'db' } })])
    .toEqual([true, true, true, false, false, false])
})
