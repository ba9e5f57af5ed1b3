import { createHash } from 'node:crypto'
import { isRekeyError, type Claims, type RekeyError } from '@rekey/domain'
import { errors, jwtVerify } from 'jose'
import { algorithms, readCompact } from './compact.ts'
import { IssuerKeys, type FetchJson, type KeyTimes } from './issuer-keys.ts'
import { refusal } from './refusal.ts'

/** A job's or a person's token whose signature, issuer, audience and time were verified. */
export interface CiToken {
  /** Hex SHA-256 of issuer and `jti`, or of issuer and what was signed where tokens have no `jti`: what was used once is known by it. */
  readonly id: string
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly issuedAt: string
  readonly expiresAt: string
  readonly claims: Claims
}

/** Who may have issued a token, and for whom. */
export interface Trusted {
  readonly issuer: string
  readonly audience: string
}

/** The issuer that vouches for people. Vault's tokens have no `jti`; they are good for one audience alone, whatever a grant says, and for minutes. */
export interface PeopleIssuer {
  readonly issuer: string
  readonly audience: string
}

export interface VerifierOptions {
  /** Undefined: no person's token is taken. */
  readonly people?: PeopleIssuer | undefined
  readonly fetchJson: FetchJson
  readonly now: () => Date
  readonly times?: KeyTimes
  /** Of the keys' age, in milliseconds. */
  readonly clock?: () => number
}

/** By how much clocks may differ. */
const leewaySeconds = 60
/** A token that lives longer is no job's. */
const longestLifeSeconds = 24 * 3600

/** Whoever sets longer ones up in Vault has them refused: a person who is disabled there would go on for that long. */
const longestPersonSeconds = 600
/** What Vault has withdrawn is believed for a minute, as by the API. */
const peopleKeyTimes: KeyTimes = { freshSeconds: 60, staleSeconds: 60, cooldownSeconds: 10 }

/** Tells of a token whether it is what it says. It asks no issuer but those that it is told to trust. */
export class TokenVerifier {
  readonly #options: VerifierOptions
  readonly #keys = new Map<string, IssuerKeys>()

  constructor (options: VerifierOptions) {
    this.#options = options
  }

  /** @throws RekeyError `token/refused`, whose message is for operators; `issuer/unavailable` */
  async verify (text: string, trusted: readonly Trusted[]): Promise<CiToken> {
    const { issuer } = readCompact(text)
    const audiences = trusted.filter((one) => one.issuer === issuer).map(({ audience }) => audience)
    if (audiences.length === 0) throw refusal('iss', 'no grant names its issuer')
    const claims = await this.#verified(text, issuer)
    const { aud, sub, exp = 0, iat = 0 } = claims
    const person = this.#personAt(issuer)
    if (typeof aud !== 'string' || !audiences.includes(aud)) throw refusal('aud', 'its audience is not just the one of a grant')
    if (typeof sub !== 'string' || sub === '') throw refusal('sub', 'it names no subject')
    if (person !== undefined && aud !== person.audience) throw refusal('aud', 'people come with a token for this broker, which is not the one that they show elsewhere')
    const longest = person === undefined ? longestLifeSeconds : longestPersonSeconds
    if (exp - iat > longest) throw refusal('exp', `it lives longer than ${longest} s`)
    const own = person === undefined ? jtiOf(claims) : signedPart(text)
    const id = createHash('sha256').update(JSON.stringify([issuer, own])).digest('hex')
    return { id, issuer, audience: aud, subject: sub, issuedAt: new Date(iat * 1000).toISOString(), expiresAt: new Date(exp * 1000).toISOString(), claims }
  }

  async #verified (text: string, issuer: string): Promise<Claims & { readonly exp?: number, readonly iat?: number }> {
    try {
      const { payload } = await jwtVerify(text, this.#keysOf(issuer).find, {
        algorithms,
        issuer,
        currentDate: this.#options.now(),
        clockTolerance: leewaySeconds,
        // Then `iat` must be there, and not in the future.
        maxTokenAge: longestLifeSeconds,
        requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat']
      })
      return payload
    } catch (error) {
      throw translated(error)
    }
  }

  #personAt (issuer: string): PeopleIssuer | undefined {
    return this.#options.people?.issuer === issuer ? this.#options.people : undefined
  }

  #keysOf (issuer: string): IssuerKeys {
    const keys = this.#keys.get(issuer) ?? new IssuerKeys(issuer, this.#personAt(issuer) === undefined ? this.#options : { ...this.#options, times: peopleKeyTimes })
    this.#keys.set(issuer, keys)
    return keys
  }
}

function jtiOf ({ jti }: Claims): string {
  if (typeof jti !== 'string' || jti === '' || jti.length > 512) throw refusal('jti', 'it has no id of its own')
  return jti
}

/** Header and claims. The signature is left out, as some algorithms let others change it and still be good. */
function signedPart (text: string): string {
  return text.slice(0, text.lastIndexOf('.'))
}

function translated (error: unknown): RekeyError {
  if (isRekeyError(error)) return error
  if (error instanceof errors.JWTExpired) return refusal(error.claim, 'it has expired')
  if (error instanceof errors.JWTClaimValidationFailed) return refusal(error.claim, `its claim ${error.claim} is missing, of another type, or does not hold now`)
  if (error instanceof errors.JWSSignatureVerificationFailed) return refusal('signature', 'its signature is not its issuer\'s')
  return refusal('form', 'it can\'t be verified')
}
