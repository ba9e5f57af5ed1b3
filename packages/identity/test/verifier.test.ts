import { createHmac } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { RekeyError } from '@rekey/domain'
import { createIdentityVerifier, type IdentityVerifier } from '../src/index.ts'

const issuer = 'https://vault.example:8200/v1/identity/oidc'
const audience = 'rekey'
const entity = '5f0c7a3e-6d1b-4c2a-9e8f-0a1b2c3d4e5f'
const noon = new Date('2026-03-01T12:00:00.000Z')
const seconds = Math.floor(noon.getTime() / 1000)

type Pair = Awaited<ReturnType<typeof generateKeyPair>>
type Alg = 'EdDSA' | 'ES256' | 'RS256' | 'RS512'

let pairs: Readonly<Record<Alg, Pair>>
/** What Vault publishes; undefined: it does not answer. */
let published: object[] | undefined
let asked: number
let verify: IdentityVerifier

beforeAll(async () => {
  const make = async (alg: Alg) => await generateKeyPair(alg, { extractable: true })
  pairs = { EdDSA: await make('EdDSA'), ES256: await make('ES256'), RS256: await make('RS256'), RS512: await make('RS512') }
})

const jwkOf = async (alg: Alg, pair = pairs[alg]) => ({ ...await exportJWK(pair.publicKey), kid: alg, alg, use: 'sig' })

beforeEach(async () => {
  published = await Promise.all((Object.keys(pairs) as Alg[]).map(async alg => await jwkOf(alg)))
  asked = 0
  verify = verifier()
})

function verifier (times: { keysLastMs?: number, cooldownMs?: number } = {}): IdentityVerifier {
  return createIdentityVerifier({
    issuer,
    audience,
    now: () => noon,
    keys: async () => {
      asked += 1
      if (published === undefined) throw new RekeyError('vault/unavailable', 'Vault did not answer')
      return await Promise.resolve({ keys: published })
    },
    ...times
  })
}

const claims = { iss: issuer, aud: audience, sub: entity, iat: seconds - 10, exp: seconds + 290, name: 'ada', groups: ['rekey-viewer'] }

async function sign (changes: object = {}, { alg = 'EdDSA', kid = alg, by = pairs[alg as Alg].privateKey }: { alg?: string, kid?: string, by?: Pair['privateKey'] } = {}): Promise<string> {
  return await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg, kid }).sign(by)
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each(['EdDSA', 'ES256', 'RS256'])('a token that Vault has signed by %s tells the entity, its name, its groups and when it ends', async alg => {
  expect(await verify(await sign({}, { alg }))).toEqual({ entity, name: 'ada', groups: ['rekey-viewer'], expiresAt: '2026-03-01T12:04:50.000Z' })
})

