import { beforeAll, expect, test } from '@jest/globals'
import { TokenVerifier } from '../src/index.ts'
import { makeKey, MemoryWeb, sign, type Key } from './memory-issuer.ts'

const issuer = 'https://vault.example:8200/v1/identity/oidc'
const ci = 'https://ci.example'
const audience = 'rekey-lease-production'
const now = new Date('2026-03-01T09:30:00.000Z')
const seconds = now.getTime() / 1000
/** A grant that people approved in error names the API's audience, too. */
const trusted = [{ issuer, audience }, { issuer, audience: 'rekey' }, { issuer: ci, audience }]
/** As Vault signs them: without `jti`, `nbf` and `typ`. */
const ada = { iss: issuer, aud: audience, sub: '1f0e9c2a-0000-4000-8000-00000000000a', name: 'ada', groups: ['rekey-responder-production'], namespace: 'root', iat: seconds, exp: seconds + 300 }

const web = new MemoryWeb()
const verifier = new TokenVerifier({ people: { issuer, audience }, fetchJson: web.fetchJson, now: () => now })
let key: Key
let strange: Key

beforeAll(async () => {
  [key, strange] = await Promise.all([makeKey('vault', 'EdDSA'), makeKey('vault', 'EdDSA')])
  web.publish(issuer, [key])
  web.publish(ci, [strange])
})

const signed = async (claims: object = {}, by = key) => await sign(by, { ...ada, ...claims }, { typ: undefined })

test('a person\'s token is taken, with his groups, and known by all that was signed', async () => {
  const [one, again, later] = await Promise.all([{}, {}, { iat: seconds + 1 }].map(async (claims) => await verifier.verify(await signed(claims), trusted)))
  expect(one).toMatchObject({ issuer, audience, subject: ada.sub, expiresAt: '2026-03-01T09:35:00.000Z', claims: { groups: ada.groups } })
  expect(again?.id).toBe(one?.id)
  expect(later?.id).not.toBe(one?.id)
})

test.each<[string, string, () => Promise<string>]>([
  ['for the API, which could pass it on', 'aud', async () => await signed({ aud: 'rekey' })],
  ['for another zone\'s broker', 'aud', async () => await signed({ aud: 'rekey-lease-backup' })],
  ['for the broker and others', 'aud', async () => await signed({ aud: [audience, 'rekey'] })],
  ['of another issuer', 'iss', async () => await signed({ iss: 'https://vault.evil/v1/identity/oidc' })],
  ['that a CI has signed in Vault\'s name', 'signature', async () => await signed({}, strange)],
  ['that a CI has signed in its own name', 'jti', async () => await signed({ iss: ci }, strange)],
  ['that has expired', 'exp', async () => await signed({ iat: seconds - 400, exp: seconds - 61 })],
  ['that is of the future', 'iat', async () => await signed({ iat: seconds + 120 })],
  ['that does not end', 'exp', async () => await signed({ exp: undefined })],
  ['that lasts longer than ten minutes', 'exp', async () => await signed({ exp: seconds + 601 })],
  ['of nobody', 'sub', async () => await signed({ sub: '' })]
])('a person\'s token %s is refused', async (_, claim, token) => {
  await expect(token().then(async (text) => await verifier.verify(text, trusted))).rejects.toMatchObject({ code: 'token/refused', detail: { claim } })
})

test('where no audience for people is set, none of their tokens is taken', async () => {
  const strict = new TokenVerifier({ fetchJson: web.fetchJson, now: () => now })
  await expect(strict.verify(await signed(), trusted)).rejects.toMatchObject({ code: 'token/refused', detail: { claim: 'jti' } })
})
