import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose'
import { isRekeyError, RekeyError, type Identity } from '@rekey/domain'

export interface IdentityOptions {
  /** Who must have signed it, to the letter. */
  readonly issuer: string
  /** Whom it must be for, and nobody besides. */
  readonly audience: string
  /** The issuer's public keys as it publishes them, a JSON Web Key Set (RFC 7517). @throws RekeyError `vault/*` */
  readonly keys: () => Promise<unknown>
  readonly now: () => Date
  /** How long the keys are believed, and so how long one that was withdrawn, or an issuer that does not answer, stays without consequence. */
  readonly keysLastMs?: number
  /** Between two looks for a key that is not among them. */
  readonly cooldownMs?: number
}

/**
 * Whom a token speaks of.
 * @throws RekeyError `auth/missing` for a token that is not believed; why, only one that was signed by the issuer is told; `vault/*`
 */
export type IdentityVerifier = (token: string) => Promise<Identity>

/** Signatures by asymmetric keys only: with one by a shared secret, the public key could be used as that. */
const algorithms = ['EdDSA', 'ES256', 'RS256']
/** In seconds. Whoever sets longer ones up in Vault has them cut to this: a person who is disabled there goes on for that long. */
const mostAge = 600
/** Between the clocks of two machines, in seconds. */
const clockTolerance = 5

const entityForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** What may stand in logs and audit entries as it is. The entity's id stands beside it. */
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,126}$/

/** Believes the identity tokens (RFC 7519) that one issuer has signed for one audience. */
export function createIdentityVerifier ({ issuer, audience, keys, now, keysLastMs = 60_000, cooldownMs = 10_000 }: IdentityOptions): IdentityVerifier {
  const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/keys`), {
    cacheMaxAge: keysLastMs,
    cooldownDuration: cooldownMs,
    [customFetch]: async () => Response.json(await keys())
  })
  return async token => {
    try {
      const { payload } = await jwtVerify(token, keySet, { issuer, audience, algorithms, clockTolerance, currentDate: now(), maxTokenAge: mostAge, requiredClaims: ['exp', 'sub'] })
      return identityOf(payload, audience)
    } catch (error) {
      if (isRekeyError(error)) throw error
      throw refusal(error instanceof errors.JWTExpired ? 'this identity token has expired; fetch another one from Vault' : 'this is no identity token for this API')
    }
  }
}

function identityOf ({ sub = '', aud, exp = 0, name, groups }: JWTPayload, audience: string): Identity {
  // One that is for others, too, they could have passed on.
  if (aud !== audience || !entityForm.test(sub)) throw refusal('this identity token speaks of no person, or is for others too')
  return {
    entity: sub,
    name: typeof name === 'string' && nameForm.test(name) ? name : 'entity',
    groups: Array.isArray(groups) ? groups.filter(group => typeof group === 'string') : [],
    expiresAt: new Date(exp * 1000).toISOString()
  }
}

function refusal (message: string): RekeyError {
  return new RekeyError('auth/missing', message, { field: 'authorization' })
}
