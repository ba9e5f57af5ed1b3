import type { Selector } from './named-policy.ts'

/** Runs of a CI on code that nobody has merged yet: refused unless a grant lets them in. */
export const riskyContexts = ['pull-request', 'fork'] as const
export type RiskyContext = typeof riskyContexts[number]

/**
 * What becomes of a secret that was leased.
 * - `lease`  replaced when the last lease on it has ended
 * - `use`    the same, and there is one lease on it only: nobody else gets it meanwhile
 * - `never`  left to orders and schedules
 */
export const rotateAfters = ['lease', 'use', 'never'] as const
export type RotateAfter = typeof rotateAfters[number]

export type ClaimValue = string | number | boolean
export type Claims = Readonly<Record<string, unknown>>

/** Who may lease which credentials of a zone, and how long. */
export interface GrantTerms {
  /** The token's `iss`, character by character. */
  readonly issuer: string
  /** The token's `aud`: just this one. */
  readonly audience: string
  /** Claims that the token must have, each of just this type and value; `groups` is one of the token's list. */
  readonly claims: Readonly<Record<string, ClaimValue>>
  /** Whether `*` in the claim `sub` stands for any characters but a colon. */
  readonly subjectWildcard: boolean
  readonly allow: readonly RiskyContext[]
  /** Labels are those that a host was added with: what the API may change later widens no grant. */
  readonly selector: Selector
  readonly maxTtlSeconds: number
  /** How many leases there may be in all. Null: no matter. */
  readonly maxUses: number | null
  readonly rotateAfter: RotateAfter
  /** Whether a person has to approve of each lease. */
  readonly approval: boolean
  /** ISO 8601; null: from the approval on. */
  readonly notBefore: string | null
  /** ISO 8601; null: until it is ended. */
  readonly notAfter: string | null
}

/** A grant that people have approved, as the zone's worker has written it down. */
export interface LeaseGrant extends GrantTerms {
  readonly zone: string
  readonly name: string
  /** The number of the proposal that made it what it is. */
  readonly proposal: number
  /** The highest order of before it: a later campaign ends it. 0: none, or not known. */
  readonly order: number
  readonly grantedBy: string
  readonly grantedAt: string
  readonly reason: string
}

/** A lease is minutes, or the length of a job; nobody needs a secret for longer than a day at a time. */
export const longestLeaseSeconds = 24 * 3600

