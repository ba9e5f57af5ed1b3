import { createHmac, createPublicKey, sign as signBytes, type KeyLike } from 'node:crypto'
import { beforeAll, expect, test } from '@jest/globals'
import { exportSPKI, importJWK, type CryptoKey } from 'jose'
import { TokenVerifier } from '../src/index.ts'
import { encoded, makeKey, MemoryWeb, sign, type Key } from './memory-issuer.ts'

const issuer = 'https://ci.example'
const other = 'https://other.example'
const audience = 'rekey-production'
const trusted = [{ issuer, audience }]
const now = new Date('2026-03-01T09:30:00.000Z')
const seconds = now.getTime() / 1000

const web = new MemoryWeb()
const verifier = new TokenVerifier({ fetchJson: web.fetchJson, now: () => now })
let key: Key
let strange: Key
let elliptic: Key

beforeAll(async () => {
  [key, strange, elliptic] = await Promise.all([makeKey('first'), makeKey('first'), makeKey('second', 'ES256')])
  web.publish(issuer, [key, elliptic])
  web.publish(other, [strange])
})

const good = { iss: issuer, aud: audience, sub: 'repo:acme/shop:ref:refs/heads/main', iat: seconds, nbf: seconds, exp: seconds + 300, jti: 'one' }

/** Claims that differ from good ones in this. */
function but (claims: Record<string, unknown>): () => Promise<string> {
  return async () => await sign(key, { ...good, ...claims })
}

/** A good token whose header has more. */
function withHeader (header: Record<string, unknown>): () => Promise<string> {
  return async () => raw({ alg: 'RS256', kid: 'first', typ: 'JWT', ...header }, JSON.stringify(good))
}

/** Well signed, whatever it says. */
async function raw (header: unknown, payload: string): Promise<string> {
  const signed = `${encoded(header)}.${encoded(payload)}`
  return await Promise.resolve(`${signed}.${signBytes('sha256', Buffer.from(signed), key.privateKey as unknown as KeyLike).toString('base64url')}`)
}

async function changed (change: (parts: string[]) => string): Promise<string> {
  return change((await sign(key, good)).split('.'))
}

async function publicPem (): Promise<string> {
  return await exportSPKI(await importJWK(key.jwk, 'RS256') as CryptoKey)
}

