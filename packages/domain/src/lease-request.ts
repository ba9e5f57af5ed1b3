import { createHash } from 'node:crypto'
import type { Claims } from './lease-grant.ts'
import type { CredentialName } from './names.ts'
import { formatName } from './names.ts'
import { canonical } from './proposal.ts'

/** That somebody asks for a lease under a grant which lets a person decide each time: created once, and no secret leaves by it. The lease that comes of it has the same id. */
export interface LeaseRequest {
  readonly id: string
  readonly zone: string
  readonly grant: string
  /** The proposal that made the grant what it was then: under another one it has to be asked anew. */
  readonly proposal: number
  readonly credentials: readonly CredentialName[]
  /** Of the secrets that they had when it was asked for, in the same order: by these a campaign over burned secrets finds it. */
  readonly fingerprints: readonly string[]
  /** The highest order that the broker had read then: a campaign that comes later ends it. */
  readonly order: number
  /** Null: as long as the grant allows. */
  readonly ttlSeconds: number | null
  readonly reason: string
  /** Who asks: issuer and subject of the token, and all else that it says of him. */
  readonly issuer: string
  readonly subject: string
  readonly claims: Readonly<Record<string, string>>
  readonly askedAt: string
  /** Until when it can be approved, and the lease be fetched. */
  readonly expiresAt: string
}

export const verdicts = ['approved', 'denied'] as const
export type LeaseVerdict = typeof verdicts[number]

/** A person's word on a request, written with a Vault login of his own. */
export interface LeaseDecision {
  /** The Vault entity whose login it was, which Vault's policy vouches for. */
  readonly entity: string
  /** How Vault names the login. For people. */
  readonly by: string
  readonly verdict: LeaseVerdict
  /** Why it is denied; null: nobody has said. */
  readonly reason: string | null
  /** Of what was shown: `requestDigest` of the request. */
  readonly digest: string
  /** By Vault's clock. */
  readonly at: string
}

/** How long people have, and whoever asks waits. */
export const requestSeconds = 3600

/** What differs from token to token of the same job or person. */
const ofTheTokenAlone = new Set(['iat', 'nbf', 'exp', 'jti'])

/** All that a token says of who shows it, each claim as JSON in ASCII: another run of the same job is told apart by it. */
export function askerOf (claims: Claims): Record<string, string> {
  const said = Object.keys(claims).filter((claim) => !ofTheTokenAlone.has(claim)).sort()
  return Object.fromEntries(said.map((claim) => [ascii(JSON.stringify(claim)).slice(1, -1), ascii(canonical(ordered(claims[claim])))]))
}

/** Groups come in any order. */
function ordered (value: unknown): unknown {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? [...value].sort() : value
}

/** For a terminal, and so that no two claims look the same: JSON's own way to write what is no ASCII. */
function ascii (text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Hex SHA-256 over all that a person is shown. */
export function requestDigest (request: LeaseRequest): string {
  const { id, zone, grant, proposal, ttlSeconds, reason, issuer, subject, claims, askedAt, expiresAt } = request
  const said = ['lease', zone, id, grant, proposal, requestedNames(request), ttlSeconds, reason, issuer, subject, canonical(claims), askedAt, expiresAt]
  return createHash('sha256').update(JSON.stringify(said)).digest('hex')
}

/** Whether both ask for the same, as the same, whenever that is. */
export function asksTheSame (one: LeaseRequest, other: LeaseRequest): boolean {
  const when = { id: '', askedAt: '', expiresAt: '' }
  return requestDigest({ ...one, ...when }) === requestDigest({ ...other, ...when })
}

/** As they are shown, in one order. */
export function requestedNames ({ credentials }: Pick<LeaseRequest, 'credentials'>): string[] {
  return credentials.map(formatName).sort()
}

/** The words that count: of another person than who asks, of this very request, and in time. */
export function countedWords (request: LeaseRequest, words: readonly LeaseDecision[]): LeaseDecision[] {
  const digest = requestDigest(request)
  return words.filter((word) => word.digest === digest && !isOwn(request, word) && Date.parse(word.at) <= Date.parse(request.expiresAt))
}

/** Vault's tokens name the person by his entity. */
export function isOwn ({ subject }: Pick<LeaseRequest, 'subject'>, { entity }: Pick<LeaseDecision, 'entity'>): boolean {
  return entity === subject
}

export const requestStatuses = ['pending', 'approved', 'denied', 'expired', 'taken', 'void'] as const
export type RequestStatus = typeof requestStatuses[number]

/** How it stands by what people have said: one who denies is enough, whoever else approves. */
export function requestStatus (request: LeaseRequest, words: readonly LeaseDecision[], now: Date): 'pending' | 'approved' | 'denied' | 'expired' {
  const counted = countedWords(request, words)
  if (counted.some(({ verdict }) => verdict === 'denied')) return 'denied'
  if (Date.parse(request.expiresAt) <= now.getTime()) return 'expired'
  return counted.length > 0 ? 'approved' : 'pending'
}