/** Claims that say whose job it is; the others say what it is about, and many a stranger's token has the same. */
const ownerClaims = ['sub', 'groups', 'repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'job_workflow_ref', 'project_id', 'project_path', 'namespace_id', 'namespace_path']

/** Why a grant could be used by others than those who are meant, if so. */
export function unsoundness ({ issuer, claims, subjectWildcard, notBefore, notAfter }: GrantTerms): { field: string, says: string } | undefined {
  if (!isIssuer(issuer)) return { field: 'issuer', says: 'it takes an https address without a query, such as https://token.actions.githubusercontent.com' }
  if (!ownerClaims.some((claim) => Object.hasOwn(claims, claim))) return { field: 'claims', says: `anybody at that issuer could use it: name one at least of ${ownerClaims.join(', ')}` }
  const { sub } = claims
  if (!subjectWildcard && typeof sub === 'string' && sub.includes('*')) return { field: 'claims.sub', says: 'a * stands for itself unless subjectWildcard is true: write the whole subject, or say so' }
  if (subjectWildcard && (typeof sub !== 'string' || !sub.includes('*'))) return { field: 'subjectWildcard', says: 'there is no * in claims.sub that it could be for' }
  if (subjectWildcard && sub === '*') return { field: 'claims.sub', says: 'a * alone is anybody at that issuer' }
  if (notBefore !== null && notAfter !== null && Date.parse(notAfter) <= Date.parse(notBefore)) return { field: 'notAfter', says: 'it is not after notBefore' }
  return undefined
}

function isIssuer (text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password, search, hash } = new URL(text)
  return protocol === 'https:' && [username, password, search, hash].every((part) => part === '') && !/[\s#?]/.test(text)
}

/** What of a token keeps it from using a grant. For operators: the caller is told none of it. */
export interface Mismatch {
  /** A claim of the token, or `now`. */
  readonly claim: string
  readonly says: string
}

/** Everything that keeps a token, whose signature was verified, from using a grant; nothing when it may. */
export function mismatches (terms: GrantTerms, claims: Claims, now: Date): Mismatch[] {
  return [...claimMismatches(terms, claims), ...contextMismatches(terms, claims), ...timeMismatches(terms, now)]
}

function claimMismatches ({ issuer, audience, claims: wanted, subjectWildcard }: GrantTerms, claims: Claims): Mismatch[] {
  return Object.entries({ ...wanted, iss: issuer, aud: audience }).flatMap(([claim, value]) => {
    const found = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    const fits = fitsClaim(claim, value, found, subjectWildcard)
    return fits ? [] : [{ claim, says: `the grant demands ${shown(value)}, and the token has ${shown(found)}` }]
  })
}

function fitsClaim (claim: string, value: ClaimValue, found: unknown, subjectWildcard: boolean): boolean {
  if (subjectWildcard && claim === 'sub' && typeof value === 'string') return fitsPattern(value, found)
  // A person is in several, of which the grant is for one.
  return found === value || (claim === 'groups' && Array.isArray(found) && found.includes(value))
}

function contextMismatches ({ allow }: GrantTerms, claims: Claims): Mismatch[] {
  const found = { 'pull-request': pullRequestClaim(claims), fork: forkClaim(claims) }
  return riskyContexts.flatMap((context) => {
    const claim = found[context]
    return claim === undefined || allow.includes(context) ? [] : [{ claim, says: `${shown(claims[claim])} is of a ${context}, and the grant does not allow those` }]
  })
}

function timeMismatches ({ notBefore, notAfter }: GrantTerms, now: Date): Mismatch[] {
  if (notBefore !== null && now.getTime() < Date.parse(notBefore)) return [{ claim: 'now', says: `the grant begins at ${notBefore}` }]
  if (notAfter !== null && now.getTime() >= Date.parse(notAfter)) return [{ claim: 'now', says: `the grant has ended at ${notAfter}` }]
  return []
}

/** GitHub's `event_name`, GitLab's `pipeline_source`. `pull_request_target` runs with the rights of the target on the wish of a stranger. */
const pullRequestEvents = new Set<unknown>(['pull_request', 'pull_request_target', 'pull_request_review', 'pull_request_review_comment', 'merge_request_event', 'external_pull_request_event'])

/** By which claim a token is of a pull or merge request. */
function pullRequestClaim ({ event_name: event, pipeline_source: source, head_ref: head, ref, ref_path: path, sub }: Claims): string | undefined {
  if (pullRequestEvents.has(event)) return 'event_name'
  if (pullRequestEvents.has(source)) return 'pipeline_source'
  if (typeof head === 'string' && head !== '') return 'head_ref'
  if (isRequestRef(ref)) return 'ref'
  if (isRequestRef(path)) return 'ref_path'
  return typeof sub === 'string' && /(^|:)pull_request(:|$)/.test(sub) ? 'sub' : undefined
}

function isRequestRef (ref: unknown): boolean {
  return typeof ref === 'string' && /^refs\/(pull|merge-requests|merge_requests)\//.test(ref)
}

/** By which claim a token is of code in somebody else's copy of the repository. */
function forkClaim (claims: Claims): string | undefined {
  const marked = ['fork', 'is_fork', 'repository_fork'].find((claim) => claims[claim] === true || claims[claim] === 'true')
  if (marked !== undefined) return marked
  return ['repository', 'repository_id', 'project_id', 'project_path'].flatMap((own) => ['head_', 'source_'].map((prefix) => [own, prefix + own] as const))
    .find(([own, other]) => claims[other] !== undefined && claims[other] !== claims[own])?.[1]
}

function fitsPattern (pattern: string, found: unknown): boolean {
  if (typeof found !== 'string' || found.length > 1000) return false
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^:]*')}$`, 'u').test(found)
}

/** For a log or a terminal: bounded, and on one line. */
function shown (value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value).replace(/[^\x20-\x7e]/g, '?').slice(0, 200)
}

/** That a grant has ended, and who says so. */
export interface GrantEnd {
  readonly zone: string
  readonly grant: string
  /** Which of the grants of that name: a later one lives. */
  readonly proposal: number
  readonly by: string
  readonly at: string
}
