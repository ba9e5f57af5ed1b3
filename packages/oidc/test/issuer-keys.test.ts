import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { TokenVerifier } from '../src/index.ts'
import { makeKey, MemoryWeb, sign, type Key } from './memory-issuer.ts'

const issuer = 'https://ci.example'
const audience = 'rekey'
const times = { freshSeconds: 300, staleSeconds: 3600, cooldownSeconds: 30 }
let key: Key
let next: Key
let web: MemoryWeb
let at: number
let verifier: TokenVerifier

beforeAll(async () => { [key, next] = await Promise.all([makeKey('first'), makeKey('second')]) })

beforeEach(() => {
  web = new MemoryWeb()
  web.publish(issuer, [key])
  at = 0
  verifier = new TokenVerifier({ fetchJson: web.fetchJson, now: () => new Date(at), clock: () => at, times })
})

async function showing (by: Key): Promise<string> {
  const seconds = at / 1000
  const token = await sign(by, { iss: issuer, aud: audience, sub: 'job', iat: seconds, exp: seconds + 60, jti: 'one' })
  return await verifier.verify(token, [{ issuer, audience }]).then(() => 'taken', (error: unknown) => (error as { code: string }).code)
}

test('keys are fetched once, however many tokens come at the same time', async () => {
  await Promise.all([showing(key), showing(key), showing(key)])
  at += 299_000
  expect(await showing(key)).toBe('taken')
  expect(web.fetched).toEqual([`${issuer}/.well-known/openid-configuration`, `${issuer}/keys`])
})

test('a new key of the issuer is learned when its first token comes, and one that it has withdrawn is forgotten in time', async () => {
  await showing(key)
  web.publish(issuer, [next])
  at += 31_000
  expect(await showing(next)).toBe('taken')
  expect(await showing(key)).toBe('token/refused')
})

test('tokens of unknown keys cause no more than a fetch in a while', async () => {
  await showing(key)
  at += 31_000
  for (let count = 0; count < 10; count += 1) expect(await showing(next)).toBe('token/refused')
  expect(web.fetched).toHaveLength(4)
})

test('while the issuer is away, its keys are taken for an hour and no longer', async () => {
  await showing(key)
  web.isAway = true
  at = 3_599_000
  expect(await showing(key)).toBe('taken')
  at = 3_600_000
  expect(await showing(key)).toBe('issuer/unavailable')
  web.isAway = false
  expect(await showing(key)).toBe('taken')
})

test('an issuer that was never there is out of service, and nothing is taken', async () => {
  web.isAway = true
  expect(await showing(key)).toBe('issuer/unavailable')
})

test.each([
  ['names another issuer', { issuer: 'https://other.example', jwks_uri: `${issuer}/keys` }],
  ['names its keys by http', { issuer, jwks_uri: 'http://ci.example/keys' }],
  ['names no keys', { issuer }]
])('a discovery document that %s is none', async (_, document) => {
  web.documents.set(`${issuer}/.well-known/openid-configuration`, document)
  expect(await showing(key)).toBe('issuer/unavailable')
})

test('a set of keys that is none is refused', async () => {
  web.documents.set(`${issuer}/keys`, { keys: 'all' })
  expect(await showing(key)).toBe('issuer/unavailable')
})