async function byHmac (secret: string | Buffer): Promise<string> {
  const signed = `${encoded({ alg: 'HS256', kid: 'first', typ: 'JWT' })}.${encoded(good)}`
  return await Promise.resolve(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`)
}

test('a good token is taken, with its subject and an id of its own', async () => {
  const one = await verifier.verify(await sign(key, good), trusted)
  const two = await verifier.verify(await sign(elliptic, { ...good, jti: 'two' }), trusted)
  expect(one).toMatchObject({ issuer, audience, subject: good.sub, expiresAt: '2026-03-01T09:35:00.000Z', claims: good })
  expect(one.id).toMatch(/^[0-9a-f]{64}$/)
  expect(two.id).not.toBe(one.id)
})

test('clocks may differ by a minute, and no more', async () => {
  await expect(verifier.verify(await but({ exp: seconds - 59 })(), trusted)).resolves.toMatchObject({ subject: good.sub })
  await expect(verifier.verify(await but({ nbf: seconds + 60, iat: seconds + 60 })(), trusted)).resolves.toMatchObject({ subject: good.sub })
})

const bad: ReadonlyArray<[string, string, () => Promise<string>]> = [
  ['no signature: alg none', 'form', async () => await Promise.resolve(`${encoded({ alg: 'none', kid: 'first' })}.${encoded(good)}.`)],
  ['alg none with a signature of something', 'alg', async () => await raw({ alg: 'none', kid: 'first' }, JSON.stringify(good))],
  ['alg NONE, as some compare it', 'alg', async () => await raw({ alg: 'NoNe', kid: 'first' }, JSON.stringify(good))],
  ['HS256 with the public key as PEM', 'alg', async () => await byHmac(await publicPem())],
  ['HS256 with the public key as DER', 'alg', async () => await byHmac(createPublicKey(await publicPem()).export({ type: 'spki', format: 'der' }))],
  ['HS256 with the public key as JWK', 'alg', async () => await byHmac(JSON.stringify(key.jwk))],
  ['HS256 with an empty secret', 'alg', async () => await byHmac('')],
  ['an algorithm that is not allowed', 'alg', async () => await sign({ ...key, alg: 'RS512' }, good).catch(async () => await raw({ alg: 'RS512', kid: 'first' }, JSON.stringify(good)))],
  ['no algorithm', 'alg', async () => await raw({ kid: 'first' }, JSON.stringify(good))],
  ['an algorithm of another kind of key', 'kid', async () => await raw({ alg: 'ES256', kid: 'first' }, JSON.stringify(good))],
  ['another issuer\'s key of the same id', 'signature', async () => await sign(strange, good)],
  ['an issuer that no grant names', 'iss', async () => await sign(strange, { ...good, iss: other })],
  ['an issuer with a slash at its end', 'iss', but({ iss: `${issuer}/` })],
  ['an issuer in capitals', 'iss', but({ iss: 'https://CI.example' })],
  ['no issuer', 'iss', but({ iss: undefined })],
  ['a list of issuers', 'iss', but({ iss: [issuer] })],
  ['an unknown key', 'kid', async () => await sign({ ...key, kid: 'third' }, good)],
  ['no key id', 'kid', async () => await raw({ alg: 'RS256' }, JSON.stringify(good))],
  ['a key id that is a path', 'kid', async () => await sign({ ...key, kid: '../../dev/null' }, good)],
  ['a key id that is no text', 'kid', withHeader({ kid: 1 })],
  ['a key that comes with it: jwk', 'header', async () => await sign(strange, good, { jwk: strange.jwk })],
  ['an address of keys that comes with it: jku', 'header', withHeader({ jku: `${other}/keys` })],
  ['an address of a certificate that comes with it: x5u', 'header', withHeader({ x5u: `${other}/certificate` })],
  ['a certificate that comes with it: x5c', 'header', withHeader({ x5c: ['MIIB'] })],
  ['extensions that must be understood: crit', 'header', withHeader({ crit: ['b64'], b64: false })],
  ['a payload that is compressed: zip', 'header', withHeader({ zip: 'DEF' })],
  ['another type of token', 'typ', withHeader({ typ: 'at+jwt' })],
  ['a signature of other claims', 'signature', async () => await changed(([header = '', , signature = '']) => `${header}.${encoded({ ...good, sub: 'repo:acme/shop:environment:production' })}.${signature}`)],
  ['a signature that was cut short', 'signature', async () => await changed(([header = '', payload = '', signature = '']) => `${header}.${payload}.${Buffer.from(signature, 'base64url').subarray(8).toString('base64url')}`)],
  ['a signature left out', 'form', async () => await changed(([header = '', payload = '']) => `${header}.${payload}.`)],
  ['something behind it', 'form', async () => await changed((parts) => `${parts.join('.')}.x`)],
  ['white space behind it', 'form', async () => await changed((parts) => `${parts.join('.')}\n`)],
  ['an encrypted token\'s five parts', 'form', async () => await changed((parts) => [...parts, 'a', 'b'].join('.'))],
  ['base64 in place of base64url', 'form', async () => await changed(([header = '', ...rest]) => [`${header}=`, ...rest].join('.'))],
  ['a payload that is no JSON', 'form', async () => await raw({ alg: 'RS256', kid: 'first' }, 'iss=https://ci.example')],
  ['a payload that is a list', 'form', async () => await raw({ alg: 'RS256', kid: 'first' }, JSON.stringify([good]))],
  ['a claim twice', 'form', async () => await raw({ alg: 'RS256', kid: 'first' }, JSON.stringify(good).replace('{', '{"sub":"repo:evil/shop",'))],
  ['a claim twice, once with an escape', 'form', async () => await raw({ alg: 'RS256', kid: 'first' }, JSON.stringify(good).replace('{', '{"\\u0073ub":"repo:evil/shop",'))],
  ['a header field twice', 'form', async () => await changed(([, payload = '', signature = '']) => `${encoded('{"alg":"none","alg":"RS256","kid":"first"}')}.${payload}.${signature}`)],
  ['a huge one', 'form', but({ padding: 'x'.repeat(9000) })],
  ['nothing at all', 'form', async () => await Promise.resolve('')],
  ['three dots', 'form', async () => await Promise.resolve('..')],
  ['one that has expired', 'exp', but({ exp: seconds - 61 })],
  ['one that never ends', 'exp', but({ exp: undefined })],
  ['an end that is a text', 'exp', but({ exp: String(seconds + 300) })],
  ['an end that is far away', 'exp', but({ exp: seconds + 25 * 3600 })],
  ['one that is not valid yet', 'nbf', but({ nbf: seconds + 61 })],
  ['a begin that is a text', 'nbf', but({ nbf: '0' })],
  ['one that was issued in the future', 'iat', but({ iat: seconds + 61 })],
  ['one that was issued long ago', 'iat', but({ iat: seconds - 25 * 3600 })],
  ['one that was issued at no time', 'iat', but({ iat: undefined })],
  ['another audience', 'aud', but({ aud: 'rekey-backup' })],
  ['no audience', 'aud', but({ aud: undefined })],
  ['an empty audience', 'aud', but({ aud: '' })],
  ['ours among several audiences', 'aud', but({ aud: [audience, 'https://other.example'] })],
  ['a list of ours alone', 'aud', but({ aud: [audience] })],
  ['an audience that begins like ours', 'aud', but({ aud: `${audience}-evil` })],
  ['an audience that is an object', 'aud', but({ aud: { [audience]: true } })],
  ['no subject', 'sub', but({ sub: undefined })],
  ['a subject that is a list', 'sub', but({ sub: [good.sub] })],
  ['no id of its own', 'jti', but({ jti: undefined })],
  ['an id that is a number', 'jti', but({ jti: 1 })],
  ['an empty id', 'jti', but({ jti: '' })]
]

test.each(bad)('refused: %s', async (_, claim, make) => {
  const refused = verifier.verify(await make(), trusted)
  await expect(refused).rejects.toMatchObject({ code: 'token/refused', detail: { claim } })
})

test('there are more than forty of them, and each is another one', () => {
  expect(new Set(bad.map(([name]) => name)).size).toBeGreaterThan(40)
})