describe('is refused:', () => {
  const generic = 'this is no identity token for this API'
  const bad: Record<string, [make: () => Promise<string> | string, says?: string]> = {
    'no token at all': [() => 'aaaa.bbbb.cccc'],
    'an empty signature, by the algorithm none': [() => `${part({ alg: 'none', kid: 'EdDSA' })}.${part(claims)}.`],
    'no signature, by the name of a real algorithm': [async () => (await sign()).replace(/[^.]+$/, '')],
    'HS256 with the public key as the secret': [async () => {
      const text = `${part({ alg: 'HS256', kid: 'RS256' })}.${part(claims)}`
      return `${text}.${createHmac('sha256', await exportSPKI(pairs.RS256.publicKey)).update(text).digest('base64url')}`
    }],
    'HS256 with the published key as the secret': [async () => {
      const text = `${part({ alg: 'HS256', kid: 'EdDSA' })}.${part(claims)}`
      return `${text}.${createHmac('sha256', Buffer.from(String((await exportJWK(pairs.EdDSA.publicKey)).x), 'base64url')).update(text).digest('base64url')}`
    }],
    'an algorithm that is not on the list, by a published key': [async () => await sign({}, { alg: 'RS512' })],
    'another key under a known id': [async () => await sign({}, { by: (await generateKeyPair('EdDSA')).privateKey })],
    'another key under an id of its own': [async () => await sign({}, { kid: 'planted', by: (await generateKeyPair('EdDSA')).privateKey })],
    'a key that the token brings itself': [async () => {
      const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
      return await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', jwk: await exportJWK(publicKey) }).sign(privateKey)
    }],
    'a key that the token would have fetched elsewhere': [async () => {
      const { privateKey } = await generateKeyPair('EdDSA')
      return await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', jku: 'https://evil.example/keys', kid: 'planted' }).sign(privateKey)
    }],
    'changed claims under the old signature': [async () => {
      const [head, , signature] = (await sign()).split('.')
      return `${head ?? ''}.${part({ ...claims, groups: ['rekey-admin'] })}.${signature ?? ''}`
    }],
    'an unknown extension that is marked as critical': [async () => {
      const [, body] = (await sign()).split('.')
      return `${part({ alg: 'EdDSA', kid: 'EdDSA', crit: ['x'], x: 1 })}.${body ?? ''}.AAAA`
    }],
    'one that has expired': [async () => await sign({ exp: seconds - 6 }), 'this identity token has expired; fetch another one from Vault'],
    'one without an end': [async () => await sign({ exp: undefined })],
    'one that is older than ten minutes, whatever its end': [async () => await sign({ iat: seconds - 606, exp: seconds + 86_400 }), 'this identity token has expired; fetch another one from Vault'],
    'one that does not say when it was made': [async () => await sign({ iat: undefined })],
    'one that was made in the future': [async () => await sign({ iat: seconds + 6 })],
    'one that is not valid yet': [async () => await sign({ nbf: seconds + 6 })],
    'another issuer': [async () => await sign({ iss: 'https://vault.evil/v1/identity/oidc' })],
    'an issuer that begins like ours': [async () => await sign({ iss: `${issuer}/provider/default` })],
    'another audience': [async () => await sign({ aud: 'grafana' })],
    'no audience': [async () => await sign({ aud: undefined })],
    'one that is for others, too': [async () => await sign({ aud: [audience, 'grafana'] }), 'this identity token speaks of no person, or is for others too'],
    'one of no entity': [async () => await sign({ sub: 'admin' }), 'this identity token speaks of no person, or is for others too']
  }

  test.each(Object.entries(bad))('%s', async (_what, [make, says = generic]) => {
    await expect(verify(await make())).rejects.toMatchObject({ code: 'auth/missing', message: says })
  })

  test('one whose key Vault has withdrawn, once the keys are looked at anew', async () => {
    verify = verifier({ keysLastMs: 0 })
    const token = await sign()
    await verify(token)
    published = [await jwkOf('RS256')]
    await expect(verify(token)).rejects.toMatchObject({ code: 'auth/missing' })
  })
})

test('a name that is none for a log is left out, and groups of another shape give nothing', async () => {
  expect(await verify(await sign({ name: 'ada\n{"actor":"admin"}', groups: ['rekey-viewer', 7, null] }))).toMatchObject({ name: 'entity', groups: ['rekey-viewer'] })
  expect(await verify(await sign({ name: undefined, groups: 'rekey-admin' }))).toMatchObject({ name: 'entity', groups: [] })
})

describe('the keys', () => {
  test('are asked for once, and again for a key that is new', async () => {
    verify = verifier({ cooldownMs: 0 })
    for (let n = 0; n < 5; n++) await verify(await sign())
    expect(asked).toBe(1)
    const next = await generateKeyPair('EdDSA', { extractable: true })
    published = [...published ?? [], { ...await jwkOf('EdDSA', next), kid: 'next' }]
    expect(await verify(await sign({}, { kid: 'next', by: next.privateKey }))).toMatchObject({ entity })
    expect(asked).toBe(2)
  })

  test('are not asked for again and again by tokens of made-up keys', async () => {
    const planted = (await generateKeyPair('EdDSA')).privateKey
    for (let n = 0; n < 5; n++) await expect(verify(await sign({}, { kid: `planted-${n}`, by: planted }))).rejects.toMatchObject({ code: 'auth/missing' })
    expect(asked).toBe(1)
  })

  test('last through an outage of Vault, and no longer than they are believed', async () => {
    verify = verifier({ keysLastMs: 300 })
    const token = await sign()
    await verify(token)
    published = undefined
    expect(await verify(token)).toMatchObject({ entity })
    await new Promise(resolve => setTimeout(resolve, 350))
    await expect(verify(token)).rejects.toMatchObject({ code: 'vault/unavailable' })
  })
})
