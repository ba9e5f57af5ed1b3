import { expect, test } from '@jest/globals'
import { askerOf, asksTheSame, countedWords, requestDigest, requestStatus, type LeaseDecision, type LeaseRequest } from '../src/index.ts'

const noon = new Date('2026-03-01T12:00:00.000Z')
const request: LeaseRequest = {
  id: '0mmq1k2ab-5f1b6c1e7d3e4a7d9f0a0d6c',
  zone: 'production',
  grant: 'shop',
  proposal: 1,
  credentials: [{ zone: 'production', host: 'web-1', account: 'deploy', name: 'ssh-key' }],
  fingerprints: ['SHA256:one'],
  order: 0,
  ttlSeconds: 300,
  reason: 'deploy',
  issuer: 'https://ci.example',
  subject: 'job',
  claims: { run_id: '"77"' },
  askedAt: noon.toISOString(),
  expiresAt: '2026-03-01T13:00:00.000Z'
}
const word: LeaseDecision = { entity: 'e-1', by: 'ada', verdict: 'approved', reason: null, digest: requestDigest(request), at: noon.toISOString() }

test('whatever a request asks for, and who asks, is in what is approved', () => {
  const other: Omit<LeaseRequest, 'fingerprints' | 'order'> = {
    id: '0mmq1k2ac-5f1b6c1e7d3e4a7d9f0a0d6c', zone: 'backup', grant: 'other', proposal: 2, credentials: [{ zone: 'production', host: 'web-2', account: 'deploy', name: 'ssh-key' }], ttlSeconds: null, reason: 'x', issuer: 'https://evil.example', subject: 'x', claims: { run_id: '"78"' }, askedAt: request.expiresAt, expiresAt: request.askedAt
  }
  const digests = Object.entries(other).map(([field, value]) => requestDigest({ ...request, [field]: value as unknown }))
  expect(new Set([requestDigest(request), ...digests]).size).toBe(Object.keys(other).length + 1)
})

test('two requests are the same whenever they come, and in whichever order they name secrets and claims', () => {
  const [one] = request.credentials
  const second = { zone: 'production', host: 'web-1', account: 'app', name: 'password' }
  if (one === undefined) throw new Error('none')
  const both = { ...request, credentials: [one, second], claims: { a: '1', b: '2' } }
  expect(asksTheSame(both, { ...both, id: 'x', askedAt: '', expiresAt: '', credentials: [second, one], claims: { b: '2', a: '1' } })).toBe(true)
  expect(asksTheSame(both, request)).toBe(false)
  // A secret was replaced, or an order placed, between two tokens.
  expect(asksTheSame(request, { ...request, fingerprints: ['SHA256:two'], order: 7 })).toBe(true)
})

test('who asks is all that the token says but for what the next token says otherwise, in ASCII', () => {
  const claims = { iss: 'x', sub: 'job', iat: 1, nbf: 2, exp: 3, jti: 'j', groups: ['b', 'a'], actor: { name: 'é\u202e', id: 7 }, 'odd\n': true }
  expect(askerOf(claims)).toEqual({ iss: '"x"', sub: '"job"', groups: '["a","b"]', actor: '{"id":7,"name":"\\u00e9\\u202e"}', 'odd\\n': 'true' })
})

test('a word counts that is another person\'s, of this request and in time', () => {
  const kept = (change: Partial<LeaseDecision>) => countedWords(request, [{ ...word, ...change }]).length
  expect([kept({}), kept({ at: request.expiresAt }), kept({ entity: 'job' }), kept({ digest: '0'.repeat(64) }), kept({ at: '2026-03-01T13:00:00.001Z' })]).toEqual([1, 1, 0, 0, 0])
})

test('it waits, is approved, denied by one, or expires', () => {
  const late = new Date(request.expiresAt)
  const denied: LeaseDecision = { ...word, entity: 'e-2', verdict: 'denied' }
  expect([requestStatus(request, [], noon), requestStatus(request, [word], noon), requestStatus(request, [word, denied], noon)]).toEqual(['pending', 'approved', 'denied'])
  expect([requestStatus(request, [], late), requestStatus(request, [word], late)]).toEqual(['expired', 'expired'])
})
